#include "test/hub/updaterun/play.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/updaterun/contract.h"
#include "hub/updaterun/controller.h"
#include "json/text.h"

namespace slipway::hub::updaterun::testing {
namespace {

template <class T>
T from_json(api::Scope scope, std::string_view namespace_, std::string_view name, const std::string& spec) {
  const auto gvk = api::gvk_of<T>(scope);
  auto value = json::parse(fmt::format(R"({{"apiVersion":"{}","kind":"{}","metadata":{{"name":"{}"}},"spec":{}}})",
                                       gvk.api_version(), gvk.kind, name, spec));
  if (!value) {
    ADD_FAILURE() << value.error().message << " in " << spec;
    return {};
  }
  if (!namespace_.empty()) (*value)["metadata"]["namespace"] = namespace_;
  auto made = api::decode<T>(*value);
  if (!made) {
    ADD_FAILURE() << made.error().message << " in " << spec;
    return {};
  }
  return *std::move(made);
}

std::string shortened(std::string_view reason) {
  for (const std::string_view prefix : {"UpdateRun", "StageUpdating", "ClusterUpdating"}) {
    if (reason.starts_with(prefix)) return std::string(reason.substr(prefix.size()));
  }
  return std::string(reason);
}

std::string conditions_text(const api::Conditions& conditions) {
  std::string text;
  for (const auto& one : conditions) {
    text += fmt::format(" {}={}:{}", one.type.substr(0, 1), kube::text(one.status).substr(0, 1), shortened(one.reason));
  }
  return text;
}

std::string tasks_text(std::string_view when, const std::vector<api::StageTaskStatus>& tasks) {
  if (tasks.empty()) return {};
  std::string text = fmt::format(" {}{{", when);
  for (const auto& task : tasks) {
    if (&task != &tasks.front()) text += ' ';
    text += task.type == api::StageTaskType::approval ? "approval" : "wait";
    for (const auto& one : task.conditions) {
      text += one.type == api::condition::wait_time_elapsed          ? "+E"
              : one.type == api::condition::approval_request_created ? "+C"
                                                                     : "+A";
      if (one.status != kube::ConditionStatus::true_) text += "?";
    }
  }
  return text + "}";
}

std::string stage_text(const api::StageUpdatingStatus& stage, std::string_view name) {
  std::string text = fmt::format(" | {}{}", name, conditions_text(stage.conditions));
  if (stage.start_time) text += " start";
  if (stage.end_time) text += " end";
  text += tasks_text("before", stage.before_stage_task_status) + tasks_text("after", stage.after_stage_task_status);
  for (const auto& cluster : stage.clusters) {
    text += (&cluster == &stage.clusters.front() ? "; " : ", ") + cluster.cluster_name;
    for (const auto& one : cluster.conditions) {
      text += one.type == api::condition::started ? " St" : one.status == kube::ConditionStatus::true_ ? " Su" : " Fa";
    }
  }
  return text;
}

template <class F>
void each_condition(const api::UpdateRunStatus& status, F&& f) {
  const auto all = [&](const api::Conditions& conditions) { std::ranges::for_each(conditions, f); };
  const auto stage = [&](const api::StageUpdatingStatus& one) {
    all(one.conditions);
    for (const auto& task : one.before_stage_task_status) all(task.conditions);
    for (const auto& task : one.after_stage_task_status) all(task.conditions);
    for (const auto& cluster : one.clusters) all(cluster.conditions);
  };
  all(status.conditions);
  std::ranges::for_each(status.stages_status, stage);
  if (status.deletion_stage_status) stage(*status.deletion_stage_status);
}

}  // namespace

std::string describe(const api::UpdateRunStatus& status) {
  std::string text = conditions_text(status.conditions);
  if (!text.empty()) text.erase(0, 1);
  for (const auto& stage : status.stages_status) text += stage_text(stage, stage.stage_name);
  if (status.deletion_stage_status) text += stage_text(*status.deletion_stage_status, "deletion");
  return text;
}

Play::Play(api::Scope scope, std::string namespace_)
    : scope_(scope),
      namespace_(scope == api::Scope::cluster ? std::string() : std::move(namespace_)),
      controller_(make_controller(scope)) {}

Play::Play(const Fleet& fleet) : Play(fleet.scope) {
  hub.put(from_json<api::Placement>(
      scope_, namespace_, "app",
      fmt::format(
          R"({{"policy":{},"strategy":{{"type":"External"}},"revisionHistoryLimit":10,"resourceSelectors":[{}]}})",
          fleet.policy,
          scope_ == api::Scope::cluster ? R"({"group":"","version":"v1","kind":"Namespace","name":"app"})"
                                        : R"({"group":"","version":"v1","kind":"ConfigMap","name":"app"})")));
  auto policy = from_json<api::SchedulingPolicySnapshot>(
      scope_, namespace_, "app-0", fmt::format(R"({{"policy":{},"policyHash":"aA=="}})", fleet.policy));
  policy.metadata.labels = {{std::string(api::label::parent_crp), "app"},
                            {std::string(api::label::is_latest_snapshot), "true"},
                            {std::string(api::label::policy_index), "0"}};
  policy.metadata.annotations = {{std::string(api::annotation::crp_generation), "1"}};
  if (policy.spec.policy->placement_type == api::PlacementType::pick_n) {
    policy.metadata.annotations.emplace(api::annotation::number_of_clusters, std::to_string(fleet.clusters.size()));
  }
  policy.status.observed_crp_generation = 1;
  policy.status.conditions = {{.type = "Scheduled",
                               .status = kube::ConditionStatus::true_,
                               .observed_generation = 1,
                               .last_transition_time = hub.now.wall,
                               .reason = "SchedulingPolicyFulfilled"}};
  hub.put(policy);
  hub.put(from_json<api::StagedUpdateStrategy>(scope_, namespace_, "plan",
                                               fmt::format(R"({{"stages":{}}})", fleet.stages)));
  for (const auto& cluster : fleet.clusters) put_member(cluster), put_binding(cluster, "Scheduled");
  for (const auto& cluster : fleet.leaving) put_member(cluster), put_binding(cluster, "Unscheduled");
  if (scope_ == api::Scope::cluster) {
    hub.put_json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}})");
  } else {
    hub.put_json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"app","namespace":"ns"}})");
  }
  put_snapshot(0, true);
}

void Play::put_member(const Cluster& cluster) {
  api::MemberCluster member;
  member.metadata.name = cluster.name;
  member.metadata.labels = cluster.labels;
  hub.put(member);
}

void Play::put_binding(const Cluster& cluster, std::string_view state, std::string_view policy) {
  api::ResourceBinding binding;
  binding.metadata.name = "app-" + cluster.name;
  binding.metadata.namespace_ = namespace_;
  binding.metadata.labels = {{std::string(api::label::parent_crp), "app"}};
  binding.metadata.finalizers = {std::string(api::finalizer::scheduler_crb_cleanup)};
  binding.spec.state = state;
  binding.spec.target_cluster = cluster.name;
  binding.spec.scheduling_policy_snapshot_name = policy;
  binding.spec.cluster_decision = {.cluster_name = cluster.name, .selected = true, .reason = "picked"};
  hub.put(binding);
}

void Play::put_snapshot(std::int64_t index, bool latest, std::string_view hash) {
  auto snapshot = from_json<api::ResourceSnapshot>(
      scope_, namespace_, fmt::format("app-{}-snapshot", index),
      R"({"selectedResources":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"app"}}]})");
  snapshot.metadata.labels = {{std::string(api::label::parent_crp), "app"},
                              {std::string(api::label::is_latest_snapshot), latest ? "true" : "false"},
                              {std::string(api::label::resource_index), std::to_string(index)}};
  if (!hash.empty()) {
    snapshot.metadata.annotations = {{std::string(api::annotation::resource_hash), std::string(hash)},
                                     {std::string(api::annotation::number_of_resource_snapshots), "1"}};
  }
  hub.put(snapshot);
}

void Play::create_run(std::string_view spec, std::string_view name) {
  hub.put(
      from_json<api::StagedUpdateRun>(scope_, namespace_, name,
                                      fmt::format(R"({{"placementName":"app","stagedRolloutStrategyName":"plan"{}{}}})",
                                                  spec.empty() ? "" : ",", spec)));
}

std::vector<std::string> Play::settle(std::string_view name) {
  const std::size_t before = hub.written.size();
  rest_ = hub.reconcile(*controller_, key(name));
  EXPECT_TRUE(rest_.is_at_rest) << "the run does not come to rest";
  for (const auto& event : rest_.events) ADD_FAILURE() << event.reason << ": " << event.message;
  std::vector<std::string> rows;
  for (std::size_t i = before; i < hub.written.size(); ++i) {
    const auto& write = hub.written[i];
    EXPECT_FALSE(write.why.empty());
    if (write.request.verb != client::Write::Verb::update_status ||
        write.request.resource.group_resource() != api::resource_of<api::StagedUpdateRun>(scope_))
      continue;
    const auto written = api::decode<api::StagedUpdateRun>(write.request.body);
    if (!written) {
      ADD_FAILURE() << written.error().message;
      continue;
    }
    // 2.3: all conditions of a persisted status carry the run's generation.
    each_condition(written->status, [&](const kube::Condition& one) {
      EXPECT_EQ(one.observed_generation, written->metadata.generation) << one.type << ":" << one.reason;
      EXPECT_LE(one.last_transition_time, hub.now.wall);
      EXPECT_FALSE(one.message.empty()) << one.type << ":" << one.reason;
    });
    rows.push_back(describe(written->status));
  }
  return rows;
}

std::string Play::last(std::string_view name) {
  settle(name);
  return describe(run(name).status);
}

void Play::set_state(api::UpdateRunState state, std::string_view name) {
  change<api::StagedUpdateRun>(key(name), [&](auto& run) { run.spec.state = state; });
}

void Play::approve(std::string_view request, kube::ConditionStatus status, std::int64_t generation_offset) {
  change<api::ApprovalRequest>(
      key(request),
      [&](api::ApprovalRequest& one) {
        kube::set_condition(one.status.conditions,
                            {.type = std::string(api::condition::approved),
                             .status = status,
                             .observed_generation = one.metadata.generation + generation_offset,
                             .last_transition_time = hub.now.wall,
                             .reason = "approved",
                             .message = "fine"},
                            hub.now.wall);
      },
      false);
}

void Play::change_binding(std::string_view cluster, const std::function<void(api::ResourceBinding&)>& edit, bool spec) {
  change<api::ResourceBinding>(key(binding(cluster).metadata.name), edit, spec);
}

void Play::report(std::string_view cluster, std::string_view type, kube::ConditionStatus status,
                  std::string_view reason, std::int64_t generation_offset) {
  change_binding(
      cluster,
      [&](api::ResourceBinding& one) {
        kube::set_condition(one.status.conditions,
                            {.type = std::string(type),
                             .status = status,
                             .observed_generation = one.metadata.generation + generation_offset,
                             .last_transition_time = hub.now.wall,
                             .reason = std::string(reason),
                             .message = "so"},
                            hub.now.wall);
      },
      false);
}

void Play::later(std::int64_t seconds) {
  hub.now.wall = hub.now.wall + std::chrono::seconds{seconds};
  hub.now.ticks = hub.now.ticks + std::chrono::seconds{seconds};
}

api::StagedUpdateRun Play::run(std::string_view name) const {
  const auto found = hub.get<api::StagedUpdateRun>(key(name));
  if (found != nullptr) return *found;
  not_there(key(name));
  return {};
}

api::ResourceBinding Play::binding(std::string_view cluster) const {
  for (const auto& object : hub.list(engine::View::collection_of<api::ResourceBinding>(scope_), "")) {
    const auto* const one = api::as<api::ResourceBinding>(*object);
    if (one != nullptr && one->spec.target_cluster == cluster) return *one;
  }
  not_there(key(cluster));
  return {};
}

bool Play::has_binding(std::string_view cluster) const {
  return std::ranges::any_of(hub.list(engine::View::collection_of<api::ResourceBinding>(scope_), ""),
                             [&](const kube::ObjectPtr& object) {
                               const auto* const one = api::as<api::ResourceBinding>(*object);
                               return one != nullptr && one->spec.target_cluster == cluster;
                             });
}

std::shared_ptr<const api::ApprovalRequest> Play::request(std::string_view name) const {
  return hub.get<api::ApprovalRequest>(key(name));
}

std::string Play::bindings() const {
  std::vector<std::string> lines;
  for (const auto& object : hub.list(engine::View::collection_of<api::ResourceBinding>(scope_), "")) {
    const auto* const one = api::as<api::ResourceBinding>(*object);
    if (one == nullptr) continue;
    std::string line = fmt::format("{}:{}", one->spec.target_cluster, one->spec.state);
    if (!one->spec.resource_snapshot_name.empty()) line += "/" + one->spec.resource_snapshot_name;
    if (one->metadata.is_deleting()) line += "/deleting";
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : " ") + line;
  return text;
}

std::int64_t Play::look_again_in() const {
  if (!rest_.plan.look_again) return -1;
  if (const auto* const wall = std::get_if<WallTime>(&rest_.plan.look_again->at)) return (*wall - hub.now.wall).count();
  return std::chrono::duration_cast<std::chrono::seconds>(std::get<Ticks>(rest_.plan.look_again->at) - hub.now.ticks)
      .count();
}

void Play::not_there(const kube::NamespacedName& key) { ADD_FAILURE() << key.text() << " is not there"; }

}  // namespace slipway::hub::updaterun::testing
