#include "cli/remote_command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <span>

#include "base/time.h"
#include "cli/flag_ranges.h"
#include "cli/requeue_flags.h"
#include "engine/leader_rules.h"

namespace slipway::cli {
namespace {

// Flags of KubeFleet's hub agent and member agent that change nothing here: its caches, limits and probes have no
// counterpart, or are to come.
constexpr std::string_view unused_values_of_both[] = {"pprof-port",        "hub-api-qps",     "hub-api-burst",
                                                      "log_backtrace_at",  "log_dir",         "log_file",
                                                      "log_file_max_size", "stderrthreshold", "vmodule"};
constexpr std::string_view unused_switches_of_both[] = {"enable-pprof",    "enable-v1beta1-apis", "add_dir_header",
                                                        "alsologtostderr", "logtostderr",         "one_output",
                                                        "skip_headers",    "skip_log_headers"};
constexpr std::string_view unused_values_of_controllers[] = {"leader-election-qps",
                                                             "leader-election-burst",
                                                             "resync-period",
                                                             "webhook-client-connection-type",
                                                             "webhook-service-name",
                                                             "whitelisted-users",
                                                             "concurrent-resource-change-syncs",
                                                             "max-fleet-size",
                                                             "max-concurrent-cluster-placement",
                                                             "rate-limiter-base-delay",
                                                             "rate-limiter-max-delay",
                                                             "rate-limiter-qps",
                                                             "rate-limiter-bucket-size",
                                                             "work-pending-grace-period"};
constexpr std::string_view unused_switches_of_controllers[] = {"enable-webhook",
                                                               "enable-guard-rail",
                                                               "deny-modify-member-cluster-labels",
                                                               "enable-pdbs",
                                                               "use-cert-manager",
                                                               "enable-staged-update-run-apis",
                                                               "enable-resource-placement"};
constexpr std::string_view unused_values_of_agent[] = {"hub-pprof-port",
                                                       "member-api-qps",
                                                       "member-api-burst",
                                                       "work-applier-priority-linear-equation-coeff-a",
                                                       "work-applier-priority-linear-equation-coeff-b",
                                                       "region",
                                                       "cloud-config"};
constexpr std::string_view unused_switches_of_agent[] = {"enable-work-applier-priority-queue"};

// Ranges of those that change nothing (placement 11.1, member 2.3).
using Unit = FlagRange::Unit;
constexpr FlagRange ranges_of_controllers[] = {{"hub-api-qps", 10, 10'000, Unit::none, true},
                                               {"resync-period", 3600, 43'200, Unit::seconds},
                                               {"concurrent-resource-change-syncs", 1, 100},
                                               {"max-fleet-size", 30, 200},
                                               {"max-concurrent-cluster-placement", 10, 200}};
constexpr FlagRange ranges_of_agent[] = {{"hub-api-qps", 10, 1000, Unit::none, true},
                                         {"hub-api-burst", 10, 2000},
                                         {"member-api-qps", 10, 10'000, Unit::none, true},
                                         {"member-api-burst", 10, 20'000},
                                         {"work-applier-priority-linear-equation-coeff-a", -100, -1},
                                         {"work-applier-priority-linear-equation-coeff-b", 1, 1000}};
constexpr RateAndBurst rates_of_agent[] = {{"hub-api-qps", 50, "hub-api-burst", 500},
                                           {"member-api-qps", 250, "member-api-burst", 1000}};

// "-leader-elect=true" as "--leader-elect=true", and klog's v under a name that the parser takes.
std::vector<std::string> rewrite_go_flags(const std::vector<std::string>& arguments) {
  std::vector<std::string> rewritten;
  for (const auto& argument : arguments) {
    const std::size_t dashes = argument.find_first_not_of('-');
    if (dashes == 0 || dashes > 2 || dashes == std::string::npos) {
      rewritten.push_back(argument);
      continue;
    }
    const std::string rest = argument.substr(dashes);
    if (dashes == 1 && rest.find_first_not_of("0123456789.") == std::string::npos) {  // a flag's value: --x -5
      rewritten.push_back(argument);
      continue;
    }
    const bool is_help = dashes == 1 && rest == "h";
    if (is_help) {
      rewritten.push_back(argument);
    } else if (rest == "v" || rest.starts_with("v=")) {
      rewritten.push_back("--verbosity" + rest.substr(1));
    } else if (rest.ends_with('=')) {  // an empty value, which the parser takes only as a word of its own
      rewritten.push_back("--" + rest.substr(0, rest.size() - 1));
      rewritten.emplace_back();
    } else {
      rewritten.push_back("--" + rest);
    }
  }
  return rewritten;
}

struct Raw {
  ClusterChoice hub;
  ClusterChoice member;
  std::string member_name;
  int verbosity = 0;
  std::string unhealthy_after = "60s";
  std::string force_delete_after = "15m";
  bool networking_agents = false;
  std::string minimum_interval = "30s";
  std::string collection_duration = "15s";
  std::string skipped_namespaces;
  std::string skipped_apis;
  std::string allowed_apis;
  bool cluster_inventory = true;
  bool evictions = true;
  bool enable_workload = false;
  bool enable_policy_manager = false;
  std::string policy_manager_config;
  bool use_ca_auth = false;
  bool tls_insecure = false;
  int deletion_wait = 5;
  RequeueChoice requeue{};
  PropertiesChoice properties{};
  bool leader_elect = false;
  std::string lease_duration;
  std::string renew_deadline;
  std::string retry_period;
  std::string election_namespace;
  ProbeChoice probes;
  std::string unused_value;
  bool unused_switch = false;
};

PrintAndExit mistake(std::string_view command, std::string_view message) {
  return {.text = fmt::format("✗ {}\n  See: slipway {} --help\n", message, command), .to_stderr = true, .exit_code = 2};
}

void add_unused(CLI::App& app, Raw& raw, std::span<const std::string_view> values,
                std::span<const std::string_view> switches) {
  for (const auto name : values) app.add_option(fmt::format("--{}", name), raw.unused_value)->group("");
  for (const auto name : switches) app.add_flag(fmt::format("--{}", name), raw.unused_switch)->group("");
}

UnusedFlags given_unused(const CLI::App& app) {
  UnusedFlags given;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->count() > 0 && option->get_group().empty()) given.push_back("--" + option->get_lnames().front());
  }
  return given;
}

struct ElectionDefaults {
  std::string lease_duration, renew_deadline, retry_period, namespace_;
};

void add_election(CLI::App& app, Raw& raw, const ElectionDefaults& defaults) {
  raw.lease_duration = defaults.lease_duration;
  raw.renew_deadline = defaults.renew_deadline;
  raw.retry_period = defaults.retry_period;
  raw.election_namespace = defaults.namespace_;
  app.add_flag("--leader-elect", raw.leader_elect, "Of several replicas one acts, the others stand by");
  app.add_option("--leader-lease-duration", raw.lease_duration, "How long a leader that is silent is waited for")
      ->capture_default_str();
  app.add_option("--leader-renew-deadline", raw.renew_deadline, "A leader that cannot renew for so long ends")
      ->capture_default_str();
  app.add_option("--leader-retry-period", raw.retry_period, "Time between two renewals")->capture_default_str();
  app.add_option("--leader-election-namespace", raw.election_namespace, "Where the lease is")->capture_default_str();
}

void add_probe(CLI::App& app, const std::string& flag, std::optional<std::string>& address, const std::string& what) {
  app.add_option_function<std::string>(
         flag, [&address](const std::string& given) { address = given; }, what)
      ->type_name("ADDRESS");
}

void describe_controllers(CLI::App& app, Raw& raw) {
  app.description("Run the fleet's hub controllers on any Kubernetes API server");
  app.add_option("--kubeconfig", raw.hub.kubeconfig,
                 "Of the hub (default: KUBECONFIG, this pod's cluster, or ~/.kube/config)");
  app.add_option("--context", raw.hub.context, "Context of the kubeconfig (default: its current one)");
  app.add_option("--verbosity", raw.verbosity, "Lines for debugging from 1 on, also -v=N")->check(CLI::Range(0, 10));
  app.add_option("--cluster-unhealthy-threshold", raw.unhealthy_after,
                 "Age of a heartbeat that makes a member unhealthy")
      ->capture_default_str();
  app.add_option("--force-delete-wait-time", raw.force_delete_after,
                 "How long a member that leaves is waited for, until the hub lets go of it without its agent")
      ->capture_default_str();
  app.add_flag("--networking-agents-enabled", raw.networking_agents,
               "A member has joined when KubeFleet's networking agents have too");
  app.add_option("--resource-snapshot-creation-minimum-interval", raw.minimum_interval,
                 "Time between two snapshots of a placement without staged updates")
      ->capture_default_str();
  app.add_option("--resource-changes-collection-duration", raw.collection_duration,
                 "How long changes are collected for one such snapshot")
      ->capture_default_str();
  app.add_option("--skipped-propagating-namespaces", raw.skipped_namespaces,
                 "Namespaces that no placement selects, separated by commas");
  app.add_option("--skipped-propagating-apis", raw.skipped_apis,
                 "APIs that no placement selects: group;group/version;group/version/Kind,Kind;v1/Kind");
  app.add_option("--allowed-propagating-apis", raw.allowed_apis,
                 "The only APIs that placements select; not together with the other list");
  app.add_flag("--enable-cluster-inventory-apis", raw.cluster_inventory, "Keep a ClusterProfile for each member")
      ->default_str("true");
  app.add_flag("--enable-eviction-apis", raw.evictions, "Carry evictions out")->default_str("true");
  app.add_flag("--enable-workload", raw.enable_workload, "Pods and the like may run on the hub");
  add_election(app, raw, {"1m0s", "45s", "5s", "fleet-system"});
  add_probe(app, "--health-probe-bind-address", raw.probes.health,
            "Serve /healthz and /readyz there (default: :8081 in a pod, else nowhere; 0: nowhere)");
  add_probe(app, "--metrics-bind-address", raw.probes.metrics,
            "Serve /metrics there (default: :8080 in a pod, else nowhere; 0: nowhere)");
  // Known, and refused where they would have to do something.
  app.add_flag("--enable-admission-policy-manager", raw.enable_policy_manager)->group("refused");
  app.add_option("--admission-policy-manager-config", raw.policy_manager_config)->group("refused");
  add_unused(app, raw, unused_values_of_both, unused_switches_of_both);
  add_unused(app, raw, unused_values_of_controllers, unused_switches_of_controllers);
}

void add_properties_flags(CLI::App& app, PropertiesChoice& choice) {
  app.add_option_function<std::string>(
         "--property-provider", [&choice](const std::string& given) { choice.provider = given; },
         "What the member says of itself: azure: as KubeFleet's provider of that name, without costs; "
         "none: nodes, CPU and memory (default: all resources of its nodes, and its API server)")
      ->type_name("azure|none");
  app.add_flag("--use-cost-properties-in-azure-provider", choice.costs, "With azure: say that costs are not known")
      ->default_str("true");
  app.add_flag("--use-available-res-properties-in-azure-provider", choice.available,
               "With azure: what pods leave of the nodes")
      ->default_str("true");
  app.add_flag("--enable-namespace-collection-in-property-provider", choice.namespaces,
               "Report the member's namespaces, 200 at most: a ResourcePlacement picks members that have its own");
  app.add_option("--member-address", choice.member_address,
                 "https://HOST:PORT of the member's API server as others reach it (default: the kubeconfig's)");
}

void describe_agent(CLI::App& app, Raw& raw) {
  app.description("Run one member's agent, between its hub and its cluster");
  app.add_option("--hub-kubeconfig", raw.hub.kubeconfig, "Of the hub (default: what HUB_SERVER_URL and so on say)");
  app.add_option("--hub-context", raw.hub.context, "Context of the hub's kubeconfig (default: its current one)");
  app.add_option("--member-kubeconfig", raw.member.kubeconfig,
                 "Of the member cluster (default: KUBECONFIG, this pod's cluster, or ~/.kube/config)");
  app.add_option("--member-context", raw.member.context,
                 "Context of the member's kubeconfig (default: its current one)");
  app.add_option("--member-name", raw.member_name, "Name of the MemberCluster (default: MEMBER_CLUSTER_NAME)");
  app.add_option("--verbosity", raw.verbosity, "Lines for debugging from 1 on, also -v=N")->check(CLI::Range(0, 10));
  app.add_flag("--use-ca-auth", raw.use_ca_auth, "Show the hub the certificate of IDENTITY_CERT and IDENTITY_KEY");
  app.add_flag("--tls-insecure", raw.tls_insecure, "Do not verify the hub of HUB_SERVER_URL");
  app.add_option("--deletion-wait-time", raw.deletion_wait,
                 "Minutes after which other owners no longer hold a deletion up")
      ->capture_default_str();
  add_election(app, raw, {"15s", "10s", "2s", "kube-system"});
  add_probe(app, "--hub-health-probe-bind-address", raw.probes.hub_health,
            "Serve /healthz and /readyz there (default: :8081 in a pod, else nowhere; 0: nowhere)");
  add_probe(app, "--health-probe-bind-address", raw.probes.health, "There too (default: :8091 in a pod)");
  add_probe(app, "--hub-metrics-bind-address", raw.probes.hub_metrics,
            "Serve /metrics there (default: :8080 in a pod, else nowhere; 0: nowhere)");
  add_probe(app, "--metrics-bind-address", raw.probes.metrics, "There too (default: :8090 in a pod)");
  add_requeue_flags(app, raw.requeue);
  add_properties_flags(app, raw.properties);
  add_unused(app, raw, unused_values_of_both, unused_switches_of_both);
  add_unused(app, raw, unused_values_of_agent, unused_switches_of_agent);
}

// A flag's duration within its range (placement 11.1).
Result<std::chrono::seconds> seconds_of(std::string_view flag, const std::string& text, std::chrono::seconds least,
                                        std::chrono::seconds most) {
  const auto duration = parse_go_duration(text);
  if (!duration) return fail(Reason::usage, "--{} {}: write it as 30s, 5m or 1h", flag, text);
  if (*duration < least || *duration > most) {
    return fail(Reason::usage, "--{} {}: it is {} to {}", flag, text, to_go_duration(least), to_go_duration(most));
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

// The rules are client-go's (kube-api 13.2): a lease outlives its holder's last try, and there is room for a second
// one.
Result<ElectionChoice> election_of(const Raw& raw) {
  ElectionChoice election{.is_wanted = raw.leader_elect, .namespace_ = raw.election_namespace};
  for (const auto& [flag, text, into] :
       {std::tuple{"leader-lease-duration", &raw.lease_duration, &election.lease_duration},
        std::tuple{"leader-renew-deadline", &raw.renew_deadline, &election.renew_deadline},
        std::tuple{"leader-retry-period", &raw.retry_period, &election.retry_period}}) {
    const auto duration = parse_go_duration(*text);
    if (!duration || *duration <= Duration{0})
      return fail(Reason::usage, "--{} {}: write it as 15s, 1m or 500ms", flag, *text);
    *into = *duration;
  }
  const auto checked = engine::check_lease_timing({.lease_duration = election.lease_duration,
                                                   .renew_deadline = election.renew_deadline,
                                                   .retry_period = election.retry_period});
  if (!checked) return fail(with_context(checked.error(), "--leader-lease-duration and so on"));
  if (election.namespace_.empty()) return fail(Reason::usage, "--leader-election-namespace is empty");
  return election;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(",;");
    if (const auto part = text.substr(0, end); !part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

Command controllers_command(const CLI::App& app, const Raw& raw) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  ControllersCommand command{.hub = raw.hub,
                             .verbosity = raw.verbosity,
                             .skipped_namespaces = split_list(raw.skipped_namespaces),
                             .cluster_inventory = raw.cluster_inventory,
                             .evictions = raw.evictions,
                             .enable_workload = raw.enable_workload,
                             .networking_agents = raw.networking_agents,
                             .skipped_apis = raw.skipped_apis,
                             .allowed_apis = raw.allowed_apis,
                             .unused = given_unused(app)};
  if (raw.enable_policy_manager)
    return mistake("controllers",
                   "--enable-admission-policy-manager is not supported: what its policies refuse would be let in");
  if (!raw.skipped_apis.empty() && !raw.allowed_apis.empty()) {
    return mistake(
        "controllers",
        "--skipped-propagating-apis and --allowed-propagating-apis exclude each other: name the APIs in one");
  }
  const auto unhealthy = seconds_of("cluster-unhealthy-threshold", raw.unhealthy_after, seconds{30}, hours{1});
  if (!unhealthy) return mistake("controllers", unhealthy.error().message);
  const auto force_delete = seconds_of("force-delete-wait-time", raw.force_delete_after, seconds{30}, hours{1});
  if (!force_delete) return mistake("controllers", force_delete.error().message);
  const auto interval =
      seconds_of("resource-snapshot-creation-minimum-interval", raw.minimum_interval, seconds{0}, minutes{5});
  if (!interval) return mistake("controllers", interval.error().message);
  const auto collection =
      seconds_of("resource-changes-collection-duration", raw.collection_duration, seconds{0}, minutes{1});
  if (!collection) return mistake("controllers", collection.error().message);
  if (const auto problems = check_ranges(app, ranges_of_controllers, {}); !problems.empty())
    return mistake("controllers", problems);
  auto election = election_of(raw);
  if (!election) return mistake("controllers", election.error().message);
  command.election = *std::move(election);
  command.probes = raw.probes;
  command.cluster_unhealthy_after = *unhealthy;
  command.force_delete_after = *force_delete;
  command.snapshot_minimum_interval = *interval;
  command.snapshot_collection_duration = *collection;
  return command;
}

Command agent_command(const CLI::App& app, const Raw& raw) {
  if (raw.deletion_wait < 1 || raw.deletion_wait > 60)
    return mistake("agent", fmt::format("--deletion-wait-time {}: it is 1 to 60 (minutes)", raw.deletion_wait));
  std::string problems = check_requeue_flags(raw.requeue);
  if (const auto more = check_ranges(app, ranges_of_agent, rates_of_agent); !more.empty())
    problems += (problems.empty() ? "" : "\n  ") + more;
  if (!problems.empty()) return mistake("agent", problems);
  if (!raw.hub.context.empty() && raw.hub.kubeconfig.empty())
    return mistake("agent", "--hub-context is a context of --hub-kubeconfig, which is missing");
  if (const auto& address = raw.properties.member_address; !address.empty() && !address.starts_with("https://"))
    return mistake("agent", fmt::format("--member-address {}: write it as https://HOST:PORT", address));
  auto election = election_of(raw);
  if (!election) return mistake("agent", election.error().message);
  return AgentCommand{.hub = raw.hub,
                      .member = raw.member,
                      .member_name = raw.member_name,
                      .verbosity = raw.verbosity,
                      .use_ca_auth = raw.use_ca_auth,
                      .tls_insecure = raw.tls_insecure,
                      .deletion_wait = std::chrono::minutes{raw.deletion_wait},
                      .requeue = raw.requeue,
                      .properties = raw.properties,
                      .election = *std::move(election),
                      .probes = raw.probes,
                      .unused = given_unused(app)};
}

}  // namespace

std::optional<Command> parse_remote_command(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return std::nullopt;
  const std::string& name = arguments.front();
  const bool is_agent = name == "agent";
  if (!is_agent && name != "controllers") return std::nullopt;
  Raw raw;
  CLI::App app{"", "slipway " + name};
  app.set_help_flag("-h,--help", "Print this help");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // as Go does
  if (is_agent) {
    describe_agent(app, raw);
  } else {
    describe_controllers(app, raw);
  }
  auto words = rewrite_go_flags({arguments.begin() + 1, arguments.end()});
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return PrintAndExit{.text = app.help()};
  } catch (const CLI::ParseError& error) {
    return mistake(name, error.what());
  }
  return is_agent ? agent_command(app, raw) : controllers_command(app, raw);
}

}  // namespace slipway::cli
