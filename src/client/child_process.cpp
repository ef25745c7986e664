#include "client/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace slipway::client {
namespace {

constexpr std::size_t errors_max = 2048;
constexpr std::chrono::milliseconds look_at_cancelled{100};

// A file of this process, closed at its end.
class File {
 public:
  explicit File(int handle = -1) : handle_(handle) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  void reset(int handle) { close(), handle_ = handle; }
  void close() {
    if (handle_ >= 0) ::close(handle_);
    handle_ = -1;
  }
  [[nodiscard]] int get() const { return handle_; }
  [[nodiscard]] bool is_open() const { return handle_ >= 0; }

 private:
  int handle_;
};

struct Pipe {
  File reading;
  File writing;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    reading.reset(ends[0]);
    writing.reset(ends[1]);
    return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
  // What is there now, appended, but not without end; closes at the end of it.
  void read(std::string& text) {
    std::array<char, 4096> piece;
    for (int pieces = 0; pieces < 16 && reading.is_open(); ++pieces) {
      const auto size = ::read(reading.get(), piece.data(), piece.size());
      if (size > 0) {
        text.append(piece.data(), static_cast<std::size_t>(size));
      } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        reading.close();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }
};

// Strings and the null-terminated list of pointers to them that POSIX wants.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] char* const* get() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

std::vector<std::string> environment_of(const ChildProcess& child) {
  std::map<std::string, std::string, std::less<>> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t end = text.find('=');
    if (end != std::string_view::npos) all[std::string(text.substr(0, end))] = text.substr(end + 1);
  }
  for (const auto& [name, value] : child.environment) all[name] = value;
  std::vector<std::string> list;
  list.reserve(all.size());
  for (const auto& [name, value] : all) list.push_back(fmt::format("{}={}", name, value));
  return list;
}

// Nothing of this process but its working directory: no files, signals as at a program's start, a group of its own.
class Settings {
 public:
  Settings(int output, int errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    constexpr auto flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    ::posix_spawnattr_setflags(&attributes_, flags);
  }
  ~Settings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// A child under way; killed with its group when it is left before it has ended.
class Running {
 public:
  explicit Running(pid_t process)
      : process_(process), ended_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))) {}
  ~Running() {
    if (process_ == 0) return;
    ::kill(-process_, SIGKILL);
    wait_for(process_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  [[nodiscard]] int handle() const { return ended_.get(); }
  int take_exit_code() { return wait_for(std::exchange(process_, 0)); }

 private:
  pid_t process_;
  File ended_;
};

}  // namespace

Result<ChildOutput> run_child(const ChildProcess& child, const std::atomic<bool>& cancelled) {
  Pipe output;
  Pipe errors;
  if (!output.open() || !errors.open()) return fail(Reason::io, "no pipe for it: {}", std::strerror(errno));
  std::vector<std::string> words{child.command};
  words.insert(words.end(), child.arguments.begin(), child.arguments.end());
  Words arguments(std::move(words));
  Words environment(environment_of(child));
  const Settings settings(output.writing.get(), errors.writing.get());
  pid_t process = 0;
  const int refused = ::posix_spawnp(&process, child.command.c_str(), settings.actions(), settings.attributes(),
                                     arguments.get(), environment.get());
  if (refused != 0)
    return fail(refused == ENOENT ? Reason::not_found : Reason::io, "cannot be started: {}", std::strerror(refused));
  output.writing.close();
  errors.writing.close();
  Running running(process);
  if (running.handle() < 0) return fail(Reason::io, "cannot be waited for: {}", std::strerror(errno));

  ChildOutput said;
  const auto deadline = std::chrono::steady_clock::now() + child.time_max;
  for (bool has_ended = false; !has_ended;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return fail(Reason::server_timeout, "did not end within {} s",
                  std::chrono::ceil<std::chrono::seconds>(child.time_max).count());
    if (cancelled) return fail(Reason::server_timeout, "was not waited for");
    std::array<pollfd, 3> files{
        {{output.reading.get(), POLLIN, 0}, {errors.reading.get(), POLLIN, 0}, {running.handle(), POLLIN, 0}}};
    ::poll(files.data(), files.size(), static_cast<int>(std::min(left, look_at_cancelled).count()));
    has_ended = (files[2].revents & POLLIN) != 0;
    output.read(said.output);
    errors.read(said.errors);
    if (said.errors.size() > errors_max) said.errors.erase(0, said.errors.size() - errors_max);
    if (said.output.size() > child.output_max)
      return fail(Reason::request_entity_too_large, "wrote more than {} bytes", child.output_max);
  }
  said.exit_code = running.take_exit_code();
  return said;
}

}  // namespace slipway::client
