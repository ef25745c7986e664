#include "apiserver/namespace_lifecycle.h"

#include <algorithm>
#include <array>
#include <map>

#include "apiserver/json_conditions.h"
#include "apiserver/memory_registry.h"
#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view name_label = "kubernetes.io/metadata.name";
constexpr std::string_view default_account = "default";
const kube::GroupResource namespaces_id{"", "namespaces"};
const kube::GroupResource accounts_id{"", "serviceaccounts"};

// What stands in the way of a namespace's end.
struct Remains {
  std::map<std::string, std::size_t> by_resource;
  std::map<std::string, std::size_t> by_finalizer;
};

std::string counted(const std::map<std::string, std::size_t>& counts, std::string_view format_tail) {
  std::string out;
  for (const auto& [what, count] : counts) {
    if (!out.empty()) out += ", ";
    out += fmt::format(fmt::runtime(format_tail), what, count);
  }
  return out;
}

// The counts in a message go stale rather than cost a write for each object that goes: only a change of status or
// reason is one.
bool set_if_moved(json::Value& conditions, std::string_view type, bool status, std::string_view reason,
                  const std::string& message, WallTime now) {
  const json::Value* present = find_condition(&conditions, type);
  const bool stands = present != nullptr && present->text_at({"reason"}) == reason &&
                      (present->text_at({"status"}) == "True") == status;
  return !stands && set_condition(conditions, type, status, reason, message, now);
}

// kube-api 9.4: type, status, reason, message.
bool write_conditions(json::Value& conditions, const Remains& remains, WallTime now) {
  bool moved = set_if_moved(conditions, "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                            "All resources successfully discovered", now);
  moved |= set_if_moved(conditions, "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                        "All legacy kube types successfully parsed", now);
  moved |= set_if_moved(conditions, "NamespaceDeletionContentFailure", false, "ContentDeleted",
                        "All content successfully deleted, may be waiting on finalization", now);
  if (remains.by_resource.empty()) {
    moved |= set_if_moved(conditions, "NamespaceContentRemaining", false, "ContentRemoved",
                          "All content successfully removed", now);
  } else {
    moved |= set_if_moved(
        conditions, "NamespaceContentRemaining", true, "SomeResourcesRemain",
        "Some resources are remaining: " + counted(remains.by_resource, "{} has {} resource instances"), now);
  }
  if (remains.by_finalizer.empty()) {
    moved |= set_if_moved(conditions, "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
                          "All content-preserving finalizers finished", now);
  } else {
    moved |= set_if_moved(conditions, "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                          "Some content in the namespace has finalizers remaining: " +
                              counted(remains.by_finalizer, "{} in {} resource instances"),
                          now);
  }
  return moved;
}

}  // namespace

void NamespaceLifecycle::prepare(Draft& draft) {
  draft.metadata.labels.insert_or_assign(std::string(name_label), draft.metadata.name);
  draft.sync();
}

bool NamespaceLifecycle::is_immortal(std::string_view name) {
  static constexpr std::array<std::string_view, 3> immortal = {"default", "kube-system", "kube-public"};
  return std::ranges::find(immortal, name) != immortal.end();
}

void NamespaceLifecycle::on_change(const Resource& resource, const kube::ObjectPtr& before,
                                   const kube::ObjectPtr& after) {
  const kube::ObjectMeta& metadata = (after != nullptr ? after : before)->metadata();
  if (is_namespace(resource)) {
    if (after == nullptr) {
      terminating_.erase(metadata.name);
    } else if (after->metadata().is_deleting()) {
      if (terminating_.insert(metadata.name).second) to_empty_.insert(metadata.name);
    } else if (before == nullptr) {
      to_equip_.insert(metadata.name);
    }
    return;
  }
  if (after != nullptr || metadata.namespace_.empty()) return;
  if (terminating_.contains(metadata.namespace_)) {
    to_empty_.insert(metadata.namespace_);
  } else if (resource.id == accounts_id && metadata.name == default_account) {
    to_equip_.insert(metadata.namespace_);
  }
}

void NamespaceLifecycle::run() {
  while (!to_equip_.empty()) equip(to_equip_.extract(to_equip_.begin()).value());
  while (!to_empty_.empty()) empty(to_empty_.extract(to_empty_.begin()).value());
}

// Pods need the service account at once, where a real cluster has it a moment later (6.8).
void NamespaceLifecycle::equip(const std::string& name) {
  const auto object = registry_.find_object(namespaces_id, {"", name});
  if (object == nullptr || object->metadata().is_deleting()) return;
  if (registry_.find_object(accounts_id, {name, std::string(default_account)}) != nullptr) return;
  const auto accounts = registry_.find(accounts_id);
  if (accounts == nullptr) return;
  const json::Object body{{"metadata", json::Object{{"name", default_account}, {"namespace", name}}}};
  static_cast<void>(
      registry_.create_internally(*accounts, name, body));  // fails only where the namespace is going away
}

void NamespaceLifecycle::empty(const std::string& name) {
  const auto namespaces = registry_.find(namespaces_id);
  const auto object = registry_.find_object(namespaces_id, {"", name});
  if (namespaces == nullptr || object == nullptr || !object->metadata().is_deleting()) return;
  Remains remains;
  for (const auto& resource : registry_.resources()) {
    const Collection* objects = resource->namespaced ? registry_.find_collection(resource->id) : nullptr;
    if (objects == nullptr || !objects->has_objects_in(name)) continue;
    for (const kube::NamespacedName& key : objects->keys_in(name)) {
      const auto present = objects->get(key);
      if (present != nullptr && !present->metadata().is_deleting()) {
        registry_.remove_internally(*resource, key, client::Propagation::background);
      }
      const auto left = objects->get(key);
      if (left == nullptr) continue;
      ++remains.by_resource[resource->id.text()];
      for (const std::string& finalizer : left->metadata().finalizers) ++remains.by_finalizer[finalizer];
    }
  }
  to_empty_.erase(name);  // what went just now is counted
  registry_.amend(*namespaces, {"", name}, [&](Draft& draft) {
    bool changed = write_conditions(draft.content["status"]["conditions"], remains, registry_.clock().wall());
    json::Value* finalizers = draft.content.find_path({"spec", "finalizers"});
    if (remains.by_resource.empty() && finalizers != nullptr) {
      draft.content["spec"].object()->erase("finalizers");
      changed = true;
    }
    return changed;
  });
}

}  // namespace slipway::apiserver
