#include "apiserver/openapi_schemas.h"

#include "api/builtin_types.h"

namespace slipway::apiserver {
namespace {

using api::fields::Container;
using api::fields::Field;
using api::fields::Message;
using api::fields::Scalar;

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

// "io.k8s.api.apps.v1.Deployment" of "apps.v1.Deployment"
std::string component_name(const Message& message) {
  constexpr std::string_view meta = "meta.v1.";
  if (message.name.starts_with(meta)) return fmt::format("{}{}", meta_prefix, message.name.substr(meta.size()));
  return fmt::format("io.k8s.api.{}", message.name);
}

json::Value reference(std::string_view component) {
  json::Object target{{"$ref", fmt::format("#/components/schemas/{}", component)}};
  return json::Object{{"allOf", json::Array{std::move(target)}}};
}

json::Value typed(std::string_view type, std::string_view format = "") {
  json::Object out{{"type", type}};
  if (!format.empty()) out.set("format", format);
  return out;
}

json::Value schema_of_scalar(const Field& field) {
  switch (field.scalar) {
    case Scalar::text:
    case Scalar::quantity:
      return typed("string");
    case Scalar::boolean:
      return typed("boolean");
    case Scalar::int32:
      return typed("integer", "int32");
    case Scalar::int64:
      return typed("integer", "int64");
    case Scalar::real:
      return typed("number", "double");
    case Scalar::bytes:
      return typed("string", "byte");
    case Scalar::time:
    case Scalar::micro_time:
      return typed("string", "date-time");
    case Scalar::int_or_string:
      return typed("string", "int-or-string");
    case Scalar::message:
      return reference(component_name(api::fields::message_at(field.message)));
    case Scalar::any:
    case Scalar::schema_or_bool:
    case Scalar::schema_or_array:
    case Scalar::schema_or_strings:
      return typed("object");
  }
  std::unreachable();
}

json::Value list_of(json::Value items) { return json::Object{{"items", std::move(items)}, {"type", "array"}}; }
json::Value map_of(json::Value values) {
  return json::Object{{"additionalProperties", std::move(values)}, {"type", "object"}};
}

json::Value schema_of(const Field& field) {
  json::Value one = schema_of_scalar(field);
  switch (field.container) {
    case Container::none:
      return one;
    case Container::list:
      return list_of(std::move(one));
    case Container::map:
      return map_of(std::move(one));
    case Container::map_of_lists:
      return map_of(list_of(std::move(one)));
  }
  std::unreachable();
}

// Adds `message` and all that it is made of.
void add_message(json::Object& schemas, const Message& message) {
  const std::string name = component_name(message);
  if (schemas.contains(name)) return;
  schemas.set(name, json::Object());  // types may contain themselves
  json::Object properties;
  for (const Field& field : message.fields) {
    properties.set(field.name, schema_of(field));
    if (field.scalar == Scalar::message) add_message(schemas, api::fields::message_at(field.message));
  }
  schemas.set(name, json::Object{{"properties", std::move(properties)}, {"type", "object"}});
}

// The line of the kind in the table of types: "core.v1.Pod", "rbac.v1.Role".
const Message* message_of(const kube::GroupVersionKind& kind) {
  const std::string_view group = kind.group.empty() ? std::string_view("core") : std::string_view(kind.group);
  return api::fields::find_message(fmt::format("{}.{}.{}", group.substr(0, group.find('.')), kind.version, kind.kind));
}

void add_builtin(json::Object& schemas, const kube::GroupVersionKind& kind) {
  const Message* message = message_of(kind);
  if (message == nullptr) return;
  add_message(schemas, *message);
  json::Value& schema = schemas[component_name(*message)];
  schema["x-kubernetes-group-version-kind"] = json::Array{open_api_kind(kind)};
  schema["properties"]["apiVersion"] = text_schema("The version of the schema that the object is written in.");
  schema["properties"]["kind"] = text_schema("What the object is.");
}

// The schema of a custom resource, its metadata spelled out.
json::Value component(const ResourceVersion& version, const kube::GroupVersionKind& kind) {
  json::Value out = version.open_api;
  out["x-kubernetes-group-version-kind"] = json::Array{open_api_kind(kind)};
  if (out.text_at({"type"}) != "object") return out;
  out["properties"]["metadata"] = json::Object{
      {"allOf", json::Array{json::Object{{"$ref", fmt::format("#/components/schemas/{}ObjectMeta", meta_prefix)}}}},
      {"default", json::Object()},
      {"description", "Standard object's metadata."}};
  return out;
}

}  // namespace

json::Value open_api_kind(const kube::GroupVersionKind& kind) {
  return json::Object{{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}};
}

void add_schemas(json::Object& schemas, const Resource& resource, const kube::GroupVersionKind& kind) {
  // First, so that they stay as they are described here.
  schemas.set(fmt::format("{}ObjectMeta", meta_prefix), object_meta());
  schemas.set(fmt::format("{}OwnerReference", meta_prefix), owner_reference());
  if (resource.builtin != nullptr) return add_builtin(schemas, kind);
  const ResourceVersion* version = resource.version(kind.version);
  if (version != nullptr && version->open_api.is_object()) schemas.set(schema_name(kind), component(*version, kind));
}

}  // namespace slipway::apiserver
