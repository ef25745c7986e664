#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apiserver/registry.h"
#include "apiserver/server.h"
#include "base/log.h"
#include "base/loop.h"
#include "client/http.h"
#include "engine/runner.h"
#include "hub/controllers.h"
#include "kube/metadata.h"
#include "store/store.h"

namespace slipway::sim {

// A hub and simulated members in one process, on one loop and one store (design 5): what `slipway up` serves through
// sockets, and what the deterministic simulation drives in virtual time. Core thread only.
class Fleet {
 public:
  struct Options {
    Loop& loop;
    store::Store& store;  // outlives the fleet
    Rng rng;
    Log log{};
    std::string server_address = "127.0.0.1:7443";
    hub::Options hub{};
    Duration pod_start_time{0};
    // How a member's agent reaches the hub; by default in process. The simulation puts a faulty pipe here.
    std::function<std::unique_ptr<client::Client>(Fleet& fleet, const std::string& member,
                                                  apiserver::Identity identity)>
        connect_agent{};
    std::uint64_t drop_memo_one_in = 0;  // engine::Runner::Options
    // Neither hub controllers nor agents run here: others run them, through `handle`. The members' workloads still do.
    bool without_controllers = false;
    // A commit failed: nothing that waits will ever be acknowledged (design 1.4).
    std::move_only_function<void(Error)> on_failure = [](const Error&) {};
    std::function<void(const std::string& member)> on_joined{};
  };

  // Loads the store: the hub and every member found in it. Errors: those of Store::load, corrupt.
  [[nodiscard]] static Result<std::unique_ptr<Fleet>> open(Options options);
  ~Fleet();

  // Makes a member: its API server, and its MemberCluster on the hub. Nothing happens for one that exists. Errors:
  // those of create.
  [[nodiscard]] Result<void> add_member(const std::string& name, const kube::StringMap& labels);
  // Starts controllers and agents; members added later start at once.
  void start();
  // Ends watches in order and stops controllers.
  void stop();

  // Routes a request to the hub or, below /clusters/<name>, to a member.
  [[nodiscard]] std::unique_ptr<client::HttpExchange> handle(client::HttpRequest request, apiserver::Identity identity,
                                                             std::shared_ptr<client::HttpSink> sink);

  [[nodiscard]] apiserver::Registry& hub() { return *hub_.registry; }
  [[nodiscard]] const engine::Runner& hub_runner() const { return *hub_runner_; }
  [[nodiscard]] apiserver::Registry* member(const std::string& name);
  [[nodiscard]] std::vector<std::string> members() const;  // sorted
  [[nodiscard]] std::size_t joined_count() const { return joined_.size(); }
  // No controller has anything to do (timers aside).
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] apiserver::Journal& journal() { return *journal_; }

  // The user a member's agent is on the hub (design 5).
  [[nodiscard]] static std::string agent_user(std::string_view member);
  [[nodiscard]] std::unique_ptr<client::Client> hub_client(apiserver::Identity identity);

 private:
  struct Cluster {
    std::unique_ptr<apiserver::Registry> registry;
    std::unique_ptr<apiserver::Authorizer> authorizer;
    std::unique_ptr<apiserver::Server> server;
  };
  struct Member {
    Cluster cluster;
    std::unique_ptr<client::Client> to_hub;
    std::unique_ptr<client::Client> to_member;
    std::unique_ptr<engine::Runner> agent;
    std::unique_ptr<engine::Runner> workloads;
  };

  explicit Fleet(Options options);
  [[nodiscard]] Cluster make_cluster(const std::string& prefix, const std::string& base_path);
  [[nodiscard]] Member make_member(const std::string& name);
  void start_controllers();
  void start_member(const std::string& name, Member& member);
  void watch_joins();
  void note_join(const kube::Object* member);

  Options options_;
  std::unique_ptr<apiserver::Journal> journal_;
  Cluster hub_;
  std::unique_ptr<client::Client> controllers_client_;
  std::unique_ptr<engine::Runner> hub_runner_;
  std::map<std::string, Member> members_;
  std::set<std::string> joined_;
  std::unique_ptr<client::WatchHandle> join_watch_;
  bool started_ = false;
};

}  // namespace slipway::sim
