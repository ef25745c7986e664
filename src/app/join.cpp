#include "app/join.h"

#include <algorithm>
#include <sys/stat.h>

#include "api/kinds.h"
#include "api/membership.h"
#include "api/names.h"
#include "app/hub_identity.h"
#include "app/install_apply.h"
#include "app/install_checks.h"
#include "app/install_manifests.h"
#include "app/join_identity.h"
#include "app/join_manifests.h"
#include "app/join_progress.h"
#include "app/remote_process.h"
#include "base/bytes.h"
#include "client/kubeconfig.h"
#include "client/resource_path.h"
#include "store/file.h"

namespace slipway::app {
namespace {

using cli::JoinCommand;

constexpr int timed_out_exit_code = 4;  // ux 1.3.2
constexpr std::chrono::seconds token_timeout{30};

std::string system_namespace() { return std::string(api::fleet_system_namespace); }

class Join {
 public:
  Join(const JoinCommand& command, AgentIdentity identity) : command_(command), identity_(std::move(identity)) {}
  Result<int> run();

 private:
  Result<void> connect();
  Result<void> check();
  void take_account(const json::Value& member);
  Result<void> check_hub(Findings& findings);
  Result<void> check_member(Findings& findings);
  Result<void> make_identity();
  Result<void> set_up_member();
  Result<void> hand_out();
  Result<int> await_joined();

  [[nodiscard]] bool has_token() const { return identity_.user.empty(); }
  [[nodiscard]] std::vector<json::Value> hub_objects() const;
  [[nodiscard]] std::vector<json::Value> member_objects() const;

  const JoinCommand& command_;
  AgentIdentity identity_;
  HubAddress address_;
  HubMark mark_;
  std::string token_;
  InUse in_use_;  // of the agent's Deployment
  std::unique_ptr<ApiServer> hub_;
  std::unique_ptr<ApiServer> member_;  // null: only the hub's side is done
};

Result<void> Join::connect() {
  auto access = client::find_access(command_.hub.kubeconfig, command_.hub.context, environment_variable);
  if (!access) return fail(with_context(std::move(access.error()), "the hub"));
  address_ = {.url = url_of(*access), .authority = access->authority, .server_name = access->server_name};
  std::string host = access->host;
  if (!command_.hub_address.empty()) {
    client::ServerAccess given;
    if (auto set = client::set_server_url(command_.hub_address, given); !set)
      return fail(with_context(std::move(set.error()), "--hub-address"));
    address_.url = command_.hub_address;
    if (given.host != access->host) address_.server_name.clear();
  } else if (!command_.is_agent_elsewhere() && is_loopback(host)) {
    return fail(Reason::usage,
                "{} is an address of this machine only; the agent in its pod cannot reach it.\n"
                "  Say how it does: --hub-address https://…",
                address_.url);
  }
  if (!command_.hub_ca_file.empty()) {
    auto authority = client::read_credential_file(command_.hub_ca_file);
    if (!authority) return fail(with_context(std::move(authority.error()), "--hub-ca"));
    address_.authority = *std::move(authority);
  } else if (access->skip_verification) {
    return fail(Reason::usage,
                "the kubeconfig of the hub does not verify its certificate, and an agent must.\n"
                "  Say who signed it: --hub-ca FILE");
  }
  mark_ = mark_of(*access);
  client::ServerAccess of_agent;
  if (client::set_server_url(address_.url, of_agent)) mark_.urls.push_back(url_of(of_agent));
  if (!address_.authority.empty()) mark_.authorities.push_back(address_.authority);
  auto hub = connect_to(*access);
  if (!hub) return fail(std::move(hub.error()));
  hub_ = *std::move(hub);
  if (!command_.has_member) return {};
  auto member = client::find_access(command_.member.kubeconfig, command_.member.context, environment_variable);
  if (!member) return fail(with_context(std::move(member.error()), "the member"));
  if (url_of(*member) == url_of(*access))
    return fail(Reason::usage, "hub and member are the same cluster, {}: give two contexts", url_of(*member));
  auto server = connect_to(*member);
  if (!server) return fail(std::move(server.error()));
  member_ = *std::move(server);
  return {};
}

std::vector<json::Value> Join::hub_objects() const {
  std::vector<json::Value> objects;
  if (has_token() && !identity_.is_account_given) {
    objects.push_back(namespace_manifest(identity_.account.namespace_));
    objects.push_back(hub_account(identity_.account));
  }
  if (has_token()) objects.push_back(hub_token(identity_.account, command_.name));
  objects.push_back(member_cluster(command_, identity_));
  return objects;
}

std::vector<json::Value> Join::member_objects() const {
  const std::string& image = command_.image.empty() ? in_use_.image : command_.image;
  return member_manifests({.namespace_ = command_.namespace_,
                           .image = image.empty() ? default_image() : image,
                           .replicas = std::max(1, in_use_.replicas.value_or(1)),  // who joins wants it to run
                           .with_watch = !command_.without_watch},
                          !command_.is_agent_elsewhere());
}

// A member that is there keeps its service account, as one that KubeFleet's scripts made.
void Join::take_account(const json::Value& member) {
  auto account = account_of(member);
  if (!account || *account == usual_account(command_.name)) return;
  identity_.account = *std::move(account);
  identity_.is_account_given = true;
}

Result<void> Join::check_hub(Findings& findings) {
  if (auto asked = check_version(*hub_, findings); !asked) return asked;
  const auto is_hub = check_is_hub(*hub_, findings);
  if (!is_hub) return fail(is_hub.error());
  if (!*is_hub) return {};
  auto id = cluster_id_of(*hub_);
  if (!id) return fail(std::move(id.error()));
  mark_.cluster_id = *id;
  address_.cluster_id = *std::move(id);
  auto there = find(*hub_, place_of(member_cluster(command_, identity_)).path());
  const bool is_hidden = !there && there.error().reason == Reason::forbidden;  // to be said with the other rights
  if (!there && !is_hidden) return fail(std::move(there.error()));
  if (there && *there && has_token()) take_account(**there);
  std::vector<Access> needed = needed_to_write(hub_objects());
  for (const std::string_view verb : {"list", "watch"}) {
    needed.push_back(
        {.verb = std::string(verb), .group = std::string(api::cluster_group), .resource = "memberclusters"});
    if (has_token())
      needed.push_back(
          {.verb = std::string(verb), .group = "", .resource = "secrets", .namespace_ = identity_.account.namespace_});
  }
  if (auto asked = check_rights(*hub_, std::move(needed), findings); !asked) return asked;
  if (is_hidden || !*there) return {};
  if (!(*there)->text_at({"metadata", "deletionTimestamp"}).empty()) {
    findings.problem("member", Reason::conflict, fmt::format("{} is on its way out of the fleet", command_.name),
                     fmt::format("Wait until it has left: slipway leave {}", command_.name));
  }
  const json::Value wanted = member_cluster(command_, identity_);
  const json::Value* const identity = (*there)->find_path({"spec", "identity"});
  if (identity == nullptr || !contains(*identity, *wanted.find_path({"spec", "identity"}))) {
    findings.problem(
        "member", Reason::conflict,
        fmt::format("{} is a member already, with another identity: {} '{}'", command_.name,
                    (*there)->text_at({"spec", "identity", "kind"}), (*there)->text_at({"spec", "identity", "name"})),
        fmt::format("Take another name, or let it leave first: slipway leave {}", command_.name));
  }
  return {};
}

// What to do about a cluster that belongs to somebody else.
std::string leave_first(const json::Value& secret) {
  const Membership there = membership_of(secret);
  return fmt::format("Let it leave first, with the context of its hub: slipway leave {}", there.name);
}

Result<void> Join::check_member(Findings& findings) {
  if (auto asked = check_version(*member_, findings); !asked) return asked;
  auto in_use = find_in_use(*member_, {command_.namespace_, std::string(agent_name)});
  if (!in_use) return fail(std::move(in_use.error()));
  in_use_ = *std::move(in_use);
  const auto objects = member_objects();
  std::vector<Access> needed = needed_to_write(objects);
  const kube::NamespacedName secret{command_.namespace_, std::string(hub_secret_name)};
  for (const std::string_view verb : {"get", "create", "update"}) {
    if (!command_.is_agent_elsewhere())
      needed.push_back(
          {.verb = std::string(verb), .group = "", .resource = "secrets", .namespace_ = command_.namespace_});
  }
  if (auto asked = check_rights(*member_, std::move(needed), findings); !asked) return asked;
  if (auto asked = check_may_grant(*member_, agent_rights(!command_.without_watch), findings); !asked) return asked;
  if (auto asked = check_crds(*member_, objects, false, findings); !asked) return asked;
  if (auto asked =
          check_no_kubefleet_agent(*member_, {system_namespace(), command_.namespace_}, "member-agent", findings);
      !asked)
    return asked;
  auto known = find(*member_, client::resource_path({"", "v1", "secrets"}, secret));
  if (!known && known.error().reason == Reason::forbidden) return {};  // said already
  if (!known) return fail(std::move(known.error()));
  if (!*known) return {};
  if (const auto other = other_membership(**known, command_.name, mark_); !other.empty()) {
    findings.problem("member", Reason::conflict, fmt::format("{} {}", member_->description(), other),
                     leave_first(**known));
  }
  return {};
}

Result<void> Join::check() {
  Findings findings;
  if (auto asked = check_hub(findings); !asked) return asked;
  if (member_ != nullptr) {
    if (auto asked = check_member(findings); !asked) return asked;
  }
  return findings.report();
}

Result<void> Join::make_identity() {
  fmt::print(stderr, "hub\n");
  if (auto applied = apply_all(*hub_, hub_objects(), {}); !applied) return applied;
  if (!has_token()) return {};
  const auto place = place_of(hub_token(identity_.account, command_.name));
  auto filled = hub_->wait_until(place.resource, place.key, token_timeout, [&](const json::Value* secret) {
    if (secret == nullptr) return false;
    auto token = decode_base64(secret->text_at({"data", "token"}));
    if (token) token_ = *std::move(token);
    return !token_.empty();
  });
  if (!filled) return fail(std::move(filled.error()));
  if (*filled) return {};
  return fail(
      Reason::unavailable,
      "the hub gave service account {} no token within {}s: is it there, and does kube-controller-manager run?\n"
      "  A hub of `slipway up` gives no tokens: --client-certificate and --client-key",
      identity_.account.text(), token_timeout.count());
}

Result<void> Join::set_up_member() {
  fmt::print(stderr, "member\n");
  auto objects = member_objects();
  if (command_.is_agent_elsewhere()) return apply_all(*member_, objects, {});
  // Right behind its namespace: whoever else joins the cluster at the same time is refused here, before it changes
  // anything that two would write differently.
  const auto space =
      std::ranges::find_if(objects, [](const auto& one) { return one.text_at({"kind"}) == "Namespace"; });
  const json::Value secret = hub_secret(command_.namespace_, command_.name, address_, identity_, token_);
  objects.insert(space + 1, secret);
  const auto may_change = [this, place = place_of(secret).path()](const ObjectPlace& of, const json::Value& live) {
    if (of.path() != place) return Result<void>();
    const auto other = other_membership(live, command_.name, mark_);
    if (other.empty()) return Result<void>();
    return Result<void>(fail(Reason::conflict,
                             "{} {}: somebody joined it at the same time.\n  {}\n"
                             "  Or take back this join, of which only the hub knows: slipway leave {}",
                             member_->description(), other, leave_first(live), command_.name));
  };
  return apply_all(*member_, objects, {.may_change = may_change});
}

// For an agent that runs outside its cluster.
Result<void> Join::hand_out() {
  if (!command_.token_file.empty()) {
    if (auto written = store::write_private_file(command_.token_file, token_); !written) return written;
    fmt::print(stderr, "✓ token of the agent in {}\n", command_.token_file);
    fmt::print(stderr,
               "  Start it: HUB_SERVER_URL={} CONFIG_PATH={} CA_BUNDLE=… slipway agent --member-name {} "
               "--member-kubeconfig …\n",
               address_.url, command_.token_file, command_.name);
  }
  if (command_.print_kubeconfig) {
    fmt::print("{}", agent_kubeconfig(command_.name, address_, identity_, token_));
    fmt::print(stderr, "  Start it: slipway agent --hub-kubeconfig FILE --member-name {} --member-kubeconfig …\n",
               command_.name);
  }
  return {};
}

Result<int> Join::await_joined() {
  if (command_.wait == std::chrono::seconds{0}) {
    fmt::print(stderr, "  See: kubectl get membercluster {}\n", command_.name);
    return 0;
  }
  std::string said;
  std::string state;
  auto joined = hub_->wait_until(api::storage_resource_of<api::MemberCluster>(api::Scope::cluster), {"", command_.name},
                                 command_.wait, [&](const json::Value* member) {
                                   state = join_state(member);
                                   if (state.empty()) return true;
                                   if (state != said) fmt::print(stderr, "  waiting: {}\n", state);
                                   said = state;
                                   return false;
                                 });
  if (!joined) return fail(std::move(joined.error()));
  if (*joined) {
    fmt::print(stderr, "✓ {} has joined\n", command_.name);
    return 0;
  }
  fmt::print(stderr,
             "✗ {0} has not joined after {1}: {2}\n"
             "  On the hub:    kubectl get membercluster {0} -o yaml\n"
             "  On the member: kubectl -n {3} describe pods; kubectl -n {3} logs deployment/{4}\n",
             command_.name, to_go_duration(command_.wait), state, command_.namespace_, agent_name);
  return timed_out_exit_code;
}

Result<int> Join::run() {
  if (auto connected = connect(); !connected) return fail(std::move(connected.error()));
  if (auto good = check(); !good) return fail(std::move(good.error()));
  if (auto made = make_identity(); !made) return fail(std::move(made.error()));
  if (member_ != nullptr) {
    if (auto done = set_up_member(); !done) return fail(std::move(done.error()));
  }
  if (command_.is_agent_elsewhere()) {
    if (auto handed = hand_out(); !handed) return fail(std::move(handed.error()));
    return 0;
  }
  return await_joined();
}

Result<int> join(const JoinCommand& command) {
  auto identity = read_identity(command);
  if (!identity) return fail(std::move(identity.error()));
  return Join(command, *std::move(identity)).run();
}

}  // namespace

int run_join(const JoinCommand& command) {
  auto code = join(command);
  return code ? *code : report_failure(code.error());
}

}  // namespace slipway::app
