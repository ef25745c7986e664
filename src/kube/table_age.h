#pragma once

#include <chrono>
#include <string>

namespace slipway::kube {

// How long something has lasted, as Kubernetes' tables show it (kube-api 3.4): "8s", "2m22s", "5h1m", "3d4h", "2y10d".
// The longer it is, the coarser. A second below zero is "0s" (clocks differ a little), anything earlier "<invalid>".
[[nodiscard]] std::string human_duration(std::chrono::seconds duration);

}  // namespace slipway::kube
