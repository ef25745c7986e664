#pragma once

#include <string>
#include <vector>

#include "apiserver/certificates.h"

namespace slipway::app {

// The kubeconfig of a local fleet: contexts `hub` (current) and one per member, all for the admin.
[[nodiscard]] std::string make_kubeconfig(const std::string& server_url, const std::string& authority_certificate,
                                          const apiserver::Credential& admin, const std::vector<std::string>& members);

// The port of the hub in a kubeconfig that make_kubeconfig wrote; 0 when there is none.
[[nodiscard]] std::uint16_t port_in_kubeconfig(const std::string& kubeconfig);

}  // namespace slipway::app
