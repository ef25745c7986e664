#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "json/value.h"
#include "kube/names.h"

namespace slipway::api {

// One built-in kind of Kubernetes as the embedded server serves it (kube-api 15): data and pure functions, no state.
struct BuiltinKind {
  struct Column {
    std::string_view name = "";
    std::string_view type = "string";
    std::string_view format = "";
    int priority = 0;
  };
  struct Subresource {
    std::string_view name = "";  // "status", "scale", "finalize", "token", …
    std::vector<std::string_view> verbs{};
    std::string_view group = "";  // of the answered kind, when it is another one (Scale: autoscaling/v1)
    std::string_view version = "";
    std::string_view kind = "";
  };
  enum class NameRule { subdomain, label, label_1035, path_segment };

  std::string_view group = "";
  std::string_view version = "";  // the only one served (storage and wire)
  std::string_view kind = "";
  std::string_view plural = "";
  std::string_view singular = "";
  bool namespaced = false;
  std::vector<std::string_view> short_names{};
  std::vector<std::string_view> categories{};
  std::vector<std::string_view> verbs{};
  std::vector<Subresource> subresources{};
  NameRule name_rule = NameRule::subdomain;
  bool tracks_generation = false;
  bool generation_counts_annotations = false;  // Deployment (6.4)
  bool unconditional_update = true;            // PUT without resourceVersion overwrites (15.6)
  bool keeps_status_on_create = false;         // Node: created with the status it has; elsewhere 6.1 step 7 drops it
  bool put_creates = false;                    // PUT to a missing name creates it, 201 (15.6)
  bool stored = true;                          // false: a review, create only, answered and forgotten
  bool delete_returns_object = false;          // fact 13 of kube-api 1
  std::vector<Column> columns{};               // 15.2, in order, Name first, Age last
  // The cells of `columns` for one object; `now` for ages.
  std::function<json::Array(const json::Value& object, WallTime now)> cells{};
  // What Go's typed decoder and encoder do to a whole object in between (3.3, 6.6): members it does not know and nulls
  // are dropped, and the paths of the former added to `unknown` ("spec.items[0].zz", metadata included); quantities and
  // times take their canonical form; empty members with omitempty vanish and those without appear ("resources": {}).
  // Idempotent. Error: bad_request in Go's words alone ("json: cannot unmarshal string into Go struct field …"; the
  // caller adds what could not be handled: 5, 7.1); the object is then half done.
  std::function<Result<void>(json::Value& object, std::vector<std::string>* unknown)> prune{};
  // 15.4: defaults, applied after prune and on read; idempotent; object changed in place.
  std::function<void(json::Value& object)> apply_defaults{};
  // Server-set fields on create, after apply_defaults and after the client's status was dropped: the first status, a
  // namespace's spec.finalizers. Replaces what the client sent there.
  std::function<void(json::Value& object)> prepare_for_create{};
  // On PUT and PATCH of the main endpoint (not of a subresource), after apply_defaults and after the client's status
  // gave way to the old one: what the client may leave out or cannot change is taken from `old` (a service's addresses
  // and ports, a namespace's spec.finalizers), and what follows from the change is written (a CRD's stored versions).
  std::function<void(json::Value& object, const json::Value& old)> prepare_for_update{};
  // Values that only one object of the kind may hold (a service's "address/10.96.0.1" and "port/30080"); empty
  // function: none.
  std::function<std::vector<std::string>(const json::Value& object)> claims{};
  // Fills what the server chooses among free values, after prepare_for_create or prepare_for_update. `taken` tells
  // whether an other object claims a value. A value that the client chose and another object has is an error (causes).
  std::function<std::vector<Cause>(json::Value& object, const std::function<bool(std::string_view claim)>& taken)>
      allocate{};
  // Kind-specific errors of a whole object ("Required value", immutable fields when `old` is given) in Kubernetes'
  // words, of everything but metadata (6.7 is the caller's). Never throws on any shape of value that prune has passed.
  std::function<std::vector<Cause>(const json::Value& object, const json::Value* old)> validate{};
  // The value of a field selector path, or nullopt when the kind does not support it (15.5).
  std::function<std::optional<std::string>(const json::Value& object, std::string_view path)> field{};
};

// The catalogue: namespaces, config maps, secrets, services, service accounts, pods, nodes, events, endpoints,
// deployments, replica sets, leases, endpoint slices, RBAC kinds, CRDs, and the review kinds (create only: not stored).
[[nodiscard]] std::span<const BuiltinKind> builtin_kinds();
[[nodiscard]] const BuiltinKind* find_builtin(const kube::GroupResource& resource);
[[nodiscard]] const BuiltinKind* find_builtin_kind(const kube::GroupKind& kind);

}  // namespace slipway::api
