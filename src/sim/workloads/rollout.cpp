#include "sim/workloads/rollout.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace slipway::sim::workloads {
namespace {

std::int64_t sum_of_sizes(const std::vector<const Generation*>& all) {
  std::int64_t sum = 0;
  for (const Generation* one : all) sum += one->facts->replicas;
  return sum;
}

// Pods that never became available go first, then as many others as may be missing.
std::vector<Resize> shrink_old(const Rollout& rollout) {
  std::vector<Resize> steps;
  steps.reserve(rollout.old.size());
  for (const Generation& one : rollout.old) steps.push_back({&one, one.facts->replicas});
  const std::int64_t available_min = rollout.wanted->replicas - rollout.unavailable();
  const ReplicaCounts counts = rollout.counts();
  const std::int64_t current_missing =
      rollout.current
          ? std::max<std::int64_t>(0, rollout.current->facts->replicas - rollout.current->facts->counted.available)
          : 0;
  const std::int64_t room = sum_of_sizes(rollout.all()) - available_min - current_missing;
  if (room <= 0) return {};
  std::int64_t left = room;
  for (Resize& step : steps) {
    const std::int64_t unhealthy = std::max<std::int64_t>(0, step.replicas - step.generation->facts->counted.available);
    const std::int64_t taken = std::min(left, unhealthy);
    step.replicas -= taken;
    left -= taken;
  }
  left = std::max<std::int64_t>(0, counts.available - available_min);
  for (Resize& step : steps) {
    const std::int64_t taken = std::min(left, step.replicas);
    step.replicas -= taken;
    left -= taken;
  }
  std::erase_if(steps, [](const Resize& step) { return step.replicas == step.generation->facts->replicas; });
  return steps;
}

// The one to scale when no sharing out is needed: the only one with pods, or the newest.
const Generation* only_one(const Rollout& rollout) {
  std::vector<const Generation*> active = rollout.all();
  std::erase_if(active, [](const Generation* one) { return one->facts->replicas == 0; });
  if (active.size() == 1) return active.front();
  if (active.size() > 1) return nullptr;
  if (rollout.current) return &*rollout.current;
  return rollout.old.empty() ? nullptr : &rollout.old.back();
}

bool is_saturated(const Rollout& rollout) {
  const std::int64_t wanted = rollout.wanted->replicas;
  return rollout.current && rollout.current->facts->replicas == wanted &&
         rollout.current->facts->counted.available == wanted &&
         rollout.current->number(annotation::desired_replicas) == wanted;
}

// What one replica set gains or loses when the deployment grows or shrinks.
std::int64_t share_of(const Rollout& rollout, const Generation& one, std::int64_t to_share, std::int64_t shared) {
  const std::int64_t size = one.facts->replicas;
  if (size == 0 || to_share == shared) return 0;
  std::int64_t change = -size;
  if (rollout.wanted->replicas > 0) {
    const std::int64_t before =
        std::max<std::int64_t>(1, one.number(annotation::max_replicas, rollout.wanted->counted.replicas));
    const double scaled = static_cast<double>(size * rollout.pods_max()) / static_cast<double>(before);
    change = std::llround(scaled) - size;
  }
  const std::int64_t left = to_share - shared;
  return to_share > 0 ? std::min(change, left) : std::max(change, left);
}

std::vector<Resize> share_out(const Rollout& rollout) {
  auto active = rollout.all();
  std::erase_if(active, [](const Generation* one) { return one->facts->replicas == 0; });
  const std::int64_t allowed = rollout.wanted->replicas > 0 ? rollout.pods_max() : 0;
  const std::int64_t to_share = allowed - sum_of_sizes(active);
  // The largest first; among equals the newest gains and the eldest loses.
  if (to_share > 0) std::ranges::reverse(active);
  std::vector<std::tuple<std::int64_t, std::size_t, const Generation*>> order;
  order.reserve(active.size());
  for (const Generation* one : active) order.emplace_back(-one->facts->replicas, order.size(), one);
  std::ranges::sort(order, {}, [](const auto& entry) { return std::pair(std::get<0>(entry), std::get<1>(entry)); });
  std::vector<Resize> sizes;
  std::int64_t shared = 0;
  for (const auto& [size, position, one] : order) {
    const std::int64_t change = to_share == 0 ? 0 : share_of(rollout, *one, to_share, shared);
    sizes.push_back({one, one->facts->replicas + change});
    shared += change;
  }
  if (!sizes.empty()) sizes.front().replicas = std::max<std::int64_t>(0, sizes.front().replicas + to_share - shared);
  return sizes;
}

}  // namespace

std::int64_t Generation::number(std::string_view annotation, std::int64_t otherwise) const {
  const std::string* text = object->metadata().annotation(annotation);
  std::int64_t value = otherwise;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::vector<const Generation*> Rollout::all() const {
  std::vector<const Generation*> all;
  all.reserve(old.size() + 1);
  for (const Generation& one : old) all.push_back(&one);
  if (current) all.push_back(&*current);
  return all;
}

std::int64_t Rollout::surge() const { return wanted->is_recreate ? 0 : wanted->max_surge.of(wanted->replicas, true); }

std::int64_t Rollout::unavailable() const {
  if (wanted->is_recreate || wanted->replicas == 0) return 0;
  std::int64_t allowed = wanted->max_unavailable.of(wanted->replicas, false);
  if (allowed == 0 && surge() == 0) allowed = 1;  // else nothing could ever move
  return std::min(allowed, wanted->replicas);
}

ReplicaCounts Rollout::counts() const {
  ReplicaCounts sum;
  for (const Generation* one : all()) {
    sum.replicas += one->facts->counted.replicas;
    sum.ready += one->facts->counted.ready;
    sum.available += one->facts->counted.available;
  }
  return sum;
}

std::int64_t current_size(const Rollout& rollout, std::int64_t present) {
  const std::int64_t wanted = rollout.wanted->replicas;
  if (rollout.wanted->is_recreate || present >= wanted) return wanted;
  const std::int64_t room = rollout.pods_max() - sum_of_sizes(rollout.all());
  return present + std::max<std::int64_t>(0, std::min(room, wanted - present));
}

std::vector<Resize> next_step(const Rollout& rollout) {
  const auto grow = [&]() -> std::vector<Resize> {
    if (!rollout.current) return {};
    const std::int64_t present = rollout.current->facts->replicas;
    const std::int64_t size = current_size(rollout, present);
    return size == present ? std::vector<Resize>{} : std::vector<Resize>{{&*rollout.current, size}};
  };
  if (rollout.wanted->is_recreate) {
    std::vector<Resize> steps;
    for (const Generation& one : rollout.old) {
      if (one.facts->replicas > 0) steps.push_back({&one, 0});
    }
    return steps.empty() ? grow() : steps;
  }
  auto steps = grow();
  return steps.empty() ? shrink_old(rollout) : steps;
}

bool is_scaling(const Rollout& rollout) {
  return std::ranges::any_of(rollout.all(), [&](const Generation* one) {
    return one->facts->replicas > 0 &&
           one->number(annotation::desired_replicas, rollout.wanted->replicas) != rollout.wanted->replicas;
  });
}

std::vector<Resize> scale(const Rollout& rollout) {
  if (const Generation* one = only_one(rollout)) return {{one, rollout.wanted->replicas}};
  if (is_saturated(rollout)) {
    std::vector<Resize> sizes;
    for (const Generation& one : rollout.old) {
      if (one.facts->replicas > 0) sizes.push_back({&one, 0});
    }
    return sizes;
  }
  return rollout.wanted->is_recreate ? std::vector<Resize>{} : share_out(rollout);
}

std::vector<const Generation*> beyond_history(const Rollout& rollout) {
  std::vector<const Generation*> idle;
  for (const Generation& one : rollout.old) {
    const kube::ObjectMeta& metadata = one.object->metadata();
    const bool is_empty = one.facts->replicas == 0 && one.facts->counted.replicas == 0;
    if (is_empty && !metadata.is_deleting() && one.facts->observed_generation >= metadata.generation)
      idle.push_back(&one);
  }
  const std::int64_t surplus = std::ssize(idle) - rollout.wanted->revision_history_limit;
  if (surplus <= 0) return {};
  std::ranges::sort(idle, {}, [](const Generation* one) {
    return std::tuple(one->number(annotation::revision),
                      one->object->metadata().creation_timestamp.value_or(WallTime{}), one->name());
  });
  idle.resize(static_cast<std::size_t>(surplus));
  return idle;
}

bool is_complete(const Rollout& rollout) {
  const std::int64_t wanted = rollout.wanted->replicas;
  const ReplicaCounts counts = rollout.counts();
  return rollout.updated() == wanted && counts.replicas == wanted && counts.available == wanted;
}

}  // namespace slipway::sim::workloads
