#pragma once

#include <vector>

#include "member/applier/manifest.h"

namespace slipway::member::applier {

// Bytes of a Work as JSON beyond which its status is trimmed (section 1).
inline constexpr std::size_t work_bytes_max = 1'415'578;

// The manifest conditions that name every object before it is made (8.5).
[[nodiscard]] std::vector<api::ManifestCondition> write_ahead(const api::Work& work,
                                                              const std::vector<Manifest>& manifests, WallTime now);

// What the Work says when every manifest has its verdict (8.12). `verdicts` has one a manifest.
[[nodiscard]] api::WorkStatus work_status(const api::Work& work, const std::vector<Manifest>& manifests,
                                          const std::vector<Verdict>& verdicts, WallTime now);

// What the AppliedWork lists: the applied manifests, then what else must not be forgotten.
[[nodiscard]] api::AppliedWorkStatus applied_work_status(const api::AppliedWork& present,
                                                         const std::vector<Manifest>& manifests,
                                                         const std::vector<Verdict>& verdicts,
                                                         const std::vector<api::WorkResourceIdentifier>& kept);

}  // namespace slipway::member::applier
