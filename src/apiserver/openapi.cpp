#include "apiserver/openapi.h"

#include <algorithm>

#include "apiserver/openapi_schemas.h"
#include "apiserver/openapi_v2.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

json::Value query_parameter(std::string_view name, std::string_view type) {
  return json::Object{{"in", "query"}, {"name", name}, {"schema", json::Object{{"type", type}}}};
}

json::Value patch_path(const kube::GroupVersionKind& kind) {
  json::Object patch{
      {"parameters", json::Array{query_parameter("dryRun", "string"), query_parameter("fieldManager", "string"),
                                 query_parameter("fieldValidation", "string"), query_parameter("force", "boolean")}},
      {"responses", json::Object()},
      {"x-kubernetes-action", "patch"},
      {"x-kubernetes-group-version-kind", open_api_kind(kind)}};
  return json::Object{{"patch", std::move(patch)}};
}

json::Value document_of(const ServedVersion& served) {
  json::Object paths;
  json::Object schemas;
  for (const auto& resource : served.resources) {
    const kube::GroupVersionKind kind = resource->gvk(served.version);
    if (std::ranges::find(resource->verbs, "patch") == resource->verbs.end()) continue;
    paths.set(open_api_path(*resource, served.id()), patch_path(kind));
    add_schemas(schemas, *resource, kind);
  }
  return json::Object{{"components", json::Object{{"schemas", std::move(schemas)}}},
                      {"info", json::Object{{"title", "Kubernetes"}, {"version", served.version}}},
                      {"openapi", "3.0.0"},
                      {"paths", std::move(paths)}};
}

std::string path_of(const ServedVersion& served) {
  return served.group.empty() ? "api/" + served.version : fmt::format("apis/{}/{}", served.group, served.version);
}

}  // namespace

void OpenApi::refresh() {
  if (version_ == registry_.resources_version() && !served_.empty()) return;
  version_ = registry_.resources_version();
  served_ = served_versions(registry_);
  documents_.clear();
}

const CachedDocument& OpenApi::keep(std::string key, std::string body) {
  std::string etag = "\"" + sha256_hex(body) + "\"";
  return documents_.insert_or_assign(std::move(key), CachedDocument{.body = std::move(body), .etag = std::move(etag)})
      .first->second;
}

std::string OpenApi::url_of(std::string_view path, const CachedDocument& document) const {
  return fmt::format("{}/openapi/v3/{}?hash={}", base_path_, path, document.etag.substr(1, document.etag.size() - 2));
}

const CachedDocument& OpenApi::index() {
  refresh();
  if (const auto found = documents_.find("v3"); found != documents_.end()) return found->second;
  json::Object paths;
  const auto served = served_;
  for (const ServedVersion& one : served) {
    const std::string path = path_of(one);
    const CachedDocument* document = group_version(path);
    if (document == nullptr) continue;
    paths.set(path, json::Object{{"serverRelativeURL", url_of(path, *document)}});
  }
  return keep("v3", json::write(json::Object{{"paths", std::move(paths)}}));
}

const CachedDocument* OpenApi::group_version(std::string_view path) {
  refresh();
  std::string key = fmt::format("v3/{}", path);
  if (const auto found = documents_.find(key); found != documents_.end()) return &found->second;
  for (const ServedVersion& served : served_) {
    if (path_of(served) == path) return &keep(std::move(key), json::write(document_of(served)));
  }
  return nullptr;
}

const CachedDocument& OpenApi::v2_protobuf() {
  refresh();
  if (const auto found = documents_.find("v2"); found != documents_.end()) return found->second;
  return keep("v2", open_api_v2_protobuf(served_));
}

const CachedDocument& OpenApi::v2_json() {
  refresh();
  if (const auto found = documents_.find("v2 json"); found != documents_.end()) return found->second;
  return keep("v2 json", json::write(open_api_v2_json(served_)));
}

}  // namespace slipway::apiserver
