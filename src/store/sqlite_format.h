#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace slipway::store {

class Connection;

// What a store file looks like: SQLite, with our application id and a format version in its header (design 5). A file
// of another program or of a newer version is refused and left as it is, byte for byte; an older one is migrated.

inline constexpr std::int64_t kApplicationId = 0x536c7077;  // "Slpw"

// The step from format `from` to `from` + 1, as SQL.
struct Migration {
  std::int64_t from;
  const char* sql;
};

// Every step since format 1, oldest first. A change of the schema adds a row here and edits the schema of new files
// alike.
[[nodiscard]] std::span<const Migration> migrations();
// The format this program writes.
[[nodiscard]] std::int64_t format_version();

// Looks at the file's first bytes only, with nothing opened by SQLite. Not while this process has the file open as a
// store: closing any descriptor of a file drops the process's POSIX locks on it, SQLite's among them. Errors: usage
// (not there, not a regular file, not permitted, another program's, newer), corrupt (empty, cut short, or not a
// database at all).
[[nodiscard]] Result<void> check_header(const std::string& path);

// Makes an empty store, mode 0600. The file appears under its name complete or not at all. Errors: io; usage when the
// log of an earlier store lies beside `path`, which SQLite would play into the new one.
[[nodiscard]] Result<void> create_file(const std::string& path);

// Brings an opened file from its format to the newest that `steps` lead to, all steps in one transaction. Errors: usage
// (newer than that), corrupt (a version that never was, or another program's file), io, unavailable.
[[nodiscard]] Result<void> migrate(Connection& connection, std::span<const Migration> steps);

}  // namespace slipway::store
