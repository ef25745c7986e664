#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace slipway::client {

// One run of another program, without a shell: it reads nothing, sees no file of this process, and is killed, with what
// it started, when it takes or says too much.
struct ChildProcess {
  std::string command;  // a path, or a name to look for in PATH
  std::vector<std::string> arguments{};
  std::vector<std::pair<std::string, std::string>> environment{};  // beside this process's own, which they outrank
  std::chrono::milliseconds time_max{60'000};
  std::size_t output_max = 1 << 20;  // bytes
};

struct ChildOutput {
  int exit_code = 0;  // 128 + the signal that ended it
  std::string output;
  std::string errors;  // what it said to people: at most its last 2 KiB
};

// Waits until it has ended. Any thread; `cancelled`, set by another, ends it within a tenth of a second. Errors:
// not_found (there is no such program), io (it cannot be started), server_timeout (it took too long, or was cancelled),
// request_entity_too_large (it wrote too much).
[[nodiscard]] Result<ChildOutput> run_child(const ChildProcess& child, const std::atomic<bool>& cancelled);

}  // namespace slipway::client
