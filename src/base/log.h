#pragma once

#include <fmt/format.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace slipway {

enum class LogFormat { text, json };  // text for people, JSON for collectors (ux: logs)

struct LogOptions {
  LogFormat format = LogFormat::text;
  // 0..9 as -v: 0 is info and worse, from 1 on debug lines too; finer levels ask Log::v(). -1 is warnings and worse
  // (-q).
  int verbosity = 0;
  std::string file{};  // appended to; standard error when empty
};

// A structured logger that is handed in and copied freely: copies share the sink and the verbosity. One line an event:
// line breaks inside a message are escaped. Any thread.
//   2026-11-25T14:00:00.123456Z info  stage canary finished  cluster=member1
//   {"ts":"2026-11-25T14:00:00.123456Z","level":"info","msg":"stage canary finished","cluster":"member1"}
class Log {
 public:
  enum class Level { debug, info, warn, error };
  using Lines = std::function<void(std::string_view line)>;

  // Writes nothing.
  Log() = default;
  // `clock` outlives every copy. Error: io, when the file cannot be opened.
  [[nodiscard]] static Result<Log> open(const LogOptions& options, const Clock& clock);
  // Hands every line (without its line break) to `lines`, one call at a time: for tests and simulations.
  [[nodiscard]] static Log to(Lines lines, const LogOptions& options, const Clock& clock);

  // The same log, each line with one more key and value.
  [[nodiscard]] Log with(std::string_view key, std::string_view value) const;

  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) const {
    if (v(1)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    if (v(0)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) write(Level::warn, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
  }

  // Whether lines of this verbosity are wanted: `if (log.v(6)) log.debug(...)`.
  [[nodiscard]] bool v(int verbosity) const;
  // Changes the verbosity of every copy while the program runs.
  void set_verbosity(int verbosity) const;
  // Waits until everything written so far has left the process.
  void flush() const;

 private:
  struct Sink;
  explicit Log(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  void write(Level level, std::string_view message) const;

  std::shared_ptr<Sink> sink_;
  std::string context_;  // as it stands at the end of each line, in the sink's format
};

}  // namespace slipway
