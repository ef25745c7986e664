#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "client/server_access.h"
#include "json/value.h"

namespace slipway::client {

// What is said to a credential plugin, and what it says (client.authentication.k8s.io v1 and v1beta1). Pure.

// A user's "exec" in a kubeconfig of `directory`, which a command with a slash is relative to. Error: usage: not that
// API, no command, or a plugin that always needs a terminal.
[[nodiscard]] Result<ExecPlugin> parse_exec_plugin(const json::Value& exec, const std::string& directory);

// What a kubeconfig's cluster has in its extensions for a plugin, as JSON; "" when there is nothing.
[[nodiscard]] std::string exec_config_of(const json::Value& cluster);

// The value of KUBERNETES_EXEC_INFO.
[[nodiscard]] std::string exec_info(const ExecPlugin& plugin, const ServerAccess& access);

// What a plugin hands out. Never to be logged.
struct ExecCredential {
  std::string token;
  std::string certificate;  // PEM; with `key`, or neither
  std::string key;
  std::optional<WallTime> expires{};  // absent: when the server refuses it
};

// From a plugin's output. Error: usage, without a word of the output: nothing in it is anybody's business.
[[nodiscard]] Result<ExecCredential> parse_exec_credential(const ExecPlugin& plugin, std::string_view output);

// "the credential plugin 'aws' <what>", and how to get it where the kubeconfig says so.
[[nodiscard]] Error exec_error(const ExecPlugin& plugin, std::string_view what);

}  // namespace slipway::client
