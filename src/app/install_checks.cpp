#include "app/install_checks.h"

#include <algorithm>
#include <fmt/ranges.h>
#include <set>

#include "api/kinds.h"
#include "api/names.h"
#include "app/install_apply.h"
#include "client/resource_path.h"

namespace slipway::app {
namespace {

constexpr int minor_min = 27;
constexpr std::size_t shown_max = 6;

int number_at_start(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Some of many, for one line.
std::string some_of(const std::vector<std::string>& all) {
  const auto shown = static_cast<std::ptrdiff_t>(std::min(shown_max, all.size()));
  const std::size_t more = all.size() - static_cast<std::size_t>(shown);
  return fmt::format("{}{}", fmt::join(all.begin(), all.begin() + shown, ", "),
                     more == 0 ? "" : fmt::format(", and {} more", more));
}

std::vector<Access> accesses_of(const RoleOf& role) {
  std::vector<Access> all;
  for (const auto& right : role.rights) {
    for (const auto& group : right.groups) {
      for (const auto& resource : right.resources) {
        const std::size_t slash = resource.find('/');
        for (const auto& verb : right.verbs)
          all.push_back({.verb = verb,
                         .group = group,
                         .resource = resource.substr(0, slash),
                         .subresource = slash == std::string::npos ? "" : resource.substr(slash + 1),
                         .namespace_ = role.namespace_,
                         .name = right.names.empty() ? "" : right.names.front()});
      }
    }
  }
  return all;
}

const json::Array& array_at(const json::Value& value, std::initializer_list<std::string_view> path) {
  static const json::Array none;
  const json::Value* const found = value.find_path(path);
  return found == nullptr || found->array() == nullptr ? none : *found->array();
}

// A read that may fail because it is not allowed, or because there is no such thing here: then nothing is known, and
// nothing said.
Result<std::optional<json::Value>> find_if_allowed(ApiServer& server, const std::string& path) {
  auto found = find(server, path);
  if (!found && found.error().reason == Reason::forbidden) return std::optional<json::Value>();
  return found;
}

// The Service a webhook points at: named, or as the host of an in-cluster URL; "" when it is neither.
kube::NamespacedName service_of(const json::Value& webhook) {
  const json::Value* const service = webhook.find_path({"clientConfig", "service"});
  if (service != nullptr)
    return {std::string(service->text_at({"namespace"})), std::string(service->text_at({"name"}))};
  std::string_view host = webhook.text_at({"clientConfig", "url"});
  if (const std::size_t scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  host = host.substr(0, host.find_first_of(":/"));
  const std::size_t first = host.find('.');
  const std::size_t second = first == std::string_view::npos ? first : host.find('.', first + 1);
  if (second == std::string_view::npos || !host.substr(second + 1).starts_with("svc")) return {};
  return {std::string(host.substr(first + 1, second - first - 1)), std::string(host.substr(0, first))};
}

Result<bool> has_endpoints(ApiServer& server, const kube::NamespacedName& service) {
  std::string path = client::resource_path({"discovery.k8s.io", "v1", "endpointslices"}, {service.namespace_, ""});
  client::add_query(path, "labelSelector", "kubernetes.io/service-name=" + service.name);
  auto slices = find_if_allowed(server, path);
  if (!slices) return fail(std::move(slices.error()));
  if (!*slices) return false;
  for (const auto& slice : array_at(**slices, {"items"})) {
    for (const auto& endpoint : array_at(slice, {"endpoints"})) {
      const json::Value* const ready = endpoint.find_path({"conditions", "ready"});
      if (ready == nullptr || ready->boolean() == nullptr || *ready->boolean()) return true;
    }
  }
  return false;
}

// Those of the configuration that stand in the way: they refuse what they cannot ask about, and nobody answers.
Result<std::vector<std::string>> blocking_in(ApiServer& server, const json::Value& configuration,
                                             std::set<kube::NamespacedName>& alive,
                                             std::set<kube::NamespacedName>& gone) {
  std::vector<std::string> blocking;
  for (const auto& webhook : array_at(configuration, {"webhooks"})) {
    if (webhook.text_at({"failurePolicy"}) == "Ignore") continue;
    const auto service = service_of(webhook);
    if (service.name.empty() || alive.contains(service)) continue;
    if (!gone.contains(service)) {
      auto answers = has_endpoints(server, service);
      if (!answers) return fail(std::move(answers.error()));
      (*answers ? alive : gone).insert(service);
      if (*answers) continue;
    }
    for (const auto& rule : array_at(webhook, {"rules"})) {
      for (const auto& resource : array_at(rule, {"resources"})) {
        if (resource.string() != nullptr) blocking.push_back(*resource.string());
      }
    }
  }
  std::ranges::sort(blocking);
  blocking.erase(std::ranges::unique(blocking).begin(), blocking.end());
  return blocking;
}

}  // namespace

void Findings::add(std::string_view glyph, std::string_view subject, std::string text) {
  lines_.push_back(fmt::format("{} {:<12} {}", glyph, subject, text));
}

void Findings::problem(std::string_view subject, Reason reason, std::string text, std::string_view mend) {
  add("✗", subject, std::move(text));
  std::string_view rest = mend;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    lines_.push_back(fmt::format("    {}", rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  if (problems_++ == 0 || reason == Reason::forbidden) reason_ = reason;
}

Result<void> Findings::verdict() const {
  if (problems_ == 0) return {};
  return fail(reason_, "nothing was written: {} must be mended first",
              problems_ == 1 ? "the problem above" : fmt::format("the {} problems above", problems_));
}

Result<void> Findings::report() const {
  for (const auto& line : lines_) fmt::print(stderr, "{}\n", line);
  return verdict();
}

Result<void> check_version(ApiServer& server, Findings& findings) {
  auto version = server.get("/version");
  if (!version) return fail(std::move(version.error()));
  const int major = number_at_start(version->text_at({"major"}));
  const int minor = number_at_start(version->text_at({"minor"}));
  const std::string text(version->text_at({"gitVersion"}));
  if (major == 1 && minor < minor_min) {
    findings.problem("server", Reason::internal,
                     fmt::format("{} is Kubernetes {}; at least 1.{} is needed", server.description(), text, minor_min),
                     "Upgrade the cluster.");
  } else {
    findings.passed("server", fmt::format("{}, Kubernetes {}", server.description(), text));
  }
  return {};
}

Result<bool> check_is_hub(ApiServer& server, Findings& findings) {
  auto group = find(server, fmt::format("/apis/{}/{}", api::cluster_group, api::storage_version));
  if (!group) return fail(std::move(group.error()));
  if (*group) return true;
  findings.problem("hub", Reason::internal, fmt::format("{} does not serve MemberClusters", server.description()),
                   "It is no hub yet: slipway install hub. Or another context was meant: --hub-context");
  return false;
}

Result<InUse> find_in_use(ApiServer& server, const kube::NamespacedName& deployment) {
  auto found = find_if_allowed(server, client::resource_path({"apps", "v1", "deployments"}, deployment));
  if (!found) return fail(std::move(found.error()));
  InUse in_use;
  if (!*found) return in_use;
  const auto& containers = array_at(**found, {"spec", "template", "spec", "containers"});
  if (!containers.empty()) in_use.image = containers.front().text_at({"image"});
  const json::Value* const replicas = (*found)->find_path({"spec", "replicas"});
  if (replicas != nullptr && replicas->integer() != nullptr) in_use.replicas = static_cast<int>(*replicas->integer());
  return in_use;
}

std::vector<Access> needed_to_write(const std::vector<json::Value>& objects) {
  std::set<Access> needed;
  for (const auto& object : objects) {
    const ObjectPlace place = place_of(object);
    for (const std::string_view verb : {"get", "create", "update"})
      needed.insert({.verb = std::string(verb),
                     .group = place.resource.group,
                     .resource = place.resource.resource,
                     .namespace_ = place.key.namespace_});
  }
  return {needed.begin(), needed.end()};
}

Result<void> check_rights(ApiServer& server, std::vector<Access> needed, Findings& findings) {
  std::ranges::sort(needed);
  needed.erase(std::ranges::unique(needed).begin(), needed.end());
  std::vector<std::string> missing;
  for (const auto& access : needed) {
    auto allowed = is_allowed(server, access);
    if (!allowed) return fail(std::move(allowed.error()));
    if (!*allowed) missing.push_back(access.text());
  }
  if (missing.empty()) {
    findings.passed("rights", fmt::format("all {} that are needed", needed.size()));
  } else {
    findings.problem("rights", Reason::forbidden,
                     fmt::format("on {} you may not: {}", server.description(), some_of(missing)),
                     "Ask the cluster's administrator for them, or run this as cluster-admin.");
  }
  return {};
}

Result<void> check_may_grant(ApiServer& server, const std::vector<RoleOf>& roles, Findings& findings) {
  constexpr std::string_view rbac = "rbac.authorization.k8s.io";
  std::vector<std::string> missing;
  for (const auto& role : roles) {
    const std::string resource = role.namespace_.empty() ? "clusterroles" : "roles";
    bool may_any = true;
    for (const std::string_view verb : {"escalate", "bind"}) {
      auto allowed = is_allowed(
          server,
          {.verb = std::string(verb), .group = std::string(rbac), .resource = resource, .namespace_ = role.namespace_});
      if (!allowed) return fail(std::move(allowed.error()));
      may_any = may_any && *allowed;
    }
    if (may_any) continue;
    for (const auto& access : accesses_of(role)) {
      auto allowed = is_allowed(server, access);
      if (!allowed) return fail(std::move(allowed.error()));
      if (!*allowed) missing.push_back(access.text());
    }
  }
  if (missing.empty()) {
    findings.passed("grants", "you may hand out all rights of its service account");
  } else {
    findings.problem(
        "grants", Reason::forbidden,
        fmt::format("on {} you may not hand out what you do not have: {}", server.description(), some_of(missing)),
        "Run this as cluster-admin, or with the verbs escalate and bind on roles and clusterroles.");
  }
  return {};
}

Result<void> check_crds(ApiServer& server, const std::vector<json::Value>& objects, bool keep, Findings& findings) {
  std::size_t count = 0;
  std::size_t there = 0;
  std::vector<std::string> newer;
  for (const auto& object : objects) {
    if (object.text_at({"kind"}) != "CustomResourceDefinition") continue;
    ++count;
    auto live = find_if_allowed(server, place_of(object).path());
    if (!live) return fail(std::move(live.error()));
    if (!*live) continue;
    ++there;
    if (keep) continue;
    if (const auto unknown = unknown_in_crd(**live, object); !unknown.empty())
      newer.push_back(fmt::format("{} ({})", object.text_at({"metadata", "name"}), some_of(unknown)));
  }
  if (newer.empty()) {
    findings.passed("CRDs", fmt::format("{}: {} there, {} to make", count, there, count - there));
  } else {
    findings.problem("CRDs", Reason::internal,
                     fmt::format("these come from something newer, or from somebody else: {}", some_of(newer)),
                     "Writing ours over them could lose data. Leave those that are there as they are: --keep-crds");
  }
  return {};
}

Result<void> check_no_kubefleet_agent(ApiServer& server, const std::vector<std::string>& namespaces,
                                      std::string_view agent, Findings& findings) {
  for (const auto& namespace_ : std::set<std::string>(namespaces.begin(), namespaces.end())) {
    auto list = find_if_allowed(server, client::resource_path({"apps", "v1", "deployments"}, {namespace_, ""}));
    if (!list) return fail(std::move(list.error()));
    if (!*list) continue;
    for (const auto& deployment : array_at(**list, {"items"})) {
      const json::Value* const replicas = deployment.find_path({"spec", "replicas"});
      if (replicas != nullptr && replicas->integer() != nullptr && *replicas->integer() == 0) continue;
      const auto& containers = array_at(deployment, {"spec", "template", "spec", "containers"});
      const std::string_view name = deployment.text_at({"metadata", "name"});
      // By its name too: the image may have been changed to ours.
      const bool is_agent = name == agent || std::ranges::any_of(containers, [&](const json::Value& container) {
                              return container.text_at({"image"}).find(agent) != std::string_view::npos;
                            });
      if (!is_agent) continue;
      findings.problem("KubeFleet", Reason::internal,
                       fmt::format("its {} runs here: deployment {}/{}. Two at a time would work against each other",
                                   agent, namespace_, name),
                       fmt::format("Stop it first: kubectl -n {} scale deployment {} --replicas=0", namespace_, name));
      return {};
    }
  }
  findings.passed("KubeFleet", fmt::format("no {} runs here", agent));
  return {};
}

Result<void> check_lease(ApiServer& server, const std::string& namespace_, WallTime now, Findings& findings) {
  const kube::NamespacedName key{namespace_, std::string(api::hub_lease_name)};
  auto lease = find_if_allowed(server, client::resource_path({"coordination.k8s.io", "v1", "leases"}, key));
  if (!lease) return fail(std::move(lease.error()));
  if (!*lease) return {};
  const std::string_view holder = (*lease)->text_at({"spec", "holderIdentity"});
  if (holder.empty() || holder.starts_with(controllers_name)) return {};  // our Deployment's pods are named so
  const auto renewed = parse_rfc3339((*lease)->text_at({"spec", "renewTime"}));
  const json::Value* const seconds = (*lease)->find_path({"spec", "leaseDurationSeconds"});
  const std::chrono::seconds duration{seconds != nullptr && seconds->integer() != nullptr ? *seconds->integer() : 0};
  if (!renewed || *renewed + duration < now) return {};
  if (holder.starts_with("hub-agent")) {
    findings.problem("lease", Reason::internal, fmt::format("{} is held by KubeFleet's {}", key.text(), holder),
                     fmt::format("Stop it, and wait {} until the lease has run out.", to_go_duration(duration)));
  } else {
    findings.warning(
        "lease", fmt::format("{} is held by {}: the new controllers stand by until it lets go", key.text(), holder));
  }
  return {};
}

std::string WebhookConfiguration::path() const {
  return client::resource_path({"admissionregistration.k8s.io", "v1", std::string(resource)}, {"", std::string(name)});
}

std::vector<WebhookConfiguration> kubefleet_webhooks() {
  constexpr std::string_view validating = "validatingwebhookconfigurations";
  return {{validating, "ValidatingWebhookConfiguration", "fleet-validating-webhook-configuration"},
          {validating, "ValidatingWebhookConfiguration", "fleet-guard-rail-webhook-configuration"},
          {"mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "fleet-mutating-webhook-configuration"}};
}

Result<void> check_webhooks(ApiServer& server, bool adopting, Findings& findings) {
  std::set<kube::NamespacedName> alive;
  std::set<kube::NamespacedName> gone;
  std::vector<std::string> there;
  bool is_blocked = false;
  for (const auto& known : kubefleet_webhooks()) {
    auto configuration = find_if_allowed(server, known.path());
    if (!configuration) return fail(std::move(configuration.error()));
    if (!*configuration) continue;
    there.emplace_back(known.name);
    if (adopting) continue;
    auto blocking = blocking_in(server, **configuration, alive, gone);
    if (!blocking) return fail(std::move(blocking.error()));
    if (blocking->empty()) continue;
    is_blocked = true;
    findings.problem(
        "webhooks", Reason::internal,
        fmt::format("{} {} refuses every write to {}: its policy is Fail, and nothing answers at service {}",
                    known.kind, known.name, some_of(*blocking), gone.begin()->text()),
        "It belongs to a KubeFleet hub agent that is gone. Put it aside (kept for the way back):\n"
        "slipway install hub --adopt");
  }
  if (there.empty()) {
    findings.passed("webhooks", "none of KubeFleet's");
  } else if (adopting) {
    findings.passed("webhooks", fmt::format("to be put aside: {}", some_of(there)));
  } else if (!is_blocked) {
    findings.warning("webhooks", fmt::format("KubeFleet's are there: {}. --adopt puts them aside", some_of(there)));
  }
  return {};
}

}  // namespace slipway::app
