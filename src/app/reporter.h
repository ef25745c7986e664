#pragma once

#include <string>
#include <string_view>

namespace slipway::app {

// Where `slipway up` says how far it is: the terminal in the foreground, or a pipe to the process that waits for it. On
// the pipe each message is one line, its first character telling what it is: '.' a step, '!' a failure (with the exit
// code), '=' ready.
class Reporter {
 public:
  // `descriptor` < 0: print to the terminal.
  explicit Reporter(int descriptor) : descriptor_(descriptor) {}

  // "✓ hub       https://…       0.3s"
  void step(std::string_view text) const;
  // Printed without a mark: what to do next.
  void note(std::string_view text) const;
  void failure(int exit_code, std::string_view text) const;
  // Nobody waits any more after this.
  void ready();

 private:
  void send(char kind, std::string_view text) const;
  int descriptor_;
};

// Reads what a Reporter sent through the pipe and prints it, until it is ready, has failed, or the pipe closes. Returns
// the exit code: 0 when ready; what the failure said; 1 when the process ended without a word (`log_path` names where
// to look).
[[nodiscard]] int relay_reports(int descriptor, const std::string& log_path);

}  // namespace slipway::app
