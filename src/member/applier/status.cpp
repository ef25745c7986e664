#include "member/applier/status.h"

#include <algorithm>
#include <map>

#include "api/conditions.h"
#include "json/text.h"
#include "member/applier/availability.h"

namespace slipway::member::applier {
namespace {

using kube::ConditionStatus;

constexpr std::size_t message_bytes_max = 32'768;

// An API server's words may be longer than a condition may be.
std::string cut(std::string message) {
  constexpr std::string_view marker = " …";
  if (message.size() <= message_bytes_max) return message;
  std::size_t end = message_bytes_max - marker.size();
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xC0U) == 0x80U) --end;
  message.resize(end);
  return message.append(marker);
}

void set(api::Conditions& conditions, std::string_view type, ConditionStatus status, std::string_view reason,
         std::string message, std::int64_t generation, WallTime now) {
  kube::set_condition(conditions,
                      {.type = std::string(type),
                       .status = status,
                       .observed_generation = generation,
                       .last_transition_time = now,
                       .reason = std::string(reason),
                       .message = cut(std::move(message))},
                      now);
}

// The entries that were there, to be found by identity; the second of equals belongs to the second manifest of equals.
class Present {
 public:
  explicit Present(const api::WorkStatus& status) {
    for (const auto& entry : status.manifest_conditions) by_identity_[identity_of(entry.identifier)].push_back(&entry);
  }
  // Null when there is none.
  const api::ManifestCondition* take(const api::WorkResourceIdentifier& id) {
    const auto found = by_identity_.find(identity_of(id));
    if (found == by_identity_.end()) return nullptr;
    auto& next = taken_[found->first];
    return next < found->second.size() ? found->second[next++] : nullptr;
  }

 private:
  std::map<std::string, std::vector<const api::ManifestCondition*>> by_identity_;
  std::map<std::string, std::size_t> taken_;
};

struct Counts {
  std::size_t all = 0;
  std::size_t applied = 0;
  std::size_t available = 0;
  std::size_t untrackable = 0;
};

bool is_reporting_differences(const api::Work& work) {
  return work.spec.apply_strategy && work.spec.apply_strategy->type == api::ApplyType::report_diff;
}

// 8.12.1.
void set_availability(api::Conditions& conditions, const Manifest& manifest, const Verdict& verdict,
                      std::int64_t generation, WallTime now, Counts& counts) {
  namespace reason = api::manifest_reason;
  if (!verdict.is_applied() || verdict.live == nullptr) {
    kube::remove_condition(conditions, api::condition::available);
    return;
  }
  const auto say = [&](ConditionStatus status, std::string_view why, std::string message) {
    set(conditions, api::condition::available, status, why, std::move(message), generation, now);
  };
  switch (availability_of(manifest.gvr(), *verdict.live)) {
    case Availability::available:
      ++counts.available;
      return say(ConditionStatus::true_, reason::available, "The object is available");
    case Availability::not_trackable:
      ++counts.available;
      ++counts.untrackable;
      return say(ConditionStatus::true_, reason::not_trackable,
                 "There is no rule by which objects of this kind become available");
    case Availability::not_yet:
      return say(ConditionStatus::false_, reason::manifest_not_available_yet, "The object is not available yet");
    case Availability::unreadable:
      return say(ConditionStatus::false_, reason::failed, "The status of the object cannot be read");
  }
}

void set_back_report(api::ManifestCondition& entry, const api::Work& work, const Verdict& verdict, WallTime now) {
  const bool mirrors =
      work.spec.report_back_strategy && work.spec.report_back_strategy->type == api::ReportBackType::mirror;
  if (!mirrors) {
    entry.back_reported_status.reset();
    return;
  }
  if (!verdict.is_applied() || verdict.live == nullptr || verdict.live->status() == nullptr) return;
  auto status = json::parse(*verdict.live->status());
  if (!status || status->is_null()) return;
  json::Value observed = json::Object{{"apiVersion", verdict.live->kind().api_version()},
                                      {"kind", verdict.live->kind().kind},
                                      {"status", *std::move(status)}};
  // The time is that of the content, so that nothing is written while nothing changes.
  if (entry.back_reported_status && entry.back_reported_status->observed_status == observed) return;
  entry.back_reported_status = api::BackReportedStatus{.observed_status = std::move(observed), .observation_time = now};
}

void set_work_conditions(api::WorkStatus& status, const api::Work& work, const Counts& counts, WallTime now) {
  namespace reason = api::work_reason;
  const auto say = [&](std::string_view type, bool is_true, std::string_view why, std::string message) {
    set(status.conditions, type, is_true ? ConditionStatus::true_ : ConditionStatus::false_, why, std::move(message),
        work.metadata.generation, now);
  };
  if (is_reporting_differences(work)) {
    kube::remove_condition(status.conditions, api::condition::applied);
    kube::remove_condition(status.conditions, api::condition::available);
    const bool is_done = counts.all == 0;
    say(api::condition::diff_reported, is_done,
        is_done ? reason::all_manifests_diff_reported : reason::some_manifests_have_not_reported_diff,
        fmt::format("{} of {} manifests have reported their differences", 0, counts.all));
    return;
  }
  kube::remove_condition(status.conditions, api::condition::diff_reported);
  if (counts.applied < counts.all) {
    say(api::condition::applied, false, reason::some_manifests_are_not_applied,
        fmt::format("{} of {} manifests are applied", counts.applied, counts.all));
    kube::remove_condition(status.conditions, api::condition::available);
    return;
  }
  say(api::condition::applied, true, reason::all_manifests_applied, "All manifests are applied");
  if (counts.available < counts.all) {
    say(api::condition::available, false, reason::some_manifests_are_not_available,
        fmt::format("{} of {} manifests are available", counts.available, counts.all));
  } else if (counts.untrackable > 0) {
    say(api::condition::available, true, reason::work_not_trackable,
        fmt::format("All manifests are applied; the availability of {} cannot be tracked", counts.untrackable));
  } else {
    say(api::condition::available, true, reason::all_manifests_available, "All manifests are available");
  }
}

// 8.12.3.
void trim(api::Work& work, WallTime now) {
  const auto size = json::write(api::to_value(work)).size();
  if (size <= work_bytes_max) {
    kube::remove_condition(work.status.conditions, api::condition::status_trimmed);
    return;
  }
  for (auto& entry : work.status.manifest_conditions) entry.back_reported_status.reset();
  set(work.status.conditions, api::condition::status_trimmed, ConditionStatus::true_, api::work_reason::oversized,
      fmt::format("The Work would be {} bytes over its limit of {}: details were left out", size - work_bytes_max,
                  work_bytes_max),
      work.metadata.generation, now);
}

}  // namespace

std::vector<api::ManifestCondition> write_ahead(const api::Work& work, const std::vector<Manifest>& manifests,
                                                WallTime now) {
  Present present(work.status);
  std::vector<api::ManifestCondition> entries;
  for (const Manifest& manifest : manifests) {
    if (const auto* before = present.take(manifest.identifier)) {
      entries.push_back(*before);
    } else if (!manifest.problem) {
      auto& entry = entries.emplace_back(api::ManifestCondition{.identifier = manifest.identifier});
      set(entry.conditions, api::condition::applied, ConditionStatus::false_,
          api::manifest_reason::preparing_to_process, "The manifest is about to be applied", work.metadata.generation,
          now);
    }
  }
  return entries;
}

api::WorkStatus work_status(const api::Work& work, const std::vector<Manifest>& manifests,
                            const std::vector<Verdict>& verdicts, WallTime now) {
  Present present(work.status);
  api::Work next = work;
  next.status.manifest_conditions.clear();
  Counts counts{.all = manifests.size()};
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    const Manifest& manifest = manifests[i];
    const Verdict& verdict = verdicts[i];
    const auto* before = present.take(manifest.identifier);
    api::ManifestCondition entry = before != nullptr ? *before : api::ManifestCondition{};
    entry.identifier = manifest.identifier;
    entry.drift_details.reset();
    entry.diff_details.reset();
    const std::int64_t generation = verdict.live == nullptr ? 0 : verdict.live->metadata().generation;
    if (is_reporting_differences(work)) {
      kube::remove_condition(entry.conditions, api::condition::applied);
      kube::remove_condition(entry.conditions, api::condition::available);
      set(entry.conditions, api::condition::diff_reported, ConditionStatus::false_,
          api::manifest_reason::failed_to_report_diff, verdict.message, generation, now);
    } else {
      kube::remove_condition(entry.conditions, api::condition::diff_reported);
      set(entry.conditions, api::condition::applied,
          verdict.is_applied() ? ConditionStatus::true_ : ConditionStatus::false_, verdict.reason, verdict.message,
          generation, now);
      counts.applied += verdict.is_applied() ? 1 : 0;
      set_availability(entry.conditions, manifest, verdict, generation, now, counts);
      set_back_report(entry, work, verdict, now);
    }
    next.status.manifest_conditions.push_back(std::move(entry));
  }
  set_work_conditions(next.status, work, counts, now);
  const bool has_details = std::ranges::any_of(
      next.status.manifest_conditions, [](const auto& entry) { return entry.back_reported_status.has_value(); });
  if (has_details) {
    trim(next, now);
  } else {
    kube::remove_condition(next.status.conditions, api::condition::status_trimmed);
  }
  return next.status;
}

api::AppliedWorkStatus applied_work_status(const api::AppliedWork& present, const std::vector<Manifest>& manifests,
                                           const std::vector<Verdict>& verdicts,
                                           const std::vector<api::WorkResourceIdentifier>& kept) {
  api::AppliedWorkStatus next = present.status;
  next.applied_resources.clear();
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    if (!verdicts[i].is_applied() || verdicts[i].live == nullptr) continue;
    next.applied_resources.push_back({.resource = manifests[i].identifier, .uid = verdicts[i].live->metadata().uid});
  }
  for (const auto& entry : present.status.applied_resources) {
    const auto is_same = [&entry](const auto& id) { return identity_of(id) == identity_of(entry.resource); };
    if (std::ranges::any_of(kept, is_same)) next.applied_resources.push_back(entry);
  }
  return next;
}

}  // namespace slipway::member::applier
