#include "apiserver/conversion.h"

namespace slipway::apiserver {

kube::ObjectPtr in_version(const Resource& resource, const kube::ObjectPtr& object, std::string_view version) {
  if (object == nullptr || object->kind().version == version) return object;
  const ResourceVersion* wanted = resource.version(version);
  if (wanted == nullptr) return object;
  if (wanted->same_as_storage || wanted->schema == nullptr) {
    return std::make_shared<const kube::Object>(resource.gvk(version), object->metadata(), object->body(),
                                                object->status());
  }
  json::Value value = object->to_value();
  value["apiVersion"] = resource.gvk(version).api_version();
  wanted->schema->prune(value);
  wanted->schema->apply_defaults(value);
  auto converted = kube::Object::from_json(resource.gvk(version), value);
  return converted ? *converted : object;  // its metadata was read once already
}

kube::ObjectPtr stamped(const kube::Object& object, std::uint64_t revision) {
  kube::ObjectMeta metadata = object.metadata();
  metadata.resource_version = revision;
  return std::make_shared<const kube::Object>(object.kind(), std::move(metadata), object.body(), object.status());
}

}  // namespace slipway::apiserver
