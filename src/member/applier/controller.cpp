#include "member/applier/controller.h"

#include <algorithm>
#include <map>

#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "member/applier/apply.h"
#include "member/applier/deletion.h"
#include "member/applier/left_overs.h"
#include "member/applier/ownership.h"
#include "member/applier/status.h"
#include "member/applier/waves.h"
#include "member/writes.h"

namespace slipway::member::applier {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::Side;
using engine::View;

// Works by the objects they are about, and by the namespaces those live in.
constexpr std::string_view by_target = "target";

engine::Collection works() { return View::collection_of<api::Work>(api::Scope::namespaced); }

std::string target(std::string_view group, std::string_view kind, std::string_view namespace_, std::string_view name) {
  return fmt::format("{}/{}/{}/{}", group, kind, namespace_, name);
}

void targets_of(const kube::Object& object, std::vector<std::string>& values) {
  const auto* const work = api::as<api::Work>(object);
  if (work == nullptr) return;
  for (const json::Value& manifest : work->spec.workload.manifests) {
    const auto version = kube::parse_group_version(manifest.text_at({"apiVersion"}));
    if (!version) continue;
    const auto namespace_ = manifest.text_at({"metadata", "namespace"});
    values.push_back(
        target(version->group, manifest.text_at({"kind"}), namespace_, manifest.text_at({"metadata", "name"})));
    if (!namespace_.empty()) values.push_back(target("", "Namespace", "", namespace_));
  }
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

// What a Work places, and the namespaces those objects live in.
void kinds_of(const kube::Object& object, std::vector<kube::GroupKind>& kinds) {
  const auto* const work = api::as<api::Work>(object);
  if (work == nullptr) return;
  for (const json::Value& manifest : work->spec.workload.manifests) {
    const auto version = kube::parse_group_version(manifest.text_at({"apiVersion"}));
    if (!version) continue;
    kinds.push_back({version->group, std::string(manifest.text_at({"kind"}))});
    if (!manifest.text_at({"metadata", "namespace"}).empty()) kinds.push_back({"", "Namespace"});
  }
}

// Which versions of the live objects the manifests of one generation were found applied at.
struct Settled {
  std::string uid;
  std::int64_t generation = 0;
  std::string owner_uid;
  std::vector<std::uint64_t> versions;
  Requeue requeue;  // of objects that are not watched
};

// Our own status writes bring nothing new.
bool is_more_than_status(const Change& change) {
  if (change.before == nullptr || change.after == nullptr) return true;
  const auto& before = change.before->metadata();
  const auto& after = change.after->metadata();
  return before.uid != after.uid || before.generation != after.generation || before.finalizers != after.finalizers ||
         before.deletion_timestamp != after.deletion_timestamp;
}

// What this version does not do is refused as a whole (the API allows it all).
std::string unsupported(const api::ApplyStrategy& strategy) {
  const auto refusal = [](std::string_view field, std::string_view value) {
    return fmt::format("this version does not support {} {} in an apply strategy: nothing was applied", field, value);
  };
  if (strategy.type != api::ApplyType::client_side_apply) return refusal("type", api::text(strategy.type));
  if (strategy.comparison_option != api::ComparisonOption::partial_comparison)
    return refusal("comparisonOption", api::text(strategy.comparison_option));
  if (strategy.when_to_apply != api::WhenToApply::always)
    return refusal("whenToApply", api::text(strategy.when_to_apply));
  if (strategy.when_to_take_over == api::WhenToTakeOver::if_no_diff)
    return refusal("whenToTakeOver", api::text(strategy.when_to_take_over));
  return {};
}

class ApplierController final : public engine::Controller {
 public:
  explicit ApplierController(Options options)
      : options_(std::move(options)), namespace_(api::member_namespace(options_.member_name)) {}
  [[nodiscard]] std::string_view name() const override { return controller_name; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::DynamicWatch> dynamic_watches() const override;
  [[nodiscard]] std::vector<engine::Index> indexes() const override {
    return {{.collection = works(), .name = std::string(by_target), .values = targets_of}};
  }
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan apply(const api::Work& work, const api::AppliedWork& applied_work, const View& view,
                           engine::Memo& memo, Now now) const;
  [[nodiscard]] bool process(Applying& applying, const std::vector<Manifest>& manifests, Settled& settled,
                             std::vector<Verdict>& verdicts, Plan& plan) const;
  void report(const api::Work& work, const api::AppliedWork& applied_work, const std::vector<Manifest>& manifests,
              const std::vector<Verdict>& verdicts, Now now, Plan& plan) const;
  [[nodiscard]] Duration delay_after(const api::Work& work, const std::vector<Verdict>& verdicts,
                                     Requeue& requeue) const;

  Options options_;
  std::string namespace_;
};

std::vector<engine::Watch> ApplierController::watches() const {
  return {
      {.collection = works(),
       .namespace_ = namespace_,
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             if (is_more_than_status(change)) keys.push_back(change.either().key());
           }},
      {.collection = View::collection_of<api::AppliedWork>(api::Scope::cluster, Side::member),
       .namespace_ = {},
       .concerns =
           [this](const Change& change, const View&, std::vector<Key>& keys) {
             if (is_more_than_status(change)) keys.push_back({namespace_, change.either().metadata().name});
           }},
      // Joining and leaving concerns every Work.
      {.collection = View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced),
       .namespace_ = namespace_,
       .concerns =
           [this](const Change& change, const View& view, std::vector<Key>& keys) {
             if (change.before != nullptr && change.after != nullptr &&
                 change.before->metadata().generation == change.after->metadata().generation)
               return;
             for (const auto& work : view.list(works(), namespace_)) keys.push_back(work->key());
           }},
  };
}

std::vector<engine::DynamicWatch> ApplierController::dynamic_watches() const {
  return {{.side = Side::member,
           .on_demand = engine::DynamicWatch::OnDemand{.by = works(), .kinds = kinds_of},
           .wanted = is_worth_following,
           .concerns = [](const client::ApiResource& resource, const Change& change, const View& view,
                          std::vector<Key>& keys) {
             const auto& metadata = change.either().metadata();
             for (const auto& work :
                  view.indexed(works(), by_target,
                               target(resource.resource.group, resource.kind, metadata.namespace_, metadata.name)))
               keys.push_back(work->key());
           }}};
}

Plan ApplierController::reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const {
  const auto work = view.get<api::Work>(key);
  const auto member = view.get<api::InternalMemberCluster>({namespace_, options_.member_name});
  if (work == nullptr || member == nullptr || member->spec.state != api::member_state::join) memo.drop();
  if (work == nullptr || member == nullptr) return {};
  Plan plan;
  if (member->spec.state != api::member_state::join) return {};  // who leaves lets go of its Works (member/join)
  if (work->metadata.is_deleting()) {
    memo.drop();
    return remove_work(*work, view, options_, now);
  }

  // The finalizer before the AppliedWork, the AppliedWork before everything it will own (8.2).
  const auto applied_work = view.get<api::AppliedWork>({"", work->metadata.name}, Side::member);
  engine::Chain chain;
  if (!work->metadata.has_finalizer(api::finalizer::work_cleanup)) {
    chain.push_back(
        add_finalizer(Side::hub, *work, api::finalizer::work_cleanup, "what the Work places must go before it does"));
  }
  if (applied_work == nullptr) {
    api::AppliedWork made;
    made.metadata.name = work->metadata.name;
    made.spec = {.work_name = work->metadata.name, .work_namespace = work->metadata.namespace_};
    chain.push_back(create(Side::member, made, "it owns what the Work places"));
  }
  if (!chain.empty()) {
    plan.chains.push_back(std::move(chain));
    return plan;
  }
  if (applied_work->metadata.is_deleting()) return {};  // its end wakes us, and a new one is made
  return apply(*work, *applied_work, view, memo, now);
}

Plan ApplierController::apply(const api::Work& work, const api::AppliedWork& applied_work, const View& view,
                              engine::Memo& memo, Now now) const {
  Plan plan;
  const api::ApplyStrategy strategy = work.spec.apply_strategy.value_or(api::ApplyStrategy{});
  const auto manifests = read_manifests(work, view);
  std::vector<Verdict> verdicts(manifests.size());
  if (const auto refusal = unsupported(strategy); !refusal.empty()) {
    for (auto& verdict : verdicts) verdict = {api::manifest_reason::manifest_apply_failed, refusal};
    report(work, applied_work, manifests, verdicts, now, plan);
    return plan;
  }

  const kube::OwnerReference owner = owner_of(applied_work.metadata);
  const kube::Condition* const applied = kube::find_condition(work.status.conditions, api::condition::applied);
  if (applied == nullptr || applied->observed_generation != work.metadata.generation) {
    if (are_identified(manifests)) {
      auto removal = remove_left_overs(left_overs(work, applied_work, manifests), owner, view);
      if (!removal.reads.empty()) return {.reads = std::move(removal.reads)};
      if (!removal.chains.empty() || removal.is_blocked) return {.chains = std::move(removal.chains)};
    }
    api::Work next = work;
    next.status.manifest_conditions = write_ahead(work, manifests, now.wall);
    if (next.status != work.status) {
      plan.chains.push_back({update_status(Side::hub, next, "what is about to be applied must be known first")});
      return plan;
    }
  }

  auto* settled = memo.get<Settled>();
  if (settled == nullptr || settled->uid != work.metadata.uid || settled->generation != work.metadata.generation ||
      settled->owner_uid != owner.uid) {
    settled = &memo.emplace(Settled{.uid = work.metadata.uid,
                                    .generation = work.metadata.generation,
                                    .owner_uid = owner.uid,
                                    .versions = std::vector<std::uint64_t>(manifests.size()),
                                    .requeue = {}});
  }
  Applying applying{.work = work, .strategy = strategy, .owner = owner, .view = view, .reads = plan.reads};
  if (!process(applying, manifests, *settled, verdicts, plan)) return plan;
  report(work, applied_work, manifests, verdicts, now, plan);
  const bool is_blind = std::ranges::any_of(manifests, [&view](const Manifest& manifest) {
    return manifest.resource != nullptr && !manifest.problem && !is_followed(*manifest.resource, view);
  });
  if (is_blind) {
    const Duration delay =
        plan.chains.empty() ? delay_after(work, verdicts, settled->requeue) : Duration{options_.requeue.fixed};
    plan.look_again = engine::Deadline{now.ticks + delay};
  }
  return plan;
}

// Wave by wave (8.7): true when every manifest has its verdict, else the plan says what comes first.
bool ApplierController::process(Applying& applying, const std::vector<Manifest>& manifests, Settled& settled,
                                std::vector<Verdict>& verdicts, Plan& plan) const {
  std::map<int, std::vector<const Manifest*>> waves;
  for (const Manifest& manifest : manifests) {
    if (manifest.problem) {
      verdicts[manifest.ordinal] = *manifest.problem;
    } else {
      waves[wave_of(manifest.gvr().group_resource())].push_back(&manifest);
    }
  }
  for (const auto& [wave, members] : waves) {
    for (const Manifest* manifest : members) {
      Step step = next_step(*manifest, applying, settled.versions[manifest->ordinal]);
      if (step.write) plan.chains.push_back({*std::move(step.write)});
      if (step.verdict) verdicts[manifest->ordinal] = *std::move(step.verdict);
    }
    if (!plan.reads.empty() || !plan.chains.empty()) return false;
  }
  return true;
}

// 8.15, after a pass that changed nothing: what each manifest came to is what the Work says of it.
Duration ApplierController::delay_after(const api::Work& work, const std::vector<Verdict>& verdicts,
                                        Requeue& requeue) const {
  std::vector<std::string> results;
  results.reserve(verdicts.size() + work.status.manifest_conditions.size());
  for (const Verdict& verdict : verdicts) results.emplace_back(verdict.reason);
  for (const auto& manifest : work.status.manifest_conditions) {
    const kube::Condition* const available = kube::find_condition(manifest.conditions, api::condition::available);
    results.push_back(available == nullptr ? "" : available->reason);
  }
  const kube::Condition* const available = kube::find_condition(work.status.conditions, api::condition::available);
  const bool is_available = available != nullptr && available->status == kube::ConditionStatus::true_ &&
                            available->observed_generation == work.metadata.generation;
  return next_delay(requeue, options_.requeue, work.metadata.generation, std::move(results), is_available);
}

// The Work's status, then the AppliedWork's (8.12.4).
void ApplierController::report(const api::Work& work, const api::AppliedWork& applied_work,
                               const std::vector<Manifest>& manifests, const std::vector<Verdict>& verdicts, Now now,
                               Plan& plan) const {
  engine::Chain chain;
  api::Work next = work;
  next.status = work_status(work, manifests, verdicts, now.wall);
  if (next.status != work.status)
    chain.push_back(update_status(Side::hub, next, "how the manifests fare on the member"));
  // A Work that cannot be applied in this version leaves alone what it placed before, so its AppliedWork keeps all.
  const bool keeps_all = !unsupported(work.spec.apply_strategy.value_or(api::ApplyStrategy{})).empty();
  if (!keeps_all) {
    std::vector<api::WorkResourceIdentifier> kept;
    if (!are_identified(manifests)) kept = left_overs(work, applied_work, manifests);
    api::AppliedWork listed = applied_work;
    listed.status = applied_work_status(applied_work, manifests, verdicts, kept);
    if (listed.status != applied_work.status)
      chain.push_back(update_status(Side::member, listed, "what the Work has placed"));
  }
  if (!chain.empty()) plan.chains.push_back(std::move(chain));
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(const Options& options) {
  return std::make_unique<ApplierController>(options);
}

}  // namespace slipway::member::applier
