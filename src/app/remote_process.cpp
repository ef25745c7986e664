#include "app/remote_process.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <signal.h>

#include "app/version.h"
#include "base/log.h"
#include "base/thread_loop.h"
#include "client/http_client.h"
#include "client/tls_transport.h"
#include "engine/runner.h"

namespace slipway::app {
namespace {

// How long writes under way may take when the process is asked to stop.
constexpr std::chrono::seconds stop_grace{5};

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
  std::unique_ptr<client::Client> client;
};

class Running {
 public:
  explicit Running(RemoteProcess process) : process_(std::move(process)), loop_(clock_) {}
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Result<void> start();
  void wait();
  void stop();

 private:
  Result<Connection> connect(const client::ServerAccess& access);
  Result<void> check(client::Client& client, const RemoteCluster& cluster);

  RemoteProcess process_;
  SystemClock clock_;
  Log log_;
  Connection hub_;
  Connection member_;
  ThreadLoop loop_;
  std::unique_ptr<engine::Runner> runner_;  // core thread, once it has started
  bool stopped_ = false;
};

Result<Connection> Running::connect(const client::ServerAccess& access) {
  if (access.skip_verification)
    log_.warn("{}: the server's certificate is not verified; anybody in between can read and change everything",
              access.description);
  auto transport = client::TlsTransport::open({.core = loop_, .access = access});
  if (!transport) return fail(std::move(transport.error()));
  Connection connection{.transport = *std::move(transport), .client = nullptr};
  connection.client = client::make_http_client({.loop = loop_,
                                                .transport = *connection.transport,
                                                .rng = Rng::from_system(),
                                                .base_path = access.base_path,
                                                .user_agent = fmt::format("{}/{}", process_.component, version)});
  return connection;
}

Result<void> Running::check(client::Client& client, const RemoteCluster& cluster) {
  std::promise<Result<std::vector<client::ApiResource>>> promise;
  loop_.post([&] { client.discover([&](auto answer) { promise.set_value(std::move(answer)); }); });
  const auto served = promise.get_future().get();  // the client gives up by itself
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
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto log = Log::open({.verbosity = process_.verbosity}, clock_);
  if (!log) return fail(std::move(log.error()));
  log_ = log->with("cluster", process_.cluster_name);
  for (const auto& note : process_.notes) log_.warn("{}", note);
  auto hub = connect(process_.hub.access);
  if (!hub) return fail(std::move(hub.error()));
  hub_ = *std::move(hub);
  if (process_.member) {
    auto member = connect(process_.member->access);
    if (!member) return fail(std::move(member.error()));
    member_ = *std::move(member);
  }
  loop_.start();
  if (auto ready = check(*hub_.client, process_.hub); !ready) return ready;
  if (process_.member) {
    if (auto ready = check(*member_.client, *process_.member); !ready) return ready;
  }
  std::promise<void> started;
  loop_.post([&] {
    runner_ = engine::Runner::make({.loop = loop_,
                                    .rng = Rng::from_system(),
                                    .hub = hub_.client.get(),
                                    .member = member_.client.get(),
                                    .log = log_,
                                    .component = process_.component,
                                    .instance = process_.component});
    for (auto& controller : process_.controllers) runner_->add(std::move(controller));
    runner_->start();
    started.set_value();
  });
  started.get_future().wait();
  log_.info("{} {} works on {}{}", process_.component, version, process_.hub.access.description,
            process_.member ? " and " + process_.member->access.description : "");
  return {};
}

void Running::wait() {
  const sigset_t signals = stop_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  log_.info("asked to stop by signal {}", signal);
}

void Running::stop() {
  if (std::exchange(stopped_, true)) return;
  loop_.post([this] {
    if (runner_ != nullptr) runner_->stop();
  });
  for (const Connection* const connection : {&hub_, &member_}) {
    if (connection->transport != nullptr) connection->transport->finish(stop_grace);
  }
  loop_.stop();
  runner_.reset();
  for (Connection* const connection : {&hub_, &member_}) {
    connection->client.reset();
    connection->transport.reset();
  }
}

// ux 1.3.2.
int exit_code_of(const Error& error) {
  switch (error.reason) {
    case Reason::usage:
    case Reason::not_found:
      return 2;
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

int report_failure(const Error& error) {
  fmt::print(stderr, "✗ {}\n", error.message);
  return exit_code_of(error);
}

std::string environment_variable(std::string_view name) {
  const char* const value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::string() : std::string(value);
}

int run_remote(RemoteProcess process) {
  Running running(std::move(process));
  if (auto started = running.start(); !started) return report_failure(started.error());
  running.wait();
  running.stop();
  return 0;
}

}  // namespace slipway::app
