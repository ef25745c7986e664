#include "store/sqlite_statement.h"

#include <cstring>
#include <sqlite3.h>

namespace slipway::store {
namespace {

std::string file_name(sqlite3* connection) {
  const char* name = connection != nullptr ? sqlite3_db_filename(connection, "main") : nullptr;
  return name != nullptr && *name != '\0' ? name : "the store";
}

}  // namespace

bool is_failed_sync(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

Error sqlite_error(sqlite3* connection, int code) {
  const std::string file = file_name(connection);
  const char* words = sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // our own statements are right: a table or column is missing
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      return fail(Reason::corrupt,
                  "{} is damaged ({}): put a copy from a backup in its place (remove {}-wal and {}-shm with it), or "
                  "move all "
                  "three away to start empty",
                  file, connection != nullptr ? sqlite3_errmsg(connection) : words, file, file)
          .error();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(Reason::unavailable, "{} is locked by another program (an open sqlite3 shell?): close it", file)
          .error();
    case SQLITE_FULL:
      return fail(Reason::io, "{} cannot grow, the disk is full: make room", file).error();
    default: {
      const int system = connection != nullptr ? sqlite3_system_errno(connection) : 0;
      if (is_failed_sync(code)) {
        return fail(Reason::io, "{} could not be made durable ({}): check the disk, then start again", file,
                    system != 0 ? std::strerror(system) : words)
            .error();
      }
      return fail(Reason::io, "{}: {}{}{}", file, words, system != 0 ? ": " : "",
                  system != 0 ? std::strerror(system) : "")
          .error();
    }
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind_text(int parameter, std::string_view text) {
  const int code =
      sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_failure_ = code;
  return *this;
}

Statement& Statement::bind_bytes(int parameter, std::string_view bytes) {
  const int code = sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_failure_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), parameter, number);
  if (code != SQLITE_OK) bind_failure_ = code;
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* const connection = sqlite3_db_handle(statement_.get());
  if (bind_failure_ != SQLITE_OK) return fail(sqlite_error(connection, bind_failure_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(sqlite_error(connection, code));
}

Result<void> Statement::run() {
  auto more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return fail(std::move(more).error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_failure_ = SQLITE_OK;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data != nullptr ? std::string(static_cast<const char*>(data), size) : std::string();
}

void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Connection> Connection::open(const std::string& path, int busy_seconds) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return fail(with_context(sqlite_error(handle, code), "cannot open " + path));
  sqlite3_busy_timeout(handle, busy_seconds * 1000);
  return connection;
}

std::string Connection::file() const { return file_name(handle()); }

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(handle(), code));
  return Statement(statement);
}

Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(handle(), code));
  return {};
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  auto answer = text(sql);
  if (!answer) return fail(std::move(answer).error());
  return std::strtoll(answer->c_str(), nullptr, 10);
}

Result<std::string> Connection::text(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(std::move(statement).error());
  const auto row = statement->step();
  if (!row) return fail(row.error());
  return *row ? statement->bytes(0) : std::string();
}

}  // namespace slipway::store
