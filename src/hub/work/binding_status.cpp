#include "hub/work/binding_status.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/names.h"

namespace slipway::hub::work {
namespace {

using kube::ConditionStatus;

constexpr std::size_t list_max = 100;

// Conditions in the order they are written; each keeps its transition time while its status stays the same.
class ConditionList {
 public:
  ConditionList(const api::ResourceBinding& binding, WallTime now)
      : before_(binding.status.conditions), generation_(binding.metadata.generation), now_(now) {
    if (const auto* const started = kube::find_condition(before_, api::condition::rollout_started))
      list_.push_back(*started);
  }
  void add(std::string_view type, ConditionStatus status, std::string_view reason, std::string message) {
    const kube::Condition* const before = kube::find_condition(before_, type);
    list_.push_back(
        {.type = std::string(type),
         .status = status,
         .observed_generation = generation_,
         .last_transition_time = before != nullptr && before->status == status ? before->last_transition_time : now_,
         .reason = std::string(reason),
         .message = std::move(message)});
  }
  [[nodiscard]] api::Conditions take() { return std::move(list_); }

 private:
  const api::Conditions& before_;
  std::int64_t generation_;
  WallTime now_;
  api::Conditions list_;
};

void add_overridden(ConditionList& list, const api::ResourceBinding& binding) {
  const bool none =
      binding.spec.resource_override_snapshots.empty() && binding.spec.cluster_resource_override_snapshots.empty();
  list.add(api::condition::overridden, ConditionStatus::true_,
           none ? api::binding_reason::no_override_specified : api::binding_reason::overridden_succeeded,
           none ? "No override applies to this cluster" : "The overrides have been applied");
}

// A Work's condition, as far as it is about the Work as it stands.
const kube::Condition* current(const api::Work& work, std::string_view type) {
  const kube::Condition* const condition = kube::find_condition(work.status.conditions, type);
  return condition != nullptr && condition->observed_generation == work.metadata.generation ? condition : nullptr;
}

struct Tally {
  const api::Work* unknown = nullptr;  // the first of that kind, in order of name
  const api::Work* failed = nullptr;
};

Tally tally(const std::vector<WorkPtr>& works, std::string_view type) {
  Tally result;
  for (const WorkPtr& work : works) {
    const kube::Condition* const condition = current(*work, type);
    if (condition == nullptr || condition->status == ConditionStatus::unknown) {
      if (result.unknown == nullptr) result.unknown = work.get();
    } else if (condition->status == ConditionStatus::false_ && result.failed == nullptr) {
      result.failed = work.get();
    }
  }
  return result;
}

bool is_untrackable(const api::Work& work) {
  const kube::Condition* const available = current(work, api::condition::available);
  return available != nullptr && (available->reason == api::work_reason::work_not_trackable ||
                                  available->reason == api::work_reason::some_manifests_are_not_availability_trackable);
}

api::ResourceIdentifier identify(const api::Work& work, const api::WorkResourceIdentifier& id) {
  api::ResourceIdentifier identifier{
      .group = id.group, .version = id.version, .kind = id.kind, .name = id.name, .namespace_ = id.namespace_};
  if (const std::string* const envelope = work.metadata.label(api::label::envelope_name)) {
    const std::string* const space = work.metadata.label(api::label::envelope_namespace);
    identifier.envelope = api::EnvelopeIdentifier{
        .name = *envelope,
        .namespace_ = space == nullptr ? "" : *space,
        .type = space == nullptr ? api::EnvelopeType::cluster_resource_envelope : api::EnvelopeType::resource_envelope};
  }
  return identifier;
}

auto identity(const api::ResourceIdentifier& id) {
  return std::tie(id.group, id.version, id.kind, id.namespace_, id.name);
}

template <class T>
void cut(std::vector<T>& list) {
  if (list.size() <= list_max) return;
  std::ranges::sort(list, [](const T& a, const T& b) { return identity(a.resource) < identity(b.resource); });
  list.resize(list_max);
}

struct Lists {
  bool failed = false;
  bool drifted = false;
  bool diffed = false;
};

void fill_lists(api::ResourceBindingStatus& status, const std::vector<WorkPtr>& works, const Lists& wanted) {
  status.failed_placements.clear();
  status.drifted_placements.clear();
  status.diffed_placements.clear();
  for (const WorkPtr& work : works) {
    const kube::Condition* const applied = current(*work, api::condition::applied);
    const kube::Condition* const available = current(*work, api::condition::available);
    const bool work_failed = (applied != nullptr && applied->status == ConditionStatus::false_) ||
                             (available != nullptr && available->status == ConditionStatus::false_);
    for (const auto& manifest : work->status.manifest_conditions) {
      const auto id = identify(*work, manifest.identifier);
      if (wanted.failed && work_failed) {
        for (const auto type : {api::condition::applied, api::condition::available}) {
          const kube::Condition* const condition = kube::find_condition(manifest.conditions, type);
          if (condition == nullptr || condition->status != ConditionStatus::false_) continue;
          status.failed_placements.push_back({.resource = id, .condition = *condition});
          break;
        }
      }
      if (wanted.drifted && manifest.drift_details) {
        const auto& drift = *manifest.drift_details;
        status.drifted_placements.push_back(
            {.resource = id,
             .observation_time = drift.observation_time,
             .target_cluster_observed_generation = drift.observed_in_member_cluster_generation,
             .first_drifted_observed_time = drift.first_drifted_observed_time,
             .observed_drifts = drift.observed_drifts});
      }
      if (wanted.diffed && manifest.diff_details) {
        const auto& diff = *manifest.diff_details;
        status.diffed_placements.push_back(
            {.resource = id,
             .observation_time = diff.observation_time,
             .target_cluster_observed_generation = diff.observed_in_member_cluster_generation,
             .first_diffed_observed_time = diff.first_diffed_observed_time,
             .observed_diffs = diff.observed_diffs});
      }
    }
  }
  cut(status.failed_placements);
  cut(status.drifted_placements);
  cut(status.diffed_placements);
}

// 6.5, ReportDiff.
Lists add_diff_reported(ConditionList& list, const std::vector<WorkPtr>& works) {
  const Tally diff = tally(works, api::condition::diff_reported);
  if (diff.unknown == nullptr && diff.failed == nullptr) {
    list.add(api::condition::diff_reported, ConditionStatus::true_, api::binding_reason::all_work_have_diff_reported,
             "All Works have reported their differences");
    return {.diffed = true};
  }
  if (diff.unknown != nullptr) {
    list.add(api::condition::diff_reported, ConditionStatus::false_, api::binding_reason::diff_report_in_progress,
             fmt::format("The Work {} has not reported its differences yet", diff.unknown->metadata.name));
  } else {
    list.add(api::condition::diff_reported, ConditionStatus::false_,
             api::binding_reason::not_all_work_have_diff_reported,
             fmt::format("The Work {} could not report its differences", diff.failed->metadata.name));
  }
  return {};
}

// 6.5, all other apply strategies.
Lists add_applied_and_available(ConditionList& list, const std::vector<WorkPtr>& works) {
  const Tally applied = tally(works, api::condition::applied);
  if (applied.unknown != nullptr) {
    list.add(api::condition::applied, ConditionStatus::false_, api::binding_reason::apply_in_progress,
             fmt::format("The Work {} has not been applied yet", applied.unknown->metadata.name));
    return {};
  }
  if (applied.failed != nullptr) {
    list.add(api::condition::applied, ConditionStatus::false_, api::binding_reason::not_all_work_have_been_applied,
             fmt::format("The Work {} failed to apply", applied.failed->metadata.name));
    return {.failed = true, .drifted = true, .diffed = true};
  }
  list.add(api::condition::applied, ConditionStatus::true_, api::binding_reason::all_work_have_been_applied,
           "All Works have been applied");

  const Tally available = tally(works, api::condition::available);
  if (available.unknown != nullptr || available.failed != nullptr) {
    const bool failed = available.unknown == nullptr;
    list.add(api::condition::available, ConditionStatus::false_, api::binding_reason::not_all_work_are_available,
             fmt::format("The Work {} is not available{}",
                         (failed ? available.failed : available.unknown)->metadata.name, failed ? "" : " yet"));
    return {.failed = failed, .drifted = true};
  }
  const auto untrackable = std::ranges::find_if(works, [](const WorkPtr& work) { return is_untrackable(*work); });
  if (untrackable != works.end()) {
    list.add(api::condition::available, ConditionStatus::true_,
             api::binding_reason::not_all_work_are_availability_trackable,
             fmt::format("The availability of some resources of the Work {} cannot be tracked",
                         (*untrackable)->metadata.name));
  } else {
    list.add(api::condition::available, ConditionStatus::true_, api::binding_reason::all_work_are_available,
             "All Works are available");
  }
  return {.drifted = true};
}

}  // namespace

api::ResourceBindingStatus status_in_sync(const api::ResourceBinding& binding, const std::vector<WorkPtr>& works,
                                          WallTime now) {
  ConditionList list(binding, now);
  add_overridden(list, binding);
  list.add(api::condition::work_synchronized, ConditionStatus::true_, api::binding_reason::all_work_synced,
           "All Works are what the binding asks for");
  const bool report_diff =
      binding.spec.apply_strategy && binding.spec.apply_strategy->type == api::ApplyType::report_diff;
  const Lists wanted = report_diff ? add_diff_reported(list, works) : add_applied_and_available(list, works);
  api::ResourceBindingStatus status = binding.status;
  status.conditions = list.take();
  fill_lists(status, works, wanted);
  return status;
}

api::ResourceBindingStatus status_failed(const api::ResourceBinding& binding, const SyncFailure& failure,
                                         WallTime now) {
  ConditionList list(binding, now);
  if (failure.at_overrides) {
    list.add(api::condition::overridden, ConditionStatus::false_, api::binding_reason::overridden_failed,
             failure.cause);
  } else {
    add_overridden(list, binding);
    list.add(api::condition::work_synchronized, ConditionStatus::false_, api::binding_reason::sync_work_failed,
             failure.cause);
  }
  api::ResourceBindingStatus status = binding.status;
  status.conditions = list.take();
  fill_lists(status, {}, {});
  return status;
}

}  // namespace slipway::hub::work
