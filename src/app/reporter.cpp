#include "app/reporter.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fmt/core.h>
#include <unistd.h>

namespace slipway::app {
namespace {

// A message may have several lines; on the pipe a line break is this character, which no message contains.
constexpr char line_break = '\x1e';

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody listens any more: the fleet goes on without an audience
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void Reporter::send(char kind, std::string_view text) const {
  std::string line(1, kind);
  for (const char c : text) line += c == '\n' ? line_break : c;
  line += '\n';
  write_all(descriptor_, line);
}

void Reporter::step(std::string_view text) const {
  descriptor_ >= 0 ? send('.', text) : fmt::print("✓ {}\n", text), std::fflush(stdout);
}

void Reporter::note(std::string_view text) const {
  descriptor_ >= 0 ? send(' ', text) : fmt::print("{}\n", text), std::fflush(stdout);
}

void Reporter::failure(int exit_code, std::string_view text) const {
  if (descriptor_ >= 0) {
    send('!', fmt::format("{} {}", exit_code, text));
  } else {
    fmt::print(stderr, "✗ {}\n", text);
  }
}

void Reporter::ready() {
  if (descriptor_ < 0) return;
  send('=', "");
  ::close(descriptor_);
  descriptor_ = -1;
}

int relay_reports(int descriptor, const std::string& log_path) {
  std::string pending;
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(descriptor, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      fmt::print(stderr, "✗ the fleet ended before it was ready. Its log: {}\n", log_path);
      return 1;
    }
    pending.append(buffer, static_cast<std::size_t>(size));
    for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      std::string text = pending.substr(1, end - 1);
      const char kind = pending.front();
      pending.erase(0, end + 1);
      for (char& c : text) c = c == line_break ? '\n' : c;
      switch (kind) {
        case '.':
          fmt::print("✓ {}\n", text);
          break;
        case ' ':
          fmt::print("{}\n", text);
          break;
        case '!': {
          int exit_code = 1;
          const auto [rest, code] = std::from_chars(text.data(), text.data() + text.size(), exit_code);
          const auto skip = static_cast<std::size_t>(rest - text.data());
          fmt::print(stderr, "✗ {}\n",
                     code == std::errc{} ? std::string_view(text).substr(skip + 1) : std::string_view(text));
          return exit_code;
        }
        case '=':
          return 0;
        default:
          break;
      }
      std::fflush(stdout);
    }
  }
}

}  // namespace slipway::app
