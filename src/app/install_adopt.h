#pragma once

#include <string>

#include "app/install_server.h"

// KubeFleet's webhook configurations put aside and back. They are kept in a ConfigMap, so nothing is lost.
namespace slipway::app {

inline constexpr std::string_view adopted_name = "slipway-adopted-webhooks";

// Keeps each one that is there in the ConfigMap, then removes it: whoever is killed in between, and runs this again,
// ends with the same. The namespace exists.
[[nodiscard]] Result<void> adopt_webhooks(ApiServer& server, const std::string& namespace_);

// Makes those that were kept, except where one of that name is there again, and removes the ConfigMap. Error: not_found
// when nothing was kept.
[[nodiscard]] Result<void> unadopt_webhooks(ApiServer& server, const std::string& namespace_);

// What both need to be allowed.
[[nodiscard]] std::vector<Access> needed_to_adopt(const std::string& namespace_);

}  // namespace slipway::app
