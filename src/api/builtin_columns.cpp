#include "api/builtin_columns.h"

#include <algorithm>

#include "api/builtin_values.h"
#include "kube/table_age.h"

namespace slipway::api::builtin {

std::string since(std::string_view time, WallTime now) {
  const auto then = parse_rfc3339(time);
  return then ? kube::human_duration(now - *then) : "<unknown>";
}

std::string age(const json::Value& object, WallTime now) {
  return since(object.text_at({"metadata", "creationTimestamp"}), now);
}

std::string labels_text(const json::Object& labels) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : labels)
    parts.push_back(fmt::format("{}={}", key, value.string() == nullptr ? "" : *value.string()));
  return parts.empty() ? "<none>" : fmt::format("{}", fmt::join(parts, ","));
}

bool selector_text(const json::Value* selector, std::string& text) {
  std::vector<std::pair<std::string, std::string>> parts;  // by key
  const json::Value nothing;
  const json::Value& from = selector == nullptr ? nothing : *selector;
  for (const auto& [key, value] : map_at(from, {"matchLabels"})) {
    parts.emplace_back(key, fmt::format("{}={}", key, value.string() == nullptr ? "" : *value.string()));
  }
  for (const json::Value& one : list_at(from, {"matchExpressions"})) {
    const std::string key(one.text_at({"key"}));
    const std::string_view op = one.text_at({"operator"});
    std::vector<std::string> values = texts_at(one, {"values"});
    std::ranges::sort(values);
    if (op == "In")
      parts.emplace_back(key, fmt::format("{} in ({})", key, fmt::join(values, ",")));
    else if (op == "NotIn")
      parts.emplace_back(key, fmt::format("{} notin ({})", key, fmt::join(values, ",")));
    else if (op == "Exists")
      parts.emplace_back(key, key);
    else if (op == "DoesNotExist")
      parts.emplace_back(key, "!" + key);
    else
      return false;
  }
  std::ranges::sort(parts);
  text.clear();
  for (const auto& part : parts) {
    if (!text.empty()) text += ',';
    text += part.second;
  }
  return true;
}

json::Array default_cells(const json::Value& object, WallTime) {
  return {object.text_at({"metadata", "name"}), object.text_at({"metadata", "creationTimestamp"})};
}

}  // namespace slipway::api::builtin
