#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/admission.h"
#include "apiserver/identity.h"
#include "apiserver/journal.h"
#include "apiserver/resource.h"
#include "base/rng.h"
#include "client/client.h"
#include "kube/object.h"
#include "kube/selector.h"

namespace slipway::apiserver {

enum class FieldValidation { ignore, warn, strict };

// What a write expects of the object it finds; empty members expect nothing.
struct Preconditions {
  std::string uid;
  std::string resource_version;
};

// What a write is about, besides its body.
struct WriteContext {
  Identity identity{};
  std::string version{};      // the version of the request's path; "" = storage version
  std::string subresource{};  // "" or "status" or "finalize"
  bool dry_run = false;
  FieldValidation field_validation = FieldValidation::warn;
  std::string field_manager{};
  std::vector<std::string>* warnings = nullptr;  // receives texts for Warning headers
  // Unknown or duplicate fields found while the body was decoded (duplicates come from the JSON parser).
  std::vector<std::string> duplicate_fields{};
  // Updates and patches: expectations beside those that the body names.
  Preconditions preconditions{};
};

enum class PatchType { merge, json, strategic };

struct DeleteContext {
  WriteContext write;
  Preconditions preconditions;
  std::optional<client::Propagation> propagation;
  std::optional<std::int64_t> grace_period_seconds;
};

struct Deleted {
  kube::ObjectPtr object;  // the last state
  bool gone = false;       // false: finalizers or a grace period keep it; `object` carries the deletion timestamp
};

struct Selection {
  std::string namespace_;  // "" = all
  kube::LabelSelector labels;
  kube::FieldSelector fields;
  // What `fields` compares for a path: from the built-in catalogue, or metadata.name/namespace for custom resources.
};

struct Page {
  std::vector<kube::ObjectPtr> items;
  std::uint64_t revision = 0;
  std::string continue_token;
  std::optional<std::int64_t> remaining;
};

// All objects of one API server (the hub, or one simulated member): the write pipeline of kube-api 6, deletion (9),
// reads (10), CRDs (8), and the watch window. In memory; every change goes to the Journal under `prefix`. Core thread
// only.
class Registry {
 public:
  struct Options {
    Journal& journal;
    const Clock& clock;
    Rng rng;             // UIDs and generated names
    std::string prefix;  // "/registry" for the hub, "/clusters/<name>" for a simulated member
  };
  [[nodiscard]] static std::unique_ptr<Registry> make(Options options);
  virtual ~Registry() = default;

  // At start: a row as it was recorded (key below `prefix`). CRDs first by key order is not required. Error: corrupt.
  [[nodiscard]] virtual Result<void> restore(std::string_view key, std::string_view value, std::uint64_t revision) = 0;
  // After the last restore(): builds indexes, resumes deletions, and creates what is missing of what every cluster has
  // (namespaces default, kube-system, kube-public, kube-node-lease; bootstrap RBAC; `crds`). Writes nothing on a second
  // start.
  [[nodiscard]] virtual Result<void> bootstrap(const std::vector<json::Value>& crds) = 0;

  // The served resource; null when unknown. `version` "" = any.
  [[nodiscard]] virtual std::shared_ptr<const Resource> find(const kube::GroupResource& id) const = 0;
  [[nodiscard]] virtual std::shared_ptr<const Resource> find_kind(const kube::GroupKind& kind) const = 0;
  [[nodiscard]] virtual std::vector<std::shared_ptr<const Resource>> resources() const = 0;
  // Grows whenever resources() changes: what discovery documents are cached by.
  [[nodiscard]] virtual std::uint64_t resources_version() const = 0;

  [[nodiscard]] virtual Result<kube::ObjectPtr> get(const Resource& resource,
                                                    const kube::NamespacedName& key) const = 0;
  // `limit` 0 = all. `continue_token` as returned by an earlier page. `revision_exact` for resourceVersionMatch=Exact.
  [[nodiscard]] virtual Result<Page> list(const Resource& resource, const Selection& selection, std::size_t limit,
                                          std::string_view continue_token,
                                          std::optional<std::uint64_t> revision_exact) const = 0;

  // Bodies are whole objects in any served version; kube-api 6.1 steps 4-10.
  virtual Result<kube::ObjectPtr> create(const Resource& resource, const std::string& namespace_, json::Value body,
                                         WriteContext context) = 0;
  virtual Result<kube::ObjectPtr> update(const Resource& resource, const kube::NamespacedName& key, json::Value body,
                                         WriteContext context) = 0;
  virtual Result<kube::ObjectPtr> patch(const Resource& resource, const kube::NamespacedName& key, PatchType type,
                                        const json::Value& patch, WriteContext context) = 0;
  virtual Result<Deleted> remove(const Resource& resource, const kube::NamespacedName& key, DeleteContext context) = 0;

  // Live changes of one resource after `revision`, those of the past within the call (0 = from now, nothing replayed).
  // The receiver gets raw changes (both states) in revision order, synchronously with the write; selectors and
  // rendering are the caller's. Error: expired when `revision` is older than the window. Destroying the handle ends it.
  // A CRD that goes away closes its watches.
  struct ChangeEvent {
    kube::ObjectPtr before;  // null: created
    kube::ObjectPtr after;   // null: deleted; then `before` is the last state
    std::uint64_t revision = 0;
  };
  struct Receiver {
    std::function<void(const ChangeEvent&)> on_change;
    std::function<void()> on_close;
    // "" = all. A receiver of one namespace costs nothing when another namespace changes.
    std::string namespace_{};
  };
  [[nodiscard]] virtual Result<std::unique_ptr<client::WatchHandle>> watch(const Resource& resource,
                                                                           std::uint64_t revision,
                                                                           Receiver receiver) = 0;
  [[nodiscard]] virtual std::uint64_t revision() const = 0;

  // Decisions about writes beyond the built-in rules, asked in the order of adding (kube-api 6.8).
  virtual void add_admission(std::unique_ptr<Admission> admission) = 0;

  // Runs background work that writes made due (garbage collection, namespace deletion, CR removal) until none is left;
  // called by itself at the end of a turn. Public for tests.
  virtual void settle() = 0;

  [[nodiscard]] virtual Journal& journal() = 0;
  [[nodiscard]] virtual const Clock& clock() const = 0;
};

}  // namespace slipway::apiserver
