#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace slipway::store {

// A directory of the test's own, deleted with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

// Writes `bytes` to the file as they are.
void put_file(const std::string& path, std::string_view bytes);
// Every file below `directory` with its bytes: to see that nothing was touched. "" for a directory.
std::map<std::string, std::string> contents_of(const std::string& directory);

// A commit, and the wait for its answer.
Result<std::uint64_t> commit_now(Store& store, Batch batch);
// Everything the store holds; the rows it gave and the counter.
struct Loaded {
  std::vector<Row> rows;
  std::uint64_t counter = 0;
  friend bool operator==(const Loaded&, const Loaded&) = default;
};
Result<Loaded> load_all(Store& store);

// Prints as the reason, or "ok".
template <class T>
std::optional<Reason> reason_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().reason);
}
template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "ok" : result.error().message;
}

}  // namespace slipway::store
