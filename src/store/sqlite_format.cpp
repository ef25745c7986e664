#include "store/sqlite_format.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "store/file.h"
#include "store/sqlite_statement.h"

namespace slipway::store {
namespace {

// Values of a few KiB make a table with row ids the better shape; the key's index gives load() its order.
constexpr const char* kSchema =
    "CREATE TABLE object (key TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, value BLOB NOT NULL);"
    "CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);"
    "INSERT INTO counter (id, revision) VALUES (1, 0);";

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeaderBytes = 100;  // https://www.sqlite.org/fileformat2.html, 1.3
constexpr std::size_t kUserVersionAt = 60;
constexpr std::size_t kApplicationIdAt = 68;

std::int64_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, 4)) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int32_t>(number);
}

std::unexpected<Error> foreign(std::string_view path) {
  return fail(Reason::usage, "{} was not made by Slipway: choose another data directory, or move the file away", path);
}

// What the two numbers of the header say about a file.
Result<void> check_identity(std::string_view path, std::int64_t application, std::int64_t version,
                            std::int64_t newest) {
  if (application != kApplicationId) return foreign(path);
  if (version > newest) {
    return fail(
        Reason::usage,
        "{} was written by a newer Slipway (format {}, this one knows up to {}): use that version, or choose another "
        "data directory",
        path, version, newest);
  }
  if (version < 1)
    return fail(Reason::corrupt, "{} is damaged (format {}): put a copy from a backup in its place", path, version);
  return {};
}

Result<void> fill(const std::string& path) {
  auto connection = Connection::open(path, 0);
  if (!connection) return fail(std::move(connection).error());
  const std::string identity =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, format_version());
  for (const char* sql :
       {"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN", kSchema, identity.c_str(), "COMMIT"}) {
    if (auto done = connection->execute(sql); !done) return done;
  }
  return {};
}

}  // namespace

std::span<const Migration> migrations() { return {}; }  // format 1 is the first

std::int64_t format_version() { return 1 + static_cast<std::int64_t>(migrations().size()); }

Result<void> check_header(const std::string& path) {
  // Without O_NONBLOCK a named pipe in the file's place would hold us for ever.
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == EISDIR)
      return fail(Reason::usage, "{} is a directory: choose another data directory, or move it away", path);
    return fail(Reason::usage, "cannot open {}: {}: give yourself access, or choose another data directory", path,
                std::strerror(errno));
  }
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return fail(Reason::io, "cannot examine {}: {}", path, std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return foreign(path);
  std::array<char, kHeaderBytes> buffer{};
  const ssize_t got = ::pread(file.get(), buffer.data(), buffer.size(), 0);
  if (got < 0) return fail(Reason::io, "cannot read {}: {}", path, std::strerror(errno));
  const std::string_view header(buffer.data(), static_cast<std::size_t>(got));
  if (header.empty() || (header.size() < kHeaderBytes && header.starts_with(kMagic.substr(0, header.size())))) {
    return fail(Reason::corrupt,
                "{} is damaged ({} bytes long): put a copy from a backup in its place, or move it away to start empty",
                path, header.size());
  }
  if (!header.starts_with(kMagic)) return foreign(path);
  return check_identity(path, big_endian(header, kApplicationIdAt), big_endian(header, kUserVersionAt),
                        format_version());
}

Result<void> create_file(const std::string& path) {
  if (exists(path + "-wal")) {
    return fail(Reason::usage,
                "{0} is missing, but its log {0}-wal is there: put {0} back, or move the log away to start empty",
                path);
  }
  const std::string draft = path + ".new";
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    ::unlink((draft + suffix).c_str());  // of a start that was killed
  {
    const FileDescriptor file(::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return fail(Reason::io, "cannot create {}: {}", draft, std::strerror(errno));
  }
  if (auto filled = fill(draft); !filled) return filled;  // closing it has moved SQLite's log into the file, synced
  if (exists(draft + "-wal")) return fail(Reason::io, "cannot complete {}: check the disk, then start again", draft);
  return rename_durably(draft, path);
}

Result<void> migrate(Connection& connection, std::span<const Migration> steps) {
  const auto path = connection.file();
  const std::int64_t newest = 1 + static_cast<std::int64_t>(steps.size());
  const auto application = connection.number("PRAGMA application_id");
  if (!application) return fail(application.error());
  auto version = connection.number("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (auto known = check_identity(path, *application, *version, newest); !known) return known;
  if (*version == newest) return {};

  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
  for (const Migration& step : steps) {
    if (step.from < *version) continue;
    auto done = connection.execute(step.sql);
    if (done) done = connection.execute(fmt::format("PRAGMA user_version = {}", step.from + 1).c_str());
    if (!done) {
      // The first error is the one to tell; rolling back also happens by itself when the connection closes.
      static_cast<void>(connection.execute("ROLLBACK"));
      return fail(with_context(std::move(done).error(),
                               fmt::format("cannot bring {} from format {} to {}", path, *version, newest)));
    }
  }
  return connection.execute("COMMIT");
}

}  // namespace slipway::store
