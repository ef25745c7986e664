#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "base/result.h"
#include "store/file.h"

namespace slipway::store {

// The directory of one local fleet, held by one process at a time (design 5). Everything in it is for its owner only:
// the directory has mode 0700, its files 0600.
//
//   format      says that Slipway made the directory, and in which version of its layout
//   lock        flock'ed by the process that serves the fleet, whose id it holds
//   hub.db      the store, with hub.db-wal and hub.db-shm
//   kubeconfig  contexts hub, member1, …
//   pki/        CA, certificates and keys
//   log         what the background process has to say
class DataDirectory {
 public:
  // Opens or creates the directory and its missing parents, and takes the lock. `path` may be relative; it is made
  // absolute. A directory that is refused is left as it was. Call in the process that will serve: a lock taken before
  // fork() is shared. Errors: usage (a file in its place, not permitted, not made by us, made by a newer version, in
  // use; the message says which and what to do), corrupt (unreadable marker or store header), io.
  [[nodiscard]] static Result<DataDirectory> open(const std::string& path);

  // The process that holds the directory's lock now; none if there is no such directory or nobody serves it. For
  // `slipway down`. Takes the lock for an instant, in which another open() can fail. Errors: usage (not permitted), io.
  [[nodiscard]] static Result<std::optional<pid_t>> holder(const std::string& path);

  DataDirectory(DataDirectory&&) noexcept = default;
  DataDirectory& operator=(DataDirectory&&) noexcept = default;
  ~DataDirectory();  // lets the lock go; nothing is deleted

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string database() const { return path_ + "/hub.db"; }
  [[nodiscard]] std::string kubeconfig() const { return path_ + "/kubeconfig"; }
  [[nodiscard]] std::string pki() const { return path_ + "/pki"; }  // exists
  [[nodiscard]] std::string log() const { return path_ + "/log"; }

 private:
  DataDirectory(std::string path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  FileDescriptor lock_;
};

}  // namespace slipway::store
