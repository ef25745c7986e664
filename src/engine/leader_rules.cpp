#include "engine/leader_rules.h"

#include <algorithm>

namespace slipway::engine {
namespace {

// In whole seconds, as a Lease has it: never less than what was asked for, so that nobody takes over too soon.
std::int64_t ceil_seconds(Duration duration) { return std::chrono::ceil<std::chrono::seconds>(duration).count(); }

}  // namespace

Result<void> check_lease_timing(const LeaseTiming& timing) {
  if (timing.lease_duration < std::chrono::seconds{1}) return fail(Reason::usage, "the lease duration is below 1s");
  if (timing.retry_period <= Duration{0}) return fail(Reason::usage, "the retry period is not above 0s");
  if (timing.lease_duration <= timing.renew_deadline)
    return fail(Reason::usage, "the lease duration ({}) must be longer than the renew deadline ({})",
                to_go_duration(timing.lease_duration), to_go_duration(timing.renew_deadline));
  if (timing.renew_deadline <= timing.retry_period * 12 / 10)
    return fail(Reason::usage, "the renew deadline ({}) must be longer than 1.2 times the retry period ({})",
                to_go_duration(timing.renew_deadline), to_go_duration(timing.retry_period));
  return {};
}

LeaderRules::LeaderRules(std::string identity, LeaseTiming timing) : identity_(std::move(identity)), timing_(timing) {}

void LeaderRules::observe(kube::ObjectPtr lease, Ticks now) {
  LeaseRecord record = lease == nullptr ? LeaseRecord{} : read_lease(*lease);
  // A new version with the same record (a label, say) is no renewal.
  if (!is_known_ && lease_ == nullptr) changed_ = now;
  if ((lease == nullptr) != (lease_ == nullptr) || record != record_) changed_ = now;
  if (lease != nullptr) revision_ = lease->revision();
  lease_ = std::move(lease);
  record_ = std::move(record);
  is_known_ = true;
  heard_ = now;
}

void LeaderRules::saw(kube::ObjectPtr lease, Ticks now) { observe(std::move(lease), now); }

void LeaderRules::heard(kube::ObjectPtr lease, std::uint64_t revision, Ticks now) {
  heard_ = now;
  if (revision <= revision_) return;
  const bool was_known = is_known_;
  observe(std::move(lease), now);
  revision_ = revision;
  // What made it doubtful may be later than this.
  is_known_ = was_known;
}

void LeaderRules::wrote(kube::ObjectPtr lease, Ticks sent, Ticks now) {
  observe(std::move(lease), now);
  not_before_ = {};
  // An answer that took longer than that (or was read late: this process stood still) proves nothing any more.
  if (!is_leading_ && now - sent >= timing_.renew_deadline) return;
  is_leading_ = true;
  renewed_ = sent;
}

LeaderRules::Decision LeaderRules::decide(Ticks now) const {
  return is_leading_ ? decide_leading(now) : decide_standby(now);
}

LeaderRules::Decision LeaderRules::decide_leading(Ticks now) const {
  if (now >= deadline()) return {Step::lost};
  if (lease_ != nullptr && !is_ours() && !record_.holder.empty()) return {Step::lost};
  if (now < not_before_) return {Step::wait, std::min(not_before_, deadline())};
  if (!is_known_) return {Step::read};
  if (lease_ == nullptr) return {Step::create};
  const Ticks next = renewed_ + timing_.retry_period;
  if (is_ours() && now < next) return {Step::wait, std::min(next, deadline())};
  return {Step::update};
}

LeaderRules::Decision LeaderRules::decide_standby(Ticks now) const {
  if (now < not_before_) return {Step::wait, not_before_};
  if (!is_known_) return {Step::read};
  if (lease_ == nullptr) return {Step::create};
  const Ticks expiry = changed_ + std::chrono::seconds{record_.duration_seconds};
  if (record_.holder.empty() || is_ours() || now >= expiry) return {Step::update};
  // A leader that lives renews, and the watch tells: silence for half as long again means that one of them is gone.
  const Ticks next_read = heard_ + timing_.retry_period * 3 / 2;
  if (now >= next_read) return {Step::read};
  return {Step::wait, std::min(expiry, next_read)};
}

LeaseRecord LeaderRules::next_record(std::chrono::nanoseconds now) const {
  const std::string time = to_rfc3339_micro(now);
  return {.holder = identity_,
          .duration_seconds = ceil_seconds(timing_.lease_duration),
          .acquire_time = is_ours() ? record_.acquire_time : time,
          .renew_time = time,
          .transitions = lease_ == nullptr || is_ours() ? record_.transitions : record_.transitions + 1};
}

LeaseRecord LeaderRules::released_record(std::chrono::nanoseconds now) const {
  const std::string time = to_rfc3339_micro(now);
  return {.holder = "",
          .duration_seconds = 1,
          .acquire_time = time,
          .renew_time = time,
          .transitions = record_.transitions};
}

}  // namespace slipway::engine
