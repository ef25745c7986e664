#include "test/store/faulty_disk.h"

#include <sqlite3.h>

namespace slipway::store {
namespace {

// SQLite calls back without a context of ours, so what the callbacks need is here. The files stay the system VFS's own;
// only their method tables are replaced by copies with our sync and write in them.
FaultyDisk* disk = nullptr;
sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty;
sqlite3_io_methods real_log, real_main, faulty_log, faulty_main;

int sync_log(sqlite3_file* file, int flags) {
  ++disk->log_syncs;
  return disk->log_sync_fails ? SQLITE_IOERR_FSYNC : real_log.xSync(file, flags);
}
int sync_main(sqlite3_file* file, int flags) {
  return disk->main_sync_fails ? SQLITE_IOERR_FSYNC : real_main.xSync(file, flags);
}
int write_log(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  return disk->full ? SQLITE_FULL : real_log.xWrite(file, bytes, count, at);
}
int write_main(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  return disk->full ? SQLITE_FULL : real_main.xWrite(file, bytes, count, at);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* got) {
  const int code = real->xOpen(real, name, file, flags, got);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  if ((flags & SQLITE_OPEN_WAL) != 0) {
    real_log = faulty_log = *file->pMethods;
    faulty_log.xSync = sync_log;
    faulty_log.xWrite = write_log;
    file->pMethods = &faulty_log;
  } else if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    real_main = faulty_main = *file->pMethods;
    faulty_main.xSync = sync_main;
    faulty_main.xWrite = write_main;
    file->pMethods = &faulty_main;
  }
  return SQLITE_OK;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  disk = this;
  real = sqlite3_vfs_find(nullptr);
  faulty = *real;
  faulty.zName = "faulty";
  faulty.pNext = nullptr;
  faulty.xOpen = open_file;
  sqlite3_vfs_register(&faulty, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_register(real, 1);
  sqlite3_vfs_unregister(&faulty);
}

}  // namespace slipway::store
