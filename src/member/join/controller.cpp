#include "member/join/controller.h"

#include <algorithm>

#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/work.h"
#include "kube/status.h"
#include "member/join/heartbeat.h"
#include "member/join/provider.h"
#include "member/writes.h"

namespace slipway::member::join {
namespace {

using engine::Change;
using engine::Key;
using engine::Plan;
using engine::Side;
using engine::View;
using kube::ConditionStatus;

// New nodes are reported early, but no oftener than this.
constexpr Duration early_report_gap = std::chrono::seconds{5};
// A member that is not well is asked again before its next heartbeat.
constexpr Duration health_retry = std::chrono::seconds{10};

// What the hub refused to tell a leaving member may be allowed later.
constexpr Duration leave_retry = std::chrono::seconds{5};

bool may_differ_in_finalizers(const Change& change) {
  return change.before == nullptr || change.after == nullptr ||
         change.before->metadata().finalizers != change.after->metadata().finalizers;
}

class JoinController final : public engine::Controller {
 public:
  JoinController(std::string member_name, PropertyOptions properties)
      : member_name_(std::move(member_name)),
        namespace_(api::member_namespace(member_name_)),
        properties_(std::move(properties)) {}
  [[nodiscard]] std::string_view name() const override {
    return "internalmembercluster-controller";  // in metrics and logs (member 10)
  }
  [[nodiscard]] std::vector<engine::Watch> watches() const override;
  [[nodiscard]] std::vector<engine::DynamicWatch> dynamic_watches() const override;
  [[nodiscard]] Plan reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const override;

 private:
  [[nodiscard]] Plan join(const api::InternalMemberCluster& member, const View& view, engine::Memo& memo,
                          Now now) const;
  [[nodiscard]] Plan leave(const api::InternalMemberCluster& member, const View& view, Now now) const;
  [[nodiscard]] Key own_key() const { return {namespace_, member_name_}; }

  std::string member_name_;
  std::string namespace_;
  PropertyOptions properties_;
};

std::vector<engine::Watch> JoinController::watches() const {
  std::vector<engine::Watch> watches{
      {.collection = View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced),
       .namespace_ = namespace_,
       .concerns =
           [key = own_key()](const Change& change, const View&, std::vector<Key>& keys) {
             if (change.either().key() == key) keys.push_back(key);
           }},
      // Leaving is over when the last Work has been let go.
      {.collection = View::collection_of<api::Work>(api::Scope::namespaced),
       .namespace_ = namespace_,
       .concerns =
           [key = own_key()](const Change& change, const View& view, std::vector<Key>& keys) {
             if (!may_differ_in_finalizers(change)) return;
             const auto member = view.get<api::InternalMemberCluster>(key);
             if (member != nullptr && member->spec.state == api::member_state::leave) keys.push_back(key);
           }},
      {.collection = nodes(),
       .namespace_ = {},
       .concerns =
           [key = own_key()](const Change& change, const View&, std::vector<Key>& keys) {
             if (changes_capacity(change)) keys.push_back(key);
           }},
  };
  // Pods are summed up at each heartbeat.
  if (properties_.sees_pods())
    watches.push_back(
        {.collection = pods(), .namespace_ = {}, .concerns = [](const Change&, const View&, std::vector<Key>&) {}});
  return watches;
}

// Where the right to watch namespaces is missing, everything else goes on.
std::vector<engine::DynamicWatch> JoinController::dynamic_watches() const {
  if (!properties_.sees_namespaces()) return {};
  return {
      {.side = Side::member,
       .on_demand =
           engine::DynamicWatch::OnDemand{
               .by = View::collection_of<api::InternalMemberCluster>(api::Scope::namespaced),
               .kinds = [](const kube::Object&,
                           std::vector<kube::GroupKind>& needed) { needed.push_back({"", "Namespace"}); }},
       .wanted =
           [](const client::ApiResource& resource) {
             return resource.resource.group_resource() == namespaces().resource;
           },
       .concerns =
           [key = own_key()](const client::ApiResource&, const Change& change, const View&, std::vector<Key>& keys) {
             if (changes_namespaces(change)) keys.push_back(key);
           }}};
}

Plan JoinController::reconcile(const Key& key, const View& view, engine::Memo& memo, Now now) const {
  const auto member = key == own_key() ? view.get<api::InternalMemberCluster>(key) : nullptr;
  if (member == nullptr) {
    memo.drop();
    return {};
  }
  if (member->spec.state == api::member_state::join) return join(*member, view, memo, now);
  memo.drop();
  return member->spec.state == api::member_state::leave ? leave(*member, view, now) : Plan{};
}

api::AgentStatus& own_status(api::InternalMemberClusterStatus& status) {
  const auto own = std::ranges::find(status.agent_status, api::agent_type::member_agent, &api::AgentStatus::type);
  if (own != status.agent_status.end()) return *own;
  status.agent_status.push_back({.type = std::string(api::agent_type::member_agent)});
  return status.agent_status.back();
}

struct Said {
  std::string_view type;
  ConditionStatus status;
  std::string_view reason;
  std::string message{};
};

// Sets a condition of the agent, with the event that goes with it when there is news in it (5.5).
void say(api::InternalMemberCluster& member, Said said, bool generation_is_news, WallTime now, Plan& plan) {
  auto& conditions = own_status(member.status).conditions;
  const kube::Condition* const before = kube::find_condition(conditions, said.type);
  const bool is_news = before == nullptr || before->status != said.status ||
                       (generation_is_news && before->observed_generation != member.metadata.generation);
  kube::set_condition(conditions,
                      {.type = std::string(said.type),
                       .status = said.status,
                       .observed_generation = member.metadata.generation,
                       .last_transition_time = now,
                       .reason = std::string(said.reason),
                       .message = said.message},
                      now);
  if (!is_news) return;
  plan.events.push_back({.side = Side::hub,
                         .kind = api::gvk_of<api::InternalMemberCluster>(api::Scope::namespaced),
                         .key = {member.metadata.namespace_, member.metadata.name},
                         .uid = member.metadata.uid,
                         .warning = said.reason == api::agent_reason::unhealthy,
                         .reason = std::string(said.reason),
                         .message = said.message.empty() ? std::string(said.reason) : std::move(said.message)});
}

Said health(const engine::Answer& ready) {
  if (ready) return {api::condition::healthy, ConditionStatus::true_, api::agent_reason::healthy};
  // Nobody answered: there is no code.
  const bool is_silent = ready.error().reason == Reason::unavailable && !ready.error().retry_after;
  return {api::condition::healthy, ConditionStatus::false_, api::agent_reason::unhealthy,
          fmt::format("the member's API server is not ready: /readyz answers {}: {}",
                      is_silent ? 0 : kube::http_code(ready.error().reason), ready.error().message)};
}

bool is_current(const api::Conditions& conditions, std::string_view type, std::int64_t generation) {
  const kube::Condition* const condition = kube::find_condition(conditions, type);
  return condition != nullptr && condition->observed_generation == generation;
}

// What is remembered of a member that has joined.
struct Known {
  std::optional<LastHeartbeat> heartbeat{};
  std::optional<SeenVersion> version{};
};
Known& known_of(engine::Memo& memo) {
  auto* const known = memo.get<Known>();
  return known == nullptr ? memo.emplace(Known{}) : *known;
}

// When the next report is due, and when news may be told before that.
struct Schedule {
  Ticks due;
  Ticks early;
};

Schedule schedule_of(const api::InternalMemberCluster& member, const api::AgentStatus& agent, engine::Memo& memo,
                     Now now) {
  const auto last = agent.last_received_heartbeat;
  if (!last) return {now.ticks, now.ticks};
  auto& seen = known_of(memo).heartbeat;
  if (!seen || seen->wall != *last) seen = first_seen(*last, now);
  Ticks due = seen->ticks + heartbeat_delay(member.spec.heartbeat_period_seconds, member.metadata.name, *last);
  const kube::Condition* const healthy = kube::find_condition(agent.conditions, api::condition::healthy);
  if (healthy != nullptr && healthy->status == ConditionStatus::false_) due = std::min(due, seen->ticks + health_retry);
  return {due, std::min(due, seen->ticks + early_report_gap)};
}

// The server's version, as long as it is good (cases 43 to 45).
const SeenVersion* known_version(engine::Memo& memo, Now now) {
  const auto& version = known_of(memo).version;
  return version && now.ticks < version->ticks + version_is_good ? &*version : nullptr;
}

const engine::Read ready_probe{.kind = engine::Read::Kind::ready, .side = Side::member};
const engine::Read version_question{.kind = engine::Read::Kind::version, .side = Side::member};
const engine::Read namespaces_question{
    .kind = engine::Read::Kind::list, .side = Side::member, .resource = {"", "v1", "namespaces"}};

// What is still to be read for a report. Namespaces are listed only while they cannot be followed, and only of a server
// that is ready: the heartbeat does not wait for one that is not.
std::vector<engine::Read> missing_reads(const PropertyOptions& options, const View& view, engine::Memo& memo, Now now) {
  std::vector<engine::Read> reads;
  const engine::Answer* const ready = view.answer(ready_probe);
  if (ready == nullptr) reads.push_back(ready_probe);
  if (options.has_version() && known_version(memo, now) == nullptr && view.answer(version_question) == nullptr)
    reads.push_back(version_question);
  const bool lists = ready != nullptr && ready->has_value() && options.sees_namespaces() &&
                     !view.is_followed(namespaces()) && view.answer(namespaces_question) == nullptr;
  if (lists) reads.push_back(namespaces_question);
  return reads;
}

// What is known of the namespaces now, in the cache or in the answer.
void add_namespaces(Sources& sources, const PropertyOptions& options, const View& view,
                    const kube::StringMap& reported) {
  if (!options.sees_namespaces()) return;
  const engine::Answer* const listed = view.answer(namespaces_question);
  const bool is_followed = view.is_followed(namespaces());
  if (!is_followed && listed == nullptr) {
    sources.namespaces = Sources::Namespaces::not_yet;
  } else if (is_followed || listed->has_value()) {
    sources.namespaces = Sources::Namespaces::known;
    sources.namespace_facts = collect_namespaces(is_followed ? view.list(namespaces(), "") : **listed, reported);
  }
}

Sources sources_of(const PropertyOptions& options, const View& view, engine::Memo& memo,
                   const kube::StringMap& reported, Now now) {
  Sources sources;
  add_namespaces(sources, options, view, reported);
  if (!options.has_version()) return sources;
  if (const engine::Answer* const answer = view.answer(version_question); answer != nullptr) {
    if (!*answer) {
      sources.version_problem = answer->error().message;
    } else if (const json::Value whole = (**answer).front()->to_value(); !whole.text_at({"gitVersion"}).empty()) {
      known_of(memo).version =
          SeenVersion{.text = std::string(whole.text_at({"gitVersion"})), .at = now.wall, .ticks = now.ticks};
    } else {
      sources.version_problem = "it has no gitVersion";
    }
  }
  sources.version = known_version(memo, now);
  return sources;
}

// 5.3. One write says all: heartbeat, health, properties, and that the member has joined.
Plan JoinController::join(const api::InternalMemberCluster& member, const View& view, engine::Memo& memo,
                          Now now) const {
  Plan plan;
  api::InternalMemberCluster next = member;
  const Schedule schedule = schedule_of(member, own_status(next.status), memo, now);
  const ClusterFacts facts = collect_nodes(provider_in_use(properties_, member.status), view, now.wall);
  const bool has_new_nodes = has_other_nodes(facts, member.status);
  const bool has_news =
      has_new_nodes ||
      (properties_.sees_namespaces() && view.is_followed(namespaces()) &&
       has_other_namespaces(collect_namespaces(view.list(namespaces(), ""), member.status.namespaces), member.status));
  // The first nodes of a cluster are worth a report at once.
  const bool has_first_nodes =
      has_new_nodes && std::ranges::all_of(member.status.resource_usage.capacity,
                                           [](const auto& entry) { return entry.second.is_zero(); });
  const auto& conditions = own_status(next.status).conditions;
  const bool is_known = kube::is_true_at(conditions, api::condition::joined, member.metadata.generation) &&
                        is_current(conditions, api::condition::healthy, member.metadata.generation);
  if (is_known && now.ticks < schedule.due && !(has_first_nodes || (has_news && now.ticks >= schedule.early))) {
    return {.look_again = engine::Deadline{has_news ? schedule.early : schedule.due}};
  }
  if (auto reads = missing_reads(properties_, view, memo, now); !reads.empty()) return {.reads = std::move(reads)};

  say(next, health(*view.answer(ready_probe)), false, now.wall, plan);
  say(next, {api::condition::joined, ConditionStatus::true_, api::agent_reason::joined}, true, now.wall, plan);
  own_status(next.status).last_received_heartbeat = now.wall;
  report_properties(next, properties_, sources_of(properties_, view, memo, member.status.namespaces, now), view,
                    now.wall, plan);
  plan.chains.push_back({update_status(Side::hub, next, "the member's heartbeat")});
  return plan;
}

// 5.4 (1), when the hub refuses something, which is more than that it does not answer.
Plan stuck(const api::InternalMemberCluster& member, const std::string& why, Now now) {
  Plan plan;
  api::InternalMemberCluster next = member;
  say(next, {api::condition::joined, ConditionStatus::unknown, api::agent_reason::failed_to_leave, why}, true, now.wall,
      plan);
  if (next.status != member.status)
    plan.chains.push_back({update_status(Side::hub, next, "the member cannot leave yet")});
  return plan;
}

// Letting go of Works (8.14): our finalizer is taken from each that has it.
struct Release {
  bool is_over = true;  // none has it
  std::vector<engine::Chain> chains{};
  std::string refused{};  // what the hub said of the first that it does not let us change; another try is the runner's
};

Release let_go(const std::vector<kube::ObjectPtr>& works, const View& view) {
  Release release;
  for (const auto& work : works) {
    if (!work->metadata().has_finalizer(api::finalizer::work_cleanup)) continue;
    release.is_over = false;
    api::Work seen;
    seen.metadata = work->metadata();
    engine::Write write = remove_finalizer(Side::hub, seen, api::finalizer::work_cleanup,
                                           "the member leaves and takes what it has with it");
    write.wants_answer = true;
    const engine::Tried* const tried = view.tried(write);
    if (tried == nullptr) {
      release.chains.push_back({std::move(write)});
    } else if (tried->refusal && tried->refusal->reason != Reason::not_found && release.refused.empty()) {
      release.refused = fmt::format("work {} cannot be let go: {}", seen.metadata.name, tried->refusal->message);
    }
  }
  return release;
}

// 5.4. What was reported stays as it was.
Plan JoinController::leave(const api::InternalMemberCluster& member, const View& view, Now now) const {
  Plan plan;
  api::InternalMemberCluster next = member;
  say(next, {api::condition::joined, ConditionStatus::false_, api::agent_reason::left}, true, now.wall, plan);
  const auto go_on = [&](Release release) {
    // One that was taken up just before the member left is let go too, but the member has left.
    const bool has_left = next.status == member.status;
    Plan rest = release.refused.empty() || has_left ? Plan{} : stuck(member, release.refused, now);
    std::ranges::move(release.chains, std::back_inserter(rest.chains));
    return rest;  // their release wakes us
  };
  Release seen = let_go(view.list(View::collection_of<api::Work>(api::Scope::namespaced), namespace_), view);
  if (!seen.is_over || next.status == member.status) return go_on(std::move(seen));
  const engine::Read all{.kind = engine::Read::Kind::list,
                         .side = Side::hub,
                         .resource = api::storage_resource_of<api::Work>(api::Scope::namespaced),
                         .key = {namespace_, ""}};
  const engine::Answer* const works = view.answer(all);
  if (works == nullptr) return {.reads = {all}};
  if (!works->has_value() && works->error().reason != Reason::not_found) {
    plan = stuck(member, works->error().message, now);
    plan.look_again = engine::Deadline{now.ticks + leave_retry};
    return plan;
  }
  Release all_seen = works->has_value() ? let_go(**works, view) : Release{};
  if (!all_seen.is_over) return go_on(std::move(all_seen));
  plan.chains.push_back({update_status(Side::hub, next, "the member has left")});
  return plan;
}

}  // namespace

std::unique_ptr<engine::Controller> make_controller(std::string member_name, PropertyOptions properties) {
  return std::make_unique<JoinController>(std::move(member_name), std::move(properties));
}

}  // namespace slipway::member::join
