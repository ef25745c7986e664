#include "store/file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> write_all(const FileDescriptor& file, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(Reason::io, "cannot write {}: {}", path, std::strerror(errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return fail(Reason::io, "cannot make {} durable: {}", path, std::strerror(errno));
  return {};
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (is_open()) ::close(descriptor_);
}

bool exists(const std::string& path) {
  struct stat facts{};
  return ::lstat(path.c_str(), &facts) == 0;
}

Result<std::string> read_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return fail(errno == ENOENT ? Reason::not_found : Reason::io, "cannot open {}: {}", path, std::strerror(errno));
  }
  std::string content;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Reason::io, "cannot read {}: {}", path, std::strerror(errno));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<void> write_private_file(const std::string& path, std::string_view content) {
  const std::string draft = path + ".new";
  ::unlink(draft.c_str());  // of a write that was killed; O_EXCL then refuses links that others may have laid
  {
    const FileDescriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return fail(Reason::io, "cannot create {}: {}", draft, std::strerror(errno));
    if (auto written = write_all(file, draft, content); !written) {
      ::unlink(draft.c_str());
      return written;
    }
  }
  return rename_durably(draft, path);
}

Result<void> rename_durably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return fail(Reason::io, "cannot name {} {}: {}", from, to, std::strerror(errno));
  const FileDescriptor directory(::open(directory_of(to).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) {
    return fail(Reason::io, "cannot make the directory of {} durable: {}", to, std::strerror(errno));
  }
  return {};
}

}  // namespace slipway::store
