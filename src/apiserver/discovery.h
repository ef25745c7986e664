#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/registry.h"

namespace slipway::apiserver {

// What is served under one group and version.
struct ServedVersion {
  std::string group;
  std::string version;
  std::vector<std::shared_ptr<const Resource>> resources;  // by plural name
  [[nodiscard]] kube::GroupVersion id() const { return {group, version}; }
};

// Groups in the order of their priority (kube-api 15.1), core first; the versions of a group preferred first. kubectl
// takes a short name to mean the first resource that has it.
[[nodiscard]] std::vector<ServedVersion> served_versions(const Registry& registry);

// The resource under that very version; null when it is not served there. Beside what the registry says, reviews of
// oneself are served as v1beta1 for kubectl 1.27 (11.1).
[[nodiscard]] std::shared_ptr<const Resource> find_served(const Registry& registry,
                                                          const kube::GroupVersionResource& id);

// A document that changes with the registry's resources only.
struct CachedDocument {
  std::string body;
  std::string etag;  // with quotes
};

// Discovery documents (kube-api 4.1-4.3), made when first asked for and again when CRDs came or went. Core thread only.
class Discovery {
 public:
  Discovery(const Registry& registry, std::string server_address)
      : registry_(registry), server_address_(std::move(server_address)) {}

  // "/api", "/apis", "/api/v1", "/apis/<group>", "/apis/<group>/<version>"; null for other paths and what is not
  // served.
  [[nodiscard]] const CachedDocument* legacy(std::string_view path);
  // Aggregated: of "/api" or "/apis" in "v2" or "v2beta1".
  [[nodiscard]] const CachedDocument* aggregated(std::string_view path, std::string_view version);
  [[nodiscard]] const std::vector<ServedVersion>& served();
  [[nodiscard]] bool is_served(const kube::GroupVersion& id);

 private:
  void refresh();

  const Registry& registry_;
  std::string server_address_;
  std::uint64_t version_ = 0;  // of registry_.resources_version()
  std::vector<ServedVersion> served_;
  std::map<std::string, CachedDocument, std::less<>> documents_;
};

}  // namespace slipway::apiserver
