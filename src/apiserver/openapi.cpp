#include "apiserver/openapi.h"

#include <algorithm>

#include "apiserver/openapi_v2.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view meta_prefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";

json::Value text_schema(std::string_view description) {
  return json::Object{{"description", description}, {"type", "string"}};
}

json::Value text_map(std::string_view description) {
  return json::Object{
      {"additionalProperties", json::Object{{"type", "string"}}}, {"description", description}, {"type", "object"}};
}

json::Value owner_reference() {
  json::Object properties{
      {"apiVersion", text_schema("API version of the owner.")},
      {"blockOwnerDeletion",
       json::Object{{"description", "The owner waits for this object when it is deleted in the foreground."},
                    {"type", "boolean"}}},
      {"controller", json::Object{{"description", "The owner manages this object."}, {"type", "boolean"}}},
      {"kind", text_schema("Kind of the owner.")},
      {"name", text_schema("Name of the owner.")},
      {"uid", text_schema("UID of the owner.")}};
  return json::Object{{"description", "An object that this one belongs to."},
                      {"properties", std::move(properties)},
                      {"required", json::Array{"apiVersion", "kind", "name", "uid"}},
                      {"type", "object"}};
}

json::Value object_meta() {
  json::Object time = {{"description", "RFC 3339, set by the server."}, {"format", "date-time"}, {"type", "string"}};
  json::Object number{{"format", "int64"}, {"type", "integer"}};
  json::Object finalizers{{"description", "Who must act before a deleted object is removed."},
                          {"items", json::Object{{"type", "string"}}},
                          {"type", "array"}};
  json::Object owners{
      {"description", "Objects that this one belongs to: it is deleted when all of them are gone."},
      {"items", json::Object{{"$ref", fmt::format("#/components/schemas/{}OwnerReference", meta_prefix)}}},
      {"type", "array"}};
  json::Object properties{{"annotations", text_map("Arbitrary text for tools and people.")},
                          {"creationTimestamp", time},
                          {"deletionGracePeriodSeconds", number},
                          {"deletionTimestamp", time},
                          {"finalizers", std::move(finalizers)},
                          {"generateName", text_schema("A prefix from which the server makes a unique name.")},
                          {"generation", number},
                          {"labels", text_map("Keys and values to select objects by.")},
                          {"name", text_schema("Unique within a namespace, or within the cluster; cannot be changed.")},
                          {"namespace", text_schema("The space in which the name is unique.")},
                          {"ownerReferences", std::move(owners)},
                          {"resourceVersion", text_schema("Changes with every write; for optimistic concurrency.")},
                          {"uid", text_schema("Unique over time and space, set by the server.")}};
  return json::Object{{"description", "What every stored object has beside its content."},
                      {"properties", std::move(properties)},
                      {"type", "object"}};
}

json::Value kind_extension(const kube::GroupVersionKind& kind) {
  return json::Object{{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}};
}

// "io.kubernetes-fleet.placement.v1.ClusterResourcePlacement"
std::string schema_name(const kube::GroupVersionKind& kind) {
  std::string out;
  std::string_view group = kind.group;
  while (!group.empty()) {
    const std::size_t dot = group.rfind('.');
    const std::string_view part = dot == std::string_view::npos ? group : group.substr(dot + 1);
    out += fmt::format("{}.", part);
    group = dot == std::string_view::npos ? std::string_view() : group.substr(0, dot);
  }
  return fmt::format("{}{}.{}", out, kind.version, kind.kind);
}

json::Value query_parameter(std::string_view name, std::string_view type) {
  return json::Object{{"in", "query"}, {"name", name}, {"schema", json::Object{{"type", type}}}};
}

json::Value patch_path(const kube::GroupVersionKind& kind) {
  json::Object patch{
      {"parameters", json::Array{query_parameter("dryRun", "string"), query_parameter("fieldManager", "string"),
                                 query_parameter("fieldValidation", "string"), query_parameter("force", "boolean")}},
      {"responses", json::Object()},
      {"x-kubernetes-action", "patch"},
      {"x-kubernetes-group-version-kind", kind_extension(kind)}};
  return json::Object{{"patch", std::move(patch)}};
}

// The schema of a custom resource, its metadata spelled out.
json::Value component(const ResourceVersion& version, const kube::GroupVersionKind& kind) {
  json::Value out = version.open_api;
  out["x-kubernetes-group-version-kind"] = json::Array{kind_extension(kind)};
  if (out.text_at({"type"}) != "object") return out;
  out["properties"]["metadata"] = json::Object{
      {"allOf", json::Array{json::Object{{"$ref", fmt::format("#/components/schemas/{}ObjectMeta", meta_prefix)}}}},
      {"default", json::Object()},
      {"description", "Standard object's metadata."}};
  return out;
}

json::Value document_of(const ServedVersion& served) {
  json::Object paths;
  json::Object schemas;
  for (const auto& resource : served.resources) {
    const kube::GroupVersionKind kind = resource->gvk(served.version);
    if (std::ranges::find(resource->verbs, "patch") == resource->verbs.end()) continue;
    paths.set(open_api_path(*resource, served.id()), patch_path(kind));
    const ResourceVersion* version = resource->version(served.version);
    if (version != nullptr && version->open_api.is_object()) schemas.set(schema_name(kind), component(*version, kind));
  }
  if (!schemas.empty()) {
    schemas.set(fmt::format("{}ObjectMeta", meta_prefix), object_meta());
    schemas.set(fmt::format("{}OwnerReference", meta_prefix), owner_reference());
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
