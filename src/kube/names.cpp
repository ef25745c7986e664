#include "kube/names.h"

#include <algorithm>

#include "base/rng.h"

namespace slipway::kube {
namespace {

constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t subdomain_bytes_max = 253;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_alphanumeric(char c) { return is_lower(c) || is_digit(c); }
bool is_alphanumeric(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }
bool is_qualified(char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }

// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool is_dns1123_label(std::string_view text) {
  return !text.empty() && is_lower_alphanumeric(text.front()) && is_lower_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

// Labels joined by dots.
bool is_dns1123_subdomain(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_dns1123_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool is_qualified_part(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, is_qualified);
}

std::string too_long(std::size_t bytes_max) { return fmt::format("must be no more than {} characters", bytes_max); }

constexpr std::string_view label_rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view subdomain_rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view dns1035_rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end "
    "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view qualified_rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. "
    "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view label_value_rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::string_view config_map_key_rule =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

}  // namespace

Result<GroupVersion> parse_group_version(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos && !api_version.empty())
    return GroupVersion{.group = "", .version = std::string(api_version)};
  if (slash != std::string_view::npos) {
    const std::string_view group = api_version.substr(0, slash);
    const std::string_view version = api_version.substr(slash + 1);
    if (!group.empty() && !version.empty() && !version.contains('/')) {
      return GroupVersion{.group = std::string(group), .version = std::string(version)};
    }
  }
  return fail(Reason::bad_request, "unexpected GroupVersion string: {}", api_version);
}

std::string check_dns1123_label(std::string_view name) {
  if (name.size() > label_bytes_max) return too_long(label_bytes_max);
  if (is_dns1123_label(name)) return "";
  return is_dns1123_subdomain(name) ? "must not contain dots" : std::string(label_rule);
}

std::string check_dns1123_subdomain(std::string_view name) {
  if (name.size() > subdomain_bytes_max) return too_long(subdomain_bytes_max);
  return is_dns1123_subdomain(name) ? "" : std::string(subdomain_rule);
}

std::string check_dns1035_label(std::string_view name) {
  if (name.size() > label_bytes_max) return too_long(label_bytes_max);
  return is_dns1123_label(name) && is_lower(name.front()) ? "" : std::string(dns1035_rule);
}

std::string check_path_segment(std::string_view name) {
  for (const std::string_view reserved : {".", ".."}) {
    if (name == reserved) return fmt::format("may not be '{}'", reserved);
  }
  for (const char c : {'/', '%'}) {
    if (name.contains(c)) return fmt::format("may not contain '{}'", c);
  }
  return "";
}

std::string check_qualified_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view prefix = name.substr(0, slash);
    name.remove_prefix(slash + 1);
    if (name.contains('/')) {
      return fmt::format(
          "a qualified name {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
          qualified_rule);
    }
    if (prefix.empty()) return "prefix part must be non-empty";
    if (const std::string problem = check_dns1123_subdomain(prefix); !problem.empty()) return "prefix part " + problem;
  }
  if (name.empty()) return "name part must be non-empty";
  if (name.size() > label_bytes_max) return "name part " + too_long(label_bytes_max);
  return is_qualified_part(name) ? "" : fmt::format("name part {}", qualified_rule);
}

std::string check_label_value(std::string_view value) {
  if (value.size() > label_bytes_max) return too_long(label_bytes_max);
  return value.empty() || is_qualified_part(value) ? "" : std::string(label_value_rule);
}

std::string check_config_map_key(std::string_view key) {
  if (key.size() > subdomain_bytes_max) return too_long(subdomain_bytes_max);
  if (key.empty() || !std::ranges::all_of(key, is_qualified)) return std::string(config_map_key_rule);
  if (key == ".") return "must not be '.'";
  if (key == "..") return "must not be '..'";
  if (key.starts_with("..")) return "must not start with '..'";
  return "";
}

std::string generate_name(std::string_view prefix, Rng& rng) {
  constexpr std::size_t random_length = 5;
  constexpr std::string_view alphabet =
      "bcdfghjklmnpqrstvwxz2456789";  // no vowels, no digits that look like them: no words
  return std::string(prefix.substr(0, label_bytes_max - random_length)) + rng.text(random_length, alphabet);
}

}  // namespace slipway::kube
