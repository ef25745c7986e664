#include "base/time.h"

#include <algorithm>
#include <array>
#include <limits>
#include <time.h>

namespace slipway {
namespace {

using std::chrono::seconds;

std::chrono::nanoseconds read(clockid_t id) {
  timespec now{};
  clock_gettime(id,
                &now);  // fails only for clocks this kernel does not know; CLOCK_BOOTTIME is there since Linux 2.6.39
  return seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

// RFC 3339 has four digits for the year; times outside are written as the nearest one that it can say.
constexpr std::int64_t earliest = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t latest = 253'402'300'799;    // 9999-12-31T23:59:59Z

std::string civil_text(std::int64_t since_epoch) {
  const std::chrono::sys_seconds point{seconds{std::clamp(since_epoch, earliest, latest)}};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{point - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes fixed-width fields off the front of a text; remembers whether everything fitted.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  int number(std::size_t width, int least, int most) {
    int value = 0;
    if (rest_.size() < width ||
        !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(width), is_digit)) {
      good_ = false;
      return least;
    }
    for (const char c : rest_.substr(0, width)) value = value * 10 + (c - '0');
    rest_.remove_prefix(width);
    if (value < least || value > most) good_ = false;
    return value;
  }
  // One of the characters in `accepted`; '\0' otherwise.
  char one_of(std::string_view accepted) {
    if (rest_.empty() || accepted.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  void skip_fraction() {
    if (!rest_.starts_with('.')) return;
    rest_.remove_prefix(1);
    if (rest_.empty() || !is_digit(rest_.front())) good_ = false;
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
  }
  [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

constexpr std::uint64_t duration_max = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
constexpr std::array units = {
    Unit{"ns", 1},         Unit{"us", 1'000},        Unit{"\u00b5s", 1'000},    Unit{"\u03bcs", 1'000},
    Unit{"ms", 1'000'000}, Unit{"s", 1'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"h", 3'600'000'000'000},
};

// The digits of `part` nanoseconds of a unit of `unit` nanoseconds after the point, without trailing zeros; with the
// point.
std::string fraction(std::uint64_t part, std::uint64_t unit) {
  if (part == 0) return "";
  std::string digits;
  for (std::uint64_t place = unit / 10; part != 0; place /= 10) {
    digits += static_cast<char>('0' + part / place);
    part %= place;
  }
  return "." + digits;
}

// One "<number><unit>" group taken off the front of `rest`; nullopt when it is malformed or beyond int64 nanoseconds.
std::optional<std::uint64_t> take_group(std::string_view& rest) {
  unsigned __int128 whole = 0;
  unsigned __int128 part = 0;
  std::uint64_t scale = 1;
  bool any_digit = false;
  const auto digits = [&](auto&& add) {
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
      any_digit = true;
      add(static_cast<unsigned>(rest.front() - '0'));
    }
  };
  bool overflow = false;
  digits([&](unsigned digit) {
    whole = whole * 10 + digit;
    if (whole > duration_max + 1) overflow = true, whole = 0;
  });
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    digits([&](unsigned digit) {
      if (scale > 1'000'000'000'000'000'000) return;  // digits below a billionth of a nanosecond change nothing
      part = part * 10 + digit;
      scale *= 10;
    });
  }
  if (!any_digit || overflow) return std::nullopt;
  const std::string_view name = rest.substr(0, std::min(rest.find_first_of(".0123456789"), rest.size()));
  const auto* const unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  if (unit == units.end()) return std::nullopt;
  rest.remove_prefix(name.size());
  const unsigned __int128 total = whole * unit->nanoseconds + part * unit->nanoseconds / scale;
  if (total > duration_max + 1) return std::nullopt;
  return static_cast<std::uint64_t>(total);
}

}  // namespace

WallTime SystemClock::wall() const { return {std::chrono::floor<seconds>(wall_precise()).count()}; }

std::chrono::nanoseconds SystemClock::wall_precise() const { return read(CLOCK_REALTIME); }

Ticks SystemClock::ticks() const { return {read(CLOCK_BOOTTIME)}; }

std::string to_rfc3339(WallTime time) { return civil_text(time.seconds) + "Z"; }

std::string to_rfc3339_micro(std::chrono::nanoseconds since_epoch) {
  const auto whole = std::chrono::floor<seconds>(since_epoch);
  const auto micros = std::chrono::floor<std::chrono::microseconds>(since_epoch - whole);
  return fmt::format("{}.{:06}Z", civil_text(whole.count()), micros.count());
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  Fields fields(text);
  const std::chrono::year year{fields.number(4, 0, 9999)};
  fields.one_of("-");
  const std::chrono::month month{static_cast<unsigned>(fields.number(2, 1, 12))};
  fields.one_of("-");
  const std::chrono::day day{static_cast<unsigned>(fields.number(2, 1, 31))};
  fields.one_of("Tt");
  const int hour = fields.number(2, 0, 23);
  fields.one_of(":");
  const int minute = fields.number(2, 0, 59);
  fields.one_of(":");
  const int second = fields.number(2, 0, 60);  // 60: a leap second
  fields.skip_fraction();
  const char zone = fields.one_of("Zz+-");
  std::int64_t offset = 0;
  if (zone == '+' || zone == '-') {
    const int hours = fields.number(2, 0, 23);
    fields.one_of(":");
    offset = hours * 3600 + fields.number(2, 0, 59) * 60;
    if (zone == '-') offset = -offset;
  }
  const std::chrono::year_month_day date{year, month, day};
  if (!fields.complete() || !date.ok()) {
    return fail(Reason::bad_request, "\"{}\" is not an RFC 3339 time like 2026-11-25T14:00:00Z", text);
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t minutes = std::int64_t{hour} * 60 + minute;
  return WallTime{days * 86'400 + minutes * 60 + second - offset};
}

std::string to_go_duration(Duration duration) {
  const std::int64_t count = duration.count();
  const std::string sign = count < 0 ? "-" : "";
  const std::uint64_t size = count < 0 ? -static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  if (size == 0) return "0s";
  if (size < 1'000) return fmt::format("{}{}ns", sign, size);
  if (size < 1'000'000) return fmt::format("{}{}{}\u00b5s", sign, size / 1'000, fraction(size % 1'000, 1'000));
  if (size < 1'000'000'000)
    return fmt::format("{}{}{}ms", sign, size / 1'000'000, fraction(size % 1'000'000, 1'000'000));
  const std::uint64_t whole = size / 1'000'000'000;
  std::string out = sign;
  if (whole >= 3600) out += fmt::format("{}h", whole / 3600);
  if (whole >= 60) out += fmt::format("{}m", whole / 60 % 60);
  return out + fmt::format("{}{}s", whole % 60, fraction(size % 1'000'000'000, 1'000'000'000));
}

Result<Duration> parse_go_duration(std::string_view text) {
  const auto refuse = [&] {
    return fail(Reason::bad_request, "\"{}\" is not a duration like 1h30m, 45s or 250ms", text);
  };
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return Duration{0};
  if (rest.empty()) return refuse();
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto group = take_group(rest);
    if (!group) return refuse();
    total += *group;  // both at most 2^63: no wrap
    if (total > duration_max + 1) return refuse();
  }
  if (total == duration_max + 1 && !negative) return refuse();
  return Duration{static_cast<std::int64_t>(negative ? -total : total)};
}

}  // namespace slipway
