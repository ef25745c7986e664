#pragma once

#include <cstdint>
#include <string>
#include <sys/stat.h>

namespace slipway::client {

// Tells whether a file is another one than before, or has been written to: credentials are replaced while we run.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t modified = 0;  // nanoseconds since the epoch
  std::int64_t size = -1;     // no file
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

[[nodiscard]] inline FileStamp stamp_of(const std::string& path) {
  struct stat info = {};
  if (path.empty() || ::stat(path.c_str(), &info) != 0) return {};
  return {.inode = info.st_ino,
          .modified = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
          .size = info.st_size};
}

}  // namespace slipway::client
