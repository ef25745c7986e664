#include "app/up.h"

#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/local_fleet.h"
#include "app/reporter.h"
#include "store/data_directory.h"

extern char** environ;  // NOLINT: POSIX declares it so

namespace slipway::app {
namespace {

// ux 1.3.2.
int exit_code_of(const Error& error) {
  switch (error.reason) {
    case Reason::usage:
    case Reason::corrupt:
    case Reason::not_found:
      return 2;
    default:
      return 1;
  }
}

int serve(const cli::UpCommand& command) {
  Reporter reporter(command.report_descriptor);
  auto fleet = LocalFleet::start(command, reporter);
  if (!fleet) {
    reporter.failure(exit_code_of(fleet.error()), fleet.error().message);
    return exit_code_of(fleet.error());
  }
  reporter.ready();
  const auto ended = (*fleet)->wait();
  (*fleet)->stop();
  if (!ended) {
    fmt::print(stderr, "✗ {}\n", ended.error().message);
    return 1;
  }
  return 0;
}

// Starts this program again, in a session of its own, with a pipe for its reports.
int start_in_background(const cli::UpCommand& command, const std::vector<std::string>& arguments) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) {
    fmt::print(stderr, "✗ cannot make a pipe: {}\n", std::strerror(errno));
    return 1;
  }
  constexpr int child_descriptor = 3;
  std::vector<std::string> words{"slipway"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--foreground", "--report-fd", fmt::to_string(child_descriptor)});
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (pipe_ends[1] == child_descriptor) {  // dup2 onto itself would keep close-on-exec
    pipe_ends[1] = ::fcntl(pipe_ends[1], F_DUPFD_CLOEXEC, child_descriptor + 1);
  }
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], child_descriptor);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t child = -1;
  const int code = ::posix_spawn(&child, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (code != 0) {
    fmt::print(stderr, "✗ cannot start the fleet in the background: {}\n", std::strerror(code));
    return 1;
  }
  const int exit_code = relay_reports(pipe_ends[0], command.data_directory + "/log");
  ::close(pipe_ends[0]);
  if (exit_code != 0) ::waitpid(child, nullptr, 0);  // it is on its way out
  return exit_code;
}

}  // namespace

int run_up(const cli::UpCommand& command, const std::vector<std::string>& arguments) {
  return command.foreground ? serve(command) : start_in_background(command, arguments);
}

int run_down(const cli::DownCommand& command) {
  const auto holder = store::DataDirectory::holder(command.data_directory);
  if (!holder) {
    fmt::print(stderr, "✗ {}\n", holder.error().message);
    return exit_code_of(holder.error());
  }
  if (!*holder) {
    fmt::print("✓ nothing to stop: no fleet runs from {}\n", command.data_directory);
    return 0;
  }
  const pid_t pid = **holder;
  // A descriptor names this very process, even if its number is given to another one meanwhile.
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (process < 0 || ::kill(pid, SIGTERM) != 0) {
    if (errno == ESRCH) return 0;
    fmt::print(stderr, "✗ cannot stop process {}: {}\n", pid, std::strerror(errno));
    return 1;
  }
  pollfd ended{.fd = process, .events = POLLIN, .revents = 0};
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(command.timeout);
  const int ready = ::poll(&ended, 1, static_cast<int>(timeout.count()));
  ::close(process);
  if (ready <= 0) {
    fmt::print(stderr, "✗ process {} has not stopped within {}s. Its log: {}/log\n", pid, command.timeout.count(),
               command.data_directory);
    return 4;
  }
  fmt::print("✓ stopped; the data stays in {}\n", command.data_directory);
  return 0;
}

}  // namespace slipway::app
