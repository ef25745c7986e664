#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "client/backoff.h"
#include "engine/controller.h"
#include "engine/key_hash.h"
#include "engine/tried_writes.h"
#include "engine/wake_ups.h"

namespace slipway::engine {

// What the runner knows of one key of one controller.
struct KeyState {
  // After so many passes without rest a controller seems to quarrel with itself or another one: it is slowed down.
  static constexpr std::uint32_t passes_max = 64;

  std::size_t controller = 0;
  const Key* key = nullptr;
  bool is_queued = false;
  bool is_running = false;
  bool is_dirty = false;  // wanted again while it ran
  bool is_backing_off = false;
  bool used_discovery[2] = {false, false};  // by Side
  std::uint32_t passes = 0;                 // since it last came to rest
  std::uint32_t conflicts = 0;              // in a row
  Memo memo;
  TriedWrites tried;
  std::optional<Ticks> retry_refused_at;  // when refused writes are worth another try
  WakeUps::Alarm alarm;
  client::Backoff soon{std::chrono::milliseconds{100},
                       std::chrono::seconds{30}};                           // the server does not answer or keep up
  client::Backoff later{std::chrono::seconds{1}, std::chrono::minutes{5}};  // the server refuses
  std::vector<std::uint64_t> recorded;  // hashes of the events recorded since it last came to rest
};

// The keys of all controllers: each at most once in line and never handed out while it is being worked on. In order of
// arrival. Loop thread only.
class WorkQueue {
 public:
  // `on_ready` is called when a key comes into line.
  explicit WorkQueue(std::function<void()> on_ready) : on_ready_(std::move(on_ready)) {}

  void add(std::size_t controller, const Key& key);
  // A key that keeps failing or writing without coming to rest only comes back when its back-off is over.
  void add(KeyState& state);
  // The next key, now running; null when there is none.
  [[nodiscard]] KeyState* take();
  // The key is no longer running; if it was wanted meanwhile it is in line again.
  void finish(KeyState& state);
  // Forgets a key about which nothing needs to be remembered. `state` may be gone afterwards.
  void forget_if_at_rest(KeyState& state);
  // Keys that asked what the server of `side` serves are wanted again.
  void add_users_of_discovery(Side side);

  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }
  [[nodiscard]] bool is_idle() const { return ready_.empty() && running_ == 0; }
  [[nodiscard]] std::size_t size() const;
  // Keys of one controller that are in line now.
  [[nodiscard]] std::size_t ready_of(std::size_t controller) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(ready_, [controller](const KeyState* key) { return key->controller == controller; }));
  }

 private:
  using States = std::unordered_map<Key, KeyState, KeyHash, KeyEqual>;
  std::function<void()> on_ready_;
  std::vector<States> controllers_;
  std::deque<KeyState*> ready_;
  std::size_t running_ = 0;
};

}  // namespace slipway::engine
