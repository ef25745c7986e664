// Rules that several kinds share: labels, selectors, ports, paths.

#include <algorithm>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/names.h"

namespace slipway::api::builtin {

void check_labels(Errors& errors, const std::string& path, const json::Object& labels) {
  for (const auto& [key, value] : labels) {
    errors.check_rule(path, key, kube::check_qualified_name(key));
    if (value.string() != nullptr) errors.check_rule(path, *value.string(), kube::check_label_value(*value.string()));
  }
}

void check_label_selector(Errors& errors, const std::string& path, const json::Value& selector) {
  check_labels(errors, path + ".matchLabels", map_at(selector, {"matchLabels"}));
  std::size_t index = 0;
  for (const json::Value& one : list_at(selector, {"matchExpressions"})) {
    const std::string here = fmt::format("{}.matchExpressions[{}]", path, index++);
    const std::string_view op = one.text_at({"operator"});
    const std::vector<std::string> values = texts_at(one, {"values"});
    if (op == "In" || op == "NotIn") {
      if (values.empty()) errors.required(here + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (op == "Exists" || op == "DoesNotExist") {
      if (!values.empty())
        errors.forbidden(here + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else {
      errors.invalid_text(here + ".operator", op, "not a valid selector operator");
    }
    errors.check_rule(here + ".key", one.text_at({"key"}), kube::check_qualified_name(one.text_at({"key"})));
    for (std::size_t i = 0; i < values.size(); ++i) {
      errors.check_rule(fmt::format("{}.values[{}]", here, i), values[i], kube::check_label_value(values[i]));
    }
  }
}

void check_port_name(Errors& errors, const std::string& path, std::string_view name) {
  constexpr std::size_t bytes_max = 15;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_allowed = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  const auto refuse = [&](std::string_view why) { errors.invalid_text(path, name, why); };
  if (name.size() > bytes_max) refuse("must be no more than 15 characters");
  if (name.empty() || !std::ranges::all_of(name, is_allowed))
    refuse("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (std::ranges::none_of(name, is_letter)) refuse("must contain at least one letter (a-z)");
  if (name.contains("--")) refuse("must not contain consecutive hyphens");
  if (name.starts_with('-') || name.ends_with('-')) refuse("must not begin or end with a hyphen");
}

void check_port_reference(Errors& errors, const std::string& path, const json::Value* port) {
  if (port != nullptr && port->string() != nullptr)
    check_port_name(errors, path, *port->string());
  else
    errors.check_port(path, port == nullptr || port->integer() == nullptr ? 0 : *port->integer());
}

void check_toleration_or_taint_effect(Errors& errors, const std::string& path, std::string_view effect,
                                      bool is_required) {
  errors.check_one_of(path, effect, {"NoSchedule", "PreferNoSchedule", "NoExecute"}, is_required);
}

void check_relative_path(Errors& errors, const std::string& path, std::string_view text) {
  if (text.starts_with('/')) errors.invalid_text(path, text, "must be a relative path");
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (rest.substr(0, slash) == "..") {
      errors.invalid_text(path, text, "must not contain '..'");
      return;
    }
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
}

void check_file_mode(Errors& errors, const std::string& path, const json::Value* mode) {
  if (mode == nullptr || mode->integer() == nullptr) return;
  if (*mode->integer() < 0 || *mode->integer() > 0777) {
    errors.invalid_number(path, *mode->integer(), "must be a number between 0 and 0777 (octal), both inclusive");
  }
}

void check_key_paths(Errors& errors, const std::string& path, const json::Array& items) {
  std::size_t index = 0;
  for (const json::Value& item : items) {
    const std::string here = fmt::format("{}.items[{}]", path, index++);
    if (item.text_at({"key"}).empty()) errors.required(here + ".key");
    const std::string_view file = item.text_at({"path"});
    if (file.empty()) errors.required(here + ".path");
    check_relative_path(errors, here + ".path", file);
    if (file.starts_with("..") && !file.starts_with("../") && file != "..") {
      errors.invalid_text(here + ".path", file, "must not start with '..'");
    }
    check_file_mode(errors, here + ".mode", item.find("mode"));
  }
}

}  // namespace slipway::api::builtin
