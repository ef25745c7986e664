#include "hub/updaterun/initialization.h"

#include <algorithm>
#include <set>

#include "api/names.h"
#include "hub/indexes.h"
#include "hub/override/matching.h"
#include "hub/snapshot/resource_snapshots.h"
#include "hub/updaterun/stages.h"

namespace slipway::hub::updaterun {
namespace {

struct Context {
  const api::StagedUpdateRun& run;
  const engine::View& view;
  const engine::View& content;
  const selection::Rules& rules;
  Observed observed;
  Target target;
  bool has_patience;             // what was made together with the run is given time to be seen to
  api::UpdateRunStatus& status;  // filled step by step, so that a failure shows what came before it
};

kube::NamespacedName placement_key(const api::StagedUpdateRun& run) {
  return {run.metadata.namespace_, run.spec.placement_name};
}

// 3.2 to 3.5.
Outcome<void> resolve_targets(Context& context) {
  if (auto ok = check_placement(context.run, context.observed, context.target); !ok) return ok;
  context.status.applied_strategy = context.target.apply_strategy;
  const auto policy = check_policy(context.run, context.observed, context.target);
  context.status.policy_snapshot_index_used = context.target.policy_index;  // known even when the count is not
  if (!policy) return policy;
  context.status.policy_observed_cluster_count = context.target.cluster_count;
  if (auto ok = check_scheduled(context.observed, context.target); !ok) return ok;
  if (auto ok = collect_bindings(context.run, context.observed, context.target); !ok) return ok;
  context.status.policy_observed_cluster_count = context.target.cluster_count;
  return {};
}

// 3.6, 3.7.
Outcome<void> plan_stages(Context& context) {
  const kube::NamespacedName key{context.run.metadata.namespace_, context.run.spec.staged_rollout_strategy_name};
  auto strategy = context.view.get<api::StagedUpdateStrategy>(key);
  if (strategy == nullptr) {
    const engine::Read read{.resource = api::storage_resource_of<api::StagedUpdateStrategy>(api::scope_of(key)),
                            .key = key};
    const engine::Answer* const answer = context.view.answer(read);
    if (answer == nullptr) return read_first({read});
    if (!*answer && answer->error().reason == Reason::not_found) {
      return end_run(Blame::user, "the staged update strategy {} does not exist", key.text());
    }
    if (!*answer)
      return try_again("the staged update strategy {} cannot be read: {}", key.text(), answer->error().message);
    strategy = engine::View::typed<api::StagedUpdateStrategy>(answer->value().front());
    if (strategy == nullptr) return end_run(Blame::user, "the staged update strategy {} cannot be decoded", key.text());
  }
  context.status.staged_update_strategy_snapshot = recorded_strategy(strategy->spec);
  auto stages = compute_stages(context.run.metadata.name, *context.status.staged_update_strategy_snapshot,
                               context.target.selected, context.observed.members);
  if (!stages) return std::unexpected(stages.error());
  context.status.stages_status = std::move(stages->stages);
  if (!stages->left_over.empty()) return end_run(Blame::user, "{}", describe_left_over(stages->left_over));
  context.status.deletion_stage_status = compute_deletion_stage(context.target.to_be_deleted);
  return {};
}

struct Chosen {
  snapshot::SnapshotPtr master;
  std::vector<json::Value> manifests;  // of the whole group
  engine::Chain writes;                // not empty: the snapshot must be made first
};

// 3.8 with an index: any version, latest or not.
Outcome<Chosen> choose_by_index(const Context& context, const std::string& text) {
  const bool is_decimal = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_decimal) return end_run(Blame::user, "resourceSnapshotIndex '{}' is not an integer of 0 or more", text);
  const auto key = placement_key(context.run);
  const auto scope = api::scope_of(context.run.metadata);
  const auto has_index = [&](const kube::ObjectMeta& metadata) {
    const std::string* const label = metadata.label(api::label::resource_index);
    return label != nullptr && *label == text;  // the raw text: "007" matches nothing
  };
  auto snapshots = context.view.indexed<api::ResourceSnapshot>(scope, index::by_placement, index::value_of(key));
  std::erase_if(snapshots, [&](const auto& one) { return !has_index(one->metadata); });
  if (snapshots.empty()) {
    const engine::Read read{.kind = engine::Read::Kind::list,
                            .resource = api::storage_resource_of<api::ResourceSnapshot>(scope),
                            .key = {key.namespace_, ""},
                            .label_selector = fmt::format("{}={},{}={}", api::label::parent_crp, key.name,
                                                          api::label::resource_index, text)};
    const engine::Answer* const answer = context.view.answer(read);
    if (answer == nullptr) return read_first({read});
    if (!*answer) return try_again("resource snapshots cannot be listed: {}", answer->error().message);
    for (const auto& object : **answer) {
      if (auto one = engine::View::typed<api::ResourceSnapshot>(object)) snapshots.push_back(std::move(one));
    }
    if (snapshots.empty())
      return end_run(Blame::user, "the placement {} has no resource snapshot with index {}", key.text(), text);
  }
  const auto groups = snapshot::group_by_index(snapshots);
  if (groups.empty() || groups.front().master == nullptr) {
    return end_run(Blame::internal, "no resource snapshot with index {} of the placement {} is a master", text,
                   key.text());
  }
  return Chosen{.master = groups.front().master, .manifests = groups.front().manifests(), .writes = {}};
}

// 3.8 without an index: the content as it is now, snapshotted if no snapshot holds it yet.
Outcome<Chosen> choose_current(const Context& context) {
  auto step = selection::select_resources(*context.observed.placement, context.content, context.rules);
  if (!step.outcome) return read_first(std::move(step.reads));
  if (!*step.outcome) {
    const Error& error = step.outcome->error();
    if (error.reason == Reason::invalid)
      return end_run(Blame::user, "the placement's resource selectors fail: {}", error.message);
    return try_again("resources cannot be selected now: {}", error.message);
  }
  const auto existing = context.view.indexed<api::ResourceSnapshot>(
      api::scope_of(context.run.metadata), index::by_placement, index::value_of(placement_key(context.run)));
  std::set<std::string> in_use;  // what clusters still run must not be pruned (W15)
  for (const auto& binding : context.observed.bindings) in_use.insert(binding->spec.resource_snapshot_name);
  auto ensured = snapshot::ensure_latest(*context.observed.placement, **step.outcome, existing, in_use);
  if (!ensured) return end_run(Blame::internal, "{}", ensured.error().message);
  return Chosen{.master = ensured->master,
                .manifests = std::move((*step.outcome)->manifests),
                .writes = std::move(ensured->writes)};
}

// 3.9: frozen for the life of the run.
Outcome<void> match_overrides(Context& context, const std::vector<json::Value>& manifests) {
  std::vector<const api::MemberCluster*> clusters;
  for (const auto& stage : context.status.stages_status) {
    for (const auto& cluster : stage.clusters) {
      const auto member =
          std::ranges::find(context.observed.members, cluster.cluster_name,
                            [](const MemberPtr& one) -> const std::string& { return one->metadata.name; });
      clusters.push_back(member->get());  // compute_stages took the cluster from here
    }
  }
  // An override made or edited together with the run is given the time to get its snapshot: the lists never change.
  if (context.has_patience) {
    const auto name = override::without_snapshot(*context.observed.placement, manifests, context.view);
    if (!name.empty()) return try_again("the {} has no snapshot yet", name);
  }
  auto matched = override::match(*context.observed.placement, manifests, clusters, context.view);
  if (!matched) return end_run(Blame::internal, "overrides cannot be matched: {}", matched.error().message);
  auto next = matched->begin();
  for (auto& stage : context.status.stages_status) {
    for (auto& cluster : stage.clusters) {
      cluster.cluster_resource_override_snapshots = std::move(next->cluster_overrides);
      cluster.resource_override_snapshots = std::move(next->resource_overrides);
      ++next;
    }
  }
  return {};
}

Outcome<engine::Chain> fill(Context& context) {
  if (auto ok = resolve_targets(context); !ok) return std::unexpected(ok.error());
  if (auto ok = plan_stages(context); !ok) return std::unexpected(ok.error());
  const std::string wanted = context.run.spec.resource_snapshot_index.value_or("");
  auto chosen = wanted.empty() ? choose_current(context) : choose_by_index(context, wanted);
  if (!chosen) return std::unexpected(chosen.error());
  if (!chosen->writes.empty()) return std::move(chosen->writes);
  const std::string* const label = chosen->master->metadata.label(api::label::resource_index);
  context.status.resource_snapshot_index_used = label == nullptr ? "" : *label;
  if (auto ok = match_overrides(context, chosen->manifests); !ok) return std::unexpected(ok.error());
  return engine::Chain{};
}

}  // namespace

Initialization initialize(const api::StagedUpdateRun& run, const engine::View& view, const engine::View& content,
                          const selection::Rules& rules, const Recorder& recorder) {
  Initialization result;
  result.status.conditions = run.status.conditions;
  result.status.unknown = run.status.unknown;
  // A placement made or changed together with its run is given the time to be scheduled (3.4, recommended).
  const WallTime grace_ends = run.metadata.creation_timestamp.value_or(recorder.now()) + scheduling_grace;
  const bool has_patience = recorder.now() < grace_ends;
  Context context{.run = run,
                  .view = view,
                  .content = content,
                  .rules = rules,
                  .observed = observe(run, view),
                  .target = {},
                  .has_patience = has_patience,
                  .status = result.status};
  if (has_patience && has_unseen_generation(context.observed)) {
    // What is scheduled now is about to be replaced, and would end the run later (V5).
    result.verdict =
        Verdict{.kind = Verdict::Kind::retry, .message = "the scheduler has not seen the placement as it is"};
    result.grace_ends = grace_ends;
    return result;
  }
  auto filled = fill(context);
  if (filled) {
    result.writes = *std::move(filled);
    if (result.writes.empty()) {
      recorder.set(result.status.conditions, api::condition::initialized, ConditionStatus::true_,
                   api::run_reason::initialized_successfully, "The run has been initialized");
    }
    return result;
  }
  Verdict verdict = std::move(filled).error();
  if (verdict.kind == Verdict::Kind::terminal) {
    if (has_patience && is_scheduler_behind(context.observed)) {
      verdict.kind = Verdict::Kind::retry;
      result.grace_ends = grace_ends;
    } else if (auto confirmed = confirm(run, context.observed, view); !confirmed) {
      verdict = std::move(confirmed).error();
    } else {
      recorder.set(result.status.conditions, api::condition::initialized, ConditionStatus::false_,
                   api::run_reason::initialized_failed, cause_of(verdict));
    }
  }
  result.verdict = std::move(verdict);
  return result;
}

}  // namespace slipway::hub::updaterun
