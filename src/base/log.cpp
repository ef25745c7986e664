#include "base/log.h"

#include <atomic>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace slipway {
namespace {

class LinesSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LinesSink(Log::Lines lines) : lines_(std::move(lines)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    lines_({message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

  Log::Lines lines_;
};

std::string_view name_of(Log::Level level) {
  switch (level) {
    case Log::Level::debug:
      return "debug";
    case Log::Level::info:
      return "info";
    case Log::Level::warn:
      return "warn";
    case Log::Level::error:
      return "error";
  }
  std::unreachable();
}

spdlog::level::level_enum spdlog_level(Log::Level level) {
  switch (level) {
    case Log::Level::debug:
      return spdlog::level::debug;
    case Log::Level::info:
      return spdlog::level::info;
    case Log::Level::warn:
      return spdlog::level::warn;
    case Log::Level::error:
      return spdlog::level::err;
  }
  std::unreachable();
}

// Keeps a line one line, and a terminal safe from what a name or message may carry. `quoted`: also escapes for JSON
// strings.
std::string escaped(std::string_view text, bool quoted) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (octet < 0x20 || octet == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(octet));
    } else {
      if (quoted && (c == '"' || c == '\\')) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string quoted(std::string_view text) { return "\"" + escaped(text, true) + "\""; }

// key=value, the value in quotes where it would not be read as one word.
std::string text_value(std::string_view value) {
  const bool is_word = !value.empty() && value.find_first_of(" \"=\\\n\t") == std::string_view::npos;
  return is_word ? escaped(value, false) : quoted(value);
}

}  // namespace

struct Log::Sink {
  Sink(spdlog::sink_ptr sink, const LogOptions& options, const Clock& wall)
      : logger("slipway", std::move(sink)), format(options.format), verbosity(options.verbosity), clock(wall) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);  // the level is decided here, by verbosity
    logger.flush_on(spdlog::level::warn);
  }

  spdlog::logger logger;
  LogFormat format;
  std::atomic<int> verbosity;
  const Clock& clock;
};

Result<Log> Log::open(const LogOptions& options, const Clock& clock) {
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    }
    return Log(std::make_shared<Sink>(std::move(sink), options, clock));
  } catch (const spdlog::spdlog_ex& e) {
    return fail(Reason::io, "cannot open the log: {}", e.what());
  }
}

Log Log::to(Lines lines, const LogOptions& options, const Clock& clock) {
  return Log(std::make_shared<Sink>(std::make_shared<LinesSink>(std::move(lines)), options, clock));
}

Log Log::with(std::string_view key, std::string_view value) const {
  Log log = *this;
  if (!sink_) return log;
  log.context_ += sink_->format == LogFormat::json ? fmt::format(",{}:{}", quoted(key), quoted(value))
                                                   : fmt::format(" {}={}", key, text_value(value));
  return log;
}

bool Log::v(int verbosity) const { return sink_ && verbosity <= sink_->verbosity.load(std::memory_order_relaxed); }

void Log::set_verbosity(int verbosity) const {
  if (sink_) sink_->verbosity.store(verbosity, std::memory_order_relaxed);
}

void Log::flush() const {
  if (sink_) sink_->logger.flush();
}

void Log::write(Level level, std::string_view message) const {
  const std::string time = to_rfc3339_micro(sink_->clock.wall_precise());
  const std::string line =
      sink_->format == LogFormat::json
          ? fmt::format(R"({{"ts":"{}","level":"{}","msg":{}{}}})", time, name_of(level), quoted(message), context_)
          : fmt::format("{} {:<5} {}{}{}", time, name_of(level), escaped(message, false), context_.empty() ? "" : " ",
                        context_);
  sink_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace slipway
