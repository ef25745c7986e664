#include "sim/fleet.h"

#include "api/conditions.h"
#include "api/crd.h"
#include "api/membership.h"
#include "api/names.h"
#include "apiserver/fleet_admission.h"
#include "member/agent.h"
#include "sim/workloads.h"

namespace slipway::sim {
namespace {

constexpr std::string_view hub_prefix = "/registry";
constexpr std::string_view members_prefix = "/clusters/";

// In-process callers that act for the system itself.
apiserver::Identity system_identity(std::string user) {
  return {.user = std::move(user), .groups = {"system:masters", "system:authenticated"}};
}

// "/clusters/member1/apis/…" → "member1"; "" when the path is not below a cluster.
std::string_view member_of_path(std::string_view path) {
  if (!path.starts_with(members_prefix)) return {};
  path.remove_prefix(members_prefix.size());
  return path.substr(0, path.find_first_of("/?"));
}

std::string path_of_member(std::string_view name) { return fmt::format("{}{}", members_prefix, name); }

struct LoadedRow {
  std::string key;
  std::string value;
  std::uint64_t revision;
};

}  // namespace

std::string Fleet::agent_user(std::string_view member) { return fmt::format("fleet-member-agent:{}", member); }

Fleet::Fleet(Options options) : options_(std::move(options)) {}

Fleet::~Fleet() { stop(); }

Fleet::Cluster Fleet::make_cluster(const std::string& prefix, const std::string& base_path) {
  Cluster cluster;
  cluster.registry = apiserver::Registry::make(
      {.journal = *journal_, .clock = options_.loop.clock(), .rng = Rng{options_.rng()}, .prefix = prefix});
  cluster.authorizer = apiserver::make_rbac_authorizer(*cluster.registry);
  cluster.server = apiserver::Server::make({.registry = *cluster.registry,
                                            .loop = options_.loop,
                                            .authorizer = *cluster.authorizer,
                                            .base_path = base_path,
                                            .server_address = options_.server_address,
                                            .rng = Rng{options_.rng()}});
  return cluster;
}

Fleet::Member Fleet::make_member(const std::string& name) {
  Member member;
  member.cluster = make_cluster(path_of_member(name), path_of_member(name));
  return member;
}

Result<std::unique_ptr<Fleet>> Fleet::open(Options options) {
  std::vector<LoadedRow> rows;
  const auto revision = options.store.load(
      [&rows](store::Row row) { rows.push_back({std::move(row.key), std::move(row.value), row.revision}); });
  if (!revision) return fail(revision.error());
  std::unique_ptr<Fleet> fleet(new Fleet(std::move(options)));  // the constructor is private
  fleet->journal_ = std::make_unique<apiserver::Journal>(fleet->options_.loop, fleet->options_.store, *revision,
                                                         std::move(fleet->options_.on_failure));
  fleet->hub_ = fleet->make_cluster(std::string(hub_prefix), "");
  fleet->hub_.registry->add_admission(apiserver::make_fleet_admission(*fleet->hub_.registry));
  for (const auto& row : rows) {
    apiserver::Registry* registry = fleet->hub_.registry.get();
    if (const auto name = member_of_path(row.key); !name.empty()) {
      auto [position, added] = fleet->members_.try_emplace(std::string(name));
      if (added) position->second = fleet->make_member(position->first);
      registry = position->second.cluster.registry.get();
    }
    if (auto restored = registry->restore(row.key, row.value, row.revision); !restored) {
      return fail(with_context(std::move(restored).error(), fmt::format("the stored object {}", row.key)));
    }
  }
  if (auto ready = fleet->hub_.registry->bootstrap(api::hub_crds()); !ready) return fail(ready.error());
  for (auto& [name, member] : fleet->members_) {
    if (auto ready = member.cluster.registry->bootstrap(api::member_crds()); !ready) return fail(ready.error());
  }
  fleet->watch_joins();
  return fleet;
}

Result<void> Fleet::add_member(const std::string& name, const kube::StringMap& labels) {
  if (!members_.contains(name)) {
    Member& member = members_.emplace(name, make_member(name)).first->second;
    if (auto ready = member.cluster.registry->bootstrap(api::member_crds()); !ready) return ready;
    if (started_) start_member(name, member);
  }
  const auto resource = hub_.registry->find(api::resource_of<api::MemberCluster>(api::Scope::cluster));
  if (hub_.registry->get(*resource, {"", name})) return {};
  api::MemberCluster object;
  object.metadata.name = name;
  object.metadata.labels = labels;
  object.spec.identity = {.kind = "User", .api_group = "rbac.authorization.k8s.io", .name = agent_user(name)};
  auto created =
      hub_.registry->create(*resource, "", api::to_value(object, api::Scope::cluster),
                            {.identity = system_identity("slipway"), .version = std::string(api::storage_version)});
  if (!created) return fail(created.error());
  return {};
}

void Fleet::start() {
  if (started_) return;
  started_ = true;
  if (!options_.without_controllers) start_controllers();
  for (auto& [name, member] : members_) start_member(name, member);
}

void Fleet::start_controllers() {
  controllers_client_ = hub_client(system_identity("slipway-hub"));
  hub_runner_ = engine::Runner::make({.loop = options_.loop,
                                      .rng = Rng{options_.rng()},
                                      .hub = controllers_client_.get(),
                                      .log = options_.log.with("cluster", "hub"),
                                      .component = "slipway-hub",
                                      .instance = "slipway-hub",
                                      .drop_memo_one_in = options_.drop_memo_one_in});
  for (auto& controller : hub::make_controllers(options_.hub)) hub_runner_->add(std::move(controller));
  hub_runner_->start();
}

void Fleet::start_member(const std::string& name, Member& member) {
  const apiserver::Identity identity{.user = agent_user(name), .groups = {"system:authenticated"}};
  member.to_hub = options_.connect_agent ? options_.connect_agent(*this, name, identity) : hub_client(identity);
  member.to_member = apiserver::make_local_client(*member.cluster.registry, *member.cluster.authorizer,
                                                  system_identity("slipway-agent"));
  const auto make_runner = [&](client::Client* hub, const std::string& component) {
    return engine::Runner::make({.loop = options_.loop,
                                 .rng = Rng{options_.rng()},
                                 .hub = hub,
                                 .member = member.to_member.get(),
                                 .log = options_.log.with("cluster", name),
                                 .component = component,
                                 .instance = component,
                                 .drop_memo_one_in = options_.drop_memo_one_in});
  };
  if (!options_.without_controllers) {
    member.agent = make_runner(member.to_hub.get(), "slipway-agent");
    for (auto& controller : member::make_controllers({.member_name = name})) member.agent->add(std::move(controller));
  }
  member.workloads = make_runner(nullptr, "slipway-workloads");
  for (auto& controller :
       make_workload_controllers({.cluster_name = name, .pod_start_time = options_.pod_start_time})) {
    member.workloads->add(std::move(controller));
  }
  member.workloads->start();
  if (member.agent != nullptr) member.agent->start();
}

void Fleet::stop() {
  if (!started_) return;
  started_ = false;
  hub_.server->close_streams();
  for (auto& [name, member] : members_) {
    member.cluster.server->close_streams();
    if (member.agent != nullptr) member.agent->stop();
    member.workloads->stop();
  }
  if (hub_runner_ != nullptr) hub_runner_->stop();
}

std::unique_ptr<client::HttpExchange> Fleet::handle(client::HttpRequest request, apiserver::Identity identity,
                                                    std::shared_ptr<client::HttpSink> sink) {
  const auto name = member_of_path(request.target);
  if (name.empty()) return hub_.server->handle(std::move(request), std::move(identity), std::move(sink));
  const auto member = members_.find(std::string(name));
  // An unknown cluster is answered by the hub, which knows no such path either: 404.
  apiserver::Server& server = member == members_.end() ? *hub_.server : *member->second.cluster.server;
  return server.handle(std::move(request), std::move(identity), std::move(sink));
}

apiserver::Registry* Fleet::member(const std::string& name) {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : found->second.cluster.registry.get();
}

std::vector<std::string> Fleet::members() const {
  std::vector<std::string> names;
  names.reserve(members_.size());
  for (const auto& [name, member] : members_) names.push_back(name);
  return names;
}

bool Fleet::is_idle() const {
  if (!started_ || (hub_runner_ != nullptr && !hub_runner_->is_idle())) return false;
  for (const auto& [name, member] : members_) {
    if ((member.agent != nullptr && !member.agent->is_idle()) || !member.workloads->is_idle()) return false;
  }
  return true;
}

std::unique_ptr<client::Client> Fleet::hub_client(apiserver::Identity identity) {
  return apiserver::make_local_client(*hub_.registry, *hub_.authorizer, std::move(identity));
}

void Fleet::note_join(const kube::Object* object) {
  const auto* const member = object == nullptr ? nullptr : api::as<api::MemberCluster>(*object);
  if (member == nullptr) return;
  const kube::Condition* const joined = kube::find_condition(member->status.conditions, api::condition::joined);
  if (joined == nullptr || joined->status != kube::ConditionStatus::true_) return;
  if (joined_.insert(member->metadata.name).second && options_.on_joined) options_.on_joined(member->metadata.name);
}

void Fleet::watch_joins() {
  const auto resource = hub_.registry->find(api::resource_of<api::MemberCluster>(api::Scope::cluster));
  if (const auto present = hub_.registry->list(*resource, {}, 0, "", std::nullopt)) {
    for (const auto& object : present->items) note_join(object.get());
  }
  auto watch = hub_.registry->watch(*resource, 0,
                                    {.on_change =
                                         [this](const apiserver::Registry::ChangeEvent& change) {
                                           if (change.after != nullptr) return note_join(change.after.get());
                                           joined_.erase(change.before->metadata().name);
                                         },
                                     .on_close = [] {}});
  if (watch) join_watch_ = *std::move(watch);
}

}  // namespace slipway::sim
