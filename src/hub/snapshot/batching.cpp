#include "hub/snapshot/batching.h"

#include <algorithm>

#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::snapshot {
namespace {

// When the change was noticed; nothing when that is not written, not readable, or after a clock was set back.
std::optional<WallTime> noticed_at(const kube::ObjectMeta& master, WallTime now) {
  const std::string* const text = master.annotation(api::annotation::next_resource_snapshot_candidate_detection_time);
  if (text == nullptr) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time || *time > now) return std::nullopt;
  return *time;
}

}  // namespace

Wait wait_for_more(const Group& latest, const Batching& batching, WallTime now) {
  // Not labelled any more: a creation under way was interrupted (1.10 (4)).
  if (batching.is_off() || latest.master == nullptr || !is_labelled_latest(*latest.master)) return {};
  const auto& metadata = latest.master->metadata;
  const auto noticed = noticed_at(metadata, now);
  if (!noticed) {
    api::ResourceSnapshot master = *latest.master;
    master.metadata.annotations.insert_or_assign(
        std::string(api::annotation::next_resource_snapshot_candidate_detection_time), to_rfc3339(now));
    Wait wait;
    wait.writes.push_back(
        update(master, "content has changed: further changes are awaited", api::field_manager::placement));
    return wait;
  }
  const WallTime created = std::min(metadata.creation_timestamp.value_or(now), now);
  const WallTime earliest = std::max(*noticed + batching.collection_duration, created + batching.minimum_interval);
  if (now >= earliest) return {};
  return {.writes = {}, .until = earliest};
}

}  // namespace slipway::hub::snapshot
