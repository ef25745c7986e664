#include "hub/membership/namespace_objects.h"

#include "api/names.h"
#include "hub/writes.h"

namespace slipway::hub::membership {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";

json::Value owner_of(const api::MemberCluster& member) {
  const auto kind = api::gvk_of<api::MemberCluster>(api::Scope::cluster);
  return json::Array{json::Object{{"apiVersion", kind.api_version()},
                                  {"kind", kind.kind},
                                  {"name", member.metadata.name},
                                  {"uid", member.metadata.uid},
                                  {"controller", true}}};
}

json::Value object_meta(const api::MemberCluster& member, const std::string& namespace_, const std::string& name) {
  json::Object metadata{{"name", name}, {"ownerReferences", owner_of(member)}};
  if (!namespace_.empty()) metadata.set("namespace", namespace_);
  return metadata;
}

engine::Write create_object(const engine::Collection& collection, std::string_view version, const json::Value& body,
                            std::string why) {
  return {.request = {.verb = client::Write::Verb::create,
                      .resource = {collection.resource.group, std::string(version), collection.resource.resource},
                      .key = {std::string(body.text_at({"metadata", "namespace"})),
                              std::string(body.text_at({"metadata", "name"}))},
                      .body = body,
                      .field_manager = std::string(api::field_manager::member_cluster)},
          .why = std::move(why)};
}

// A merge patch on the version that was seen.
engine::Write patch_object(const engine::Collection& collection, std::string_view version, const kube::Object& seen,
                           json::Value patch, std::string why) {
  return {.request = {.verb = client::Write::Verb::merge_patch,
                      .resource = {collection.resource.group, std::string(version), collection.resource.resource},
                      .key = seen.key(),
                      .body = std::move(patch),
                      .resource_version = seen.revision(),
                      .uid = seen.metadata().uid,
                      .field_manager = std::string(api::field_manager::member_cluster)},
          .why = std::move(why)};
}

json::Array texts(std::initializer_list<std::string_view> values) {
  json::Array array;
  for (const auto value : values) array.emplace_back(value);
  return array;
}

// 8.2 (3): everything of the fleet's groups, and events; in its own namespace only.
json::Value rules() {
  json::Array all;
  for (const auto group :
       {"cluster.kubernetes-fleet.io", "placement.kubernetes-fleet.io", "networking.fleet.azure.com"}) {
    all.push_back(json::Object{{"apiGroups", texts({group})}, {"resources", texts({"*"})}, {"verbs", texts({"*"})}});
  }
  all.push_back(json::Object{{"apiGroups", texts({""})},
                             {"resources", texts({"events"})},
                             {"verbs", texts({"get", "list", "update", "patch", "watch", "create"})}});
  return all;
}

json::Value subjects(const api::MemberCluster& member) {
  api::Subject subject = member.spec.identity;
  if (subject.api_group.empty() && (subject.kind == "User" || subject.kind == "Group")) subject.api_group = rbac_group;
  json::Object written{{"kind", subject.kind}, {"name", subject.name}};
  if (!subject.api_group.empty()) written.set("apiGroup", subject.api_group);
  if (!subject.namespace_.empty()) written.set("namespace", subject.namespace_);
  return json::Array{std::move(written)};
}

}  // namespace

engine::Collection namespaces() { return {engine::Side::hub, {"", "namespaces"}}; }
engine::Collection roles() { return {engine::Side::hub, {std::string(rbac_group), "roles"}}; }
engine::Collection role_bindings() { return {engine::Side::hub, {std::string(rbac_group), "rolebindings"}}; }

std::optional<engine::Write> ensure_namespace(const api::MemberCluster& member, const engine::View& view) {
  const std::string name = api::member_namespace(member.metadata.name);
  const json::Value labels = json::Object{{std::string(api::label::is_fleet_resource), "true"}};
  const auto present = view.get(namespaces(), {"", name});
  if (present == nullptr) {
    json::Value metadata = object_meta(member, "", name);
    metadata["labels"] = labels;
    return create_object(namespaces(), "v1",
                         json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}},
                         "a member needs its namespace");
  }
  const std::string* const label = present->metadata().label(api::label::is_fleet_resource);
  if (label != nullptr && *label == "true") return std::nullopt;
  return patch_object(namespaces(), "v1", *present, json::Object{{"metadata", json::Object{{"labels", labels}}}},
                      "the namespace of a member is marked as the fleet's");
}

std::optional<engine::Write> ensure_role(const api::MemberCluster& member, const engine::View& view) {
  const std::string namespace_ = api::member_namespace(member.metadata.name);
  const std::string name = api::member_role_name(member.metadata.name);
  const auto present = view.get(roles(), {namespace_, name});
  if (present == nullptr) {
    return create_object(roles(), "v1",
                         json::Object{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                                      {"kind", "Role"},
                                      {"metadata", object_meta(member, namespace_, name)},
                                      {"rules", rules()}},
                         "a member may work in its own namespace");
  }
  const json::Value whole = present->to_value();
  const json::Value* const present_rules = whole.find("rules");
  if (present_rules != nullptr && *present_rules == rules()) return std::nullopt;
  return patch_object(roles(), "v1", *present, json::Object{{"rules", rules()}}, "the rights of a member have drifted");
}

std::optional<engine::Write> ensure_role_binding(const api::MemberCluster& member, const engine::View& view) {
  const std::string namespace_ = api::member_namespace(member.metadata.name);
  const std::string name = api::member_role_binding_name(member.metadata.name);
  const auto present = view.get(role_bindings(), {namespace_, name});
  if (present == nullptr) {
    return create_object(role_bindings(), "v1",
                         json::Object{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                                      {"kind", "RoleBinding"},
                                      {"metadata", object_meta(member, namespace_, name)},
                                      {"roleRef", json::Object{{"apiGroup", rbac_group},
                                                               {"kind", "Role"},
                                                               {"name", api::member_role_name(member.metadata.name)}}},
                                      {"subjects", subjects(member)}},
                         "a member's identity gets its rights");
  }
  const json::Value whole = present->to_value();
  const json::Value* const present_subjects = whole.find("subjects");
  if (present_subjects != nullptr && *present_subjects == subjects(member)) return std::nullopt;
  return patch_object(role_bindings(), "v1", *present, json::Object{{"subjects", subjects(member)}},
                      "the identity of a member has changed");
}

std::optional<engine::Write> ensure_internal_member(const api::MemberCluster& member, std::string_view state,
                                                    const engine::View& view) {
  const kube::NamespacedName key{api::member_namespace(member.metadata.name), member.metadata.name};
  const auto present = view.get<api::InternalMemberCluster>(key);
  api::InternalMemberCluster next;
  if (present != nullptr) {
    next = *present;
  } else {
    next.metadata.name = key.name;
    next.metadata.namespace_ = key.namespace_;
    next.metadata.owner_references = {
        api::owner_reference(api::gvk_of<api::MemberCluster>(api::Scope::cluster), member.metadata, false)};
    next.metadata.owner_references.front().block_owner_deletion.reset();
  }
  next.spec.state = state;
  next.spec.heartbeat_period_seconds = member.spec.heartbeat_period_seconds;
  const std::string why = fmt::format("the member is asked to {}", state == api::member_state::join ? "join" : "leave");
  if (present == nullptr) return create(next, why, api::field_manager::member_cluster);
  if (next.spec == present->spec) return std::nullopt;
  return update(next, why, api::field_manager::member_cluster);
}

}  // namespace slipway::hub::membership
