#pragma once

#include <map>
#include <string>

#include "apiserver/discovery.h"

namespace slipway::apiserver {

// OpenAPI documents (kube-api 4.4), trimmed to what kubectl reads: one PATCH operation a kind, which says that fields
// are validated, and component schemas, for explain. No operation has a requestBody: kubectl then computes patches
// from the types it knows. Made when first asked for and again when CRDs came or went. Core thread only.
class OpenApi {
 public:
  // `base_path` stands before every path that is resolved against the host.
  OpenApi(const Registry& registry, std::string base_path) : registry_(registry), base_path_(std::move(base_path)) {}

  [[nodiscard]] const CachedDocument& index();
  // "api/v1", "apis/apps/v1"; null when that is not served. The tag is the hash that URLs carry, in quotes.
  [[nodiscard]] const CachedDocument* group_version(std::string_view path);
  // OpenAPI v2 as protobuf (gnostic) and as JSON.
  [[nodiscard]] const CachedDocument& v2_protobuf();
  [[nodiscard]] const CachedDocument& v2_json();
  // "/openapi/v3/apis/apps/v1?hash=…"
  [[nodiscard]] std::string url_of(std::string_view path, const CachedDocument& document) const;

 private:
  void refresh();
  const CachedDocument& keep(std::string key, std::string body);

  const Registry& registry_;
  std::string base_path_;
  std::uint64_t version_ = 0;
  std::vector<ServedVersion> served_;
  std::map<std::string, CachedDocument, std::less<>> documents_;
};

}  // namespace slipway::apiserver
