#pragma once

#include "cli/remote_commands.h"
#include "client/kubeconfig.h"

namespace slipway::app {

// How KubeFleet's deployment tells an agent where its hub is (member 2.2): HUB_SERVER_URL; CONFIG_PATH (a token file)
// or, with --use-ca-auth, IDENTITY_CERT and IDENTITY_KEY; CA_BUNDLE or HUB_CERTIFICATE_AUTHORITY; HUB_KUBE_HEADER.
// `is_set` tells an empty variable from none. Error: usage, naming the variable.
[[nodiscard]] Result<client::ServerAccess> hub_access_of(const cli::AgentCommand& command,
                                                         const client::EnvironmentLookup& environment,
                                                         const std::function<bool(std::string_view)>& is_set);

}  // namespace slipway::app
