#include "engine/event_recorder.h"

#include <algorithm>

#include "base/bytes.h"
#include "client/backoff.h"

namespace slipway::engine {
namespace {

using Verb = client::Write::Verb;

constexpr std::size_t message_max = 1024;   // as API servers demand
constexpr std::size_t name_max = 253 - 17;  // of the object in the Event's name, before ".<16 hex digits>"

// One Event as it is, or is to be, on the server.
struct Series {
  std::string identity;
  Event event;
  std::string name;  // "" until it is made
  std::string uid;   // "" until the server has it
  std::int64_t count = 0;
  WallTime first;
  WallTime last;
  int tries = 0;
  bool is_waiting = false;    // to be written
  bool is_in_flight = false;  // being written
};

std::string identity_of(const Event& event) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", static_cast<int>(event.side), event.kind.kind, event.key.text(),
                     event.uid, event.warning, event.reason, event.message);
}

const std::string& namespace_of(const Event& event) {
  static const std::string fallback = "default";
  return event.key.namespace_.empty() ? fallback : event.key.namespace_;
}

json::Value body_of(const Series& series, const std::string& component, const std::string& instance) {
  const Event& event = series.event;
  json::Object involved;
  involved.set("apiVersion", event.kind.api_version());
  involved.set("kind", event.kind.kind);
  involved.set("name", event.key.name);
  if (!event.key.namespace_.empty()) involved.set("namespace", event.key.namespace_);
  if (!event.uid.empty()) involved.set("uid", event.uid);
  json::Object body;
  body.set("apiVersion", "v1");
  body.set("kind", "Event");
  body.set("metadata", json::Object{{"name", series.name}, {"namespace", namespace_of(event)}});
  body.set("involvedObject", std::move(involved));
  body.set("reason", event.reason);
  body.set("message", event.message);
  body.set("source", json::Object{{"component", component}});
  body.set("firstTimestamp", to_rfc3339(series.first));
  body.set("lastTimestamp", to_rfc3339(series.last));
  body.set("count", series.count);
  body.set("type", event.warning ? "Warning" : "Normal");
  body.set("reportingComponent", component);
  body.set("reportingInstance", instance);
  return body;
}

}  // namespace

class EventRecorder::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(Options options) : options_(std::move(options)) {}

  void record(const Event& event) {
    if (stopped_ || options_.edge->client(event.side) == nullptr) return;
    // Before it is remembered, so that what waits is not forgotten for what is dropped.
    if (waiting_.size() >= waiting_max) return options_.log.debug("too many events wait: dropped {}", event.reason);
    Series& series = series_of(event);
    ++series.count;
    series.last = options_.edge->loop.clock().wall();
    ++options_.edge->counters.events;
    if (series.is_waiting) return;
    series.is_waiting = true;
    series.tries = 0;
    waiting_.push_back(series.identity);
    post_send();
  }

  void stop() {
    stopped_ = true;
    if (timer_) options_.edge->loop.cancel(*timer_);
    timer_.reset();
    waiting_.clear();
  }

 private:
  using Order = std::list<Series>;  // the most recent first

  Series& series_of(const Event& event) {
    std::string identity = identity_of(event);
    if (const auto known = by_identity_.find(identity); known != by_identity_.end()) {
      order_.splice(order_.begin(), order_, known->second);
      return *known->second;
    }
    if (order_.size() >= remembered_max) {
      by_identity_.erase(order_.back().identity);
      order_.pop_back();
    }
    Series series{.identity = std::move(identity), .event = event, .name = {}, .uid = {}, .first = {}, .last = {}};
    if (series.event.message.size() > message_max) series.event.message.resize(cut(series.event.message));
    series.first = options_.edge->loop.clock().wall();
    order_.push_front(std::move(series));
    by_identity_[order_.front().identity] = order_.begin();
    return order_.front();
  }

  // Not in the middle of a UTF-8 sequence.
  static std::size_t cut(std::string_view text) {
    std::size_t end = message_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return end;
  }

  // Written after the turn that made them, so that what comes together is counted together.
  void post_send() {
    if (std::exchange(is_posted_, true)) return;
    options_.edge->loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->is_posted_ = false;
        self->send();
      }
    });
  }

  void send() {
    while (!stopped_ && !timer_ && in_flight_ < in_flight_max && !waiting_.empty() &&
           options_.edge->may_begin_write()) {
      const std::string identity = std::move(waiting_.front());
      waiting_.pop_front();
      const auto known = by_identity_.find(identity);
      if (known == by_identity_.end()) continue;  // forgotten meanwhile
      Series& series = *known->second;
      series.is_waiting = false;
      if (series.is_in_flight) {  // said again while it is being written: comes back after that
        series.is_waiting = true;
        postponed_.push_back(identity);
        continue;
      }
      write(series);
    }
  }

  void write(Series& series) {
    client::Write request;
    request.resource = {"", "v1", "events"};
    request.field_manager = options_.component;
    if (series.uid.empty()) {
      series.name = next_name(series.event);
      request.verb = Verb::create;
      request.body = body_of(series, options_.component, options_.instance);
    } else {
      request.verb = Verb::merge_patch;
      request.uid = series.uid;
      request.body = json::Object{{"count", series.count}, {"lastTimestamp", to_rfc3339(series.last)}};
    }
    request.key = {namespace_of(series.event), series.name};
    series.is_in_flight = true;
    ++in_flight_;
    options_.edge->client(series.event.side)
        ->write(std::move(request),
                [weak = weak_from_this(), identity = series.identity](Result<kube::ObjectPtr> answer) {
                  if (const auto self = weak.lock()) self->written(identity, answer);
                });
  }

  // The time makes the name unique, in the way of client-go; two in one instant get the next one.
  std::string next_name(const Event& event) {
    const auto now = static_cast<std::uint64_t>(options_.edge->loop.clock().wall_precise().count());
    last_stamp_ = std::max(now, last_stamp_ + 1);
    return fmt::format("{}.{:x}", event.key.name.substr(0, name_max), last_stamp_);
  }

  void written(const std::string& identity, const Result<kube::ObjectPtr>& answer) {
    --in_flight_;
    if (stopped_) return;
    const auto known = by_identity_.find(identity);
    if (known != by_identity_.end()) take(*known->second, answer);
    if (const auto again = std::ranges::find(postponed_, identity); again != postponed_.end()) {
      postponed_.erase(again);
      waiting_.push_back(identity);
    }
    post_send();
  }

  void take(Series& series, const Result<kube::ObjectPtr>& answer) {
    series.is_in_flight = false;
    if (answer) {
      backoff_.reset();
      series.tries = 0;
      if (*answer != nullptr) series.uid = (*answer)->metadata().uid;
      return;
    }
    const Error& error = answer.error();
    const bool is_lost = error.reason == Reason::not_found && !series.uid.empty();  // it has expired: make another
    const bool is_taken = error.reason == Reason::conflict || error.reason == Reason::already_exists;
    if (is_lost || is_taken) series.uid.clear();
    const bool is_worth_it = is_lost || is_taken || client::is_transient(error.reason);
    if (!is_worth_it || ++series.tries >= tries_max) {
      options_.log.debug("event {} about {} is lost: {}", series.event.reason, series.event.key.text(), error.message);
      return;
    }
    if (!series.is_waiting) {
      series.is_waiting = true;
      waiting_.push_back(series.identity);
    }
    if (client::is_transient(error.reason)) pause(error.retry_after);
  }

  void pause(std::optional<std::chrono::seconds> retry_after) {
    if (timer_) return;
    const Ticks when = options_.edge->loop.clock().ticks() + backoff_.next(options_.rng, retry_after);
    timer_ = options_.edge->loop.at(when, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->timer_.reset();
      self->send();
    });
  }

  Options options_;
  client::Backoff backoff_{std::chrono::seconds{1}, std::chrono::seconds{30}};
  Order order_;
  std::unordered_map<std::string, Order::iterator> by_identity_;
  std::deque<std::string> waiting_;
  std::deque<std::string> postponed_;  // wait for their own earlier write
  std::optional<Loop::TimerId> timer_;
  std::uint64_t last_stamp_ = 0;
  std::size_t in_flight_ = 0;
  bool is_posted_ = false;
  bool stopped_ = false;
};

EventRecorder::EventRecorder(Options options) : state_(std::make_shared<State>(std::move(options))) {}
EventRecorder::~EventRecorder() { state_->stop(); }
void EventRecorder::record(const Event& event) { state_->record(event); }
void EventRecorder::stop() { state_->stop(); }

std::uint64_t hash_of(const Event& event) { return fnv1a(identity_of(event)); }

}  // namespace slipway::engine
