#pragma once

#include <string>
#include <vector>

#include "json/value.h"

// What `slipway install` writes, as objects, in the order of writing. Pure.
namespace slipway::app {

struct ManifestOptions {
  std::string namespace_;
  std::string image;
  int replicas = 1;        // of the Deployment
  bool with_watch = true;  // of a member's agent
};

// The Secret that tells an agent where its hub is: keys `kubeconfig`, `member-name`, and `token` unless the kubeconfig
// has a certificate. `slipway join` makes it; until then the agent's pod waits.
inline constexpr std::string_view hub_secret_name = "slipway-hub";
inline constexpr std::string_view managed_by_label = "app.kubernetes.io/managed-by";
inline constexpr std::string_view managed_by = "slipway";

// CustomResourceDefinitions, namespaces, service account, roles and bindings, Deployment.
[[nodiscard]] std::vector<json::Value> hub_manifests(const ManifestOptions& options);
// The same of a member. `with_deployment` false: for an agent that runs outside its cluster.
[[nodiscard]] std::vector<json::Value> member_manifests(const ManifestOptions& options, bool with_deployment = true);

// A namespace as `install` and `join` make it.
[[nodiscard]] json::Value namespace_manifest(const std::string& name);

// One YAML document for each object.
[[nodiscard]] std::string to_yaml(const std::vector<json::Value>& objects);

// The image of this version.
[[nodiscard]] std::string default_image();

}  // namespace slipway::app
