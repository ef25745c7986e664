#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/simulated_loop.h"
#include "client/http_client.h"
#include "sim/fleet.h"
#include "sim/pipe.h"
#include "store/memory_store.h"

namespace slipway::sim::testing {

// A fleet in virtual time, its user, and the network between them, all from one seed. Agents and the user talk HTTP
// through pipes: the request handling and reflectors are those that the sockets use.
class SimulatedFleet {
 public:
  struct Chances {  // zero: never
    PipeFaults network{};
    std::uint64_t crash_one_in = 0;  // of the steps of a play
    std::uint64_t drop_memo_one_in = 0;
  };
  explicit SimulatedFleet(std::uint64_t seed, Chances chances);
  ~SimulatedFleet();

  // Starts the fleet with the how-to's members; true once all have joined (30 s of virtual time at most).
  [[nodiscard]] bool start();
  // As kill -9 and a new start: what was not durable is gone, everything in memory too.
  void crash();
  // Stops drawing faults and crashes; what is broken stays to be mended by the fleet itself.
  void heal();
  // Crashes now, if the seed says so.
  void maybe_crash();

  // A user's calls; they run the loop until the answer is there, and try again while the network fails.
  Result<kube::ObjectPtr> create(const std::string& json);
  Result<kube::ObjectPtr> merge_patch(const kube::GroupVersionResource& resource, const kube::NamespacedName& key,
                                      const std::string& patch, bool status = false);
  Result<kube::ObjectPtr> get(const kube::GroupVersionResource& resource, const kube::NamespacedName& key);
  // Straight from a member's registry: "" when the object or the text is not there.
  [[nodiscard]] std::string member_text(const std::string& member, const kube::GroupResource& resource,
                                        const kube::NamespacedName& key, std::initializer_list<std::string_view> path);

  [[nodiscard]] bool run_until(const std::function<bool()>& predicate, Duration limit) {
    return loop_.run_until(predicate, limit);
  }
  void run_for(Duration duration) { loop_.run_for(duration); }
  [[nodiscard]] Fleet& fleet() { return *fleet_; }
  [[nodiscard]] WallTime now() const { return clock_.wall(); }
  [[nodiscard]] std::string now_text() const { return to_rfc3339(clock_.wall()); }
  // What broke the contract of runs so far (staged-update 2.7), checked at every change of a run.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  [[nodiscard]] std::size_t crashes() const { return crashes_; }

 private:
  void open();
  void close();
  void watch_contract();
  Result<kube::ObjectPtr> call(const std::function<void(client::Callback<Result<kube::ObjectPtr>>)>& start);

  SimulatedClock clock_;
  SimulatedLoop loop_{clock_};
  store::MemoryStore store_;
  Rng rng_;
  Chances chances_;
  std::unique_ptr<Fleet> fleet_;
  std::vector<std::unique_ptr<Pipe>> pipes_;
  std::unique_ptr<client::Client> user_;
  std::vector<std::unique_ptr<client::WatchHandle>> checkers_;
  std::vector<std::string> violations_;
  std::size_t crashes_ = 0;
};

}  // namespace slipway::sim::testing
