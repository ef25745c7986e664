#include "engine/leader_election.h"

#include "client/backoff.h"
#include "client/reflector.h"
#include "engine/leader_event.h"

namespace slipway::engine {

class LeaderElection::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(Options options)
      : options_(std::move(options)), rules_(options_.identity, options_.timing), log_(options_.log) {}

  void start() {
    watch();
    log_.info("takes part in the election for lease {} as {}", options_.lease.text(), options_.identity);
    step();
  }

  void release(std::move_only_function<void()> done) {
    reflector_.reset();
    cancel_timer();
    const bool was_over = std::exchange(phase_, Phase::releasing) == Phase::over;
    released_ = std::move(done);
    if (was_over) return finish_release();
    if (!is_calling_) give_back();  // else when its answer is there: it may make the Lease ours, or a new version of it
  }

  // The owner is gone: no callback may reach it.
  void stop() {
    phase_ = Phase::over;
    reflector_.reset();
    cancel_timer();
    options_.on_leading = nullptr;
    options_.on_lost = nullptr;
    released_ = nullptr;
  }

  [[nodiscard]] bool is_leading() const { return phase_ == Phase::taking_part && rules_.is_leading(); }
  [[nodiscard]] bool may_write() const { return phase_ == Phase::taking_part && rules_.may_write(ticks()); }

 private:
  enum class Phase { taking_part, releasing, over };

  [[nodiscard]] Ticks ticks() const { return options_.loop.clock().ticks(); }
  [[nodiscard]] std::chrono::nanoseconds wall() const { return options_.loop.clock().wall_precise(); }

  void watch() {
    client::Reflector::Options options{
        .loop = options_.loop,
        .client = options_.client,
        .rng = Rng(options_.rng()),
        .resource = leases_resource,
        .list = {.namespace_ = options_.lease.namespace_, .field_selector = "metadata.name=" + options_.lease.name}};
    client::Reflector::Handlers handlers;
    handlers.on_replace = [this](const client::ListResult& list, bool) {
      for (const auto& item : list.items) {
        if (item->key() == options_.lease) return heard(item, item->revision());
      }
      heard(nullptr, list.revision);
    };
    handlers.on_event = [this](client::WatchEvent event) {
      if (event.object->key() != options_.lease) return;
      const bool is_gone = event.type == client::WatchEvent::Type::deleted;
      heard(is_gone ? nullptr : std::move(event.object), event.revision);
    };
    handlers.on_failure = [this](const Error& error) {
      log_.debug("cannot watch lease {}, reads it instead: {}", options_.lease.text(), error.message);
    };
    reflector_ = std::make_unique<client::Reflector>(std::move(options), std::move(handlers));
    reflector_->start();
  }

  void heard(kube::ObjectPtr lease, std::uint64_t revision) {
    rules_.heard(std::move(lease), revision, ticks());
    step_soon();
  }

  // Never from within a client's or the watch's callback.
  void step_soon() {
    if (std::exchange(is_step_posted_, true)) return;
    options_.loop.post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->is_step_posted_ = false;
      self->step();
    });
  }

  void step() {
    if (phase_ != Phase::taking_part) return;
    tell_holder();
    const LeaderRules::Decision decision = rules_.decide(ticks());
    if (decision.step == LeaderRules::Step::lost) return lose();
    if (is_calling_) return arm_deadline();
    switch (decision.step) {
      case LeaderRules::Step::wait:
        return arm(decision.until);
      case LeaderRules::Step::read:
        read();
        break;
      case LeaderRules::Step::create:
      case LeaderRules::Step::update:
        write(decision.step == LeaderRules::Step::create);
        break;
      case LeaderRules::Step::lost:
        break;
    }
    arm_deadline();
  }

  // While an answer is awaited.
  void arm_deadline() {
    if (is_calling_ && rules_.is_leading()) arm(rules_.deadline());
  }

  void arm(Ticks when) {
    cancel_timer();
    timer_ = options_.loop.at(when, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->timer_.reset();
      self->step();
    });
  }

  void cancel_timer() {
    if (timer_) options_.loop.cancel(*timer_);
    timer_.reset();
  }

  void read() {
    is_calling_ = true;
    options_.client.get(leases_resource, options_.lease, [weak = weak_from_this()](Result<kube::ObjectPtr> found) {
      if (const auto self = weak.lock()) self->take_read(std::move(found));
    });
  }

  void take_read(Result<kube::ObjectPtr> found) {
    is_calling_ = false;
    if (found) {
      rules_.saw(*std::move(found), ticks());
      recovered();
    } else if (found.error().reason == Reason::not_found) {
      rules_.saw(nullptr, ticks());
    } else {
      failed("read", found.error());
    }
    go_on();
  }

  void write(bool is_create) {
    const LeaseRecord record = rules_.next_record(wall());
    client::Write request;
    request.resource = leases_resource;
    request.key = options_.lease;
    if (is_create) {
      request.verb = client::Write::Verb::create;
      request.body = make_lease(options_.lease, record);
    } else {
      request.verb = client::Write::Verb::update;
      request.resource_version = rules_.lease()->revision();
      request.uid = rules_.lease()->metadata().uid;
      request.body = replace_lease(*rules_.lease(), record);
    }
    is_calling_ = true;
    options_.client.write(std::move(request),
                          [weak = weak_from_this(), sent = ticks()](Result<kube::ObjectPtr> answer) {
                            if (const auto self = weak.lock()) self->take_write(std::move(answer), sent);
                          });
  }

  void take_write(Result<kube::ObjectPtr> answer, Ticks sent) {
    is_calling_ = false;
    if (answer) {
      const bool was_leading = rules_.is_leading();
      rules_.wrote(*std::move(answer), sent, ticks());
      recovered();
      if (!was_leading && rules_.is_leading() && phase_ == Phase::taking_part) lead();
      return go_on();
    }
    const Error& error = answer.error();
    rules_.forget();
    const bool is_race = error.reason == Reason::conflict || error.reason == Reason::already_exists;
    if (!is_race) failed(rules_.is_leading() ? "renew" : "acquire", error);
    go_on();
  }

  void go_on() {
    if (phase_ == Phase::releasing) return give_back();
    step_soon();
  }

  // Tried again after the retry period, spread a little, so that standbys do not come all at once.
  void failed(std::string_view what, const Error& error) {
    const Duration period = options_.timing.retry_period;
    const Duration spread{
        static_cast<std::int64_t>(options_.rng.below(static_cast<std::uint64_t>(period.count() / 5 + 1)))};
    Duration wait = period + (rules_.is_leading() ? Duration{0} : spread);
    if (error.retry_after) wait = std::max(wait, Duration{*error.retry_after});
    rules_.pause_until(ticks() + wait);
    const std::string text = fmt::format("cannot {} lease {}: {}", what, options_.lease.text(), error.message);
    if (std::exchange(trouble_, text) != text) {
      log_.warn("{}", text);
    } else {
      log_.debug("{}", text);
    }
  }

  void recovered() { trouble_.clear(); }

  void lead() {
    log_.info("leads: holds lease {}", options_.lease.text());
    if (options_.on_leading) options_.on_leading();
    record();
  }

  void record() {
    if (options_.events == nullptr) return;
    options_.events->write(became_leader_event(*rules_.lease(), options_.identity, options_.component, wall()),
                           [weak = weak_from_this()](const Result<kube::ObjectPtr>& answer) {
                             const auto self = weak.lock();
                             if (self == nullptr || answer) return;
                             self->log_.info("no Event tells who leads by lease {}: {}", self->options_.lease.text(),
                                             answer.error().message);
                           });
  }

  void lose() {
    const bool is_taken = rules_.lease() != nullptr && rules_.holder() != options_.identity && !rules_.holder().empty();
    const std::string why = is_taken ? fmt::format("{} has taken lease {}", rules_.holder(), options_.lease.text())
                                     : fmt::format("lease {} could not be renewed for {}", options_.lease.text(),
                                                   to_go_duration(options_.timing.renew_deadline));
    phase_ = Phase::over;
    reflector_.reset();
    cancel_timer();
    log_.error("leads no longer: {}", why);
    if (options_.on_lost) options_.on_lost(why);
  }

  void tell_holder() {
    if (rules_.is_leading() || !rules_.is_known() || rules_.holder() == told_holder_) return;
    told_holder_ = rules_.holder();
    if (!told_holder_.empty() && told_holder_ != options_.identity) log_.info("stands by: {} leads", told_holder_);
  }

  void give_back() {
    // Another's, or not known to be ours: it runs out by itself.
    const bool is_ours = rules_.is_known() && rules_.lease() != nullptr && rules_.holder() == options_.identity;
    if (!is_ours || std::exchange(has_given_back_, true)) return finish_release();
    client::Write request;
    request.verb = client::Write::Verb::update;
    request.resource = leases_resource;
    request.key = options_.lease;
    request.resource_version = rules_.lease()->revision();
    request.uid = rules_.lease()->metadata().uid;
    request.body = replace_lease(*rules_.lease(), rules_.released_record(wall()));
    options_.client.write(std::move(request), [weak = weak_from_this()](Result<kube::ObjectPtr> answer) {
      const auto self = weak.lock();
      if (self == nullptr) return;
      if (answer) {
        self->log_.info("gave lease {} back", self->options_.lease.text());
      } else {
        self->log_.info("could not give lease {} back: {}", self->options_.lease.text(), answer.error().message);
      }
      self->finish_release();
    });
  }

  void finish_release() {
    phase_ = Phase::over;
    if (released_) std::exchange(released_, nullptr)();
  }

  Options options_;
  LeaderRules rules_;
  Log log_;
  std::unique_ptr<client::Reflector> reflector_;
  std::optional<Loop::TimerId> timer_;
  std::move_only_function<void()> released_;
  std::string trouble_;      // what was said last about a failure
  std::string told_holder_;  // likewise about who leads
  Phase phase_ = Phase::taking_part;
  bool is_calling_ = false;
  bool is_step_posted_ = false;
  bool has_given_back_ = false;
};

LeaderElection::LeaderElection(Options options) : state_(std::make_shared<State>(std::move(options))) {}
LeaderElection::~LeaderElection() { state_->stop(); }

void LeaderElection::start() { state_->start(); }
void LeaderElection::release(std::move_only_function<void()> done) { state_->release(std::move(done)); }
bool LeaderElection::is_leading() const { return state_->is_leading(); }
bool LeaderElection::may_write() const { return state_->may_write(); }

}  // namespace slipway::engine
