#include "hub/selection/api_list.h"

#include <algorithm>

namespace slipway::hub::selection {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// "v1", "v2beta1".
bool is_version(std::string_view text) {
  const auto take_digits = [&text] {
    const auto count = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    text.remove_prefix(count);
    return count > 0;
  };
  if (!text.starts_with('v')) return false;
  text.remove_prefix(1);
  if (!take_digits()) return false;
  if (text.empty()) return true;
  for (const std::string_view stage : {"alpha", "beta"}) {
    if (!text.starts_with(stage)) continue;
    text.remove_prefix(stage.size());
    return take_digits() && text.empty();
  }
  return false;
}

bool is_group(std::string_view text) {
  return !text.empty() && is_lower(text.front()) && !text.ends_with('.') && !text.ends_with('-') &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-'; });
}

bool is_kind(std::string_view text) {
  return !text.empty() && is_upper(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); });
}

Result<void> add(std::string_view entry, std::vector<ApiPattern>& patterns) {
  auto parts = split(entry, '/');
  if (is_version(parts.front())) parts.insert(parts.begin(), "");  // the core group is not written
  const auto refuse = [entry] {
    return fail(Reason::usage,
                "'{}' names no API: write group, group/version, group/version/Kind,Kind or, in the core group, v1/Kind",
                entry);
  };
  const bool is_core = parts.front().empty();
  if (parts.size() > 3 || (is_core ? parts.size() < 2 : !is_group(parts.front()))) return refuse();
  if (parts.size() > 1 && !is_version(parts[1])) return refuse();
  ApiPattern pattern{.group = std::string(parts.front())};
  if (parts.size() > 1) pattern.version = parts[1];
  if (parts.size() < 3) {
    patterns.push_back(std::move(pattern));
    return {};
  }
  for (const std::string_view kind : split(parts[2], ',')) {
    if (kind.empty()) continue;
    if (!is_kind(kind)) return refuse();
    pattern.kind = kind;
    patterns.push_back(pattern);
  }
  if (pattern.kind.empty()) return refuse();
  return {};
}

}  // namespace

bool ApiPattern::matches(const kube::GroupVersionKind& of) const {
  return group == of.group && (version.empty() || version == of.version) && (kind.empty() || kind == of.kind);
}

Result<std::vector<ApiPattern>> parse_api_list(std::string_view text) {
  std::vector<ApiPattern> patterns;
  for (const std::string_view entry : split(text, ';')) {
    if (entry.empty()) continue;
    if (auto added = add(entry, patterns); !added) return fail(std::move(added.error()));
  }
  return patterns;
}

}  // namespace slipway::hub::selection
