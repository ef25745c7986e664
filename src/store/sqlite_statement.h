#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace slipway::store {

// Thin owners of what SQLite's C interface hands out; errors are values, with the file's name and SQLite's words in
// them. A connection and its statements belong to one thread at a time. Statements must not outlive their connection.

// A prepared statement. Parameters count from 1, columns from 0.
class Statement {
 public:
  // Bound text and bytes are not copied: they must live until reset(). A parameter that cannot be bound fails in
  // step().
  Statement& bind_text(int parameter, std::string_view text);
  Statement& bind_bytes(int parameter, std::string_view bytes);
  Statement& bind(int parameter, std::int64_t number);

  // True while there is a row to read.
  [[nodiscard]] Result<bool> step();
  // step() to the end and reset().
  [[nodiscard]] Result<void> run();
  // Ready for the next use; bound values are let go.
  void reset();

  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string bytes(int column) const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = 0;
};

class Connection {
 public:
  // Opens the database file for reading and writing; it must exist. Waits up to `busy_seconds` for other programs'
  // locks.
  [[nodiscard]] static Result<Connection> open(const std::string& path, int busy_seconds);

  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // Runs statements without parameters, one after the other.
  [[nodiscard]] Result<void> execute(const char* sql);
  // The first column of the first row: the answer of a PRAGMA.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql);
  [[nodiscard]] Result<std::string> text(std::string_view sql);

  // The file's absolute name.
  [[nodiscard]] std::string file() const;
  [[nodiscard]] sqlite3* handle() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Connection(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<sqlite3, Close> connection_;
};

// What SQLite's result code (extended) means to us: corrupt, unavailable (locked by another program) or io.
[[nodiscard]] Error sqlite_error(sqlite3* connection, int code);
// Whether the code says that bytes already handed to the system may not have reached the disk.
[[nodiscard]] bool is_failed_sync(int code);

}  // namespace slipway::store
