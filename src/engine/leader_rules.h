#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "engine/lease_record.h"

namespace slipway::engine {

// How a Lease is shared. lease_duration > renew_deadline > 1.2 * retry_period > 0.
struct LeaseTiming {
  Duration lease_duration{0};  // others take over so long after the last renewal they saw
  Duration renew_deadline{0};  // who could not renew for so long stops
  Duration retry_period{0};    // between two renewals, and after a failure
};
// Error: usage, naming the rule (as client-go has it).
[[nodiscard]] Result<void> check_lease_timing(const LeaseTiming& timing);

// Leader election by Lease, as client-go does it (kube-api 13.2): told what is seen and written, it says what to do
// next. No clocks are compared between processes: another's lease ends `its duration` after *we* saw its record change,
// and our own `renew_deadline` after we *sent* the last renewal that succeeded, which is sooner than anybody else's
// count, because lease_duration > renew_deadline. Pure; times are of one clock that never stands still.
class LeaderRules {
 public:
  enum class Step {
    wait,    // until `until`, or until something is seen
    read,    // the Lease, live
    create,  // it, with next_record()
    update,  // it, with next_record(), on the version last seen
    lost,    // it is another's, or could not be renewed in time. For good.
  };
  struct Decision {
    Step step;
    Ticks until{};
  };

  LeaderRules(std::string identity, LeaseTiming timing);

  // What a live read found; null: nothing.
  void saw(kube::ObjectPtr lease, Ticks now);
  // What a watch told, in any order with the rest: older than what is known is no news. Null: there is none.
  void heard(kube::ObjectPtr lease, std::uint64_t revision, Ticks now);
  // A create or update that was sent at `sent` has succeeded.
  void wrote(kube::ObjectPtr lease, Ticks sent, Ticks now);
  // What is stored is not what was thought, or nobody knows: it has to be read.
  void forget() { is_known_ = false; }
  // After a failure.
  void pause_until(Ticks when) { not_before_ = when; }

  [[nodiscard]] Decision decide(Ticks now) const;

  // `now`: since the epoch.
  [[nodiscard]] LeaseRecord next_record(std::chrono::nanoseconds now) const;
  // Nobody's, so that the next one need not wait.
  [[nodiscard]] LeaseRecord released_record(std::chrono::nanoseconds now) const;

  [[nodiscard]] bool is_leading() const { return is_leading_; }
  // Until when it leads without another renewal.
  [[nodiscard]] Ticks deadline() const { return renewed_ + timing_.renew_deadline; }
  [[nodiscard]] bool may_write(Ticks now) const { return is_leading_ && now < deadline(); }
  // Last seen; "" for nobody.
  [[nodiscard]] const std::string& holder() const { return record_.holder; }
  [[nodiscard]] bool is_known() const { return is_known_; }
  [[nodiscard]] const kube::ObjectPtr& lease() const { return lease_; }

 private:
  void observe(kube::ObjectPtr lease, Ticks now);
  [[nodiscard]] Decision decide_leading(Ticks now) const;
  [[nodiscard]] Decision decide_standby(Ticks now) const;
  [[nodiscard]] bool is_ours() const { return lease_ != nullptr && record_.holder == identity_; }

  const std::string identity_;
  const LeaseTiming timing_;
  kube::ObjectPtr lease_;  // as last seen; null: there is none
  LeaseRecord record_;     // its record
  std::uint64_t revision_ = 0;
  bool is_known_ = false;
  bool is_leading_ = false;
  Ticks changed_;  // when the record was last seen to change
  Ticks heard_;    // when anything was last heard of it
  Ticks renewed_;  // when the last successful renewal was sent
  Ticks not_before_;
};

}  // namespace slipway::engine
