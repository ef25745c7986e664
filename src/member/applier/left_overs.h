#pragma once

#include <vector>

#include "engine/controller.h"
#include "member/applier/manifest.h"

namespace slipway::member::applier {

// Whether every manifest can be told from the others; if not, nothing is removed: what looks left over may be just that
// manifest (section 12, W1).
[[nodiscard]] bool are_identified(const std::vector<Manifest>& manifests);

// What the Work may have placed before and no longer lists: from its status and from the AppliedWork's, which outlives
// every way of showing status (section 12, W2, W3).
[[nodiscard]] std::vector<api::WorkResourceIdentifier> left_overs(const api::Work& work,
                                                                  const api::AppliedWork& applied_work,
                                                                  const std::vector<Manifest>& manifests);

// What must happen before the left-overs are gone.
struct Removal {
  std::vector<engine::Read> reads{};    // not empty: these first
  std::vector<engine::Chain> chains{};  // of one wave, last wave first
  bool is_blocked = false;              // an object cannot be read now
};
// Judges each by its live owners (8.6).
[[nodiscard]] Removal remove_left_overs(const std::vector<api::WorkResourceIdentifier>& left_overs,
                                        const kube::OwnerReference& owner, const engine::View& view);

}  // namespace slipway::member::applier
