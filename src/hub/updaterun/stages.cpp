#include "hub/updaterun/stages.h"

#include <algorithm>
#include <charconv>
#include <fmt/ranges.h>
#include <map>
#include <set>

#include "api/names.h"

namespace slipway::hub::updaterun {
namespace {

Outcome<void> check_tasks(const api::StageConfig& stage) {
  if (stage.before_stage_tasks.size() > 1) {
    return end_run(Blame::user, "stage {}: at most one before-stage task is allowed, there are {}", stage.name,
                   stage.before_stage_tasks.size());
  }
  for (const auto& task : stage.before_stage_tasks) {
    if (task.type != api::StageTaskType::approval) {
      return end_run(Blame::user, "stage {}: a before-stage task must be an Approval, not a {}", stage.name,
                     api::text(task.type));
    }
    if (!task.wait_time.empty()) return end_run(Blame::user, "stage {}: an Approval takes no waitTime", stage.name);
  }
  const auto& after = stage.after_stage_tasks;
  if (after.size() > 2)
    return end_run(Blame::user, "stage {}: at most two after-stage tasks are allowed, there are {}", stage.name,
                   after.size());
  if (after.size() == 2 && after[0].type == after[1].type) {
    return end_run(Blame::user, "stage {}: two after-stage tasks must differ in type, both are {}", stage.name,
                   api::text(after[0].type));
  }
  for (const auto& task : after) {
    if (task.type == api::StageTaskType::approval) {
      if (!task.wait_time.empty()) return end_run(Blame::user, "stage {}: an Approval takes no waitTime", stage.name);
      continue;
    }
    const auto wait = parse_go_duration(task.wait_time);
    if (!wait || *wait <= Duration{0}) {
      return end_run(Blame::user, "stage {}: a TimedWait needs a waitTime above zero, not '{}'", stage.name,
                     task.wait_time);
    }
  }
  return {};
}

// The order of a member within a stage with a sorting label: any 64-bit decimal, leading zeros allowed (3.6 (5)).
Outcome<std::int64_t> sorting_value(const api::StageConfig& stage, const api::MemberCluster& member) {
  const std::string* const text = member.metadata.label(stage.sorting_label_key);
  if (text == nullptr) {
    return end_run(Blame::user, "stage {}: the cluster {} lacks the sorting label {}", stage.name, member.metadata.name,
                   stage.sorting_label_key);
  }
  std::int64_t value = 0;
  const char* const begin = text->data() + (text->starts_with('+') ? 1 : 0);
  const auto [end, code] = std::from_chars(begin, text->data() + text->size(), value);
  if (code != std::errc{} || end != text->data() + text->size()) {
    return end_run(Blame::user, "stage {}: the sorting label {}={} of the cluster {} is no integer", stage.name,
                   stage.sorting_label_key, *text, member.metadata.name);
  }
  return value;
}

std::vector<api::StageTaskStatus> task_statuses(std::string_view run, const api::StageConfig& stage, bool before) {
  std::vector<api::StageTaskStatus> statuses;
  for (const auto& task : before ? stage.before_stage_tasks : stage.after_stage_tasks) {
    api::StageTaskStatus status{.type = task.type};
    if (task.type == api::StageTaskType::approval)
      status.approval_request_name = api::approval_request_name(run, stage.name, before);
    statuses.push_back(std::move(status));
  }
  return statuses;
}

Outcome<std::vector<std::string>> members_of(const api::StageConfig& stage, const std::set<std::string_view>& targets,
                                             const std::vector<MemberPtr>& members) {
  kube::LabelSelector selector{.requirements = {}, .nothing = true};  // an absent selector selects no cluster
  if (stage.label_selector) {
    auto compiled = api::compile(*stage.label_selector);
    if (!compiled)
      return end_run(Blame::user, "stage {}: invalid labelSelector: {}", stage.name, compiled.error().message);
    selector = *std::move(compiled);
  }
  std::vector<std::pair<std::int64_t, std::string>> ordered;
  for (const MemberPtr& member : members) {
    if (!targets.contains(member->metadata.name) || !selector.matches(member->metadata.labels)) continue;
    std::int64_t rank = 0;
    if (!stage.sorting_label_key.empty()) {
      const auto value = sorting_value(stage, *member);
      if (!value) return std::unexpected(value.error());
      rank = *value;
    }
    ordered.emplace_back(rank, member->metadata.name);
  }
  std::ranges::sort(ordered);
  std::vector<std::string> names;
  names.reserve(ordered.size());
  for (auto& [rank, name] : ordered) names.push_back(std::move(name));
  return names;
}

}  // namespace

Outcome<Stages> compute_stages(std::string_view run_name, const api::UpdateStrategySpec& strategy,
                               const std::vector<BindingPtr>& selected, const std::vector<MemberPtr>& members) {
  std::set<std::string_view> targets;
  for (const auto& binding : selected) targets.insert(binding->spec.target_cluster);
  std::map<std::string, std::string> stage_of;  // cluster → the stage it is in
  Stages result;
  std::set<std::string_view> stage_names;
  for (const auto& stage : strategy.stages) {
    // Two stages of one name would share their approval requests (W18).
    if (!stage_names.insert(stage.name).second) return end_run(Blame::user, "two stages are called {}", stage.name);
    if (auto tasks = check_tasks(stage); !tasks) return std::unexpected(tasks.error());
    auto names = members_of(stage, targets, members);
    if (!names) return std::unexpected(names.error());
    api::StageUpdatingStatus status{.stage_name = stage.name};
    for (auto& name : *names) {
      const auto [other, added] = stage_of.emplace(name, stage.name);
      if (!added)
        return end_run(Blame::user, "the cluster {} is in two stages, {} and {}", name, other->second, stage.name);
      status.clusters.push_back({.cluster_name = std::move(name)});
    }
    status.after_stage_task_status = task_statuses(run_name, stage, false);
    status.before_stage_task_status = task_statuses(run_name, stage, true);
    result.stages.push_back(std::move(status));
  }
  for (const auto target : targets) {
    if (!stage_of.contains(std::string(target))) result.left_over.emplace_back(target);
  }
  return result;
}

std::string describe_left_over(const std::vector<std::string>& left_over) {
  constexpr std::size_t names_max = 10;
  const auto shown = std::min(names_max, left_over.size());
  return fmt::format("{} selected cluster{} in no stage: {}{}", left_over.size(),
                     left_over.size() == 1 ? " is" : "s are",
                     fmt::join(left_over.begin(), left_over.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     shown < left_over.size() ? ", …" : "");
}

api::StageUpdatingStatus compute_deletion_stage(const std::vector<BindingPtr>& to_be_deleted) {
  api::StageUpdatingStatus stage{.stage_name = std::string(api::deletion_stage_name)};
  std::set<std::string_view> clusters;  // one may have a second binding, of an earlier life
  for (const auto& binding : to_be_deleted) clusters.insert(binding->spec.target_cluster);
  for (const auto cluster : clusters) stage.clusters.push_back({.cluster_name = std::string(cluster)});
  return stage;
}

api::UpdateStrategySpec recorded_strategy(const api::UpdateStrategySpec& spec) {
  api::UpdateStrategySpec recorded = spec;
  const auto record = [](std::vector<api::StageTask>& tasks) {
    for (auto& task : tasks) {
      if (task.type == api::StageTaskType::approval) {
        task.wait_time.clear();
      } else if (const auto wait = parse_go_duration(task.wait_time)) {
        task.wait_time = to_go_duration(*wait);
      }
    }
  };
  for (auto& stage : recorded.stages) {
    record(stage.before_stage_tasks);
    record(stage.after_stage_tasks);
  }
  return recorded;
}

}  // namespace slipway::hub::updaterun
