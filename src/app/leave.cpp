#include "app/leave.h"

#include <algorithm>

#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "app/hub_identity.h"
#include "app/install_checks.h"
#include "app/install_manifests.h"
#include "app/join_manifests.h"
#include "app/join_progress.h"
#include "app/leave_rest.h"
#include "app/remote_process.h"
#include "client/kubeconfig.h"
#include "client/resource_path.h"

namespace slipway::app {
namespace {

using cli::LeaveCommand;

constexpr int timed_out_exit_code = 4;  // ux 1.3.2

class Leave {
 public:
  explicit Leave(const LeaveCommand& command)
      : command_(command),
        place_{.resource = api::storage_resource_of<api::MemberCluster>(api::Scope::cluster),
               .key = {"", command.name},
               .kind = "membercluster"},
        account_(usual_account(command.name)) {}
  Result<int> run();

 private:
  Result<void> connect();
  Result<void> check();
  Result<void> check_member(Findings& findings);
  Result<int> remove_from_hub();
  void explain();

  [[nodiscard]] std::vector<ObjectPlace> hub_rest() const;
  [[nodiscard]] std::vector<ObjectPlace> member_rest() const;

  const LeaveCommand& command_;
  ObjectPlace place_;
  HubMark mark_;                   // of the hub in hand
  kube::NamespacedName account_;   // of its agent on the hub
  std::vector<ObjectPlace> made_;  // for it on the hub, when nothing else tells its account
  std::unique_ptr<ApiServer> hub_;
  std::unique_ptr<ApiServer> member_;  // null: not told
};

Result<void> Leave::connect() {
  auto access = client::find_access(command_.hub.kubeconfig, command_.hub.context, environment_variable);
  if (!access) return fail(with_context(std::move(access.error()), "the hub"));
  mark_ = mark_of(*access);
  auto hub = connect_to(*access);
  if (!hub) return fail(std::move(hub.error()));
  hub_ = *std::move(hub);
  if (!command_.has_member) return {};
  auto member = client::find_access(command_.member.kubeconfig, command_.member.context, environment_variable);
  if (!member) return fail(with_context(std::move(member.error()), "the member"));
  auto server = connect_to(*member);
  if (!server) return fail(std::move(server.error()));
  member_ = *std::move(server);
  return {};
}

// What `join` made besides the MemberCluster.
std::vector<ObjectPlace> Leave::hub_rest() const {
  std::vector<ObjectPlace> places = made_;
  const ObjectPlace token = place_of(hub_token(account_, command_.name));
  const auto is_token = [&](const ObjectPlace& place) { return place.path() == token.path(); };
  if (std::ranges::none_of(places, is_token)) places.push_back(token);
  places.push_back(place_of(hub_account(account_)));
  return places;
}

// The Deployment first, the rights last. AppliedWork's definition stays: what was placed belongs to AppliedWorks and
// would go with them. So does the namespace, which others may use.
std::vector<ObjectPlace> Leave::member_rest() const {
  auto objects = member_manifests({.namespace_ = command_.namespace_, .image = "any"});
  std::ranges::reverse(objects);
  std::vector<ObjectPlace> places;
  for (const auto& object : objects) {
    const std::string_view kind = object.text_at({"kind"});
    if (kind != "CustomResourceDefinition" && kind != "Namespace") places.push_back(place_of(object));
  }
  places.insert(places.begin() + 1, {.resource = {"", "v1", "secrets"},
                                     .key = {command_.namespace_, std::string(hub_secret_name)},
                                     .kind = "secret"});
  return places;
}

std::vector<Access> needed_to_remove(const std::vector<ObjectPlace>& places) {
  std::vector<Access> needed;
  for (const auto& place : places) {
    for (const std::string_view verb : {"get", "delete"})
      needed.push_back({.verb = std::string(verb),
                        .group = place.resource.group,
                        .resource = place.resource.resource,
                        .namespace_ = place.key.namespace_});
  }
  return needed;
}

Result<void> Leave::check_member(Findings& findings) {
  if (auto asked = check_rights(*member_, needed_to_remove(member_rest()), findings); !asked) return asked;
  auto secret =
      find(*member_, client::resource_path({"", "v1", "secrets"}, {command_.namespace_, std::string(hub_secret_name)}));
  if (!secret && secret.error().reason == Reason::forbidden) return {};  // said already
  if (!secret) return fail(std::move(secret.error()));
  if (!*secret) return {};
  const Membership there = membership_of(**secret);
  if (!there.name.empty() && there.name != command_.name) {
    findings.problem("member", Reason::usage,
                     fmt::format("{} is the member {}, not {}", member_->description(), there.name, command_.name),
                     "Give the context of the right cluster: --member-context");
  } else if (const auto other = other_membership(**secret, command_.name, mark_); !other.empty()) {
    // This hub may have a member of the same name, and the agent would be taken from the one it works for.
    findings.problem(
        "member", Reason::usage, fmt::format("{} {}", member_->description(), other),
        fmt::format("Give the context of that hub: --hub-context. If it is gone for good, its agent may go first:\n"
                    "kubectl -n {} delete deployment/{} secret/{}",
                    command_.namespace_, agent_name, hub_secret_name));
  }
  return {};
}

Result<void> Leave::check() {
  Findings findings;
  // Else "there is no such member" would be its answer too, and the agent would be taken from a hub that is another.
  if (const auto is_hub = check_is_hub(*hub_, findings); !is_hub) return fail(is_hub.error());
  auto id = cluster_id_of(*hub_);
  if (!id) return fail(std::move(id.error()));
  mark_.cluster_id = *std::move(id);
  const auto member = find(*hub_, place_.path());
  if (member && *member) {
    if (auto account = account_of(**member)) account_ = *std::move(account);
  } else if (member) {
    auto made = tokens_made_for(*hub_, command_.name, findings);
    if (!made) return fail(std::move(made.error()));
    made_ = *std::move(made);
  }
  std::vector<Access> needed = needed_to_remove(hub_rest());
  for (const std::string_view verb : {"get", "list", "watch", "delete"})
    needed.push_back({.verb = std::string(verb), .group = place_.resource.group, .resource = place_.resource.resource});
  if (auto asked = check_rights(*hub_, std::move(needed), findings); !asked) return asked;
  if (member_ != nullptr) {
    if (auto asked = check_member(findings); !asked) return asked;
  }
  return findings.report();
}

// Says what is known of what holds it up, beyond the MemberCluster's own status.
void Leave::explain() {
  auto space = find(*hub_, client::resource_path({"", "v1", "namespaces"}, {"", api::member_namespace(command_.name)}));
  if (!space || !*space) return;
  const json::Value* const conditions = (*space)->find_path({"status", "conditions"});
  if (conditions == nullptr || conditions->array() == nullptr) return;
  for (const auto& condition : *conditions->array()) {
    if (condition.text_at({"status"}) == "True")
      fmt::print(stderr, "  namespace {}: {}\n", api::member_namespace(command_.name), condition.text_at({"message"}));
  }
}

Result<int> Leave::remove_from_hub() {
  auto there = find(*hub_, place_.path());
  if (!there) return fail(std::move(there.error()));
  if (!*there) {
    fmt::print(stderr, "✓ the hub has no member {}\n", command_.name);
    return 0;
  }
  const std::string uid((*there)->text_at({"metadata", "uid"}));
  if ((*there)->text_at({"metadata", "deletionTimestamp"}).empty()) {
    if (auto removed = hub_->remove(place_.path(), uid); !removed) return fail(std::move(removed.error()));
  }
  std::string said;
  std::string state;
  auto gone = hub_->wait_until(place_.resource, place_.key, command_.wait, [&](const json::Value* member) {
    if (member == nullptr || member->text_at({"metadata", "uid"}) != uid) return true;
    state = leave_state(member, SystemClock().wall());
    if (state != said) fmt::print(stderr, "  waiting for {}\n", state);
    said = state;
    return false;
  });
  if (!gone) return fail(std::move(gone.error()));
  if (*gone) {
    fmt::print(stderr, "✓ the hub has let go of {}\n", command_.name);
    return 0;
  }
  fmt::print(stderr, "✗ {} is still there after {}. It waits for {}\n", command_.name, to_go_duration(command_.wait),
             state);
  explain();
  fmt::print(stderr, "  Go on: slipway leave {}\n", command_.name);
  return timed_out_exit_code;
}

Result<int> Leave::run() {
  if (auto connected = connect(); !connected) return fail(std::move(connected.error()));
  if (auto good = check(); !good) return fail(std::move(good.error()));
  auto code = remove_from_hub();
  if (!code || *code != 0) return code;
  if (member_ != nullptr) {
    if (auto removed = remove_ours(*member_, member_rest(), command_.name); !removed)
      return fail(std::move(removed.error()));
  }
  if (auto removed = remove_ours(*hub_, hub_rest(), command_.name); !removed) return fail(std::move(removed.error()));
  if (member_ != nullptr) {
    fmt::print(stderr, "✓ {} has left; what was placed on it stays there\n", command_.name);
  } else {
    fmt::print(stderr,
               "✓ {} has left the hub. Stop its agent, and for what is left of it on the member:\n"
               "  slipway leave {} --member-context C\n",
               command_.name, command_.name);
  }
  return 0;
}

}  // namespace

int run_leave(const LeaveCommand& command) {
  auto code = Leave(command).run();
  return code ? *code : report_failure(code.error());
}

}  // namespace slipway::app
