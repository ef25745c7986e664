#pragma once

#include <functional>
#include <gmock/gmock.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/conditions.h"
#include "api/membership.h"
#include "api/names.h"
#include "api/work.h"
#include "apiserver/registry.h"
#include "apiserver/server.h"
#include "base/simulated_loop.h"
#include "engine/runner.h"
#include "member/agent.h"
#include "store/memory_store.h"

namespace slipway::member::testing {

// The client of an agent, which remembers what is written through it and can be made to fail.
class WatchedClient final : public client::Client {
 public:
  explicit WatchedClient(std::unique_ptr<client::Client> inner) : inner_(std::move(inner)) {}

  // Asked before each write and each get: an error is the answer, and nothing happens.
  std::function<std::optional<Error>(const client::Write&)> fault;
  std::function<std::optional<Error>(const kube::GroupVersionResource&, const kube::NamespacedName&)> blind;
  // What may not be listed and watched ("configmaps"); with `answers_reviews` the server says so when asked.
  std::set<std::string> unwatched;
  std::set<std::string> listable;  // of these, what may be listed
  bool asks_for_rights = false;
  bool answers_reviews = true;
  std::size_t reviews = 0;
  // What the server says of itself; nothing: it is ready.
  std::optional<Error> not_ready;
  // What the server answers when it is asked for its version; nothing: what it is.
  std::optional<Result<std::string>> says_version;
  std::size_t versions_asked = 0;
  std::size_t listed = 0;  // lists that were asked for
  // "create configmaps app/one", in order: those that changed something.
  std::vector<std::string> written;
  std::size_t refused = 0;

  void get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
           client::Callback<Result<kube::ObjectPtr>> done) override;
  void list(const kube::GroupVersionResource& resource, const client::ListOptions& options,
            client::Callback<Result<client::ListResult>> done) override {
    ++listed;
    if (unwatched.contains(resource.resource) && !listable.contains(resource.resource))
      return done(fail(Reason::forbidden, "may not list"));
    inner_->list(resource, options, std::move(done));
  }
  std::unique_ptr<client::WatchHandle> watch(const kube::GroupVersionResource& resource,
                                             const client::ListOptions& options, std::uint64_t revision,
                                             client::WatchHandlers handlers) override {
    if (unwatched.contains(resource.resource)) {
      handlers.on_end(fail(Reason::forbidden, "may not watch"));
      return nullptr;
    }
    return inner_->watch(resource, options, revision, std::move(handlers));
  }
  // As in one process, unless rights are what a test is about.
  [[nodiscard]] bool shares_objects() const override { return !asks_for_rights; }
  void write(client::Write write, client::Callback<Result<kube::ObjectPtr>> done) override;
  void check_ready(client::Callback<Result<void>> done) override {
    done(not_ready ? Result<void>(fail(*not_ready)) : Result<void>());
  }
  void version(client::Callback<Result<kube::ObjectPtr>> done) override {
    ++versions_asked;
    if (!says_version) return inner_->version(std::move(done));
    if (!*says_version) return done(fail(says_version->error()));
    done(kube::Object::from_json({}, json::Object{{"gitVersion", **says_version}}));
  }
  void discover(client::Callback<Result<std::vector<client::ApiResource>>> done) override {
    inner_->discover(std::move(done));
  }

 private:
  std::unique_ptr<client::Client> inner_;
};

// A hub and a member, both real API servers in memory on virtual time, and the agent between them. What nobody plays
// here (hub controllers, workloads) the test does itself.
class TwoClusters : public ::testing::Test {
 protected:
  static constexpr std::string_view member_name = "m1";
  static constexpr std::string_view member_namespace = "fleet-member-m1";
  using Ref = std::string_view;  // "deployments.apps"

  TwoClusters();
  ~TwoClusters() override;

  // Starts the agent, as a new process. `settle` runs everything that needs no timer.
  void start_agent();
  void stop_agent();
  void restart_agent() {
    stop_agent();
    start_agent();
  }
  void settle();
  void pass(Duration duration);

  // The hub asks the member to join (or leave).
  void ask(std::string_view state, int heartbeat_seconds = 60);
  // Makes or replaces Work `name` with these manifests, and lets the agent work.
  void place(std::string_view name, const std::vector<std::string>& manifests, std::string_view strategy = "{}",
             std::string_view report_back = "null");
  void remove_work(std::string_view name);

  // Objects on the member, made and changed as by some other user. JSON in short form: see made_up().
  void put(std::string_view json);
  void merge(Ref resource, std::string_view key, std::string_view patch, bool status = false);
  void remove(Ref resource, std::string_view key);
  [[nodiscard]] bool exists(Ref resource, std::string_view key) const;
  [[nodiscard]] json::Value object(Ref resource, std::string_view key) const;  // null when absent
  [[nodiscard]] std::string text(Ref resource, std::string_view key,
                                 std::initializer_list<std::string_view> path) const;
  [[nodiscard]] std::vector<std::string> owners(Ref resource, std::string_view key) const;  // "AppliedWork w"

  [[nodiscard]] api::Work work(std::string_view name) const;
  [[nodiscard]] bool work_exists(std::string_view name) const;
  [[nodiscard]] api::AppliedWork applied_work(std::string_view name) const;
  [[nodiscard]] api::InternalMemberCluster internal_member() const;

  // "Applied=True/AllManifestsApplied Available=…" of the Work; of its manifest at `ordinal` likewise.
  [[nodiscard]] std::string state(std::string_view name) const;
  [[nodiscard]] std::string state(std::string_view name, std::size_t ordinal) const;
  // "ConfigMap app/one" in order.
  [[nodiscard]] std::vector<std::string> listed(std::string_view applied_work) const;

  // A manifest: kind, name, and the rest as JSON members ("\"data\":{…}").
  static std::string config_map(std::string_view key, std::string_view value = "1");
  static std::string space(std::string_view name);
  static std::string deployment(std::string_view key, int replicas = 1);
  // Says of a Deployment what its controller would when all is well, or when nothing is.
  void make_ready(std::string_view key, bool ready = true);

  SimulatedClock clock;
  SimulatedLoop loop{clock};
  std::unique_ptr<WatchedClient> to_hub;
  std::unique_ptr<WatchedClient> to_member;
  std::unique_ptr<engine::Runner> agent;
  Options options{.member_name = std::string(member_name)};
  std::set<std::string> unwatched;  // on the member, from the next start of the agent on
  std::function<void()> prepare;    // the clients, before the agent is started with them
  std::vector<std::string> logged;  // lines of its log
  std::uint64_t drop_memo_one_in = 0;
  engine::Observer* observer = nullptr;  // of the agent

 private:
  struct Cluster {
    std::unique_ptr<apiserver::Registry> registry;
    std::unique_ptr<apiserver::Authorizer> authorizer;
  };
  Cluster make_cluster(const std::string& prefix, const std::vector<json::Value>& crds);
  [[nodiscard]] std::shared_ptr<const apiserver::Resource> resource(const Cluster& cluster, Ref ref) const;
  static kube::NamespacedName key_of(std::string_view key);

  store::MemoryStore store_;
  std::unique_ptr<apiserver::Journal> journal_;
  Cluster hub_;
  Cluster member_;
};

[[nodiscard]] json::Value parsed(std::string_view text);

}  // namespace slipway::member::testing
