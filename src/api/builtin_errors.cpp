#include "api/builtin_errors.h"

#include <algorithm>

#include "api/builtin_values.h"
#include "json/text.h"

namespace slipway::api::builtin {

void Errors::required(std::string field, std::string_view detail) {
  causes_.push_back({"FieldValueRequired", std::move(field),
                     detail.empty() ? "Required value" : fmt::format("Required value: {}", detail)});
}

void Errors::invalid(std::string field, std::string_view shown, std::string_view detail) {
  causes_.push_back({"FieldValueInvalid", std::move(field), fmt::format("Invalid value: {}: {}", shown, detail)});
}

void Errors::invalid_text(std::string field, std::string_view text, std::string_view detail) {
  invalid(std::move(field), quoted(text), detail);
}

void Errors::invalid_number(std::string field, std::int64_t number, std::string_view detail) {
  invalid(std::move(field), fmt::format("{}", number), detail);
}

void Errors::not_supported(std::string field, std::string_view shown,
                           std::initializer_list<std::string_view> supported) {
  not_supported(std::move(field), shown, std::vector<std::string_view>(supported));
}

void Errors::not_supported(std::string field, std::string_view shown, const std::vector<std::string_view>& supported) {
  std::string list;
  for (const std::string_view one : supported) list += (list.empty() ? "" : ", ") + quoted(one);
  causes_.push_back({"FieldValueNotSupported", std::move(field),
                     fmt::format("Unsupported value: {}: supported values: {}", shown, list)});
}

void Errors::duplicate(std::string field, std::string_view shown) {
  causes_.push_back({"FieldValueDuplicate", std::move(field), fmt::format("Duplicate value: {}", shown)});
}

void Errors::forbidden(std::string field, std::string_view detail) {
  causes_.push_back({"FieldValueForbidden", std::move(field), fmt::format("Forbidden: {}", detail)});
}

void Errors::not_found(std::string field, std::string_view shown) {
  causes_.push_back({"FieldValueNotFound", std::move(field), fmt::format("Not found: {}", shown)});
}

void Errors::too_long(std::string field, std::size_t bytes_max) {
  causes_.push_back(
      {"FieldValueTooLong", std::move(field), fmt::format("Too long: may not be more than {} bytes", bytes_max)});
}

void Errors::check_one_of(const std::string& field, std::string_view text,
                          std::initializer_list<std::string_view> supported, bool is_required) {
  if (text.empty()) {
    if (is_required) required(field);
  } else if (std::ranges::find(supported, text) == supported.end()) {
    not_supported(field, quoted(text), supported);
  }
}

void Errors::check_not_negative(const std::string& field, const json::Value* number) {
  if (number == nullptr || number->integer() == nullptr || *number->integer() >= 0) return;
  invalid_number(field, *number->integer(), "must be greater than or equal to 0");
}

void Errors::check_port(const std::string& field, std::int64_t number) {
  if (number < 1 || number > 65535) invalid_number(field, number, "must be between 1 and 65535, inclusive");
}

void Errors::check_rule(const std::string& field, std::string_view text, const std::string& verdict) {
  if (!verdict.empty()) invalid_text(field, text, verdict);
}

void Errors::check_ip(const std::string& field, std::string_view text) {
  if (!is_ipv4(text) && !is_ipv6(text))
    invalid_text(field, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
}

void Errors::check_immutable(const std::string& field, const json::Value* value, const json::Value* old,
                             std::string_view shown) {
  static const json::Value nothing;
  if ((value == nullptr ? nothing : *value) == (old == nullptr ? nothing : *old)) return;
  invalid(field, shown, "field is immutable");
}

std::string quoted(std::string_view text) {
  std::string out;
  json::write_string_to(out, text);
  return out;
}

std::string go_strings(const std::vector<std::string>& texts) {
  if (texts.empty()) return "[]string(nil)";
  std::string list;
  for (const std::string& one : texts) list += (list.empty() ? "" : ", ") + quoted(one);
  return fmt::format("[]string{{{}}}", list);
}

std::string go_string_map(const json::Object& map) {
  if (map.empty()) return "map[string]string(nil)";
  std::string list;
  for (const auto& [key, value] : map) {
    list += fmt::format("{}{}:{}", list.empty() ? "" : ", ", quoted(key),
                        quoted(value.string() == nullptr ? "" : *value.string()));
  }
  return fmt::format("map[string]string{{{}}}", list);
}

std::string go_int_or_string(const json::Value* value) {
  if (value != nullptr && value->string() != nullptr) {
    return fmt::format("intstr.IntOrString{{Type:1, IntVal:0, StrVal:{}}}", quoted(*value->string()));
  }
  return fmt::format("intstr.IntOrString{{Type:0, IntVal:{}, StrVal:\"\"}}",
                     value == nullptr || value->integer() == nullptr ? 0 : *value->integer());
}

std::string go_label_selector(const json::Value* selector) {
  if (selector == nullptr || selector->is_null()) return "null";
  std::string list;
  for (const json::Value& one : list_at(*selector, {"matchExpressions"})) {
    list += fmt::format("{}v1.LabelSelectorRequirement{{Key:{}, Operator:{}, Values:{}}}", list.empty() ? "" : ", ",
                        quoted(one.text_at({"key"})), quoted(one.text_at({"operator"})),
                        go_strings(texts_at(one, {"values"})));
  }
  const std::string expressions =
      list.empty() ? "[]v1.LabelSelectorRequirement(nil)" : fmt::format("[]v1.LabelSelectorRequirement{{{}}}", list);
  return fmt::format("v1.LabelSelector{{MatchLabels:{}, MatchExpressions:{}}}",
                     go_string_map(map_at(*selector, {"matchLabels"})), expressions);
}

}  // namespace slipway::api::builtin
