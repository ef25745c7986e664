#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/server_access.h"

namespace slipway::client {

// The value of an environment variable, "" when it is not set.
using EnvironmentLookup = std::function<std::string(std::string_view name)>;

// "https://host:port/path" into host, port and base_path of `access`. Error: usage.
[[nodiscard]] Result<void> set_server_url(std::string_view url, ServerAccess& access);

// What a kubeconfig says about `context` ("": its current one), as kubectl understands it. `path` is one file, or
// several separated by colons as in KUBECONFIG: the first that defines a name wins, files that do not exist are left
// out. Certificates are read here, and their files again, like a token file, by whoever sends; an exec plugin is run by
// them. Not supported, and refused: plugins that need a terminal, auth providers, passwords, impersonation, proxies
// that do not speak plain HTTP, servers that do. The environment's proxy is not looked at. Error: usage; the message
// names the file and the mistake.
[[nodiscard]] Result<ServerAccess> load_kubeconfig(const std::string& path, const std::string& context);

// What a pod finds in its cluster: KUBERNETES_SERVICE_HOST and _PORT, and the service account below `directory`. Error:
// usage, when this is no pod.
inline constexpr std::string_view service_account_directory = "/var/run/secrets/kubernetes.io/serviceaccount";
[[nodiscard]] Result<ServerAccess> load_in_cluster(
    const EnvironmentLookup& environment, const std::string& directory = std::string(service_account_directory));

// The usual order: the given file; else KUBECONFIG; else the pod's own cluster; else ~/.kube/config. Reached through
// the environment's proxy (client/proxy.h) unless the kubeconfig names another. Error: usage.
[[nodiscard]] Result<ServerAccess> find_access(const std::string& path, const std::string& context,
                                               const EnvironmentLookup& environment);

// A whole file. Error: usage, with the system's words.
[[nodiscard]] Result<std::string> read_credential_file(const std::string& path);

}  // namespace slipway::client
