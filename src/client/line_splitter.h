#pragma once

#include <string>
#include <string_view>

namespace slipway::client {

// Cuts a stream that arrives in arbitrary pieces into lines. A line may not be longer than `line_max` bytes, so that a
// broken peer cannot fill the memory.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_max) : line_max_(line_max) {}

  // Calls `take(std::string_view line)` for every line that `bytes` completes, without its line break; empty lines are
  // left out. `take` returns whether it wants more. False when a line is too long: the stream is of no use any more.
  template <class Take>
  [[nodiscard]] bool feed(std::string_view bytes, Take&& take) {
    while (true) {
      const std::size_t end = bytes.find('\n');
      const std::size_t length = rest_.size() + (end == std::string_view::npos ? bytes.size() : end);
      if (length > line_max_) return false;
      if (end == std::string_view::npos) {
        rest_.append(bytes);
        return true;
      }
      std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      std::string joined;
      if (!rest_.empty()) {
        joined = std::move(rest_);
        rest_.clear();
        joined.append(line);
        line = joined;
      }
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && !take(line)) return true;
    }
  }
  // Part of a line has arrived, but not its end.
  [[nodiscard]] bool has_rest() const { return !rest_.empty(); }

 private:
  std::size_t line_max_;
  std::string rest_;
};

}  // namespace slipway::client
