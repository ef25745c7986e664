#pragma once

#include <string>
#include <unordered_map>

#include "kube/object.h"

namespace slipway::apiserver {

// Makes equal segments one: the manifests of a Work for a hundred clusters exist once (design 3). Forgets a segment
// when nobody holds it any more. Core thread only.
class SegmentPool {
 public:
  // The one segment with this text.
  [[nodiscard]] kube::Segment intern(std::string text);
  [[nodiscard]] std::size_t size() const { return segments_.size(); }

 private:
  void sweep();

  std::unordered_multimap<std::uint64_t, std::weak_ptr<const std::string>> segments_;  // by hash of the text
  std::size_t sweep_at_ = 1024;
};

}  // namespace slipway::apiserver
