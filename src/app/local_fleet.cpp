#include "app/local_fleet.h"

#include <fmt/ranges.h>
#include <future>
#include <signal.h>

#include "apiserver/http_front.h"
#include "app/kubeconfig.h"
#include "app/pki.h"
#include "base/thread_loop.h"
#include "sim/fleet.h"
#include "store/data_directory.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"

namespace slipway::app {
namespace {

// SIGINT and SIGTERM end the fleet; they are blocked in every thread and taken from here.
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);  // sent by ourselves when the fleet cannot go on
  return set;
}

class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock) : clock_(clock), start_(clock.ticks()) {}
  // Since the last call.
  std::string lap() {
    const Ticks now = clock_.ticks();
    const auto seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return fmt::format("{:.2f}s", seconds);
  }

 private:
  const Clock& clock_;
  Ticks start_;
};

class Running final : public LocalFleet {
 public:
  explicit Running(const cli::UpCommand& command) : command_(command), loop_(clock_) {}
  ~Running() override { stop(); }

  Result<void> start(Reporter& reporter);
  Result<void> wait() override;
  void stop() override;

 private:
  Result<void> open_store();
  Result<void> open_fleet(const std::string& server_address);
  Result<std::uint16_t> open_front(Pki& pki, std::uint16_t port);
  Result<void> add_members();
  Result<void> write_credentials(Pki& pki, const std::string& url);
  Result<void> await_members(Reporter& reporter, Stopwatch& watch);
  [[nodiscard]] std::uint16_t wanted_port() const;

  // Runs `task` on the core thread and returns its result.
  template <class T>
  T on_core(std::move_only_function<T()> task) {
    std::promise<T> promise;
    loop_.post([&] { promise.set_value(task()); });
    return promise.get_future().get();
  }

  const cli::UpCommand command_;
  SystemClock clock_;
  std::optional<store::DataDirectory> directory_;
  Log log_;
  std::unique_ptr<store::Store> store_;
  ThreadLoop loop_;
  std::unique_ptr<sim::Fleet> fleet_;  // core thread, once the loop runs
  std::unique_ptr<apiserver::HttpFront> front_;
  std::vector<std::string> members_;
  std::string failure_;  // set on the core thread before SIGUSR1
  std::promise<void> all_joined_;
  std::size_t awaited_ = 0;  // core thread: members that must join before all_joined_ is set
  bool stopped_ = false;
};

std::uint16_t Running::wanted_port() const {
  if (command_.port_given) return command_.port;
  // A restart keeps the address that people's kubeconfigs name.
  const auto kubeconfig = store::read_file(directory_->kubeconfig());
  const std::uint16_t last = kubeconfig ? port_in_kubeconfig(*kubeconfig) : std::uint16_t{0};
  return last != 0 ? last : command_.port;
}

Result<void> Running::open_store() {
  if (command_.store == cli::StoreKind::memory) {
    store_ = std::make_unique<store::MemoryStore>();
    return {};
  }
  auto opened = store::SqliteStore::open(directory_->database());
  if (!opened) return fail(opened.error());
  store_ = *std::move(opened);
  return {};
}

Result<void> Running::open_fleet(const std::string& server_address) {
  auto fleet = sim::Fleet::open({.loop = loop_,
                                 .store = *store_,
                                 .rng = command_.seed == 0 ? Rng::from_system() : Rng{command_.seed},
                                 .log = log_,
                                 .server_address = server_address,
                                 .without_controllers = command_.without_controllers,
                                 .on_failure =
                                     [this](Error error) {
                                       failure_ = std::move(error.message);
                                       ::kill(::getpid(), SIGUSR1);
                                     },
                                 .on_joined =
                                     [this](const std::string&) {
                                       if (awaited_ != 0 && fleet_->joined_count() >= awaited_) {
                                         awaited_ = 0;
                                         all_joined_.set_value();
                                       }
                                     }});
  if (!fleet) return fail(fleet.error());
  fleet_ = *std::move(fleet);
  return {};
}

Result<std::uint16_t> Running::open_front(Pki& pki, std::uint16_t port) {
  auto server = pki.server();
  if (!server) return fail(server.error());
  auto front =
      apiserver::HttpFront::open({.port = port,
                                  .server = *std::move(server),
                                  .client_authority = pki.authority_certificate(),
                                  .core = loop_,
                                  .handler = [this](client::HttpRequest request, apiserver::Identity identity,
                                                    std::shared_ptr<client::HttpSink> sink) {
                                    return fleet_->handle(std::move(request), std::move(identity), std::move(sink));
                                  }});
  if (!front) return fail(front.error());
  front_ = *std::move(front);
  return front_->port();
}

Result<void> Running::add_members() {
  // A restart keeps the members there are, unless the command line says otherwise; none is ever removed here.
  if (fleet_->members().empty() || command_.members_given) {
    for (const auto& member : command_.members) {
      if (auto added = fleet_->add_member(member.name, member.labels); !added) return added;
    }
  }
  members_ = fleet_->members();
  return {};
}

Result<void> Running::write_credentials(Pki& pki, const std::string& url) {
  auto admin = pki.admin();
  if (!admin) return fail(admin.error());
  for (const auto& member : members_) {
    if (auto issued = pki.member(member, sim::Fleet::agent_user(member)); !issued) return fail(issued.error());
  }
  return store::write_private_file(directory_->kubeconfig(),
                                   make_kubeconfig(url, pki.authority_certificate(), *admin, members_));
}

Result<void> Running::await_members(Reporter& reporter, Stopwatch& watch) {
  auto joined = all_joined_.get_future();
  loop_.post([this] {
    fleet_->start();
    if (fleet_->joined_count() >= members_.size()) {
      all_joined_.set_value();
    } else {
      awaited_ = members_.size();
    }
  });
  if (command_.without_controllers) {  // whoever runs them elsewhere waits for the members
    on_core<bool>([] { return true; });
    reporter.step(fmt::format("members   {} wait for their agents  {}", members_.size(), watch.lap()));
    return {};
  }
  if (joined.wait_for(command_.wait) != std::future_status::ready) {
    const auto count = on_core<std::size_t>([this] { return fleet_->joined_count(); });
    return fail(Reason::unavailable, "only {} of {} members joined within {}s. The log says why: {}", count,
                members_.size(), command_.wait.count(), directory_->log());
  }
  constexpr std::size_t names_max = 6;
  const auto shown = std::min(names_max, members_.size());
  reporter.step(fmt::format("members   {0}/{0} joined: {1}{2}  (simulated)  {3}", members_.size(),
                            fmt::join(members_.begin(), members_.begin() + static_cast<std::ptrdiff_t>(shown), " "),
                            shown < members_.size() ? " …" : "", watch.lap()));
  return {};
}

Result<void> Running::start(Reporter& reporter) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Stopwatch watch(clock_);
  auto directory = store::DataDirectory::open(command_.data_directory);
  if (!directory) return fail(directory.error());
  directory_.emplace(*std::move(directory));
  auto log = Log::open({.file = command_.report_descriptor >= 0 ? directory_->log() : std::string()}, clock_);
  if (!log) return fail(log.error());
  log_ = *std::move(log);
  auto pki = Pki::open(directory_->pki(), clock_.wall());
  if (!pki) return fail(pki.error());

  // The port comes first: a port in use must harm nothing.
  const auto port = open_front(*pki, wanted_port());
  if (!port) return fail(port.error());
  const std::string address = fmt::format("127.0.0.1:{}", *port);
  if (auto opened = open_store(); !opened) return opened;
  if (auto opened = open_fleet(address); !opened) return opened;
  if (auto added = add_members(); !added) return added;
  const std::string url = "https://" + address;
  if (auto written = write_credentials(*pki, url); !written) return written;
  loop_.start();
  reporter.step(fmt::format("hub       {}  data {}  {}", url, directory_->path(), watch.lap()));
  if (auto joined = await_members(reporter, watch); !joined) return joined;
  log_.info("the fleet is ready: {} with {} members", url, members_.size());
  reporter.note(fmt::format("\nkubectl    export KUBECONFIG={}\nStop       slipway down --data-dir {}",
                            directory_->kubeconfig(), directory_->path()));
  return {};
}

Result<void> Running::wait() {
  const sigset_t signals = stop_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  if (signal == SIGUSR1) return fail(Reason::io, "{}", failure_);
  return {};
}

void Running::stop() {
  if (std::exchange(stopped_, true)) return;
  loop_.post([this] {
    if (fleet_ != nullptr) fleet_->stop();
  });
  if (front_ != nullptr) front_->stop(std::chrono::milliseconds{500});
  loop_.stop();
  fleet_.reset();
  front_.reset();
  store_.reset();
}

}  // namespace

Result<std::unique_ptr<LocalFleet>> LocalFleet::start(const cli::UpCommand& command, Reporter& reporter) {
  auto running = std::make_unique<Running>(command);
  if (auto started = running->start(reporter); !started) return fail(started.error());
  return std::unique_ptr<LocalFleet>(std::move(running));
}

}  // namespace slipway::app
