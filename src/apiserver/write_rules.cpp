#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

bool is_core(const Resource& resource, std::string_view plural) {
  return resource.builtin != nullptr && resource.id.group.empty() && resource.id.resource == plural;
}

// The member `key` as it is in `from`, or absent.
void take_member(json::Value& into, const json::Value& from, std::string_view key) {
  const json::Value* value = from.find(key);
  if (value != nullptr) {
    into[key] = *value;
  } else if (json::Object* members = into.object()) {
    members->erase(key);
  }
}

bool has_namespace_finalizers(const json::Value& content) {
  const json::Value* finalizers = content.find_path({"spec", "finalizers"});
  return finalizers != nullptr && finalizers->array() != nullptr && !finalizers->array()->empty();
}

void take_namespace_finalizers(json::Value& into, const json::Value& from) {
  const json::Value* spec = from.find("spec");
  json::Value& target = into["spec"];
  if (!target.is_object()) target = json::Object();
  if (spec != nullptr) {
    take_member(target, *spec, "finalizers");
  } else {
    target.object()->erase("finalizers");
  }
}

}  // namespace

bool is_crd(const Resource& resource) {
  return resource.builtin != nullptr && resource.id.group == "apiextensions.k8s.io" &&
         resource.id.resource == crd_resource;
}
bool is_namespace(const Resource& resource) { return is_core(resource, "namespaces"); }
bool is_pod(const Resource& resource) { return is_core(resource, "pods"); }
bool is_event(const Resource& resource) {
  return resource.builtin != nullptr && resource.id.resource == "events" &&
         (resource.id.group.empty() || resource.id.group == "events.k8s.io");
}

bool creates_on_update(const Resource& resource) {
  return resource.builtin != nullptr && resource.builtin->put_creates;
}

bool allows_unconditional_update(const Resource& resource) {
  return resource.builtin != nullptr && resource.builtin->unconditional_update;
}

bool tracks_generation(const Resource& resource) {
  return resource.builtin == nullptr || resource.builtin->tracks_generation;
}

Draft merge_update(const Resource& resource, const ResourceVersion& version, const Draft& old, Draft sent,
                   std::string_view subresource) {
  Draft next;
  if (subresource == "status") {
    json::Object members;  // the old status, often the larger part, is not even copied
    for (const auto& [key, value] : *old.content.object()) {
      if (key != "status") members.append(key, value);
    }
    next.content = std::move(members);
    take_member(next.content, sent.content, "status");
    if (resource.builtin != nullptr)
      next.metadata = std::move(sent.metadata);
    else
      next.metadata = old.metadata;
    if (resource.kind == "Deployment") next.metadata.labels = old.metadata.labels;
  } else if (subresource == "finalize") {
    next = old;
    take_namespace_finalizers(next.content, sent.content);
  } else {
    next = std::move(sent);
    if (version.has_status) take_member(next.content, old.content, "status");
  }
  const kube::ObjectMeta& was = old.metadata;
  next.metadata.name = was.name;
  next.metadata.namespace_ = was.namespace_;
  next.metadata.uid = was.uid;
  next.metadata.resource_version = was.resource_version;
  next.metadata.generation = was.generation;
  next.metadata.creation_timestamp = was.creation_timestamp;
  next.metadata.deletion_timestamp = was.deletion_timestamp;
  next.metadata.deletion_grace_period_seconds = was.deletion_grace_period_seconds;
  return next;
}

bool counts_as_generation(const Resource& resource, const Parts& next, const kube::Object& old) {
  if (!tracks_generation(resource)) return false;
  if (!is_same(next.body, old.body())) return true;
  if (resource.builtin == nullptr) return !resource.storage().has_status && !is_same(next.status, old.status());
  return resource.builtin->generation_counts_annotations && next.metadata.annotations != old.metadata().annotations;
}

bool is_same(const kube::Segment& a, const kube::Segment& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

bool is_deletion_complete(const Resource& resource, const kube::ObjectMeta& metadata, const json::Value& content) {
  return metadata.is_deleting() && metadata.finalizers.empty() &&
         metadata.deletion_grace_period_seconds.value_or(0) == 0 &&
         !(is_namespace(resource) && has_namespace_finalizers(content));
}

}  // namespace slipway::apiserver
