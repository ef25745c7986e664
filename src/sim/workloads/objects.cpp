#include "sim/workloads/objects.h"

#include "api/builtin_kinds.h"
#include "base/bytes.h"
#include "json/patch.h"

namespace slipway::sim::workloads {
namespace {

using Verb = client::Write::Verb;

Kind make_kind(std::string group, std::string version, std::string kind, std::string plural) {
  return {.kind = {group, version, std::move(kind)},
          .resource = {std::move(group), std::move(version), std::move(plural)}};
}

engine::Write write(Verb verb, const Kind& kind, const kube::Object& object, json::Value body, std::string why) {
  return {.side = engine::Side::member,
          .request = {.verb = verb,
                      .resource = kind.resource,
                      .key = object.key(),
                      .body = std::move(body),
                      .resource_version = object.revision(),
                      .uid = object.metadata().uid},
          .why = std::move(why)};
}

}  // namespace

const Kind& deployments() {
  static const Kind kind = make_kind("apps", "v1", "Deployment", "deployments");
  return kind;
}
const Kind& replica_sets() {
  static const Kind kind = make_kind("apps", "v1", "ReplicaSet", "replicasets");
  return kind;
}
const Kind& pods() {
  static const Kind kind = make_kind("", "v1", "Pod", "pods");
  return kind;
}
const Kind& services() {
  static const Kind kind = make_kind("", "v1", "Service", "services");
  return kind;
}
const Kind& endpoints() {
  static const Kind kind = make_kind("", "v1", "Endpoints", "endpoints");
  return kind;
}
const Kind& endpoint_slices() {
  static const Kind kind = make_kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");
  return kind;
}
const Kind& nodes() {
  static const Kind kind = make_kind("", "v1", "Node", "nodes");
  return kind;
}
const Kind& namespaces() {
  static const Kind kind = make_kind("", "v1", "Namespace", "namespaces");
  return kind;
}

std::string safe_text(std::uint64_t number) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string text = std::to_string(number);
  for (char& c : text) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return text;
}

std::string name_suffix(std::string_view seed) {
  constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::uint64_t number = fnv1a(seed);
  std::string text;
  for (std::size_t i = 0; i < suffix_length; ++i, number /= alphabet.size()) text += alphabet[number % alphabet.size()];
  return text;
}

bool is_controlled_by(const kube::Object& object, std::string_view uid) {
  const kube::OwnerReference* controller = object.metadata().controller();
  return controller != nullptr && controller->uid == uid;
}

json::Value controller_reference(const Kind& kind, const kube::ObjectMeta& owner) {
  return json::Object{{"apiVersion", kind.kind.api_version()},
                      {"blockOwnerDeletion", true},
                      {"controller", true},
                      {"kind", kind.kind.kind},
                      {"name", owner.name},
                      {"uid", owner.uid}};
}

engine::Write create(const Kind& kind, json::Value whole, std::string why) {
  whole["apiVersion"] = kind.kind.api_version();
  whole["kind"] = kind.kind.kind;
  kube::NamespacedName key{std::string(whole.text_at({"metadata", "namespace"})),
                           std::string(whole.text_at({"metadata", "name"}))};
  return {.side = engine::Side::member,
          .request = {.verb = Verb::create, .resource = kind.resource, .key = std::move(key), .body = std::move(whole)},
          .why = std::move(why)};
}

engine::Write patch(const Kind& kind, const kube::Object& object, json::Value patch, std::string why) {
  return write(Verb::merge_patch, kind, object, std::move(patch), std::move(why));
}

engine::Write remove(const Kind& kind, const kube::Object& object, std::string why,
                     std::optional<std::int64_t> grace_seconds) {
  engine::Write removal = write(Verb::remove, kind, object, nullptr, std::move(why));
  removal.request.resource_version = 0;  // whatever became of it
  removal.request.grace_period_seconds = grace_seconds;
  return removal;
}

std::optional<engine::Write> set_status(const Kind& kind, const kube::Object& object, json::Value status,
                                        std::string why, const kube::StringMap& annotations) {
  const json::Value is = object.to_value();
  json::Value wanted = is;
  wanted["status"] = std::move(status);
  for (const auto& [key, text] : annotations) wanted["metadata"]["annotations"][key] = text;
  wanted = settled(kind, std::move(wanted));
  json::Value difference;
  const json::Value nothing{json::Object{}};
  const auto of = [&](const json::Value& whole) {
    const json::Value* found = whole.find("status");
    return found == nullptr || found->is_null() ? nothing : *found;
  };
  if (json::Value changed = json::make_merge_patch(of(is), of(wanted)); changed != nothing)
    difference["status"] = std::move(changed);
  for (const auto& [key, text] : annotations) {
    const std::string* present = object.metadata().annotation(key);
    if (present == nullptr || *present != text) difference["metadata"]["annotations"][key] = text;
  }
  if (difference.is_null()) return std::nullopt;
  return write(Verb::merge_patch_status, kind, object, std::move(difference), std::move(why));
}

engine::Write set_controller(const Kind& kind, const kube::Object& object, const json::Value& reference,
                             std::string why) {
  json::Array owners;
  for (const kube::OwnerReference& owner : object.metadata().owner_references) {
    if (owner.controller.value_or(false)) continue;
    json::Object kept{
        {"apiVersion", owner.api_version}, {"kind", owner.kind}, {"name", owner.name}, {"uid", owner.uid}};
    if (owner.controller) kept.set("controller", *owner.controller);
    if (owner.block_owner_deletion) kept.set("blockOwnerDeletion", *owner.block_owner_deletion);
    owners.emplace_back(std::move(kept));
  }
  if (!reference.is_null()) owners.push_back(reference);
  return patch(kind, object, json::Object{{"metadata", json::Object{{"ownerReferences", std::move(owners)}}}},
               std::move(why));
}

json::Value settled(const Kind& kind, json::Value whole) {
  const api::BuiltinKind* builtin = api::find_builtin(kind.resource.group_resource());
  // What cannot be read stays as it is: the server says what is wrong with it.
  if (builtin != nullptr && builtin->prune) static_cast<void>(builtin->prune(whole, nullptr));
  return whole;
}

engine::Event event(const Kind& kind, const kube::Object& object, std::string reason, std::string message,
                    bool warning) {
  return {.side = engine::Side::member,
          .kind = kind.kind,
          .key = object.key(),
          .uid = object.metadata().uid,
          .warning = warning,
          .reason = std::move(reason),
          .message = std::move(message)};
}

json::Value to_json(const kube::StringMap& map) {
  json::Object object;
  for (const auto& [key, text] : map) object.append(key, text);
  return object;
}

}  // namespace slipway::sim::workloads
