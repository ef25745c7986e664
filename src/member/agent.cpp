#include "member/agent.h"

#include "member/applier/controller.h"
#include "member/join/controller.h"

namespace slipway::member {

std::vector<std::unique_ptr<engine::Controller>> make_controllers(const Options& options) {
  std::vector<std::unique_ptr<engine::Controller>> controllers;
  controllers.push_back(join::make_controller(options.member_name, options.properties));
  controllers.push_back(applier::make_controller(options));
  return controllers;
}

}  // namespace slipway::member
