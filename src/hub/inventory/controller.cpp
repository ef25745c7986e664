#include "hub/inventory/controller.h"

#include <algorithm>

#include "api/cluster_profile.h"
#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "base/bytes.h"
#include "hub/writes.h"

namespace slipway::hub::inventory {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;
using kube::ConditionStatus;

// What the inventory API prescribes or KubeFleet's profiles say (api 12.2).
constexpr std::string_view manager = "KubeFleet";
constexpr std::string_view manager_label = "x-k8s.io/cluster-manager";
constexpr std::string_view control_plane_healthy = "ControlPlaneHealthy";
constexpr std::string_view version_property = "k8s.io/k8s-version";
constexpr std::string_view entrypoint_property = "k8s.io/cluster-entrypoint";
constexpr std::string_view authority_property = "k8s.io/cluster-certificate-authority-data";

// A heartbeat may come late twice before its absence means something; the reference's default of one period makes the
// condition flap.
constexpr int periods_until_lost = 3;

const engine::Collection namespaces{engine::Side::hub, {"", "namespaces"}};

Key profile_key(std::string_view member) { return {std::string(api::fleet_system_namespace), std::string(member)}; }

bool is_ours(const api::ClusterProfile& profile) {
  const std::string* const label = profile.metadata.label(manager_label);
  return label != nullptr && *label == manager;
}

std::string property(const api::MemberCluster& member, std::string_view name) {
  const auto found = member.status.properties.find(name);
  return found == member.status.properties.end() ? std::string() : found->second.value;
}

// Agents report PEM as it is (member 6.2), though the API speaks of base64; a profile holds bytes, which are base64 in
// JSON.
std::string authority_of(const api::MemberCluster& member) {
  std::string reported = property(member, authority_property);
  return decode_base64(reported) ? reported : base64(reported);
}

struct Health {
  ConditionStatus status = ConditionStatus::unknown;
  std::string_view reason{};
  std::string_view message{};
};

// The table of 9.3; the first match.
Health health_of(const api::AgentStatus* agent, bool is_lost) {
  if (agent == nullptr)
    return {ConditionStatus::unknown, "MemberAgentReportedNoStatus", "The member's agent has reported nothing yet"};
  const kube::Condition* const healthy = kube::find_condition(agent->conditions, api::condition::healthy);
  if (healthy == nullptr)
    return {ConditionStatus::unknown, "MemberAgentReportedNoHealthInfo",
            "The member's agent has not said how its API server is"};
  if (is_lost)
    return {ConditionStatus::false_, "MemberAgentHeartbeatLost", "The member's agent has not been heard of for long"};
  switch (healthy->status) {
    case ConditionStatus::true_:
      return {ConditionStatus::true_, "MemberClusterAPIServerHealthy", "The member's API server is healthy"};
    case ConditionStatus::false_:
      return {ConditionStatus::false_, "MemberClusterAPIServerUnhealthy", "The member's API server is not healthy"};
    case ConditionStatus::unknown:
      break;
  }
  return {ConditionStatus::unknown, "MemberAgentReportedNoHealthInfo",
          "The member's agent does not know how its API server is"};
}

class InventoryController final : public engine::Controller {
 public:
  explicit InventoryController(std::chrono::seconds lost_after) : lost_after_(lost_after) {}
  [[nodiscard]] std::string_view name() const override { return "clusterprofile"; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan keep(const api::MemberCluster& member, const api::ClusterProfile* profile, const View& view,
                          Now now) const;
  [[nodiscard]] std::optional<WallTime> lost_at(const api::MemberCluster& member) const;

  std::chrono::seconds lost_after_;
};

std::vector<engine::Watch> InventoryController::watches() const {
  return {
      {.collection = View::collection_of<api::MemberCluster>(api::Scope::cluster),
       .concerns = [](const Change& change, const View&,
                      std::vector<Key>& keys) { keys.push_back(change.either().key()); }},
      {.collection = View::collection_of<api::ClusterProfile>(api::Scope::namespaced),
       .namespace_ = std::string(api::fleet_system_namespace),
       .concerns = [](const Change& change, const View&,
                      std::vector<Key>& keys) { keys.push_back({"", change.either().key().name}); }},
      {.collection = namespaces, .concerns = [](const Change&, const View&, std::vector<Key>&) {}},
  };
}

// Leaving, or gone: the profile first, then the finalizer that stood for it.
Plan give_up(const api::MemberCluster* member, const api::ClusterProfile* profile) {
  Plan plan;
  if (profile != nullptr) {
    if (!profile->metadata.is_deleting()) plan.chains.push_back({remove(*profile, "its member leaves the fleet")});
    return plan;  // its end wakes us
  }
  if (member != nullptr && member->metadata.has_finalizer(api::finalizer::cluster_profile_cleanup))
    plan.chains.push_back(
        {remove_finalizer(*member, api::finalizer::cluster_profile_cleanup, "the member's ClusterProfile is gone",
                          api::field_manager::member_cluster)});
  return plan;
}

Plan InventoryController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto member = view.get<api::MemberCluster>(key);
  auto profile = view.get<api::ClusterProfile>(profile_key(key.name));
  const bool is_foreign = profile != nullptr && !is_ours(*profile);
  if (member == nullptr || member->metadata.is_deleting())
    return give_up(member.get(), is_foreign ? nullptr : profile.get());
  const kube::Condition* const joined = kube::find_condition(member->status.conditions, api::condition::joined);
  if (joined == nullptr || joined->status != ConditionStatus::true_) return {};  // a profile that is there stays
  return keep(*member, profile.get(), view, now);
}

Plan InventoryController::keep(const api::MemberCluster& member, const api::ClusterProfile* profile, const View& view,
                               Now now) const {
  Plan plan;
  engine::Chain chain;
  if (!member.metadata.has_finalizer(api::finalizer::cluster_profile_cleanup))
    chain.push_back(add_finalizer(member, api::finalizer::cluster_profile_cleanup,
                                  "the member's ClusterProfile must go before it does",
                                  api::field_manager::member_cluster));
  api::ClusterProfile next;
  if (profile != nullptr) next = *profile;
  next.metadata.namespace_ = api::fleet_system_namespace;
  next.metadata.name = member.metadata.name;
  next.metadata.labels.insert_or_assign(std::string(manager_label), std::string(manager));
  next.spec.display_name = member.metadata.name;
  next.spec.cluster_manager.name = manager;
  if (profile == nullptr) {
    const Key space{"", std::string(api::fleet_system_namespace)};
    if (view.get(namespaces, space) == nullptr) {
      chain.push_back({.request = {.verb = client::Write::Verb::create,
                                   .resource = {"", "v1", "namespaces"},
                                   .key = space,
                                   .body = json::Object{{"apiVersion", "v1"},
                                                        {"kind", "Namespace"},
                                                        {"metadata", json::Object{{"name", space.name}}}}},
                       .why = "ClusterProfiles live in it"});
    }
    chain.push_back(create(next, "the member has joined", api::field_manager::member_cluster));
  } else if (profile->spec.cluster_manager != next.spec.cluster_manager) {
    // Immutable: the one that is there has to go. Its end wakes us.
    chain.push_back(remove(*profile, "it names another manager than its label"));
  } else if (next.spec != profile->spec || next.metadata.labels != profile->metadata.labels) {
    chain.push_back(update(next, "it is not as the member's profile has to be", api::field_manager::member_cluster));
  }
  if (!chain.empty()) {
    plan.chains.push_back(std::move(chain));
    return plan;  // the status comes with the next look, at the object as it is then
  }

  const kube::Condition* const collected =
      kube::find_condition(member.status.conditions, api::condition::cluster_property_collection_succeeded);
  if (collected != nullptr && collected->status == ConditionStatus::true_) {
    next.status.version.kubernetes = property(member, version_property);
    api::AccessProvider provider{.name = std::string(manager), .cluster = api::ClusterEndpoint{}};
    provider.cluster->server = property(member, entrypoint_property);
    provider.cluster->certificate_authority_data = authority_of(member);
    next.status.access_providers = {std::move(provider)};
  }
  const auto lost = lost_at(member);
  const bool is_lost = lost && *lost <= now.wall;
  const Health health = health_of(member.status.agent(api::agent_type::member_agent), is_lost);
  kube::set_condition(next.status.conditions,
                      {.type = std::string(control_plane_healthy),
                       .status = health.status,
                       .observed_generation = next.metadata.generation,
                       .last_transition_time = now.wall,
                       .reason = std::string(health.reason),
                       .message = std::string(health.message)},
                      now.wall);
  if (next.status != profile->status) plan.report = update_status(next, "the member's health or version has changed");
  if (lost && !is_lost) plan.look_again = engine::Deadline{*lost};
  return plan;
}

// When a member that stays silent counts as lost.
std::optional<WallTime> InventoryController::lost_at(const api::MemberCluster& member) const {
  const api::AgentStatus* const agent = member.status.agent(api::agent_type::member_agent);
  if (agent == nullptr || !agent->last_received_heartbeat) return std::nullopt;
  const std::chrono::seconds patience =
      std::max(lost_after_, periods_until_lost * std::chrono::seconds{member.spec.heartbeat_period_seconds});
  return *agent->last_received_heartbeat + patience + std::chrono::seconds{1};
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(std::chrono::seconds heartbeat_lost_after) {
  return std::make_unique<InventoryController>(heartbeat_lost_after);
}

}  // namespace slipway::hub::inventory
