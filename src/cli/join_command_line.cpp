#include "cli/join_command_line.h"

#include "base/time.h"
#include "kube/names.h"

namespace slipway::cli {
namespace {

// 63 are allowed to a MemberCluster, and "fleet-member-NAME" must be the name of a namespace.
constexpr std::size_t member_name_max = 50;

Result<void> check_member_name(const std::string& name) {
  if (const auto why = kube::check_dns1123_label(name); !why.empty())
    return fail(Reason::usage, "'{}' is no name of a member: {}", name, why);
  if (name.size() > member_name_max)
    return fail(Reason::usage, "'{}' is no name of a member: it has {} characters, {} are the most", name, name.size(),
                member_name_max);
  return {};
}

Result<std::pair<std::string, std::string>> split_pair(std::string_view flag, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return fail(Reason::usage, "--{} {}: write it as key=value", flag, text);
  std::pair<std::string, std::string> pair{text.substr(0, equals), text.substr(equals + 1)};
  if (const auto why = kube::check_qualified_name(pair.first); !why.empty())
    return fail(Reason::usage, "--{} {}: '{}' is no key: {}", flag, text, pair.first, why);
  if (const auto why = kube::check_label_value(pair.second); !why.empty())
    return fail(Reason::usage, "--{} {}: '{}' is no value: {}", flag, text, pair.second, why);
  return pair;
}

void describe_both(CLI::App& app, std::string& name, ClusterChoice& hub, ClusterChoice& member,
                   std::string& namespace_) {
  app.add_option("NAME", name, "Name of the MemberCluster")->required();
  app.add_option("--member-context", member.context, "Context of the member cluster");
  app.add_option("--member-kubeconfig", member.kubeconfig, "Kubeconfig of the member (default: the usual one)");
  app.add_option("--hub-context", hub.context, "Context of the hub (default: the kubeconfig's current one)");
  app.add_option("--hub-kubeconfig", hub.kubeconfig, "Kubeconfig of the hub (default: the usual one)");
  app.add_option("--namespace", namespace_, "Of the agent, on the member")->capture_default_str();
}

}  // namespace

Result<std::chrono::seconds> wait_of(std::string_view flag, const std::string& text) {
  const auto duration = parse_go_duration(text);
  if (!duration) return fail(Reason::usage, "--{} {}: write it as 30s, 5m or 1h", flag, text);
  if (*duration < std::chrono::seconds{0} || *duration > std::chrono::hours{24})
    return fail(Reason::usage, "--{} {}: it is 0 to 24h", flag, text);
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

Result<void> check_namespace(const std::string& name) {
  if (const auto why = kube::check_dns1123_label(name); !why.empty())
    return fail(Reason::usage, "--namespace {}: {}", name, why);
  return {};
}

void describe_join(CLI::App& app, JoinRaw& raw) {
  JoinCommand& join = raw.join;
  app.description(
      "Make a cluster a member of the fleet: its identity and MemberCluster on the hub, its agent on the member.\n"
      "Run it again after a failure: it goes on where it stopped.");
  describe_both(app, join.name, join.hub, join.member, join.namespace_);
  app.add_option("--label", raw.labels, "Label key=value of the MemberCluster (repeat)")->allow_extra_args(false);
  app.add_option("--taint", raw.taints, "Taint key=value:NoSchedule of the MemberCluster (repeat)")
      ->allow_extra_args(false);
  app.add_option("--heartbeat", raw.heartbeat, "How often the agent reports, 1s to 10m (default 1m)");
  app.add_option("--hub-address", join.hub_address,
                 "URL at which the member reaches the hub (default: as in the hub's kubeconfig)");
  app.add_option("--hub-ca", join.hub_ca_file, "File with the authority that signed the hub's certificate");
  app.add_option("--image", join.image, "Image of the agent");
  app.add_flag("--without-watch", join.without_watch, "The agent may not list and watch what it applied");
  app.add_option("-o,--output", raw.output,
                 "kubeconfig: print the agent's kubeconfig for the hub, for an agent outside its cluster");
  app.add_option("--token-file", join.token_file, "Write the agent's token for the hub here, for such an agent");
  app.add_option("--client-certificate", join.client_certificate,
                 "File: the agent shows the hub this certificate, not a token");
  app.add_option("--client-key", join.client_key, "File: its key");
  app.add_option("--wait", raw.wait, "How long to wait until the member has joined (default 2m); 0 does not wait");
  app.footer(
      "Examples:\n"
      "  slipway join eu-1 --member-context eu-1 --hub-context hub --label environment=canary\n"
      "  slipway join eu-1 --hub-context hub -o kubeconfig > eu-1.hub.kubeconfig\n");
}

void describe_leave(CLI::App& app, JoinRaw& raw) {
  LeaveCommand& leave = raw.leave;
  app.description(
      "Take a member out of the fleet, on both sides. What was placed on it stays there.\n"
      "Run it again after a failure: it goes on where it stopped.");
  describe_both(app, leave.name, leave.hub, leave.member, leave.namespace_);
  app.add_option("--wait", raw.wait, "How long to wait until the hub has let go of it (default 20m)");
  app.footer(
      "Example:\n"
      "  slipway leave eu-1 --member-context eu-1 --hub-context hub\n");
}

Result<JoinCommand> join_command(JoinRaw raw) {
  JoinCommand join = std::move(raw.join);
  if (auto good = check_member_name(join.name); !good) return fail(std::move(good.error()));
  if (auto good = check_namespace(join.namespace_); !good) return fail(std::move(good.error()));
  for (const auto& text : raw.labels) {
    auto pair = split_pair("label", text);
    if (!pair) return fail(std::move(pair.error()));
    join.labels.insert_or_assign(std::move(pair->first), std::move(pair->second));
  }
  for (const std::string_view text : raw.taints) {
    constexpr std::string_view effect = ":NoSchedule";
    if (!text.ends_with(effect)) return fail(Reason::usage, "--taint {}: write it as key=value:NoSchedule", text);
    auto pair = split_pair("taint", text.substr(0, text.size() - effect.size()));
    if (!pair) return fail(std::move(pair.error()));
    join.taints.push_back({std::move(pair->first), std::move(pair->second)});
  }
  if (!raw.heartbeat.empty()) {
    auto period = wait_of("heartbeat", raw.heartbeat);
    if (!period) return fail(std::move(period.error()));
    if (*period < std::chrono::seconds{1} || *period > std::chrono::minutes{10})
      return fail(Reason::usage, "--heartbeat {}: it is 1s to 10m", raw.heartbeat);
    join.heartbeat = *period;
  }
  if (!raw.wait.empty()) {
    auto wait = wait_of("wait", raw.wait);
    if (!wait) return fail(std::move(wait.error()));
    join.wait = *wait;
  }
  if (!raw.output.empty() && raw.output != "kubeconfig")
    return fail(Reason::usage, "--output {}: it is kubeconfig", raw.output);
  join.print_kubeconfig = raw.output == "kubeconfig";
  join.has_member = !join.member.context.empty() || !join.member.kubeconfig.empty();
  if (!join.has_member && !join.is_agent_elsewhere())
    return fail(
        Reason::usage,
        "which cluster is the member? Give --member-context; or -o kubeconfig, for an agent that runs elsewhere");
  if (join.client_certificate.empty() != join.client_key.empty())
    return fail(Reason::usage, "--client-certificate and --client-key go together");
  if (!join.client_certificate.empty() && !join.token_file.empty())
    return fail(Reason::usage, "--token-file: with --client-certificate there is no token");
  return join;
}

Result<LeaveCommand> leave_command(JoinRaw raw) {
  LeaveCommand leave = std::move(raw.leave);
  if (auto good = check_member_name(leave.name); !good) return fail(std::move(good.error()));
  if (auto good = check_namespace(leave.namespace_); !good) return fail(std::move(good.error()));
  if (!raw.wait.empty()) {
    auto wait = wait_of("wait", raw.wait);
    if (!wait) return fail(std::move(wait.error()));
    leave.wait = *wait;
  }
  leave.has_member = !leave.member.context.empty() || !leave.member.kubeconfig.empty();
  return leave;
}

}  // namespace slipway::cli
