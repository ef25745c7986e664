#include "client/exec_runner.h"

#include <algorithm>

#include "client/child_process.h"

namespace slipway::client {
namespace {

// The last line that says something, fit for a message.
std::string last_line(std::string_view text) {
  constexpr std::size_t length_max = 300;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (const std::size_t line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
  std::string out(text.substr(0, length_max));
  std::ranges::replace_if(out, [](char c) { return c >= 0 && c < ' '; }, ' ');
  return out;
}

}  // namespace

Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, const std::string& info,
                                       const std::atomic<bool>& cancelled) {
  ChildProcess child{.command = plugin.command, .arguments = plugin.arguments, .environment = plugin.environment};
  child.environment.emplace_back("KUBERNETES_EXEC_INFO", info);
  const auto said = run_child(child, cancelled);
  if (!said) return fail(exec_error(plugin, said.error().message));
  if (said->exit_code != 0) {
    const std::string line = last_line(said->errors);
    return fail(exec_error(plugin, fmt::format("ended with {}{}{}", said->exit_code, line.empty() ? "" : ": ", line)));
  }
  return parse_exec_credential(plugin, said->output);
}

void ExecRunner::start(std::move_only_function<void(Result<ExecCredential>)> done) {
  thread_ =
      std::jthread([this, done = std::move(done)]() mutable { done(run_exec_plugin(plugin_, info_, is_cancelled_)); });
}

void ExecRunner::stop() {
  is_cancelled_ = true;
  if (thread_.joinable()) thread_.join();
}

}  // namespace slipway::client
