#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kube/object.h"

namespace slipway::client {

template <class T>
using Callback = std::move_only_function<void(T)>;

struct ListOptions {
  std::string namespace_{};      // "": all namespaces, or a cluster-scoped resource
  std::string label_selector{};  // query-string form
  std::string field_selector{};
  bool metadata_only = false;  // objects come without body (it is null) and status
  // Watches only, with revision 0: what is there comes first, as additions, and a bookmark with `ends_initial` after
  // it. Only where Client::streams_lists().
  bool initial_events = false;
};

struct ListResult {
  std::vector<kube::ObjectPtr> items;  // complete: paging is the client's business
  std::uint64_t revision = 0;
};

struct WatchEvent {
  enum class Type { added, modified, deleted, bookmark };
  Type type = Type::added;
  kube::ObjectPtr object;      // deleted: the last state, with the deletion's revision; null for a bookmark
  std::uint64_t revision = 0;  // the position in the stream after this event
  bool ends_initial =
      false;  // a bookmark: everything that was there at the start has come (ListOptions::initial_events)
};

// A watch under way; destroying it ends it and nothing more is heard.
class WatchHandle {
 public:
  virtual ~WatchHandle() = default;
};

struct WatchHandlers {
  std::move_only_function<void(WatchEvent)> on_event;
  // The stream ended. Ok: the server closed it in order (time-out): watch again from the last revision.
  // Reason::expired: list again. Anything else: back off, then watch again.
  Callback<Result<void>> on_end;
};

enum class Propagation { background, foreground, orphan };

// One conditional write. Every write says what it expects to find (design 4): a resource version, a UID, or (create)
// nothing.
struct Write {
  enum class Verb {
    create,         // `body` is the whole object
    update,         // `body` is the whole object; status is not touched where the kind has a status subresource
    update_status,  // `body` is the whole object; only its status is taken
    merge_patch,    // `body` is an RFC 7386 patch
    merge_patch_status,
    strategic_patch,  // built-in kinds only
    json_patch,
    remove,
    // For what has its own path: pods' eviction, namespaces' finalize, …
  };
  Verb verb = Verb::update;
  kube::GroupVersionResource resource{};
  kube::NamespacedName key{};
  json::Value body{};
  std::uint64_t resource_version = 0;  // 0: no expectation (create; removals by uid)
  std::string uid{};                   // "": no expectation
  Propagation propagation = Propagation::background;
  std::string field_manager{};
  // Removals: how long a pod may take to stop (kube-api 9.1). Absent: what the pod says. 0 ends one whose node is done.
  std::optional<std::int64_t> grace_period_seconds{};
};

// One API server seen by one identity. Asynchronous, on one loop's thread: a callback may run before the call returns
// (the in-process client) or later. Errors keep their Reason: unavailable means nothing happened, server_timeout that
// it may have.
class Client {
 public:
  virtual ~Client() = default;
  virtual void get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                   Callback<Result<kube::ObjectPtr>> done) = 0;
  virtual void list(const kube::GroupVersionResource& resource, const ListOptions& options,
                    Callback<Result<ListResult>> done) = 0;
  // Changes after `revision`, in order, without a gap.
  [[nodiscard]] virtual std::unique_ptr<WatchHandle> watch(const kube::GroupVersionResource& resource,
                                                           const ListOptions& options, std::uint64_t revision,
                                                           WatchHandlers handlers) = 0;
  // The object as stored after the write; for `remove`: its last state (with finalizers: the object being deleted), or
  // null.
  virtual void write(Write write, Callback<Result<kube::ObjectPtr>> done) = 0;
  // Whether the server says of itself that it is ready (/readyz); one in this process is. Error: what it answered, or
  // unavailable.
  virtual void check_ready(Callback<Result<void>> done) { done({}); }
  // What the server says of its version (/version): an object without metadata, with `gitVersion`. Error: what it
  // answered, or unavailable; not_found where there is nothing to ask.
  virtual void version(Callback<Result<kube::ObjectPtr>> done) {
    done(fail(Reason::not_found, "this server does not tell its version"));
  }
  // Whether whole objects cost this process nothing, because the one that stores them hands out its own.
  [[nodiscard]] virtual bool shares_objects() const { return false; }
  // Whether a watch may begin with what is there (ListOptions::initial_events), as far as this client knows: a server
  // that refuses is remembered.
  [[nodiscard]] virtual bool streams_lists() const { return false; }
  // What the server serves, for resources chosen by users: see Discovery.
  virtual void discover(Callback<Result<std::vector<struct ApiResource>>> done) = 0;
};

// One resource in one version, from discovery.
struct ApiResource {
  kube::GroupVersionResource resource{};
  std::string kind;
  bool namespaced = false;
  std::vector<std::string> verbs;
  bool preferred = false;  // this version is its group's preferred one among those that serve the resource
};

}  // namespace slipway::client
