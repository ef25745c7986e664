#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "client/exec_plugin.h"

namespace slipway::client {

// Runs a credential plugin, on a thread of its own: it may take long, and ask the network.
class ExecRunner {
 public:
  // `info`: see exec_info.
  ExecRunner(ExecPlugin plugin, std::string info) : plugin_(std::move(plugin)), info_(std::move(info)) {}
  ~ExecRunner() { stop(); }
  ExecRunner(const ExecRunner&) = delete;
  ExecRunner& operator=(const ExecRunner&) = delete;

  // Calls `done` on that thread. Not while an earlier run has not called.
  void start(std::move_only_function<void(Result<ExecCredential>)> done);
  // A run under way ends at once, and has called when this returns.
  void stop();

 private:
  const ExecPlugin plugin_;
  const std::string info_;
  std::atomic<bool> is_cancelled_ = false;
  std::jthread thread_;
};

// One run, on the caller's thread. Errors: usage; the message names the command, and what it said to people when it
// failed.
[[nodiscard]] Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, const std::string& info,
                                                     const std::atomic<bool>& cancelled);

}  // namespace slipway::client
