#include "client/reflector.h"

#include <map>

#include "client/backoff.h"

namespace slipway::client {
namespace {

// A stream that ends sooner and brought nothing counts as a failure (kube-api 1, fact 22): no hot loop of watches.
constexpr Duration short_watch = std::chrono::seconds{1};
// A server that says nothing for so long, before everything that is there has come, does not know what it was asked.
constexpr Duration initial_silence_max = std::chrono::seconds{30};

}  // namespace

class Reflector::State : public std::enable_shared_from_this<State> {
 public:
  State(Options options, Handlers handlers) : options_(std::move(options)), handlers_(std::move(handlers)) {}

  void list() {
    if (options_.client.streams_lists() && !streaming_failed_ && !std::exchange(lists_next_, false))
      return stream_list();
    const std::uint64_t step = begin_step();
    options_.client.list(options_.resource, options_.list, [weak = weak_from_this(), step](Result<ListResult> result) {
      if (const auto self = weak.lock(); self && self->step_ == step) self->listed(std::move(result));
    });
  }

  void stop() {
    begin_step();
    stopped_ = true;
    handle_.reset();
  }

  [[nodiscard]] bool is_synced() const { return synced_; }
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] const kube::GroupVersionResource& resource() const { return options_.resource; }

 private:
  using Step = void (State::*)();

  // One thing is under way at a time; answers and timers of an earlier one are not heard.
  std::uint64_t begin_step() {
    if (timer_) options_.loop.cancel(*timer_);
    timer_.reset();
    return ++step_;
  }

  void listed(Result<ListResult> result) {
    if (!result) return failed(result.error(), &State::list);
    take(std::move(*result));
    if (!stopped_) watch();
  }

  void take(ListResult result) {
    const bool history_lost = result.revision < revision_;
    revision_ = result.revision;
    synced_ = true;
    handlers_.on_replace(std::move(result), history_lost);
  }

  // One request for both: what is there comes one by one, so that neither side holds the whole list as text, and then
  // what changes.
  void stream_list() {
    initial_.emplace();
    begin_watch({.revision = 0, .initial_events = true});
    if (initial_) wait_for_initial();
  }

  void wait_for_initial() {
    timer_ =
        options_.loop.at(options_.loop.clock().ticks() + initial_silence_max, [weak = weak_from_this(), step = step_] {
          const auto self = weak.lock();
          if (!self || self->step_ != step) return;
          self->timer_.reset();
          if (std::exchange(self->heard_, false)) return self->wait_for_initial();
          self->streaming_failed_ = true;
          self->next(&State::list, Duration{0});
        });
  }

  void take_initial(WatchEvent event) {
    heard_ = true;
    if (event.type == WatchEvent::Type::deleted) {
      initial_->erase(event.object->key());
    } else if (event.type != WatchEvent::Type::bookmark) {
      initial_->insert_or_assign(event.object->key(), std::move(event.object));
    } else if (event.ends_initial) {
      if (timer_) options_.loop.cancel(*timer_);
      timer_.reset();
      ListResult result{.items = {}, .revision = event.revision};
      result.items.reserve(initial_->size());
      for (auto& [key, object] : *initial_) result.items.push_back(std::move(object));
      initial_.reset();
      take(std::move(result));
    }
  }

  void watch() {
    initial_.reset();
    begin_watch({.revision = revision_, .initial_events = false});
  }

  struct From {
    std::uint64_t revision = 0;
    bool initial_events = false;
  };
  void begin_watch(const From& from) {
    const std::uint64_t step = begin_step();
    handle_.reset();
    heard_ = false;
    started_ = options_.loop.clock().ticks();
    WatchHandlers handlers;
    handlers.on_event = [weak = weak_from_this(), step](WatchEvent event) {
      if (const auto self = weak.lock(); self && self->step_ == step) self->heard(std::move(event));
    };
    handlers.on_end = [weak = weak_from_this(), step](Result<void> end) {
      if (const auto self = weak.lock(); self && self->step_ == step) self->ended(end);
    };
    ListOptions list = options_.list;
    list.initial_events = from.initial_events;
    auto handle = options_.client.watch(options_.resource, list, from.revision, std::move(handlers));
    if (step_ == step) handle_ = std::move(handle);  // else it ended before it was returned
  }

  void heard(WatchEvent event) {
    if (initial_) return take_initial(std::move(event));
    heard_ = true;
    if (event.revision <= revision_) return;  // a stream that repeats itself
    revision_ = event.revision;
    if (event.type != WatchEvent::Type::bookmark) handlers_.on_event(std::move(event));
  }

  void ended(const Result<void>& end) {
    if (std::exchange(initial_, std::nullopt)) return initial_ended(end);
    const bool worked = heard_ || options_.loop.clock().ticks() - started_ >= short_watch;
    if (worked) backoff_.reset();
    if (end) return worked ? next(&State::watch, Duration{0}) : next(&State::watch, backoff_.next(options_.rng));
    switch (end.error().reason) {
      case Reason::expired:
      case Reason::gone:
        return worked ? next(&State::list, Duration{0}) : next(&State::list, backoff_.next(options_.rng));
      case Reason::unavailable:
      case Reason::too_many_requests:
      case Reason::server_timeout:
      case Reason::internal:
        return failed(end.error(), &State::watch);
      default:  // refused: a list finds out whether the collection is still served
        return failed(end.error(), &State::list);
    }
  }

  // Before everything had come. Whatever the reason, pages are next: an API server whose own store is too old for it
  // refuses to stream with errors of many kinds.
  void initial_ended(const Result<void>& end) {
    lists_next_ = true;
    if (!end && !is_transient(end.error().reason)) return next(&State::list, Duration{0});
    failed(end ? Error{.reason = Reason::unavailable, .message = "the server ended the list early", .causes = {}}
               : end.error(),
           &State::list);
  }

  void failed(const Error& error, Step again) {
    next(again, backoff_.next(options_.rng, error.retry_after));
    handlers_.on_failure(error);
  }

  // Never from within the callback that brought us here: a client may call back at once, and that would recurse. The
  // ended watch's handle lives until then.
  void next(Step again, Duration wait) {
    const std::uint64_t step = begin_step();
    auto task = [weak = weak_from_this(), step, again] {
      if (const auto self = weak.lock(); self && self->step_ == step) (self.get()->*again)();
    };
    if (wait == Duration{0}) return options_.loop.post(std::move(task));
    timer_ = options_.loop.at(options_.loop.clock().ticks() + wait, std::move(task));
  }

  Options options_;
  Handlers handlers_;
  Backoff backoff_ = backoff_of_peer();
  std::unique_ptr<WatchHandle> handle_;
  std::optional<Loop::TimerId> timer_;
  std::uint64_t step_ = 0;
  std::uint64_t revision_ = 0;
  Ticks started_;
  std::optional<std::map<kube::NamespacedName, kube::ObjectPtr>> initial_;  // while what is there is coming
  bool streaming_failed_ = false;
  bool lists_next_ = false;
  bool heard_ = false;
  bool synced_ = false;
  bool stopped_ = false;
};

Reflector::Reflector(Options options, Handlers handlers)
    : state_(std::make_shared<State>(std::move(options), std::move(handlers))) {}

Reflector::~Reflector() { state_->stop(); }

void Reflector::start() { state_->list(); }
bool Reflector::is_synced() const { return state_->is_synced(); }
std::uint64_t Reflector::revision() const { return state_->revision(); }
const kube::GroupVersionResource& Reflector::resource() const { return state_->resource(); }

}  // namespace slipway::client
