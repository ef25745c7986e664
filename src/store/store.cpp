#include "store/store.h"

#include <limits>

namespace slipway::store {

Result<std::uint64_t> counter_after(const Batch& batch, std::uint64_t counter) {
  if (batch.expected_revision != counter) {
    return fail(Reason::conflict, "the store is at revision {}, not {}: another process wrote to it", counter,
                batch.expected_revision);
  }
  for (const Change& change : batch.changes) {
    if (change.revision <= counter) {
      return fail(Reason::internal, "the write of {} has revision {}, which does not follow {}", change.key,
                  change.revision, counter);
    }
    counter = change.revision;
  }
  if (counter > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return fail(Reason::internal, "revision {} is above 2^63 - 1", counter);
  }
  return counter;
}

}  // namespace slipway::store
