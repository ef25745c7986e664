#include "api/builtin_selectable.h"

#include <algorithm>

#include "api/builtin_values.h"
#include "json/text.h"

namespace slipway::api::builtin {
namespace {

struct Selectable {
  std::string_view kind;
  std::string_view path;
  std::string_view when_absent = "";  // Go's zero value as text
};

constexpr Selectable selectable[] = {
    {"Pod", "spec.nodeName"},
    {"Pod", "spec.restartPolicy"},
    {"Pod", "spec.schedulerName"},
    {"Pod", "spec.serviceAccountName"},
    {"Pod", "spec.hostNetwork", "false"},
    {"Pod", "status.phase"},
    {"Pod", "status.podIP"},
    {"Pod", "status.podIPs"},
    {"Pod", "status.nominatedNodeName"},
    {"Node", "spec.unschedulable", "false"},
    {"Namespace", "status.phase"},
    {"Secret", "type"},
    {"Service", "spec.clusterIP"},
    {"Service", "spec.type"},
    {"Event", "involvedObject.kind"},
    {"Event", "involvedObject.namespace"},
    {"Event", "involvedObject.name"},
    {"Event", "involvedObject.uid"},
    {"Event", "involvedObject.apiVersion"},
    {"Event", "involvedObject.resourceVersion"},
    {"Event", "involvedObject.fieldPath"},
    {"Event", "reason"},
    {"Event", "reportingComponent"},
    {"Event", "source"},
    {"Event", "type"},
    {"ReplicaSet", "status.replicas", "0"},
};

const json::Value* walk(const json::Value& object, std::string_view path) {
  const json::Value* here = &object;
  while (here != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    here = here->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return here;
}

std::string text_of(const json::Value* value, std::string_view when_absent) {
  if (value == nullptr || value->is_null()) return std::string(when_absent);
  return value->string() != nullptr ? *value->string() : json::write(*value);
}

}  // namespace

std::optional<std::string> selectable_field(std::string_view kind, const json::Value& object, std::string_view path) {
  if (path == "metadata.name" || path == "metadata.namespace") return text_of(walk(object, path), "");
  const auto* row =
      std::ranges::find_if(selectable, [&](const Selectable& one) { return one.kind == kind && one.path == path; });
  if (row == std::end(selectable)) return std::nullopt;
  if (path == "source") {
    const std::string_view component = object.text_at({"source", "component"});
    return std::string(component.empty() ? object.text_at({"reportingComponent"}) : component);
  }
  if (path == "status.podIPs") {
    std::string all;
    for (const json::Value& one : list_at(object, {"status", "podIPs"}))
      all += fmt::format("{}{}", all.empty() ? "" : ",", one.text_at({"ip"}));
    return all;
  }
  return text_of(walk(object, path), row->when_absent);
}

}  // namespace slipway::api::builtin
