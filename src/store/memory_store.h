#pragma once

#include <map>

#include "store/store.h"

namespace slipway::store {

// Keeps everything in memory and forgets it with the process: simulations, tests, `slipway up --store memory`. One
// thread.
class MemoryStore final : public Store {
 public:
  [[nodiscard]] Result<std::uint64_t> load(const std::function<void(Row)>& row) override;
  void commit(Batch batch, Done done) override;

 private:
  [[nodiscard]] Result<std::uint64_t> apply(Batch batch);

  struct Entry {
    std::string value;
    std::uint64_t revision = 0;
  };
  std::map<std::string, Entry> entries_;
  std::uint64_t counter_ = 0;
  std::optional<Error> refused_;  // the first failure since the last load
};

}  // namespace slipway::store
