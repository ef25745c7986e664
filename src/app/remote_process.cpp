#include "app/remote_process.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <malloc.h>
#include <mutex>
#include <signal.h>
#include <unistd.h>

#include "app/agent_counts.h"
#include "app/fleet_counts.h"
#include "app/health_server.h"
#include "app/request_counts.h"
#include "app/runner_metrics.h"
#include "app/version.h"
#include "base/log.h"
#include "base/thread_loop.h"
#include "client/http_client.h"
#include "client/tls_transport.h"
#include "engine/leader_election.h"
#include "engine/runner.h"

namespace slipway::app {
namespace {

// How long writes under way may take when the process is asked to stop.
constexpr std::chrono::seconds stop_grace{5};
// And giving the Lease back: without an answer the next one waits until it has run out.
constexpr std::chrono::seconds release_grace{2};
// KubeFleet's, so that its agents and ours exclude each other (member 2.1, placement 11.1). Its member agent has a
// second one for its other half, in which nothing writes.
constexpr std::string_view lease_name = "136224848560.hub.fleet.azure.com";
// The core thread's word to the main thread that it need not wait for a signal any more.
constexpr int wake_signal = SIGUSR1;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

// One API server as one identity.
struct Connection {
  std::unique_ptr<client::TlsTransport> transport;
  std::unique_ptr<client::Transport> counting;
  std::unique_ptr<client::Client> client;
};

std::string make_identity() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
  return fmt::format("{}_{}", host.data(), Rng::from_system().uuid());
}

class Running {
 public:
  explicit Running(RemoteProcess process) : process_(std::move(process)), loop_(clock_) {}
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Ends early, without error, when a signal asks to stop meanwhile.
  Result<void> start();
  // Until a signal asks to stop (ok), or this process no longer leads.
  Result<void> wait();
  void stop();
  [[nodiscard]] bool is_asked_to_stop() const { return is_asked_to_stop_; }

 private:
  Result<Connection> connect(const client::ServerAccess& access, Duration timeout);
  Result<void> check(client::Client& client, const RemoteCluster& cluster);
  Result<void> serve_health();
  void start_runner();
  void start_election();
  void lost(const std::string& why);
  void stop_acting();
  HealthServer::Answer answer(const HealthAddress& of, std::string_view path);
  std::string metrics();
  // Blocks until `is_there`, which is asked under mutex_ at each wake_signal, or a signal asks to stop: false.
  template <class IsThere>
  bool await(IsThere is_there);
  // Runs `task` on the core thread and waits for it.
  template <class Task>
  void on_core(Task task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  RemoteProcess process_;
  SystemClock clock_;
  Log log_;
  const pthread_t main_thread_ = pthread_self();
  std::shared_ptr<RequestCounts> requests_ = std::make_shared<RequestCounts>();  // core thread
  Connection hub_;
  Connection member_;
  Connection lease_;  // of its own: a renewal waits behind no other request
  ThreadLoop loop_;
  std::unique_ptr<HealthServer> health_;
  // Core thread, once it has started.
  std::unique_ptr<CountingObserver> counts_;
  std::unique_ptr<engine::Runner> runner_;
  std::unique_ptr<engine::LeaderElection> election_;
  bool is_stopping_ = false;
  std::mutex mutex_;
  std::optional<std::string> lost_why_;  // under mutex_
  bool is_asked_to_stop_ = false;        // main thread
  bool stopped_ = false;
};

Result<Connection> Running::connect(const client::ServerAccess& access, Duration timeout) {
  if (access.skip_verification)
    log_.warn("{}: the server's certificate is not verified; anybody in between can read and change everything",
              access.description);
  auto transport = client::TlsTransport::open({.core = loop_, .access = access});
  if (!transport) return fail(std::move(transport.error()));
  Connection connection{.transport = *std::move(transport), .counting = nullptr, .client = nullptr};
  connection.counting =
      count_requests(*connection.transport, requests_, fmt::format("{}:{}", access.host, access.port));
  connection.client = client::make_http_client({.loop = loop_,
                                                .transport = *connection.counting,
                                                .rng = Rng::from_system(),
                                                .base_path = access.base_path,
                                                .user_agent = fmt::format("{}/{}", process_.component, version),
                                                .timeout = timeout});
  return connection;
}

Result<void> Running::check(client::Client& client, const RemoteCluster& cluster) {
  using Served = Result<std::vector<client::ApiResource>>;
  const auto answer = std::make_shared<std::optional<Served>>();  // under mutex_; the wait may end before it comes
  loop_.post([this, &client, answer] {
    client.discover([this, answer](Served served) {
      {
        const std::lock_guard lock(mutex_);
        *answer = std::move(served);
      }
      pthread_kill(main_thread_, wake_signal);
    });
  });
  if (!await([&] { return answer->has_value(); })) return {};  // else the client gives up by itself
  const Served& served = **answer;
  if (!served) return fail(with_context(served.error(), cluster.access.description));
  std::string missing;
  for (const auto& needed : cluster.needed) {
    const bool is_there = std::ranges::any_of(*served, [&](const client::ApiResource& resource) {
      return resource.resource.group == needed.group && resource.resource.resource == needed.resource;
    });
    if (!is_there) missing += fmt::format("{}{}.{}", missing.empty() ? "" : ", ", needed.resource, needed.group);
  }
  if (missing.empty()) return {};
  return fail(Reason::internal, "{} does not serve {}: install these CustomResourceDefinitions first",
              cluster.access.description, missing);
}

Result<void> Running::start() {
  sigset_t signals = stop_signals();
  sigaddset(&signals, wake_signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto log = Log::open({.verbosity = process_.verbosity}, clock_);
  if (!log) return fail(std::move(log.error()));
  log_ = log->with("cluster", process_.cluster_name);
  for (const auto& note : process_.notes) log_.warn("{}", note);
  constexpr Duration timeout = std::chrono::seconds{60};
  const auto open = [this](Connection& connection, const client::ServerAccess& access, Duration within) {
    auto opened = connect(access, within);
    if (!opened) return Result<void>(fail(std::move(opened.error())));
    connection = *std::move(opened);
    return Result<void>();
  };
  if (auto opened = open(hub_, process_.hub.access, timeout); !opened) return opened;
  if (process_.member) {
    if (auto opened = open(member_, process_.member->access, timeout); !opened) return opened;
  }
  if (process_.election) {
    // There is time for a second try before the deadline.
    const auto& access = process_.member ? process_.member->access : process_.hub.access;
    if (auto opened = open(lease_, access, process_.election->timing.renew_deadline / 2); !opened) return opened;
  }
  loop_.start();
  if (auto served = serve_health(); !served) return served;
  if (auto ready = check(*hub_.client, process_.hub); !ready || is_asked_to_stop_) return ready;
  if (process_.member) {
    if (auto ready = check(*member_.client, *process_.member); !ready || is_asked_to_stop_) return ready;
  }
  on_core([this] {
    start_runner();
    start_election();
  });
  log_.info("{} {} works on {}{}", process_.component, version, process_.hub.access.description,
            process_.member ? " and " + process_.member->access.description : "");
  return {};
}

void Running::start_runner() {
  counts_ = process_.member ? count_agent() : count_fleet();
  engine::Runner::Options options{.loop = loop_,
                                  .rng = Rng::from_system(),
                                  .hub = hub_.client.get(),
                                  .member = member_.client.get(),
                                  .log = log_,
                                  .component = process_.component,
                                  .instance = process_.component,
                                  .observer = counts_.get()};
  if (process_.election) options.may_write = [this] { return election_ != nullptr && election_->may_write(); };
  runner_ = engine::Runner::make(std::move(options));
  for (auto& controller : process_.controllers) runner_->add(std::move(controller));
  runner_->start();
}

void Running::start_election() {
  if (!process_.election) return;
  election_ = std::make_unique<engine::LeaderElection>(
      engine::LeaderElection::Options{.loop = loop_,
                                      .client = *lease_.client,
                                      .rng = Rng::from_system(),
                                      .log = log_,
                                      .lease = process_.election->lease,
                                      .identity = make_identity(),
                                      .timing = process_.election->timing,
                                      .on_leading = [this] { runner_->lead(); },
                                      .on_lost = [this](const std::string& why) { lost(why); },
                                      .events = process_.member ? member_.client.get() : hub_.client.get(),
                                      .component = process_.component});
  election_->start();
}

void Running::lost(const std::string& why) {
  stop_acting();
  {
    const std::lock_guard lock(mutex_);
    lost_why_ = why;
  }
  pthread_kill(main_thread_, wake_signal);
}

void Running::stop_acting() {
  is_stopping_ = true;
  if (runner_ != nullptr) runner_->stop();
}

Result<void> Running::serve_health() {
  if (process_.health.empty()) return {};
  HealthServer::Options options{.core = loop_, .listeners = {}};
  for (const auto& of : process_.health)
    options.listeners.push_back(
        {.address = of.address, .handler = [this, of](std::string_view path) { return answer(of, path); }});
  auto opened = HealthServer::open(std::move(options));
  if (!opened) return fail(std::move(opened.error()));
  health_ = *std::move(opened);
  for (const auto& of : process_.health)
    log_.info("serves {}{}{} on {}", of.has_health ? "/healthz and /readyz" : "",
              of.has_health && of.has_metrics ? ", and " : "", of.has_metrics ? "/metrics" : "", of.address);
  return {};
}

// That the core thread comes to this is what /healthz tells. A standby is ready too: it could act at once.
HealthServer::Answer Running::answer(const HealthAddress& of, std::string_view path) {
  if (of.has_health && (path == "/healthz" || path == "/livez")) return {.body = "ok\n"};
  if (of.has_health && path == "/readyz") {
    if (is_stopping_) return {.status = 503, .body = "stopping\n"};
    if (runner_ == nullptr || !runner_->is_synced()) return {.status = 503, .body = "the caches have not synced yet\n"};
    return {.body = "ok\n"};
  }
  if (of.has_metrics && path == "/metrics")
    return {.body = metrics(), .content_type = std::string(MetricsText::content_type)};
  return {.status = 404, .body = "not found\n"};
}

std::string Running::metrics() {
  MetricsText text;
  text.family("slipway_build_info", "gauge", "The program.");
  text.sample({{"version", version}, {"component", process_.component}}, std::uint64_t{1});
  if (election_ != nullptr) {
    text.family("leader_election_master_status", "gauge", "1 while this process holds the lease, else 0.");
    text.sample({{"name", process_.election->lease.name}}, std::uint64_t{election_->is_leading() ? 1U : 0U});
  }
  if (runner_ != nullptr) {
    add_runner_metrics(text, *runner_);
    if (!process_.member) {
      add_scheduling_metrics(text, *runner_);
      add_fleet_metrics(text, runner_->view());
    }
    counts_->add_to(text);
  }
  requests_->add_to(text);
  add_process_metrics(text);
  return text.take();
}

template <class IsThere>
bool Running::await(IsThere is_there) {
  sigset_t signals = stop_signals();
  sigaddset(&signals, wake_signal);
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    {
      const std::lock_guard lock(mutex_);
      if (is_there()) return true;
    }
    if (signal == wake_signal) continue;  // somebody else's
    log_.info("asked to stop by signal {}", signal);
    // From now on a signal does what it does to anybody.
    const sigset_t impatient = stop_signals();
    pthread_sigmask(SIG_UNBLOCK, &impatient, nullptr);
    is_asked_to_stop_ = true;
    return false;
  }
}

Result<void> Running::wait() {
  if (await([this] { return lost_why_.has_value(); })) return fail(Reason::internal, "leads no longer: {}", *lost_why_);
  return {};
}

void Running::stop() {
  if (std::exchange(stopped_, true)) return;
  bool has_lost = false;
  {
    const std::lock_guard lock(mutex_);
    has_lost = lost_why_.has_value();
  }
  if (runner_ != nullptr && !has_lost) {
    on_core([this] { stop_acting(); });
    for (const Connection* const connection : {&hub_, &member_}) {
      if (connection->transport != nullptr) connection->transport->finish(stop_grace);
    }
    // Only now: until its last write has arrived nobody else is to begin.
    auto released = std::make_shared<std::promise<void>>();
    loop_.post([this, released] {
      if (election_ == nullptr) return released->set_value();
      election_->release([released] { released->set_value(); });
    });
    released->get_future().wait_for(release_grace);
  }
  health_.reset();
  loop_.stop();
  election_.reset();
  runner_.reset();
  for (Connection* const connection : {&hub_, &member_, &lease_}) {
    connection->client.reset();
    connection->counting.reset();
    connection->transport.reset();
  }
}

// ux 1.3.2.
int exit_code_of(const Error& error) {
  switch (error.reason) {
    case Reason::usage:
    case Reason::not_found:
      return 2;
    case Reason::conflict:
      return 8;
    case Reason::unauthorized:
    case Reason::forbidden:
      return 9;
    case Reason::unavailable:
    case Reason::server_timeout:
      return 10;
    default:
      return 1;
  }
}

}  // namespace

std::optional<RemoteElection> election_of(const cli::ElectionChoice& choice) {
  if (!choice.is_wanted) return std::nullopt;
  return RemoteElection{.lease = {choice.namespace_, std::string(lease_name)},
                        .timing = {.lease_duration = choice.lease_duration,
                                   .renew_deadline = choice.renew_deadline,
                                   .retry_period = choice.retry_period}};
}

int report_failure(const Error& error) {
  fmt::print(stderr, "✗ {}\n", error.message);
  return exit_code_of(error);
}

std::string environment_variable(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::string() : std::string(value);
}

int run_remote(RemoteProcess process) {
  // Threads that seldom allocate at the same time share one heap: with one each, a megabyte more is resident.
  mallopt(M_ARENA_MAX, 1);
  Running running(std::move(process));
  auto ended = running.start();
  if (ended && !running.is_asked_to_stop()) ended = running.wait();
  running.stop();
  return ended ? 0 : report_failure(ended.error());
}

}  // namespace slipway::app
