#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace slipway::store {

// An owned file descriptor; closed at the end.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Whether something, of whatever kind, has this name.
[[nodiscard]] bool exists(const std::string& path);

// The whole file. Errors: not_found, io.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

// Replaces or creates a file that only its owner may read (mode 0600), durably: after a crash it has the old or the new
// content, whole. For kubeconfigs, keys and markers. Error: io.
[[nodiscard]] Result<void> write_private_file(const std::string& path, std::string_view content);

// Gives the file `from`, already synced, the name `to` in the same directory, and waits until the directory is on disk.
// Error: io.
[[nodiscard]] Result<void> rename_durably(const std::string& from, const std::string& to);

}  // namespace slipway::store
