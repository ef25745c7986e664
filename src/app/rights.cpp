#include "app/rights.h"

#include <fmt/ranges.h>

#include "api/kinds.h"
#include "api/names.h"

namespace slipway::app {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

json::Array texts(const std::vector<std::string>& from) { return json::Array(from.begin(), from.end()); }

std::vector<std::string> one(std::string_view text) { return {std::string(text)}; }

std::string cell(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ", ";
    const std::size_t slash = value.find('/');
    if (slash != std::string::npos) {  // "clusterprofiles/status"
      text += fmt::format("`{}` of `{}`", value.substr(slash), value.substr(0, slash));
    } else {
      text += fmt::format("`{}`", value.empty() ? "\"\"" : value);
    }
  }
  return text;
}

void add_table(std::string& out, const std::vector<RoleOf>& roles) {
  out += "| Where | API groups | Resources | Verbs | Why |\n|---|---|---|---|---|\n";
  for (const auto& role : roles) {
    const std::string where = role.namespace_.empty() ? "cluster" : fmt::format("namespace `{}`", role.namespace_);
    for (const auto& right : role.rights) {
      const std::string named = right.names.empty() ? "" : fmt::format(", only {}", cell(right.names));
      out += fmt::format("| {} | {} | {}{} | {} | {} |\n", where, cell(right.groups), cell(right.resources), named,
                         cell(right.verbs), right.why);
    }
  }
}

}  // namespace

std::vector<RoleOf> controllers_rights(const std::string& namespace_) {
  const std::vector<std::string> read{"get", "list", "watch"};
  RoleOf everywhere{
      .name = std::string(controllers_name),
      .namespace_ = "",
      .rights = {
          {{"*"}, {"*"}, {}, read, "placements select any kind: seen as metadata, read whole for a snapshot"},
          {{std::string(api::cluster_group), std::string(api::placement_group)},
           {"*"},
           {},
           {"*"},
           "their own kinds; and a member gets this in its namespace, which only who has it may grant"},
          {{"networking.fleet.azure.com"}, {"*"}, {}, {"*"}, "not used; a member gets it in its namespace"},
          {{""}, {"namespaces"}, {}, {"create", "patch", "delete"}, "a member's namespace comes and goes with it"},
          {one(rbac_group),
           {"roles", "rolebindings"},
           {},
           {"create", "patch"},
           "a member's rights in its namespace; no `bind`, no `escalate`: nobody gets more than is in this table"},
          {{""},
           {"events"},
           {},
           {"get", "list", "watch", "create", "update", "patch"},
           "events; a member gets the same in its namespace"},
      }};
  RoleOf profiles{.name = "slipway-controllers-profiles",
                  .namespace_ = std::string(api::fleet_system_namespace),
                  .rights = {{{"multicluster.x-k8s.io"},
                              {"clusterprofiles", "clusterprofiles/status"},
                              {},
                              {"create", "update", "patch", "delete"},
                              "one ClusterProfile for each member"}}};
  RoleOf lease{.name = "slipway-controllers-lease",
               .namespace_ = namespace_,
               .rights = {{{"coordination.k8s.io"}, {"leases"}, {}, {"create"}, "their lease is made by the first"},
                          {{"coordination.k8s.io"},
                           {"leases"},
                           one(api::hub_lease_name),
                           {"update", "patch"},
                           "one of several replicas works"}}};
  return {std::move(everywhere), std::move(profiles), std::move(lease)};
}

std::vector<RoleOf> agent_rights(bool with_watch) {
  RoleOf apply{
      .name = std::string(agent_name),
      .namespace_ = "",
      .rights = {
          {{"*"},
           {"*"},
           {},
           {"get", "create", "update", "patch", "delete"},
           "a placement may hold any kind; leases and events are among them"},
          {one(rbac_group), {"roles", "clusterroles"}, {}, {"bind", "escalate"}, "a placement may hold roles"},
          {{""}, {"nodes", "pods", "namespaces"}, {}, {"list", "watch"}, "properties and capacity of the member"},
          {one(api::placement_group), {"appliedworks"}, {}, {"list", "watch"}, "what this agent applied"},
          {{"coordination.k8s.io"}, {"leases"}, {}, {"list", "watch"}, "one of several replicas works"},
      }};
  std::vector<RoleOf> roles{std::move(apply)};
  if (with_watch)
    roles.push_back({.name = "slipway-agent-watch",
                     .namespace_ = "",
                     .rights = {{{"*"},
                                 {"*"},
                                 {},
                                 {"list", "watch"},
                                 "changes of applied objects are seen at once; left out by `--without-watch`, and then "
                                 "they are looked at again and again"}}});
  return roles;
}

json::Array rules_of(const std::vector<Right>& rights) {
  json::Array rules;
  for (const auto& right : rights) {
    json::Object rule{{"apiGroups", texts(right.groups)}, {"resources", texts(right.resources)}};
    if (!right.names.empty()) rule.set("resourceNames", texts(right.names));
    rule.set("verbs", texts(right.verbs));
    rules.emplace_back(std::move(rule));
  }
  return rules;
}

std::string rights_tables() {
  std::string out = "### Controllers, on the hub\n\n";
  add_table(out, controllers_rights(std::string(api::fleet_system_namespace)));
  out += "\n### Agent, on its member\n\n";
  add_table(out, agent_rights(true));
  return out;
}

}  // namespace slipway::app
