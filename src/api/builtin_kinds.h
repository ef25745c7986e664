#pragma once

#include <functional>
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
    std::string_view name;
    std::string_view type = "string";
    std::string_view format = "";
    int priority = 0;
  };
  struct Subresource {
    std::string_view name;  // "status", "scale", "finalize", "token", …
    std::vector<std::string_view> verbs;
    std::string_view group;  // of the answered kind, when it is another one (Scale: autoscaling/v1)
    std::string_view version;
    std::string_view kind;
  };
  enum class NameRule { subdomain, label, label_1035, path_segment };

  std::string_view group;
  std::string_view version;  // the only one served (storage and wire)
  std::string_view kind;
  std::string_view plural;
  std::string_view singular;
  bool namespaced = false;
  std::vector<std::string_view> short_names;
  std::vector<std::string_view> categories;
  std::vector<std::string_view> verbs;
  std::vector<Subresource> subresources;
  NameRule name_rule = NameRule::subdomain;
  bool tracks_generation = false;
  bool generation_counts_annotations = false;  // Deployment (6.4)
  bool unconditional_update = true;            // PUT without resourceVersion overwrites (15.6)
  bool delete_returns_object = false;          // fact 13 of kube-api 1
  std::vector<Column> columns;                 // 15.2, in order, Name first, Age last
  // The cells of `columns` for one object; `now` for ages.
  std::function<json::Array(const json::Value& object, WallTime now)> cells;
  // 15.4: defaults, applied at decode and on read; idempotent; object changed in place.
  std::function<void(json::Value& object)> apply_defaults;
  // Kind-specific errors of a whole object ("Required value", immutable fields when `old` is given) in Kubernetes'
  // words.
  std::function<std::vector<Cause>(const json::Value& object, const json::Value* old)> validate;
  // Server-set fields on create (namespace's spec.finalizers and phase, service's clusterIP are set by the registry or
  // this).
  std::function<void(json::Value& object)> prepare_for_create;
  // Members the typed decoder knows, as a tree of names, to drop and report unknown fields (fieldValidation); see
  // known_fields.
  std::function<void(json::Value& object, std::vector<std::string>* unknown)> prune;
  // The value of a field selector path, or nullopt when the kind does not support it (15.5).
  std::function<std::optional<std::string>(const json::Value& object, std::string_view path)> field;
};

// The catalogue: namespaces, config maps, secrets, services, service accounts, pods, nodes, events, endpoints,
// deployments, replica sets, leases, endpoint slices, RBAC kinds, CRDs, and the review kinds (create only: not stored).
[[nodiscard]] std::span<const BuiltinKind> builtin_kinds();
[[nodiscard]] const BuiltinKind* find_builtin(const kube::GroupResource& resource);
[[nodiscard]] const BuiltinKind* find_builtin_kind(const kube::GroupKind& kind);

}  // namespace slipway::api
