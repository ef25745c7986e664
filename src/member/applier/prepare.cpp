#include "member/applier/prepare.h"

#include <array>

#include "api/hash.h"
#include "api/names.h"
#include "member/applier/ownership.h"

namespace slipway::member::applier {
namespace {

constexpr std::array<std::string_view, 4> annotations_of_others{
    api::annotation::spec_hash, api::annotation::last_applied_configuration,
    "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"};
constexpr std::array<std::string_view, 9> server_set{"ownerReferences",
                                                     "managedFields",
                                                     "creationTimestamp",
                                                     "deletionTimestamp",
                                                     "deletionGracePeriodSeconds",
                                                     "generation",
                                                     "resourceVersion",
                                                     "selfLink",
                                                     "uid"};
constexpr std::array<std::string_view, 3> system_domains{"kubernetes.io/", "k8s.io/", "kubernetes-fleet.io/"};

json::Object& object_in(json::Value& parent, std::string_view key) {
  json::Value& member = parent[key];
  if (!member.is_object()) member = json::Object{};
  return *member.object();
}

void erase_system_keys(json::Object& map) {
  for (auto member = map.begin(); member != map.end();) {
    const bool is_system = std::ranges::any_of(
        system_domains, [&key = member->first](std::string_view domain) { return key.contains(domain); });
    member = is_system ? map.erase(member) : member + 1;
  }
}

void erase_at(json::Value& value, std::initializer_list<std::string_view> path, std::string_view key) {
  json::Value* const found = value.find_path(path);
  if (found != nullptr && found->is_object()) found->object()->erase(key);
}

json::Value sanitised(json::Value manifest) {
  if (!manifest.is_object()) manifest = json::Object{};
  manifest.object()->erase("status");
  json::Object& metadata = object_in(manifest, "metadata");
  for (const auto key : server_set) metadata.erase(key);
  if (json::Value* const annotations = metadata.find("annotations"); annotations != nullptr) {
    if (annotations->is_object()) {
      for (const auto key : annotations_of_others) annotations->object()->erase(key);
    }
    if (!annotations->is_object() || annotations->object()->empty()) metadata.erase("annotations");
  }
  return manifest;
}

std::size_t annotation_bytes(const json::Object& annotations) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : annotations) bytes += key.size() + (value.is_string() ? value.string()->size() : 0);
  return bytes;
}

}  // namespace

json::Value canonical_form(json::Value object) {
  if (!object.is_object()) object = json::Object{};
  object.object()->erase("status");
  json::Object& metadata = object_in(object, "metadata");
  for (const auto key : server_set) metadata.erase(key);
  for (const std::string_view key : {"name", "namespace", "generateName"}) metadata.erase(key);
  for (const std::string_view key : {"finalizers", "managedFields", "ownerReferences"})
    metadata.set(key, json::Array{});
  for (const std::string_view key : {"annotations", "labels"}) {
    json::Value& map = metadata[key];
    if (!map.is_object()) map = json::Object{};
    erase_system_keys(*map.object());
  }
  erase_at(object, {"spec", "template", "metadata"}, "creationTimestamp");
  erase_at(object, {"spec", "jobTemplate", "spec", "template", "metadata"}, "creationTimestamp");
  return object;
}

std::string spec_hash(const json::Value& manifest) { return api::hash_of(canonical_form(manifest)); }

Result<json::Value> prepare(const json::Value& manifest, const kube::OwnerReference& owner) {
  json::Value copy = sanitised(manifest);
  json::Value& metadata = copy["metadata"];
  metadata["annotations"][api::annotation::spec_hash] = spec_hash(manifest);
  metadata["ownerReferences"] = to_json({owner});
  std::string last_applied = api::go_json(copy) + "\n";
  json::Object& annotations = *metadata["annotations"].object();
  annotations.set(api::annotation::last_applied_configuration, std::move(last_applied));
  if (const auto bytes = annotation_bytes(annotations); bytes > annotation_bytes_max) {
    return fail(Reason::request_entity_too_large,
                "the manifest is too large for client-side apply: with the copy of itself that an update needs, its "
                "annotations would be {} bytes, and {} is the limit",
                bytes, annotation_bytes_max);
  }
  return copy;
}

}  // namespace slipway::member::applier
