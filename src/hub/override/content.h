#pragma once

#include "api/override.h"

namespace slipway::hub::override {

// Whether two specs of overrides say the same. KubeFleet's snapshots have a null where the override has no value.
template <class Spec>
[[nodiscard]] bool is_same_content(Spec one, Spec other) {
  for (Spec* const spec : {&one, &other}) {
    for (auto& rule : spec->policy.override_rules) {
      for (auto& patch : rule.json_patch_overrides) {
        if (!patch.value) patch.value = json::Value();
      }
    }
  }
  return one == other;
}

}  // namespace slipway::hub::override
