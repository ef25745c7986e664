#pragma once

#include <memory>
#include <string>

#include "engine/controller.h"
#include "member/join/properties.h"

namespace slipway::member::join {

// Joins, reports and leaves (member 5, 6). Key: the member's InternalMemberCluster.
[[nodiscard]] std::unique_ptr<engine::Controller> make_controller(std::string member_name, PropertyOptions properties);

}  // namespace slipway::member::join
