#pragma once

#include "kube/names.h"

namespace slipway::member::applier {

// In which order kinds come to a cluster (8.7): all of a wave together, the next after it. Unknown kinds come last.
inline constexpr int last_wave = 999;
[[nodiscard]] int wave_of(const kube::GroupResource& resource);

}  // namespace slipway::member::applier
