#include "store/memory_store.h"

namespace slipway::store {

Result<std::uint64_t> MemoryStore::load(const std::function<void(Row)>& row) {
  for (const auto& [key, entry] : entries_) row(Row{.key = key, .value = entry.value, .revision = entry.revision});
  refused_.reset();
  return counter_;
}

void MemoryStore::commit(Batch batch, Done done) {
  auto result = apply(std::move(batch));
  done(std::move(result));
}

Result<std::uint64_t> MemoryStore::apply(Batch batch) {
  if (refused_) return fail(*refused_);
  const auto after = counter_after(batch, counter_);
  if (!after) {
    refused_ = after.error();
    return after;
  }
  for (Change& change : batch.changes) {
    if (change.value) {
      entries_.insert_or_assign(std::move(change.key),
                                Entry{.value = *std::move(change.value), .revision = change.revision});
    } else {
      entries_.erase(change.key);
    }
  }
  counter_ = *after;
  return counter_;
}

}  // namespace slipway::store
