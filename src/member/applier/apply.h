#pragma once

#include <optional>
#include <vector>

#include "engine/controller.h"
#include "member/applier/manifest.h"

namespace slipway::member::applier {

// What the manifests of one Work are applied with, for one pass.
struct Applying {
  const api::Work& work;
  api::ApplyStrategy strategy;  // with its defaults
  kube::OwnerReference owner;   // the Work's AppliedWork
  const engine::View& view;
  std::vector<engine::Read>& reads;  // what must be known first is added here
};

// What comes next for one manifest: a write, a verdict, or nothing while a read is awaited.
struct Step {
  std::optional<engine::Write> write{};
  std::optional<Verdict> verdict{};
};

// The decision table of 8.8 for a manifest without a problem. `settled` is the version of the live object at which the
// manifest was found to be applied, 0 for none; it is set when that is found now.
[[nodiscard]] Step next_step(const Manifest& manifest, Applying& applying, std::uint64_t& settled);

}  // namespace slipway::member::applier
