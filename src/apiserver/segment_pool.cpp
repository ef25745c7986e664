#include "apiserver/segment_pool.h"

#include "base/bytes.h"

namespace slipway::apiserver {

kube::Segment SegmentPool::intern(std::string text) {
  const std::uint64_t hash = fnv1a(text);
  auto [first, last] = segments_.equal_range(hash);
  while (first != last) {
    const kube::Segment known = first->second.lock();
    if (known == nullptr) {
      first = segments_.erase(first);
      continue;
    }
    if (*known == text) return known;
    ++first;
  }
  if (segments_.size() >= sweep_at_) sweep();
  auto segment = std::make_shared<const std::string>(std::move(text));
  segments_.emplace(hash, segment);
  return segment;
}

// Each sweep is paid for by the inserts since the last one.
void SegmentPool::sweep() {
  std::erase_if(segments_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max<std::size_t>(1024, segments_.size() * 2);
}

}  // namespace slipway::apiserver
