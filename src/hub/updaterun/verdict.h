#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "engine/view.h"

namespace slipway::hub::updaterun {

// Whose mistake ended a run: a word in the message (staged-update 2.6) and a metric label (14), never behaviour.
enum class Blame : std::uint8_t { user, internal };

// Why a step cannot give its result now.
struct Verdict {
  enum class Kind : std::uint8_t {
    read,      // make `reads`, then decide
    retry,     // something moves that will settle: leave the conditions alone, look again when it changes or after a
               // back-off
    terminal,  // the run is over (2.5)
  };
  Kind kind = Kind::terminal;
  std::string message{};
  Blame blame = Blame::internal;
  std::vector<engine::Read> reads{};
};

template <class T>
using Outcome = std::expected<T, Verdict>;

template <class... Args>
[[nodiscard]] std::unexpected<Verdict> end_run(Blame blame, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Verdict{
      .kind = Verdict::Kind::terminal, .message = fmt::format(format, std::forward<Args>(args)...), .blame = blame});
}
template <class... Args>
[[nodiscard]] std::unexpected<Verdict> try_again(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(
      Verdict{.kind = Verdict::Kind::retry, .message = fmt::format(format, std::forward<Args>(args)...)});
}
[[nodiscard]] inline std::unexpected<Verdict> read_first(std::vector<engine::Read> reads) {
  return std::unexpected(Verdict{.kind = Verdict::Kind::read, .reads = std::move(reads)});
}

}  // namespace slipway::hub::updaterun
