#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/rng.h"
#include "client/backoff.h"
#include "client/reflector.h"
#include "engine/catch_up.h"
#include "engine/edge.h"

namespace slipway::engine {

// Keeps the caches of one side true: finds out what its server serves, follows every collection that controllers watch,
// and those of users as they come and go with CustomResourceDefinitions and APIServices. Nothing is polled: a
// definition's change makes it ask the server again, and only what is missing is asked for repeatedly, with back-off.
// Loop thread only.
class Follower {
 public:
  struct Options {
    std::shared_ptr<Edge> edge;
    Side side = Side::hub;
    Rng rng;
    Log log;
    // Everything asked for has been listed once. Called once.
    std::function<void()> on_synced;
    // The server serves other kinds than before. Called when the caches of those that are gone have been emptied, and
    // before those that are new are listed.
    std::function<void()> on_discovery;
  };
  explicit Follower(Options options);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // Before start(). A fixed collection; "" = every namespace.
  void want(const kube::GroupResource& resource, const std::string& namespace_);
  void want_matching(const DynamicWatch& watch);

  // Objects that may need kinds to be followed (DynamicWatch::on_demand).
  void note_demand(const Collection& collection, std::span<const Change> changes);

  void start();
  void stop();
  [[nodiscard]] bool is_synced() const { return is_synced_; }
  // After it has synced: `done` is called once the caches show what the server held after this call (see CatchUp).
  void catch_up(std::function<void()> done);

 private:
  struct Stream {
    std::unique_ptr<client::Reflector> reflector;
    bool is_excused = false;  // of users' kinds: one that cannot be listed does not hold up the rest
    bool was_refused = false;
    std::string complaint{};  // what was last said of it: not again each time it is tried
  };
  enum class Rights { unknown, asked, granted, denied };
  struct Followed {
    bool is_fixed = false;
    bool is_on_demand = false;  // holds up nobody, and its rights are asked for first
    Rights rights = Rights::unknown;
    std::set<std::string> namespaces;         // "" alone: all
    kube::GroupVersionResource resource;      // version "" until discovery has shown it
    std::string kind;                         // of users' kinds
    bool metadata_only = false;               // nobody needs more
    std::map<std::string, Stream> streams{};  // by namespace
  };

  void discover();
  void discovered(Result<std::vector<client::ApiResource>> found);
  void discover_later();
  void follow_fixed(const std::vector<client::ApiResource>& resources);
  void follow_matching(const std::vector<client::ApiResource>& resources);
  void follow_definitions(const std::vector<client::ApiResource>& resources);
  void begin(Followed& followed);
  void end(const kube::GroupResource& id);
  void begin_on_demand(Followed& followed);
  void ask_for_rights(const kube::GroupVersionResource& resource, std::string_view verb);
  void take_rights(const kube::GroupVersionResource& resource, std::string_view verb, bool is_refused);
  void lose(const kube::GroupResource& id);
  void deny(Followed& followed);
  void ask_again();
  void begin_definitions();
  void begin_services();
  void service_changed();
  [[nodiscard]] std::unique_ptr<client::Reflector> make_reflector(const kube::GroupResource& resource,
                                                                  client::Reflector::Handlers handlers);
  void ask_soon();
  [[nodiscard]] bool misses_something() const;
  [[nodiscard]] Stream* stream_of(const kube::GroupResource& id, const std::string& namespace_);  // null: none
  void complain(Stream* stream, const Error& error, std::string_view text);
  void failed(const kube::GroupResource& id, const std::string& namespace_, const Error& error);
  void check_synced();
  void look_for_gaps();

  Options options_;
  Log log_;
  std::map<kube::GroupResource, Followed> followed_;
  std::vector<DynamicWatch> matching_;
  std::set<kube::GroupKind> demanded_;
  std::set<kube::GroupResource> told_;  // what may not be followed, in the log
  std::optional<Loop::TimerId> rights_timer_;
  std::optional<Loop::TimerId> services_timer_;
  std::unique_ptr<client::Reflector> definitions_;
  std::unique_ptr<client::Reflector> services_;
  std::set<std::string> definition_names_;  // "<plural>.<group>" of every CustomResourceDefinition
  std::unique_ptr<CatchUp> catch_up_;
  client::Backoff backoff_;
  std::optional<Loop::TimerId> timer_;
  std::shared_ptr<bool> is_alive_;  // false for callbacks after stop()
  bool is_discovery_posted_ = false;
  bool is_demand_posted_ = false;
  bool are_definitions_refused_ = false;
  bool is_discovering_ = false;
  bool is_stale_ = false;  // ask again when the answer under way is there
  bool has_discovered_ = false;
  bool is_synced_ = false;
};

}  // namespace slipway::engine
