#include "cli/member_labels.h"

#include <algorithm>
#include <charconv>

#include "kube/names.h"

namespace slipway::cli {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::unexpected<Error> bad_rule(std::string_view rule, std::string_view why) {
  return fail(Reason::usage,
              "--label '{}': {}. Write key=value, key=a:10%,b:rest, key=cycle(a,b), key=index, or for one member "
              "member1:key=value,other=value",
              rule, why);
}

Result<void> set_label(MemberSpec& member, std::string_view rule, std::string_view key, std::string_view value) {
  if (const auto why = kube::check_qualified_name(key); !why.empty())
    return bad_rule(rule, fmt::format("key '{}': {}", key, why));
  if (const auto why = kube::check_label_value(value); !why.empty())
    return bad_rule(rule, fmt::format("value '{}': {}", value, why));
  member.labels.insert_or_assign(std::string(key), std::string(value));
  return {};
}

// "a:10%,b:3,c:rest" → how many members get which value, in order.
Result<std::vector<std::string>> shares(std::string_view rule, std::string_view text, std::size_t count) {
  std::vector<std::string> values;
  for (const auto part : split(text, ',')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) return bad_rule(rule, fmt::format("'{}' lacks its share", part));
    const auto value = part.substr(0, colon);
    const auto share = part.substr(colon + 1);
    std::size_t wanted = 0;
    if (share == "rest") {
      wanted = count - values.size();
    } else if (share.ends_with('%')) {
      const auto percent = whole_number(share.substr(0, share.size() - 1));
      if (!percent || *percent == 0 || *percent > 100)
        return bad_rule(rule, fmt::format("'{}' is no share from 1% to 100%", share));
      wanted = std::max<std::size_t>(1, count * *percent / 100);
    } else if (const auto number = whole_number(share)) {
      wanted = *number;
    } else {
      return bad_rule(rule, fmt::format("'{}' is neither a count, a percentage nor rest", share));
    }
    if (wanted > count - values.size()) {
      return bad_rule(rule, fmt::format("the shares need more than the {} members there are", count));
    }
    values.insert(values.end(), wanted, std::string(value));
  }
  return values;
}

Result<void> apply_rule(std::vector<MemberSpec>& members, std::string_view rule) {
  const auto equals = rule.find('=');
  if (equals == std::string_view::npos || equals == 0) return bad_rule(rule, "there is no key=");
  const auto key = rule.substr(0, equals);
  const auto value = rule.substr(equals + 1);
  if (value == "index") {
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (auto set = set_label(members[i], rule, key, fmt::to_string(i + 1)); !set) return set;
    }
    return {};
  }
  if (value.starts_with("cycle(") && value.ends_with(')')) {
    const auto values = split(value.substr(6, value.size() - 7), ',');
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (auto set = set_label(members[i], rule, key, values[i % values.size()]); !set) return set;
    }
    return {};
  }
  if (value.find(':') != std::string_view::npos) {
    const auto values = shares(rule, value, members.size());
    if (!values) return fail(values.error());
    for (std::size_t i = 0; i < values->size(); ++i) {
      if (auto set = set_label(members[i], rule, key, (*values)[i]); !set) return set;
    }
    return {};
  }
  for (auto& member : members) {
    if (auto set = set_label(member, rule, key, value); !set) return set;
  }
  return {};
}

// "member1:key=value,other=value"; null when the rule is not of this form.
Result<bool> apply_own_rule(std::vector<MemberSpec>& members, std::string_view rule) {
  const auto colon = rule.find(':');
  if (colon == std::string_view::npos || rule.find('=') < colon) return false;
  const auto name = rule.substr(0, colon);
  const auto member = std::ranges::find(members, name, &MemberSpec::name);
  if (member == members.end()) return bad_rule(rule, fmt::format("there is no member '{}'", name));
  for (const auto pair : split(rule.substr(colon + 1), ',')) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return bad_rule(rule, fmt::format("'{}' is not key=value", pair));
    if (auto set = set_label(*member, rule, pair.substr(0, equals), pair.substr(equals + 1)); !set)
      return fail(set.error());
  }
  return true;
}

}  // namespace

Result<std::vector<MemberSpec>> plan_members(std::size_t count, const std::vector<std::string>& rules,
                                             std::string_view name_prefix) {
  std::vector<MemberSpec> members;
  members.reserve(count);
  for (std::size_t i = 1; i <= count; ++i)
    members.push_back({.name = fmt::format("{}{}", name_prefix, i), .labels = {}});
  if (rules.empty()) {
    if (count == 3) {  // the fleet of the how-to
      members[0].labels = {{"environment", "canary"}, {"order", "2"}};
      members[1].labels = {{"environment", "staging"}};
      members[2].labels = {{"environment", "canary"}, {"order", "1"}};
    }
    return members;
  }
  std::vector<std::string_view> own;
  for (const std::string_view rule : rules) {
    const auto colon = rule.find(':');
    if (colon != std::string_view::npos && rule.find('=') > colon) {
      own.push_back(rule);
    } else if (auto applied = apply_rule(members, rule); !applied) {
      return fail(applied.error());
    }
  }
  for (const auto rule : own) {
    if (const auto applied = apply_own_rule(members, rule); !applied) return fail(applied.error());
  }
  return members;
}

}  // namespace slipway::cli
