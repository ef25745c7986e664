#pragma once

#include <string>
#include <vector>

#include "cli/remote_commands.h"
#include "client/server_access.h"
#include "member/join/properties.h"

namespace slipway::app {

// What an agent is to say of its member (member 6), and what whoever starts it has to know of that.
struct AgentProperties {
  member::join::PropertyOptions options{};
  std::vector<std::string> notes{};
};
// `member` is how the agent itself reaches the member's API server. Its address is told to others only when it comes
// from a kubeconfig: the one that a pod finds in its environment leads anybody else to a cluster of their own.
[[nodiscard]] AgentProperties properties_of(const cli::PropertiesChoice& choice, const client::ServerAccess& member);

}  // namespace slipway::app
