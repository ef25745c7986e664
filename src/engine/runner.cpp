#include "engine/runner.h"

#include <algorithm>

#include "engine/edge.h"
#include "engine/event_recorder.h"
#include "engine/follower.h"
#include "engine/pass.h"
#include "engine/subscriptions.h"
#include "engine/work_queue.h"

namespace slipway::engine {
namespace {

// Keys worked on before the loop's other tasks have a turn.
constexpr std::size_t keys_per_turn = 64;
// So many lost races in a row are tried again at once.
constexpr std::uint32_t conflicts_at_once = 3;
// A deadline that is not in the future would be a hot loop.
constexpr Duration overdue_wait = std::chrono::seconds{1};

class RunnerImpl final : public Runner {
 public:
  explicit RunnerImpl(Options options)
      : options_(std::move(options)),
        edge_(std::make_shared<Edge>(Edge{.loop = options_.loop,
                                          .clients = {options_.hub, options_.member},
                                          .caches = Caches(options_.loop.clock()),
                                          .may_write = options_.may_write})),
        queue_([this] { post_drain(); }),
        wake_ups_(options_.loop, [this](KeyState& state) { due(state); }),
        recorder_({.edge = edge_,
                   .rng = Rng(options_.rng()),
                   .log = options_.log,
                   .component = options_.component,
                   .instance = options_.instance}) {}

  ~RunnerImpl() override {
    stop();
    edge_->is_gone = true;
    edge_->caches.on_change(nullptr);
  }

  void add(std::unique_ptr<Controller> controller) override {
    const std::size_t position = controllers_.size();
    for (Watch& watch : controller->watches()) subscriptions_.add(position, std::move(watch));
    for (DynamicWatch& watch : controller->dynamic_watches()) subscriptions_.add(position, std::move(watch));
    for (const Index& index : controller->indexes()) edge_->caches.add_index(index);
    logs_.push_back(options_.log.with("controller", controller->name()));
    counted_.push_back({.name = std::string(controller->name())});
    controllers_.push_back(std::move(controller));
  }

  void start() override {
    edge_->caches.on_change(
        [this](const Collection& collection, std::span<const Change> changes) { changed(collection, changes); });
    for (const Side side : {Side::hub, Side::member}) {
      if (edge_->client(side) != nullptr) followers_.push_back(make_follower(side));
    }
    for (const auto& follower : followers_) follower->start();
  }

  void lead() override {
    if (std::exchange(leads_, true)) return;
    if (is_synced_ && !edge_->is_stopped) catch_up();
  }

  void stop() override {
    edge_->is_stopped = true;
    for (const auto& follower : followers_) follower->stop();
    wake_ups_.stop();
    recorder_.stop();
  }

  [[nodiscard]] bool is_synced() const override { return is_synced_; }
  [[nodiscard]] bool is_acting() const override { return is_acting_; }
  [[nodiscard]] bool is_idle() const override {
    if (edge_->is_stopped) return running_ == 0;
    return is_synced_ && queue_.is_idle();
  }
  [[nodiscard]] const View& view() const override { return edge_->caches; }
  [[nodiscard]] const Counters& counters() const override { return edge_->counters; }
  [[nodiscard]] std::vector<ControllerCounters> controllers() const override {
    std::vector<ControllerCounters> all = counted_;
    for (std::size_t at = 0; at < all.size(); ++at) all[at].ready = queue_.ready_of(at);
    return all;
  }

 private:
  std::unique_ptr<Follower> make_follower(Side side) {
    auto follower = std::make_unique<Follower>(Follower::Options{.edge = edge_,
                                                                 .side = side,
                                                                 .rng = Rng(options_.rng()),
                                                                 .log = options_.log,
                                                                 .on_synced = [this] { check_synced(); },
                                                                 .on_discovery = [this, side] { discovered(side); }});
    for (const auto& [controller, watch] : subscriptions_.watches()) {
      if (watch.collection.side == side) follower->want(watch.collection.resource, watch.namespace_);
    }
    for (const auto& [controller, watch] : subscriptions_.dynamic_watches()) {
      if (watch.side == side) follower->want_matching(watch);
    }
    return follower;
  }

  void discovered(Side side) {
    subscriptions_.refresh(side, edge_->caches.discovery(side));
    if (is_acting_) queue_.add_users_of_discovery(side);
  }

  void check_synced() {
    if (is_synced_ || edge_->is_stopped) return;
    if (!std::ranges::all_of(followers_, [](const auto& follower) { return follower->is_synced(); })) return;
    is_synced_ = true;
    if (!edge_->is_elected()) return begin_to_act();
    if (leads_) return catch_up();
    options_.log.info("caches have synced: {} stands by until it leads", options_.component);
  }

  // A standby's caches may lag behind what the leader before it wrote, and a decision made on that could repeat or undo
  // it. Every write is conditional, so that most of these would be refused; but a created object has no version to be
  // refused by.
  void catch_up() {
    catching_up_ = followers_.size();
    for (const auto& follower : followers_) {
      follower->catch_up([this] {
        if (--catching_up_ == 0 && !edge_->is_stopped) begin_to_act();
      });
    }
  }

  // Everything is known for the first time: every object is news (design 4: a restart is the ordinary path).
  void begin_to_act() {
    is_acting_ = true;
    options_.log.info("caches have synced: {} begins to act", options_.component);
    for (const Collection& collection : subscriptions_.collections()) {
      std::vector<Change> changes;
      for (auto& object : edge_->caches.list(collection, ""))
        changes.push_back({.before = nullptr, .after = std::move(object)});
      wake(collection, changes);
    }
  }

  void changed(const Collection& collection, std::span<const Change> changes) {
    if (options_.observer != nullptr && is_acting_ && !edge_->is_stopped)
      options_.observer->on_change(collection, changes, edge_->caches);
    wake(collection, changes);
  }

  void wake(const Collection& collection, std::span<const Change> changes) {
    for (const auto& follower : followers_) follower->note_demand(collection, changes);
    if (!is_acting_ || edge_->is_stopped) return;
    subscriptions_.find_keys(collection, changes, edge_->caches, [this](std::size_t controller, const Key& key) {
      ++counted_[controller].added;
      queue_.add(controller, key);
    });
  }

  void due(KeyState& state) {
    state.is_backing_off = false;
    queue_.add(state);
  }

  // Never at once: a client may call back in the middle of a pass (design 1.3).
  void post_drain() {
    if (std::exchange(is_drain_posted_, true)) return;
    options_.loop.post([this, edge = edge_] {
      if (!edge->is_gone) drain();
    });
  }

  void drain() {
    is_drain_posted_ = false;
    for (std::size_t count = 0; count < keys_per_turn && !edge_->is_stopped; ++count) {
      KeyState* state = queue_.take();
      if (state == nullptr) return;
      run(*state);
    }
    if (queue_.has_ready() && !edge_->is_stopped) post_drain();
  }

  void run(KeyState& state) {
    wake_ups_.clear(state);
    state.is_backing_off = false;
    if (state.retry_refused_at && *state.retry_refused_at <= options_.loop.clock().ticks()) {
      state.retry_refused_at.reset();
      state.tried.forget_refusals();
    }
    if (options_.drop_memo_one_in != 0 && options_.rng.one_in(options_.drop_memo_one_in)) state.memo.drop();
    ++running_;
    ++counted_[state.controller].running;
    Log log = logs_[state.controller].with("key", state.key->text());
    run_pass(edge_, *controllers_[state.controller], state, std::move(log),
             [this, edge = edge_, &state, began = options_.loop.clock().ticks()](PassResult result) {
               if (edge->is_gone) return;
               count(state, result, options_.loop.clock().ticks() - began);
               finished(state, std::move(result));
             });
  }

  // In controller-runtime's words: what wrote is looked at again (requeue), what has a deadline comes back by itself.
  void count(const KeyState& state, const PassResult& result, Duration took) {
    ControllerCounters& counted = counted_[state.controller];
    --counted.running;
    ControllerCounters::Ended& ended = result.outcome.failed > 0    ? counted.failed
                                       : result.outcome.written > 0 ? counted.requeued
                                       : result.look_again          ? counted.requeued_after
                                                                    : counted.succeeded;
    ++ended.count;
    ended.seconds_sum += took;
    const auto& bounds = ControllerCounters::seconds_bounds;
    const auto bound = std::ranges::lower_bound(bounds, std::chrono::duration<double>(took).count());
    ++ended.seconds[static_cast<std::size_t>(bound - bounds.begin())];
  }

  void finished(KeyState& state, PassResult result) {
    --running_;
    if (edge_->is_stopped) return;
    record(state, result.events);
    state.used_discovery[0] = result.used_discovery[0];
    state.used_discovery[1] = result.used_discovery[1];
    const bool rests = result.outcome.written == 0 && result.outcome.failed == 0 && result.outcome.tried.empty();
    for (auto& tried : result.outcome.tried) state.tried.remember(std::move(tried));
    if (rests) {
      if (options_.observer != nullptr)
        options_.observer->on_rest(controllers_[state.controller]->name(), *state.key, edge_->caches);
      rest(state, result);
    } else {
      ++state.passes;
      go_on(state, result.outcome);
    }
    queue_.finish(state);
    if (rests) queue_.forget_if_at_rest(state);
  }

  void rest(KeyState& state, const PassResult& result) {
    state.passes = 0;
    state.conflicts = 0;
    state.soon.reset();
    state.recorded.clear();
    if (state.tried.has_refusals()) return wait_with_refusals(state, result.look_again);
    state.retry_refused_at.reset();
    if (result.look_again) {
      look_again(state, *result.look_again);
    } else if (result.has_refused_read) {
      wait(state, state.later.next(options_.rng));
      return;
    }
    state.later.reset();
  }

  void go_on(KeyState& state, const Outcome& outcome) {
    const bool quarrels = state.passes >= KeyState::passes_max;
    if (outcome.next != Outcome::Next::again) state.conflicts = 0;
    switch (outcome.next) {
      case Outcome::Next::rest:  // it wrote: what the caches show now decides how it goes on
        if (quarrels) return slow_down(state);
        state.soon.reset();
        if (!state.tried.has_refusals()) state.later.reset();
        return queue_.add(state);
      case Outcome::Next::again:
        if (quarrels) return slow_down(state);
        if (++state.conflicts <= conflicts_at_once && !outcome.retry_after) return queue_.add(state);
        return wait(state, state.soon.next(options_.rng, outcome.retry_after));
      case Outcome::Next::soon:
        return wait(state, state.soon.next(options_.rng, outcome.retry_after));
      case Outcome::Next::later:
        return wait(state, state.later.next(options_.rng, outcome.retry_after));
    }
    std::unreachable();
  }

  void slow_down(KeyState& state) {
    if (state.passes == KeyState::passes_max) {
      logs_[state.controller]
          .with("key", state.key->text())
          .warn("{} writes without coming to rest: slowed down", state.passes);
    }
    wait(state, state.soon.next(options_.rng));
  }

  void wait(KeyState& state, Duration duration) {
    ++edge_->counters.retries;
    ++counted_[state.controller].retried;
    state.is_backing_off = true;
    wake_ups_.set(state, {.at = options_.loop.clock().ticks() + duration});
  }

  // All that could be done is done. What was refused is tried again when its time has come, however often the key is
  // looked at before.
  void wait_with_refusals(KeyState& state, const std::optional<Deadline>& deadline) {
    const Ticks now = options_.loop.clock().ticks();
    if (!state.retry_refused_at) {
      ++edge_->counters.retries;
      state.retry_refused_at = now + state.later.next(options_.rng);
    }
    const auto* ticks = deadline ? std::get_if<Ticks>(&deadline->at) : nullptr;
    if (ticks != nullptr && *ticks < *state.retry_refused_at) return look_again(state, *deadline);
    state.is_backing_off = true;
    wake_ups_.set(state, {.at = *state.retry_refused_at});
  }

  void look_again(KeyState& state, const Deadline& deadline) {
    const Now now = options_.loop.now();
    const auto* ticks = std::get_if<Ticks>(&deadline.at);
    const bool is_overdue = ticks != nullptr ? *ticks <= now.ticks : std::get<WallTime>(deadline.at) <= now.wall;
    wake_ups_.set(state, is_overdue ? Deadline{.at = now.ticks + overdue_wait} : deadline);
  }

  // A plan that comes again on the way to rest says the same things again.
  void record(KeyState& state, const std::vector<Event>& events) {
    for (const Event& event : events) {
      const std::uint64_t hash = hash_of(event);
      if (std::ranges::find(state.recorded, hash) != state.recorded.end()) continue;
      state.recorded.push_back(hash);
      recorder_.record(event);
    }
  }

  Options options_;
  std::shared_ptr<Edge> edge_;
  Subscriptions subscriptions_;
  std::vector<std::unique_ptr<Controller>> controllers_;
  std::vector<Log> logs_;  // by controller
  std::vector<ControllerCounters> counted_;
  WorkQueue queue_;
  WakeUps wake_ups_;
  EventRecorder recorder_;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::size_t running_ = 0;
  std::size_t catching_up_ = 0;  // followers that have yet to
  bool is_synced_ = false;
  bool is_acting_ = false;
  bool leads_ = false;
  bool is_drain_posted_ = false;
};

}  // namespace

std::unique_ptr<Runner> Runner::make(Options options) { return std::make_unique<RunnerImpl>(std::move(options)); }

}  // namespace slipway::engine
