#pragma once

#include <atomic>

namespace slipway::store {

// While one lives, SQLite's files are on a disk that counts its syncs and fails on demand (a VFS in front of the
// system's, made the default). One at a time; connections must be closed before it goes.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  std::atomic<int> log_syncs{0};             // of the write-ahead log: one a transaction
  std::atomic<bool> log_sync_fails{false};   // as EIO from fsync
  std::atomic<bool> main_sync_fails{false};  // of the main file: during a checkpoint
  std::atomic<bool> full{false};             // as ENOSPC from write
};

}  // namespace slipway::store
