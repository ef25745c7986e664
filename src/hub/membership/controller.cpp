#include "hub/membership/controller.h"

#include <algorithm>

#include "api/names.h"
#include "api/work.h"
#include "hub/membership/member_status.h"
#include "hub/membership/namespace_objects.h"
#include "hub/writes.h"

namespace slipway::hub::membership {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::View;

void wake_member_of_namespace(std::string_view namespace_, std::vector<Key>& keys) {
  if (const auto member = api::member_of_namespace(namespace_)) keys.push_back({"", std::string(*member)});
}

class MembershipController final : public engine::Controller {
 public:
  explicit MembershipController(const Options& options) : options_(options) {}
  [[nodiscard]] std::string_view name() const override { return "membercluster"; }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan join(const api::MemberCluster& member, const View& view, Now now) const;
  [[nodiscard]] Plan leave(const api::MemberCluster& member, const View& view, Now now) const;
  [[nodiscard]] Plan collect_garbage(const api::MemberCluster& member, const kube::Object& space, const View& view,
                                     std::string why) const;

  Options options_;
};

std::vector<engine::Watch> MembershipController::watches() const {
  const auto of_namespace = [](const Change& change, const View&, std::vector<Key>& keys) {
    wake_member_of_namespace(change.either().metadata().namespace_, keys);
  };
  return {
      {.collection = View::collection_of<api::MemberCluster>(api::Scope::cluster),
       .concerns =
           [](const Change& change, const View&, std::vector<Key>& keys) {
             // Our own status writes bring nothing new; a changed spec, label or deletion does.
             const bool same = change.before != nullptr && change.after != nullptr &&
                               change.before->metadata().generation == change.after->metadata().generation &&
                               change.before->metadata().labels == change.after->metadata().labels &&
                               change.before->metadata().finalizers == change.after->metadata().finalizers;
             if (!same) keys.push_back(change.either().key());
           }},
      {.collection = View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced), .concerns = of_namespace},
      {.collection = roles(), .concerns = of_namespace},
      {.collection = role_bindings(), .concerns = of_namespace},
      {.collection = namespaces(),
       .concerns = [](const Change& change, const View&,
                      std::vector<Key>& keys) { wake_member_of_namespace(change.either().metadata().name, keys); }},
  };
}

Plan MembershipController::reconcile(const Key& key, const View& view, engine::Memo&, Now now) const {
  const auto member = view.get<api::MemberCluster>(key);
  if (member == nullptr) return {};
  return member->metadata.is_deleting() ? leave(*member, view, now) : join(*member, view, now);
}

// 8.2.
Plan MembershipController::join(const api::MemberCluster& member, const View& view, Now now) const {
  Plan plan;
  const std::string* const label = member.metadata.label(api::label::member_name);
  if (!member.metadata.has_finalizer(api::finalizer::member_cluster) || label == nullptr ||
      *label != member.metadata.name) {
    api::MemberCluster next = member;
    if (!member.metadata.has_finalizer(api::finalizer::member_cluster))
      next.metadata.finalizers.emplace_back(api::finalizer::member_cluster);
    next.metadata.labels.insert_or_assign(std::string(api::label::member_name), member.metadata.name);
    plan.chains.push_back(
        {update(next, "the member's namespace must go before it does", api::field_manager::member_cluster)});
    return plan;
  }
  // In order: what is in the namespace needs it, and rights come before the invitation.
  engine::Chain chain;
  for (auto& write : {ensure_namespace(member, view), ensure_role(member, view), ensure_role_binding(member, view),
                      ensure_internal_member(member, api::member_state::join, view)}) {
    if (write) chain.push_back(*write);
  }
  if (!chain.empty()) plan.chains.push_back(std::move(chain));

  const auto reported =
      view.get<api::InternalMemberCluster>({api::member_namespace(member.metadata.name), member.metadata.name});
  api::MemberCluster next = member;
  next.status = status_from(member, reported.get(), now.wall, options_.expected_agents);
  if (next.status != member.status) plan.report = update_status(next, "the member's agent has reported");
  return plan;
}

// 8.3.
Plan MembershipController::leave(const api::MemberCluster& member, const View& view, Now now) const {
  if (!member.metadata.has_finalizer(api::finalizer::member_cluster)) return {};
  Plan plan;
  const std::string namespace_ = api::member_namespace(member.metadata.name);
  const auto space = view.get(namespaces(), {"", namespace_});
  if (space == nullptr) {
    const engine::Read read{.resource = {"", "v1", "namespaces"}, .key = {"", namespace_}};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) return {.reads = {read}};
    if (*answer || answer->error().reason != Reason::not_found)
      return {.look_again = engine::Deadline{now.ticks + std::chrono::seconds{1}}};
    plan.chains.push_back(
        {remove_finalizer(member, api::finalizer::member_cluster, "the member has left and its namespace is gone",
                          api::field_manager::member_cluster)});
    return plan;
  }
  const auto reported = view.get<api::InternalMemberCluster>({namespace_, member.metadata.name});
  api::MemberCluster next = member;
  next.status = status_from(member, reported.get(), now.wall, options_.expected_agents);
  if (next.status != member.status) plan.report = update_status(next, "the member's agent has reported");
  if (space->metadata().is_deleting()) return plan;  // its end wakes us
  if (reported == nullptr) {
    // Garbage collection takes the finalizers off the member's Works: only for one that is really not there.
    const engine::Read read{.resource = api::storage_resource_of<api::InternalMemberCluster>(api::Scope::namespaced),
                            .key = {namespace_, member.metadata.name}};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) return {.reads = {read}};
    if (*answer || answer->error().reason != Reason::not_found)
      return {.look_again = engine::Deadline{now.ticks + std::chrono::seconds{1}}};
    return collect_garbage(member, *space, view, "the member never joined");
  }
  const WallTime forced_at = *member.metadata.deletion_timestamp + options_.force_delete_after;
  if (has_left(next.status)) return collect_garbage(member, *space, view, "the member has left");
  if (now.wall > forced_at && reported->spec.state == api::member_state::leave)
    return collect_garbage(member, *space, view, "the member did not leave in time");
  if (auto write = ensure_internal_member(member, api::member_state::leave, view))
    plan.chains.push_back({*std::move(write)});
  plan.look_again = engine::Deadline{forced_at + std::chrono::seconds{1}};
  return plan;
}

// Works lose their finalizers, for nobody is left to honour them; then the namespace goes.
Plan MembershipController::collect_garbage(const api::MemberCluster& member, const kube::Object& space,
                                           const View& view, std::string why) const {
  Plan plan;
  const engine::Read list{.kind = engine::Read::Kind::list,
                          .resource = api::storage_resource_of<api::Work>(api::Scope::namespaced),
                          .key = {api::member_namespace(member.metadata.name), ""}};
  const engine::Answer* const works = view.answer(list);
  if (works == nullptr) return {.reads = {list}};
  if (*works) {
    for (const auto& object : **works) {
      const auto work = View::typed<api::Work>(object);
      if (work == nullptr || work->metadata.finalizers.empty()) continue;
      api::Work next = *work;
      next.metadata.finalizers.clear();
      plan.chains.push_back({update(next, why)});
    }
  }
  if (plan.chains.empty()) {
    plan.chains.push_back({{.request = {.verb = client::Write::Verb::remove,
                                        .resource = {"", "v1", "namespaces"},
                                        .key = space.key(),
                                        .uid = space.metadata().uid},
                            .why = std::move(why)}});
  }
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(const Options& options) {
  return std::make_unique<MembershipController>(options);
}

}  // namespace slipway::hub::membership
