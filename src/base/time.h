#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

using Duration = std::chrono::nanoseconds;

// A point of civil time with whole seconds: API fields and waits derived from them, nothing else (design 1.5).
struct WallTime {
  std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  friend auto operator<=>(const WallTime&, const WallTime&) = default;
  friend WallTime operator+(WallTime t, std::chrono::seconds d) { return {t.seconds + d.count()}; }
  friend std::chrono::seconds operator-(WallTime a, WallTime b) { return std::chrono::seconds{a.seconds - b.seconds}; }
};

// A point on a clock that only moves forward, also while the machine sleeps (CLOCK_BOOTTIME): back-off, leases,
// deadlines.
struct Ticks {
  Duration since_boot{0};
  friend auto operator<=>(const Ticks&, const Ticks&) = default;
  friend Ticks operator+(Ticks t, Duration d) { return {t.since_boot + d}; }
  friend Duration operator-(Ticks a, Ticks b) { return a.since_boot - b.since_boot; }
};

// Both clocks read at one moment; what a reconcile is given as "now".
struct Now {
  WallTime wall;
  Ticks ticks;
};

// Handed to whoever needs the time; simulated in tests. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall() const = 0;
  // Nanoseconds since the epoch, for MicroTime fields (Lease, Event) and log lines only.
  [[nodiscard]] virtual std::chrono::nanoseconds wall_precise() const = 0;
  [[nodiscard]] virtual Ticks ticks() const = 0;
  [[nodiscard]] Now now() const { return {wall(), ticks()}; }
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] std::chrono::nanoseconds wall_precise() const override;
  [[nodiscard]] Ticks ticks() const override;
};

// A clock that moves only when told to. Not thread safe.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(WallTime start = {1'700'000'000}) : wall_(std::chrono::seconds{start.seconds}) {}
  [[nodiscard]] WallTime wall() const override {
    return {std::chrono::duration_cast<std::chrono::seconds>(wall_).count()};
  }
  [[nodiscard]] std::chrono::nanoseconds wall_precise() const override { return wall_; }
  [[nodiscard]] Ticks ticks() const override { return ticks_; }
  void advance(Duration by) {
    wall_ += by;
    ticks_.since_boot += by;
  }
  void step_wall(Duration by) { wall_ += by; }  // as when NTP or a person sets the clock

 private:
  std::chrono::nanoseconds wall_;
  Ticks ticks_;
};

// "2026-11-25T14:00:00Z" (RFC 3339, UTC, whole seconds): how Kubernetes writes metav1.Time.
[[nodiscard]] std::string to_rfc3339(WallTime time);
// "2026-11-25T14:00:00.123456Z": metav1.MicroTime.
[[nodiscard]] std::string to_rfc3339_micro(std::chrono::nanoseconds since_epoch);
// Accepts any RFC 3339 date-time (offsets, fractions; fractions are cut). Error: bad_request.
[[nodiscard]] Result<WallTime> parse_rfc3339(std::string_view text);

// Go's time.Duration in both directions: "1m0s", "1h2m3.5s", "250ms", "0s". Error: bad_request.
[[nodiscard]] std::string to_go_duration(Duration duration);
[[nodiscard]] Result<Duration> parse_go_duration(std::string_view text);

}  // namespace slipway
