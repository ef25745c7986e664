#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/remote_commands.h"

namespace slipway::cli {

// slipway install hub|member (ux 1.3.13).
struct InstallCommand {
  enum class What { hub, member };
  // What happens to KubeFleet's webhook configurations: nothing, put aside, or put back.
  enum class Webhooks { leave, adopt, unadopt };
  What what = What::hub;
  ClusterChoice cluster;
  bool print = false;    // -o yaml: nothing is asked or written
  bool dry_run = false;  // says what would be written
  std::string namespace_ = "fleet-system";
  std::string image;            // "": the one of this version
  std::optional<int> replicas;  // 1 to 9; absent: those that are there, else 2 of a hub, 1 of a member
  bool keep_crds = false;
  bool without_watch = false;  // member only: the agent may not list and watch what it applied
  Webhooks webhooks = Webhooks::leave;
  std::chrono::seconds wait{0};  // until the Deployment is available; 0: not at all
};

}  // namespace slipway::cli
