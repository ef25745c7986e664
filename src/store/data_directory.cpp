#include "store/data_directory.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite_format.h"

namespace slipway::store {
namespace {

constexpr int kLayout = 1;
constexpr std::string_view kMarkerBegins = "slipway data directory, format ";

// The words for a system call that failed on the user's path: what they can mend themselves is usage, the rest io.
std::unexpected<Error> system_failure(std::string_view doing, const std::string& path, int code) {
  switch (code) {
    case EACCES:
    case EPERM:
      return fail(Reason::usage,
                  "cannot {} {}: {}: give yourself access (chmod u+rwx), or choose another with --data-dir", doing,
                  path, std::strerror(code));
    case ENOTDIR:
    case EROFS:
    case ELOOP:
    case ENAMETOOLONG:
      return fail(Reason::usage, "cannot {} {}: {}: choose another with --data-dir", doing, path, std::strerror(code));
    default:
      return fail(Reason::io, "cannot {} {}: {}", doing, path, std::strerror(code));
  }
}

Result<std::string> absolute(const std::string& path) {
  if (path.empty()) return fail(Reason::usage, "the data directory has no name: give one with --data-dir");
  std::error_code error;
  auto full = std::filesystem::absolute(path, error);
  if (!error) full = std::filesystem::weakly_canonical(full, error);
  if (error) return system_failure("find data directory", path, error.value());
  if (!full.has_filename() && full.has_relative_path()) full = full.parent_path();  // "dir/"
  return full.string();
}

// Makes `path` and what is missing above it, for the owner only. What exists stays as it is.
Result<void> make_directories(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      const int code = errno;
      // Some systems say "read-only" or "not permitted" before they say that it is there.
      if (struct stat facts{}; ::stat(part.c_str(), &facts) != 0)
        return system_failure("create data directory", path, code);
    }
    if (slash == std::string::npos) return {};
  }
}

// Whether the directory has never been anyone's: empty, or left by an open() that was killed before it had marked it.
// Else `stranger` names something in it.
Result<bool> is_fresh(const std::string& path, std::string& stranger) {
  std::error_code error;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    stranger = entries->path().filename().string();
    if (stranger != "lock" && stranger != "format.new") return false;
  }
  if (error) return system_failure("read data directory", path, error.value());
  return true;
}

Result<void> check_marker(const std::string& path, std::string_view marker) {
  int layout = 0;
  if (marker.starts_with(kMarkerBegins)) {
    const std::string_view number = marker.substr(kMarkerBegins.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), layout);
    if (error != std::errc() || std::string_view(end, number.data() + number.size()) != "\n") layout = 0;
  }
  if (layout < 1) {
    return fail(
        Reason::corrupt,
        "{0}/format is not what Slipway wrote: choose another directory with --data-dir, or, if {0} holds a fleet of "
        "yours, remove that file",
        path);
  }
  if (layout > kLayout) {
    return fail(
        Reason::usage,
        "data directory {} was made by a newer Slipway (format {}, this one knows up to {}): use that version, or "
        "choose another with --data-dir",
        path, layout, kLayout);
  }
  return {};
}

// Only looks. A directory is ours by its marker, or by a store of ours (put back from a backup, say).
Result<void> check_ours(const std::string& path) {
  const bool has_store = exists(path + "/hub.db");
  if (exists(path + "/format")) {
    const auto marker = read_file(path + "/format");
    if (!marker) return fail(marker.error());
    if (auto known = check_marker(path, *marker); !known) return known;
  } else if (!has_store) {
    std::string stranger;
    const auto fresh = is_fresh(path, stranger);
    if (!fresh) return fail(fresh.error());
    if (!*fresh) {
      return fail(Reason::usage,
                  "{} holds files that Slipway did not make (such as \"{}\"): choose an empty or a new directory with "
                  "--data-dir",
                  path, stranger);
    }
  }
  return has_store ? check_header(path + "/hub.db") : Result<void>();
}

std::optional<pid_t> read_pid(const std::string& lock_path) {
  const auto content = read_file(lock_path);
  pid_t pid = 0;
  if (!content || std::from_chars(content->data(), content->data() + content->size(), pid).ec != std::errc() ||
      pid <= 0) {
    return std::nullopt;
  }
  return pid;
}

Result<void> write_pid(const FileDescriptor& lock, const std::string& lock_path) {
  const std::string content = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.get(), 0) != 0 ||
      ::pwrite(lock.get(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size())) {
    return system_failure("write", lock_path, errno);
  }
  return {};
}

Result<FileDescriptor> take_lock(const std::string& path) {
  const std::string lock_path = path + "/lock";
  FileDescriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.is_open()) return system_failure("write", lock_path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return system_failure("lock", lock_path, errno);
  const auto pid = read_pid(lock_path);
  return fail(Reason::usage,
              "data directory {0} is in use by {1}: stop it with `slipway down --data-dir {0}`, or choose another with "
              "--data-dir",
              path, pid ? fmt::format("process {}", *pid) : "another process");
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::string& given) {
  auto path = absolute(given);
  if (!path) return fail(std::move(path).error());
  struct stat facts{};
  if (::stat(path->c_str(), &facts) == 0) {
    if (!S_ISDIR(facts.st_mode))
      return fail(Reason::usage, "{} is not a directory: choose another with --data-dir", *path);
    if ((facts.st_mode & S_ISVTX) != 0) {  // /tmp itself must not become ours
      return fail(Reason::usage, "{} is shared by all users: choose a directory within it with --data-dir", *path);
    }
  }
  if (auto made = make_directories(*path); !made) return fail(std::move(made).error());
  if (auto ours = check_ours(*path); !ours) return fail(std::move(ours).error());

  auto lock = take_lock(*path);
  if (!lock) return fail(std::move(lock).error());
  if (auto ours = check_ours(*path); !ours) return fail(std::move(ours).error());  // again, now that it stands still
  if (auto written = write_pid(*lock, *path + "/lock"); !written) return fail(std::move(written).error());
  if (::chmod(path->c_str(), 0700) != 0) return system_failure("restrict data directory", *path, errno);
  if (!exists(*path + "/format")) {
    const auto marker = fmt::format("{}{}\n", kMarkerBegins, kLayout);
    if (auto written = write_private_file(*path + "/format", marker); !written) return fail(std::move(written).error());
  }
  DataDirectory directory(std::move(*path), std::move(*lock));
  if (::mkdir(directory.pki().c_str(), 0700) != 0 && errno != EEXIST) {
    return system_failure("create", directory.pki(), errno);
  }
  return directory;
}

Result<std::optional<pid_t>> DataDirectory::holder(const std::string& given) {
  const auto path = absolute(given);
  if (!path) return fail(path.error());
  const std::string lock_path = *path + "/lock";
  const FileDescriptor lock(::open(lock_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!lock.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return system_failure("read", lock_path, errno);
  }
  if (::flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  if (errno != EWOULDBLOCK) return system_failure("lock", lock_path, errno);
  const auto pid = read_pid(lock_path);
  if (!pid) return fail(Reason::io, "{} is locked, but does not say by which process: try again", lock_path);
  return pid;
}

DataDirectory::~DataDirectory() {
  if (!lock_.is_open()) return;
  // An id that outlives its process would be shown for one that took its number; the lock is what counts.
  if (::ftruncate(lock_.get(), 0) != 0) return;
}

}  // namespace slipway::store
