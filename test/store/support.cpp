#include "test/store/support.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

namespace slipway::store {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "slipway_store_XXXXXX").string();
  path_ = ::mkdtemp(name.data()) != nullptr ? name : std::string();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void put_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::map<std::string, std::string> contents_of(const std::string& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    std::string& bytes = contents[entry.path().string()];
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  return contents;
}

Result<std::uint64_t> commit_now(Store& store, Batch batch) {
  std::promise<Result<std::uint64_t>> answer;
  auto future = answer.get_future();
  // The promise belongs to the callback: its thread may still be inside set_value() when get() returns here.
  store.commit(std::move(batch), [answer = std::move(answer)](Result<std::uint64_t> result) mutable {
    answer.set_value(std::move(result));
  });
  return future.get();
}

Result<Loaded> load_all(Store& store) {
  Loaded loaded;
  const auto counter = store.load([&loaded](Row row) { loaded.rows.push_back(std::move(row)); });
  if (!counter) return fail(counter.error());
  loaded.counter = *counter;
  return loaded;
}

}  // namespace slipway::store
