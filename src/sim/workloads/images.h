#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

// Which images a simulated cluster can pull (member.md S6). Pure.
namespace slipway::sim::workloads {

enum class ImageOutcome {
  ok,
  invalid_name,  // breaks the grammar of references: never tried
  not_found,
  denied,
  timeout,  // its registry does not answer
};

// By the image's name: a repository "random-image-name", a repository or tag that contains "does-not-exist",
// "doesnotexist", "nonexistent", "invalid" or "bad-tag", and hosts that cannot resolve (*.invalid, *.example) fail.
// `override` is the value of the annotation sim.fleet/image-outcome ("ok", "notFound", "denied", "timeout"; else none).
[[nodiscard]] ImageOutcome image_outcome(std::string_view image, std::string_view override = "");
// What a kubelet says about a failed pull.
[[nodiscard]] std::string describe_failure(std::string_view image, ImageOutcome outcome);

// Where a container that cannot have its image is: trying, or waiting to try again (10 s, doubled up to 300 s).
struct PullState {
  bool is_backing_off = false;
  std::chrono::seconds since{0};  // of this state, from the first try
  std::chrono::seconds until{0};
};
[[nodiscard]] PullState pull_state(std::chrono::seconds since_first_try);

}  // namespace slipway::sim::workloads
