#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/controller.h"
#include "member/applier/requeue.h"
#include "member/join/properties.h"

namespace slipway::member {

struct Options {
  std::string member_name;  // of the MemberCluster; its namespace on the hub is fleet-member-<name>
  // When a Work is looked at again that has objects which cannot be watched (member 8.15).
  applier::RequeueDelays requeue{};
  // How long a Work's deletion waits before objects with other owners stop blocking it (member 8.13); 1 to 60 min.
  std::chrono::seconds deletion_wait{300};
  join::PropertyOptions properties{};
};

// The controllers of one member's agent: join, heartbeat, properties, applier, availability (member.md part I). They
// live on two API servers: Side::hub as the member's own identity, Side::member as whoever may apply there.
[[nodiscard]] std::vector<std::unique_ptr<engine::Controller>> make_controllers(const Options& options);

}  // namespace slipway::member
