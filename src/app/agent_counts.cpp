#include "app/agent_counts.h"

#include <algorithm>
#include <array>
#include <map>

#include "api/conditions.h"
#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/work.h"
#include "member/applier/controller.h"

namespace slipway::app {
namespace {

using engine::Change;
using engine::Side;
using engine::View;
using kube::Condition;
using kube::ConditionStatus;

constexpr std::array counted_conditions{api::condition::applied, api::condition::available,
                                        api::condition::diff_reported};
using Reasons = std::array<std::string, counted_conditions.size()>;

Reasons reasons_of(const api::Conditions& conditions) {
  Reasons reasons;
  std::ranges::transform(counted_conditions, reasons.begin(), [&](std::string_view type) -> std::string {
    const Condition* const found = kube::find_condition(conditions, type);
    if (found == nullptr) return "Skipped";
    return found->status == ConditionStatus::unknown ? "Unknown" : found->reason;
  });
  return reasons;
}

// Whether the Work says what it came to at its own generation: a look that was not completed leaves it as it was.
bool is_told(const api::Work& work) {
  bool is_any = false;
  for (const auto type : counted_conditions) {
    const Condition* const found = kube::find_condition(work.status.conditions, type);
    if (found == nullptr) continue;
    if (found->observed_generation != work.metadata.generation) return false;
    is_any = true;
  }
  return is_any;
}

// What the agent of a member says of joining; null when nothing.
const Condition* joined_of(const api::InternalMemberCluster& member) {
  const auto& agents = member.status.agent_status;
  const auto own = std::ranges::find(agents, api::agent_type::member_agent, &api::AgentStatus::type);
  return own == agents.end() ? nullptr : kube::find_condition(own->conditions, api::condition::joined);
}

struct ManifestLabels {
  Reasons reasons;
  bool has_drifts = false;
  bool has_diffs = false;
  friend auto operator<=>(const ManifestLabels&, const ManifestLabels&) = default;
};

std::string_view found_or_not(bool is_found) { return is_found ? "Found" : "NotFound"; }

class AgentCounts final : public CountingObserver {
 public:
  // Also when the agent says it again for another generation (member 5.5).
  void on_change(const engine::Collection& collection, std::span<const Change> changes, const View& /*view*/) override {
    if (collection != members_) return;
    for (const Change& change : changes) {
      const auto before = View::typed<api::InternalMemberCluster>(change.before);
      const auto after = View::typed<api::InternalMemberCluster>(change.after);
      if (before == nullptr || after == nullptr) continue;
      const Condition* const was = joined_of(*before);
      const Condition* const is_now = joined_of(*after);
      const bool is_news = is_now != nullptr && (was == nullptr || was->status != is_now->status ||
                                                 was->observed_generation != is_now->observed_generation);
      if (is_news && is_now->status == ConditionStatus::true_) ++joined_;
      if (is_news && is_now->status == ConditionStatus::false_) ++left_;
    }
  }

  void on_rest(std::string_view controller, const engine::Key& key, const View& view) override {
    if (controller != member::applier::controller_name) return;
    const auto work = view.get<api::Work>(key);
    if (work == nullptr || work->metadata.is_deleting() || !is_told(*work)) return;
    if (!work->metadata.has_finalizer(api::finalizer::work_cleanup)) return;  // let go
    const auto applied = view.get<api::AppliedWork>({"", work->metadata.name}, Side::member);
    if (applied == nullptr || applied->metadata.is_deleting()) return;  // it has to go before it can be made again
    ++works_[reasons_of(work->status.conditions)];
    for (const auto& manifest : work->status.manifest_conditions) {
      ++manifests_[{.reasons = reasons_of(manifest.conditions),
                    .has_drifts = manifest.drift_details.has_value(),
                    .has_diffs = manifest.diff_details.has_value()}];
    }
  }

  void add_to(MetricsText& text) const override {
    text.family("join_result_counter", "counter", "Times that this member has joined.");
    text.sample({{"result", "success"}}, joined_);
    text.family("leave_result_counter", "counter", "Times that this member has left.");
    text.sample({{"result", "success"}}, left_);
    text.family("fleet_work_processing_requests_total", "counter", "Completed looks at Works, by what each came to.");
    for (const auto& [reasons, count] : works_) {
      text.sample(
          {{"apply_status", reasons[0]}, {"availability_status", reasons[1]}, {"diff_reporting_status", reasons[2]}},
          count);
    }
    text.family("fleet_manifest_processing_requests_total", "counter",
                "Manifests of these Works, by what each came to.");
    for (const auto& [labels, count] : manifests_) {
      text.sample({{"apply_status", labels.reasons[0]},
                   {"availability_status", labels.reasons[1]},
                   {"diff_reporting_status", labels.reasons[2]},
                   {"drift_detection_status", found_or_not(labels.has_drifts)},
                   {"diff_detection_status", found_or_not(labels.has_diffs)}},
                  count);
    }
  }

 private:
  const engine::Collection members_ = View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced);
  std::uint64_t joined_ = 0;
  std::uint64_t left_ = 0;
  std::map<Reasons, std::uint64_t> works_;
  std::map<ManifestLabels, std::uint64_t> manifests_;
};

}  // namespace

std::unique_ptr<CountingObserver> count_agent() { return std::make_unique<AgentCounts>(); }

}  // namespace slipway::app
