#include "sim/workloads/pod.h"

#include <algorithm>

#include "base/bytes.h"
#include "sim/workloads/facts.h"
#include "sim/workloads/indexes.h"
#include "sim/workloads/node.h"
#include "sim/workloads/pod_status.h"
#include "sim/workloads/scheduling.h"

namespace slipway::sim::workloads {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

void wake_unscheduled(const View& view, std::vector<Key>& keys) {
  for (const auto& pod : view.indexed(pods().collection(), index::by_node, "")) keys.push_back(pod->key());
}

bool takes_room(const kube::ObjectPtr& pod) {
  return pod != nullptr && !pod_facts(*pod).node.empty() && !pod_facts(*pod).is_over();
}

// 10.244.0.0/16, from the pod's UID on; taken addresses are passed over.
std::string free_address(const kube::Object& pod, const View& view) {
  constexpr std::uint64_t first = 2;
  constexpr std::uint64_t count = 65'000;
  const std::uint64_t start = fnv1a(pod.metadata().uid);
  std::string address;
  for (std::uint64_t step = 0; step < count; ++step) {
    const std::uint64_t number = first + (start + step) % count;
    address = fmt::format("10.244.{}.{}", number / 256, number % 256);
    if (view.indexed(pods().collection(), index::by_address, address).empty()) break;
  }
  return address;
}

class PodController final : public engine::Controller {
 public:
  explicit PodController(const WorkloadOptions& options)
      : node_(node_name(options.cluster_name)), start_time_(options.pod_start_time) {}
  [[nodiscard]] std::string_view name() const override { return "sim-pod"; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override { return pod_indexes(); }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan end(const kube::Object& pod, Now now) const;
  [[nodiscard]] Plan schedule(const kube::Object& pod, const View& view, Now now) const;
  // `chain`: what comes before the status.
  [[nodiscard]] Plan live(const kube::Object& pod, const json::Value& whole, engine::Chain chain, const View& view,
                          Now now) const;

  std::string node_;
  Duration start_time_;
};

std::vector<engine::Watch> PodController::watches() const {
  return {{.collection = pods().collection(),
           .concerns =
               [](const Change& change, const View& view, std::vector<Key>& keys) {
                 keys.push_back(change.either().key());
                 if (takes_room(change.before) && !takes_room(change.after)) wake_unscheduled(view, keys);
               }},
          {.collection = nodes().collection(),
           .concerns = [](const Change&, const View& view, std::vector<Key>& keys) { wake_unscheduled(view, keys); }}};
}

Plan PodController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto pod = view.get(pods().collection(), key);
  if (pod == nullptr) return {};
  const PodFacts& facts = pod_facts(*pod);
  if (pod->metadata().is_deleting()) return end(*pod, now);
  if (facts.is_over()) return {};
  if (facts.node.empty()) return schedule(*pod, view, now);
  if (facts.node != node_) return {};  // no kubelet there
  return live(*pod, pod->to_value(), {}, view, now);
}

Plan PodController::end(const kube::Object& pod, Now now) const {
  const kube::ObjectMeta& metadata = pod.metadata();
  const std::int64_t grace = metadata.deletion_grace_period_seconds.value_or(0);
  if (grace == 0) return {};  // its finalizers hold it
  const WallTime asked = *metadata.deletion_timestamp + std::chrono::seconds{-grace};
  const WallTime due = asked + plan_of(pod.to_value(), start_time_).stop_time;
  if (now.wall < due) return {.look_again = engine::Deadline{due}};
  Plan plan;
  plan.chains.push_back({remove(pods(), pod, "its containers have stopped", 0)});
  return plan;
}

Plan PodController::schedule(const kube::Object& pod, const View& view, Now now) const {
  json::Value whole = pod.to_value();
  if (!is_for_default_scheduler(whole)) return {};
  const auto node = view.get(nodes().collection(), {"", node_});
  const auto others = view.indexed(pods().collection(), index::by_node, node_);
  Plan plan;
  if (const std::string why = why_not_here(pod, whole, node.get(), others); !why.empty()) {
    plan.report = set_status(pods(), pod, unschedulable_status(whole, why, now.wall), "it fits no node");
    if (plan.report) plan.events.push_back(event(pods(), pod, "FailedScheduling", why, true));
    return plan;
  }
  whole["spec"]["nodeName"] = node_;
  plan = live(pod, whole,
              {patch(pods(), pod, json::Object{{"spec", json::Object{{"nodeName", node_}}}}, "it fits the node")}, view,
              now);
  plan.events.insert(
      plan.events.begin(),
      event(pods(), pod, "Scheduled", fmt::format("Successfully assigned {} to {}", pod.key().text(), node_)));
  return plan;
}

Plan PodController::live(const kube::Object& pod, const json::Value& whole, engine::Chain chain, const View& view,
                         Now now) const {
  const PodFacts& facts = pod_facts(pod);
  const json::Value* host_network = whole.find_path({"spec", "hostNetwork"});
  const bool on_host = host_network != nullptr && host_network->boolean() != nullptr && *host_network->boolean();
  std::string address = facts.ip;
  if (on_host) {
    address = node_address;
  } else if (address.empty()) {
    address = free_address(pod, view);
  }
  PodState state = state_of(whole, plan_of(whole, start_time_), address, node_address, now.wall);
  Plan plan;
  if (state.changes_at) plan.look_again = engine::Deadline{*state.changes_at};
  const auto write = set_status(pods(), pod, std::move(state.status), "its life goes on");
  if (write) {
    chain.push_back(*write);
    for (auto& happening : state.happenings) {
      plan.events.push_back(
          event(pods(), pod, std::move(happening.reason), std::move(happening.message), happening.warning));
    }
  }
  if (!chain.empty()) plan.chains.push_back(std::move(chain));
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_pod_controller(const WorkloadOptions& options) {
  return std::make_unique<PodController>(options);
}

}  // namespace slipway::sim::workloads
