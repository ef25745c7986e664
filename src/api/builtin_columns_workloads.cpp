#include "api/builtin_columns.h"
#include "api/builtin_values.h"

namespace slipway::api::builtin {
namespace {

std::string containers_joined(const json::Value& object, std::string_view member) {
  std::vector<std::string> parts;
  for (const json::Value& container : list_at(object, {"spec", "template", "spec", "containers"})) {
    parts.emplace_back(container.text_at({member}));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace

json::Array deployment_cells(const json::Value& object, WallTime now) {
  std::string selector;
  if (!selector_text(object.find_path({"spec", "selector"}), selector)) selector = "<invalid>";
  return {
      object.text_at({"metadata", "name"}),
      fmt::format("{}/{}", integer_at(object, {"status", "readyReplicas"}), integer_at(object, {"spec", "replicas"})),
      integer_at(object, {"status", "updatedReplicas"}),
      integer_at(object, {"status", "availableReplicas"}),
      age(object, now),
      containers_joined(object, "name"),
      containers_joined(object, "image"),
      selector};
}

json::Array replica_set_cells(const json::Value& object, WallTime now) {
  std::string selector;
  if (!selector_text(object.find_path({"spec", "selector"}), selector)) selector = "<error>";
  return {object.text_at({"metadata", "name"}),
          integer_at(object, {"spec", "replicas"}),
          integer_at(object, {"status", "replicas"}),
          integer_at(object, {"status", "readyReplicas"}),
          age(object, now),
          containers_joined(object, "name"),
          containers_joined(object, "image"),
          selector.empty() ? "<none>" : selector};
}

}  // namespace slipway::api::builtin
