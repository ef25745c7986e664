#include "apiserver/rbac_rules.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "kube/go_text.h"

namespace slipway::apiserver {
namespace {

using Texts = std::vector<std::string>;

bool has(const Texts& texts, std::string_view text) { return std::ranges::find(texts, text) != texts.end(); }
bool has_or_all(const Texts& texts, std::string_view text) { return has(texts, "*") || has(texts, text); }

bool has_resource(const Texts& resources, std::string_view resource, std::string_view subresource) {
  if (has(resources, "*")) return true;
  if (subresource.empty()) return has(resources, resource);
  return has(resources, fmt::format("{}/{}", resource, subresource)) ||
         has(resources, fmt::format("*/{}", subresource));
}

// "/apis/*" is every path that begins with "/apis/".
bool is_path_match(std::string_view pattern, std::string_view path) {
  if (pattern == "*") return true;
  if (pattern.ends_with('*')) return path.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == path;
}

bool has_path(const Texts& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return is_path_match(pattern, path); });
}

Texts texts_at(const json::Value& rule, std::string_view key) {
  Texts out;
  const json::Value* list = rule.find(key);
  if (list == nullptr || list->array() == nullptr) return out;
  for (const json::Value& item : *list->array()) {
    if (const std::string* text = item.string()) out.push_back(*text);
  }
  return out;
}

void add_texts(std::string& out, std::string_view name, const Texts& texts) {
  if (texts.empty()) return;
  out += out.size() > 1 ? ", " : "";
  out += name;
  out += ":[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += ", ";
    out += kube::go_quoted(texts[i]);
  }
  out += ']';
}

json::Value array(const Texts& texts) { return json::Array(texts.begin(), texts.end()); }

// `rule` in its smallest parts.
std::vector<RbacRule> parts_of(const RbacRule& rule) {
  std::vector<RbacRule> out;
  for (const std::string& verb : rule.verbs) {
    for (const std::string& path : rule.paths) out.push_back({.verbs = {verb}, .paths = {path}});
    for (const std::string& group : rule.groups) {
      for (const std::string& resource : rule.resources) {
        RbacRule part{.verbs = {verb}, .groups = {group}, .resources = {resource}};
        if (rule.names.empty()) out.push_back(part);
        for (const std::string& name : rule.names) {
          part.names = {name};
          out.push_back(part);
        }
      }
    }
  }
  return out;
}

}  // namespace

bool RbacRule::allows(const Attributes& attributes) const {
  if (!has_or_all(verbs, attributes.verb)) return false;
  if (attributes.resource.empty()) return has_path(paths, attributes.path);
  return has_or_all(groups, attributes.group) && has_resource(resources, attributes.resource, attributes.subresource) &&
         (names.empty() || has(names, attributes.name));
}

bool RbacRule::covers(const RbacRule& one) const {
  if (!has_or_all(verbs, one.verbs.front())) return false;
  if (!one.paths.empty()) return has_path(paths, one.paths.front());
  if (groups.empty() || !has_or_all(groups, one.groups.front())) return false;
  const std::string_view wanted = one.resources.front();
  const std::size_t slash = wanted.find('/');
  const bool is_there = slash == std::string_view::npos
                            ? has_or_all(resources, wanted)
                            : has_resource(resources, wanted.substr(0, slash), wanted.substr(slash + 1));
  return is_there && (names.empty() || (!one.names.empty() && has(names, one.names.front())));
}

json::Value RbacRule::to_json() const {
  json::Object out;
  if (!groups.empty()) out.set("apiGroups", array(groups));
  if (!paths.empty()) out.set("nonResourceURLs", array(paths));
  if (!names.empty()) out.set("resourceNames", array(names));
  if (!resources.empty()) out.set("resources", array(resources));
  out.set("verbs", array(verbs));
  return out;
}

std::string RbacRule::text() const {
  std::string out = "{";
  add_texts(out, "APIGroups", groups);
  add_texts(out, "Resources", resources);
  add_texts(out, "ResourceNames", names);
  add_texts(out, "NonResourceURLs", paths);
  add_texts(out, "Verbs", verbs);
  return out + "}";
}

std::vector<RbacRule> parse_rules(const json::Value& role) {
  std::vector<RbacRule> out;
  const json::Value* rules = role.find("rules");
  if (rules == nullptr || rules->array() == nullptr) return out;
  for (const json::Value& rule : *rules->array()) {
    out.push_back({.verbs = texts_at(rule, "verbs"),
                   .groups = texts_at(rule, "apiGroups"),
                   .resources = texts_at(rule, "resources"),
                   .names = texts_at(rule, "resourceNames"),
                   .paths = texts_at(rule, "nonResourceURLs")});
  }
  return out;
}

std::vector<RbacRule> rules_not_held(const std::vector<RbacRule>& held, const std::vector<RbacRule>& wanted) {
  std::map<std::tuple<Texts, Texts, Texts, Texts>, RbacRule> missing;  // by everything but verbs
  for (const RbacRule& rule : wanted) {
    for (RbacRule& part : parts_of(rule)) {
      if (std::ranges::any_of(held, [&](const RbacRule& one) { return one.covers(part); })) continue;
      RbacRule& entry = missing.try_emplace({part.groups, part.resources, part.names, part.paths}, part).first->second;
      if (!has(entry.verbs, part.verbs.front())) entry.verbs.push_back(part.verbs.front());
    }
  }
  std::vector<RbacRule> out;
  out.reserve(missing.size());
  for (auto& [key, rule] : missing) out.push_back(std::move(rule));
  std::ranges::sort(out, {}, [](const RbacRule& rule) { return rule.text(); });
  return out;
}

}  // namespace slipway::apiserver
