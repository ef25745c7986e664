#pragma once

#include "app/join_manifests.h"

namespace slipway::app {

// The certificate of --client-certificate and its user (CN); without the flag, the service account. Error: usage, when
// a file cannot be read or is no certificate.
[[nodiscard]] Result<AgentIdentity> read_identity(const cli::JoinCommand& command);

}  // namespace slipway::app
