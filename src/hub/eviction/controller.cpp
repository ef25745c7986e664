#include "hub/eviction/controller.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "api/conditions.h"
#include "api/names.h"
#include "hub/eviction/verdict.h"
#include "hub/indexes.h"
#include "hub/writes.h"

namespace slipway::hub::eviction {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::Read;
using engine::View;
using kube::ConditionStatus;

using EvictionPtr = std::shared_ptr<const api::PlacementEviction>;

constexpr auto cluster_scope = api::Scope::cluster;

// Terminal: Valid False at this generation, or Executed (7.1, 354). One that is being deleted is withdrawn.
bool is_undecided(const api::PlacementEviction& eviction) {
  const auto& conditions = eviction.status.conditions;
  return !eviction.metadata.is_deleting() &&
         !kube::is_false_at(conditions, api::condition::valid, eviction.metadata.generation) &&
         kube::find_condition(conditions, api::condition::executed) == nullptr;
}

// Before a binding is deleted its eviction says Valid True and names it. Whoever finds that, after a crash or a lost
// race, knows whether the deletion took place: without it the same cluster's next binding would be evicted as well.
constexpr std::string_view chosen_prefix = "The binding to evict is ";
constexpr std::string_view why_follows = ". ";
std::string choice_of(const api::ResourceBinding& binding) {
  return fmt::format("{}{}, UID {}{}", chosen_prefix, binding.metadata.name, binding.metadata.uid, why_follows);
}
const kube::Condition* chosen(const api::PlacementEviction& eviction) {
  const kube::Condition* const valid = kube::find_condition(eviction.status.conditions, api::condition::valid);
  const bool is_chosen = valid != nullptr && valid->status == ConditionStatus::true_ &&
                         std::string_view(valid->message).starts_with(chosen_prefix);
  return is_chosen ? valid : nullptr;
}
std::string_view why_chosen(const kube::Condition& valid) {
  const std::string_view message = valid.message;
  const std::size_t end = message.find(why_follows);
  return end == std::string_view::npos ? message : message.substr(end + why_follows.size());
}

void say(api::PlacementEviction& eviction, std::string_view type, bool holds, std::string message, WallTime now) {
  const bool is_valid = type == api::condition::valid;
  kube::set_condition(
      eviction.status.conditions,
      {.type = std::string(type),
       .status = holds ? ConditionStatus::true_ : ConditionStatus::false_,
       .observed_generation = eviction.metadata.generation,
       .last_transition_time = now,
       .reason = std::string(is_valid ? (holds ? api::eviction_reason::valid : api::eviction_reason::invalid)
                                      : (holds ? api::eviction_reason::executed : api::eviction_reason::not_executed)),
       .message = std::move(message)},
      now);
}

Read read_placement(const Key& key) {
  return {.resource = api::storage_resource_of<api::Placement>(cluster_scope), .key = key};
}
Read read_budget(const Key& key) {
  return {.resource = api::storage_resource_of<api::DisruptionBudget>(cluster_scope), .key = key};
}
Read list_bindings(const Key& key) {
  return {.kind = Read::Kind::list,
          .resource = api::storage_resource_of<api::ResourceBinding>(cluster_scope),
          .label_selector = fmt::format("{}={}", api::label::parent_crp, key.name)};
}
Read list_policies(const Key& key) {
  return {
      .kind = Read::Kind::list,
      .resource = api::storage_resource_of<api::SchedulingPolicySnapshot>(cluster_scope),
      .label_selector = fmt::format("{}={},{}=true", api::label::parent_crp, key.name, api::label::is_latest_snapshot)};
}
Read read_eviction(const api::PlacementEviction& eviction) {
  return {.resource = api::storage_resource_of<api::PlacementEviction>(cluster_scope),
          .key = {"", eviction.metadata.name}};
}

// What live reads tell. A read that is missing goes into `missing`; one that the server refuses is made again later.
class Answers {
 public:
  explicit Answers(const View& view) : view_(view) {}

  // Null: there is no such object, or it cannot be told yet.
  template <class T>
  std::shared_ptr<const T> get(const Read& read) {
    const auto found = list(read);
    if (found.empty()) return nullptr;
    auto object = View::typed<T>(found.front());
    is_refused_ = is_refused_ || object == nullptr;  // not what its kind says: no verdict can rest on it
    return object;
  }
  std::vector<kube::ObjectPtr> list(const Read& read) {
    const engine::Answer* const answer = view_.answer(read);
    if (answer == nullptr) {
      missing.push_back(read);
    } else if (*answer) {
      return **answer;
    } else if (answer->error().reason != Reason::not_found) {
      is_refused_ = true;
    }
    return {};
  }
  [[nodiscard]] bool are_complete() const { return missing.empty() && !is_refused_; }

  std::vector<Read> missing;

 private:
  const View& view_;
  bool is_refused_ = false;
};

Facts facts_of(const Key& key, Answers& answers) {
  Facts facts;
  facts.placement = answers.get<api::Placement>(read_placement(key));
  facts.budget = answers.get<api::DisruptionBudget>(read_budget(key));
  for (const auto& object : answers.list(list_bindings(key))) {
    if (auto binding = View::typed<api::ResourceBinding>(object)) {
      facts.bindings.push_back(std::move(binding));
    } else {
      ++facts.unreadable_bindings;
    }
  }
  if (!needs_picks(facts)) return facts;
  for (const auto& object : answers.list(list_policies(key))) {
    const auto policy = View::typed<api::SchedulingPolicySnapshot>(object);
    if (policy == nullptr) continue;
    for (const api::ClusterDecision& decision : policy->status.target_clusters) {
      if (decision.selected) facts.picked.push_back(decision.cluster_name);
    }
  }
  return facts;
}

class EvictionController final : public engine::Controller {
 public:
  [[nodiscard]] std::string_view name() const override { return "eviction"; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override {
    return {{.collection = View::collection_of<api::PlacementEviction>(cluster_scope),
             .concerns = [](const Change& change, const View&, std::vector<Key>& keys) {
               const auto after = View::typed<api::PlacementEviction>(change.after);
               if (after != nullptr && is_undecided(*after)) keys.push_back({"", after->spec.placement_name});
             }}};
  }
  [[nodiscard]] std::vector<engine::Index> indexes() const override { return {index::evictions_by_placement()}; }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;
};

// Those that are not decided: first what has been begun, then the oldest.
std::vector<EvictionPtr> undecided(const Key& key, const View& view) {
  auto evictions = view.indexed<api::PlacementEviction>(cluster_scope, index::by_placement, index::value_of(key));
  std::erase_if(evictions, [](const EvictionPtr& one) { return !is_undecided(*one); });
  std::ranges::sort(evictions, {}, [](const EvictionPtr& one) {
    const auto created = one->metadata.creation_timestamp;
    return std::tuple(chosen(*one) == nullptr, created ? created->seconds : 0, one->metadata.name);
  });
  return evictions;
}

// The condition of one that was begun stands, until the deletion has been seen to take place or is judged again.
bool has_taken_place(const api::PlacementEviction& eviction, const Facts& facts) {
  const kube::Condition* const valid = chosen(eviction);
  if (valid == nullptr) return false;
  const auto found = std::ranges::find_if(
      facts.bindings, [&](const BindingPtr& binding) { return valid->message.starts_with(choice_of(*binding)); });
  return found == facts.bindings.end() || (*found)->metadata.is_deleting();
}

engine::Chain status_of(const api::PlacementEviction& next, std::string_view why) {
  return {update_status(next, fmt::format("the eviction from the cluster {} {}", next.spec.cluster_name, why))};
}

engine::Chain carry_out(const api::PlacementEviction& eviction, const Verdict& verdict, WallTime now) {
  api::PlacementEviction next = eviction;
  if (verdict.kind == Verdict::Kind::invalid) {
    say(next, api::condition::valid, false, verdict.message, now);
    return status_of(next, "cannot be carried out");
  }
  say(next, api::condition::valid, true, choice_of(*verdict.binding) + verdict.message, now);
  if (verdict.kind == Verdict::Kind::evict) {
    engine::Chain chain;
    if (next.status != eviction.status) chain = status_of(next, "is about to begin");
    engine::Write deletion = remove(
        *verdict.binding, fmt::format("{} evicts the cluster {}", eviction.metadata.name, eviction.spec.cluster_name));
    deletion.request.resource_version = verdict.binding->metadata.resource_version;
    chain.push_back(std::move(deletion));
    return chain;  // the next pass sees what came of it
  }
  const bool is_executed = verdict.kind == Verdict::Kind::executed;
  say(next, api::condition::executed, is_executed, verdict.message, now);
  return status_of(next, is_executed ? "has taken place" : "is not carried out");
}

Plan EvictionController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  auto evictions = undecided(key, view);
  if (evictions.empty()) return {};
  // Everything a verdict rests on comes from the server: it is final, and two may come in one moment.
  Answers answers(view);
  const Facts facts = facts_of(key, answers);
  for (EvictionPtr& eviction : evictions) {
    // Where the deletion alone is left to do, no write to the eviction itself would fail if it is decided by now.
    if (chosen(*eviction) != nullptr) eviction = answers.get<api::PlacementEviction>(read_eviction(*eviction));
  }
  if (!answers.missing.empty()) return {.reads = std::move(answers.missing)};
  if (!answers.are_complete()) return {};

  Plan plan;
  bool is_budget_taken = false;
  std::set<std::string, std::less<>> deleted;  // UIDs
  for (const EvictionPtr& eviction : evictions) {
    if (eviction == nullptr || !is_undecided(*eviction)) continue;
    if (has_taken_place(*eviction, facts)) {
      api::PlacementEviction next = *eviction;
      say(next, api::condition::executed, true, fmt::format("Evicted. {}", why_chosen(*chosen(next))), now.wall);
      plan.chains.push_back(status_of(next, "has taken place"));
      continue;
    }
    const Verdict verdict = judge(facts, eviction->spec.cluster_name, now.wall);
    // What this pass deletes shows in the next one's reads. Verdicts that it could change wait for them.
    if (verdict.by_budget && is_budget_taken) continue;
    if (verdict.binding != nullptr && deleted.contains(verdict.binding->metadata.uid)) continue;
    if (verdict.kind == Verdict::Kind::evict) {
      is_budget_taken = is_budget_taken || verdict.by_budget;
      deleted.insert(verdict.binding->metadata.uid);
    }
    plan.chains.push_back(carry_out(*eviction, verdict, now.wall));
  }
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller() { return std::make_unique<EvictionController>(); }

}  // namespace slipway::hub::eviction
