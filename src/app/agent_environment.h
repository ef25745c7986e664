#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "cli/remote_commands.h"
#include "client/kubeconfig.h"

namespace slipway::app {

// How KubeFleet's deployment tells an agent where its hub is (member 2.2): HUB_SERVER_URL; CONFIG_PATH (a token file)
// or, with --use-ca-auth, IDENTITY_CERT and IDENTITY_KEY; CA_BUNDLE or HUB_CERTIFICATE_AUTHORITY; HUB_KUBE_HEADER.
// `is_set` tells an empty variable from none. The token file may come late, from a container that begins with ours: it
// is looked for five times, with `pause` in between. Error: usage, naming the variable.
inline constexpr std::chrono::milliseconds token_file_pause{10};
[[nodiscard]] Result<client::ServerAccess> hub_access_of(
    const cli::AgentCommand& command, const client::EnvironmentLookup& environment,
    const std::function<bool(std::string_view)>& is_set,
    const std::function<void()>& pause = [] { std::this_thread::sleep_for(token_file_pause); });

}  // namespace slipway::app
