#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::api::builtin {

// Collects field errors in Kubernetes' words (kube-api 5). Paths are whole: "spec.ports[0].name". `shown` is the
// refused value as Go would print it: see quoted() and friends below.
class Errors {
 public:
  void required(std::string field, std::string_view detail = "");
  void invalid(std::string field, std::string_view shown, std::string_view detail);
  void invalid_text(std::string field, std::string_view text, std::string_view detail);  // shown in quotes
  void invalid_number(std::string field, std::int64_t number, std::string_view detail);
  void not_supported(std::string field, std::string_view shown, std::initializer_list<std::string_view> supported);
  void not_supported(std::string field, std::string_view shown, const std::vector<std::string_view>& supported);
  void duplicate(std::string field, std::string_view shown);
  void forbidden(std::string field, std::string_view detail);
  void not_found(std::string field, std::string_view shown);
  void too_long(std::string field, std::size_t bytes_max);

  // Adds an error unless `text` is one of `supported`; an empty one is required when `is_required`.
  void check_one_of(const std::string& field, std::string_view text, std::initializer_list<std::string_view> supported,
                    bool is_required = true);
  // Adds "must be greater than or equal to 0" for negative numbers; absent is fine.
  void check_not_negative(const std::string& field, const json::Value* number);
  // Adds "must be between 1 and 65535, inclusive".
  void check_port(const std::string& field, std::int64_t number);
  // Adds what a name rule says of the text, if it says anything (kube/names.h returns "" for fine).
  void check_rule(const std::string& field, std::string_view text, const std::string& verdict);
  // An address of any family, as Kubernetes' older fields take it.
  void check_ip(const std::string& field, std::string_view text);
  // The same value as before, else "field is immutable".
  void check_immutable(const std::string& field, const json::Value* value, const json::Value* old,
                       std::string_view shown);

  [[nodiscard]] bool empty() const { return causes_.empty(); }
  [[nodiscard]] std::size_t size() const { return causes_.size(); }
  [[nodiscard]] std::vector<Cause> take() { return std::move(causes_); }

 private:
  std::vector<Cause> causes_;
};

[[nodiscard]] std::string quoted(std::string_view text);
// A list of texts as Go's %#v: []string{"a", "b"}, []string(nil) when there is none.
[[nodiscard]] std::string go_strings(const std::vector<std::string>& texts);
// map[string]string{"a":"b"}, map[string]string(nil).
[[nodiscard]] std::string go_string_map(const json::Object& map);
// intstr.IntOrString{Type:0, IntVal:1, StrVal:""}.
[[nodiscard]] std::string go_int_or_string(const json::Value* value);
// v1.LabelSelector{…}; "null" when there is none.
[[nodiscard]] std::string go_label_selector(const json::Value* selector);

}  // namespace slipway::api::builtin
