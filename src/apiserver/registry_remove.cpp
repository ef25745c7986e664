// DELETE (kube-api 9.1).
#include "apiserver/conversion.h"
#include "apiserver/errors.h"
#include "apiserver/json_conditions.h"
#include "apiserver/memory_registry.h"
#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view orphan = "orphan";
constexpr std::string_view foreground = "foregroundDeletion";
constexpr std::int64_t pod_grace_seconds = 30;

Result<void> check_preconditions(const Resource& resource, const kube::ObjectMeta& stored,
                                 const Preconditions& expected) {
  if (!expected.uid.empty() && expected.uid != stored.uid) {
    return fail(precondition_failed(resource.group_kind(), stored.name,
                                    fmt::format("the UID in the precondition ({}) does not match the UID in record "
                                                "({}). The object might have been deleted "
                                                "and then recreated",
                                                expected.uid, stored.uid)));
  }
  const std::string version = std::to_string(stored.resource_version);
  if (!expected.resource_version.empty() && expected.resource_version != version) {
    return fail(precondition_failed(resource.group_kind(), stored.name,
                                    fmt::format("the ResourceVersion in the precondition ({}) does not match the "
                                                "ResourceVersion in record ({}). The object "
                                                "might have been modified",
                                                expected.resource_version, version)));
  }
  return {};
}

// Step 2. Without a policy what is there stays.
void set_collection_finalizers(std::vector<std::string>& finalizers, std::optional<client::Propagation> propagation) {
  if (!propagation) return;
  const auto set = [&](std::string_view finalizer, bool wanted) {
    const auto found = std::ranges::find(finalizers, finalizer);
    if (found != finalizers.end() && !wanted) finalizers.erase(found);
    if (found == finalizers.end() && wanted) finalizers.emplace_back(finalizer);
  };
  set(orphan, *propagation == client::Propagation::orphan);
  set(foreground, *propagation == client::Propagation::foreground);
}

// Seconds a pod gets to stop: none when no node runs it.
std::int64_t pod_grace(const json::Value& pod, std::optional<std::int64_t> asked) {
  const std::string_view phase = pod.text_at({"status", "phase"});
  if (pod.text_at({"spec", "nodeName"}).empty() || phase == "Succeeded" || phase == "Failed") return 0;
  if (asked) return std::max<std::int64_t>(0, *asked);
  const json::Value* own = pod.find_path({"spec", "terminationGracePeriodSeconds"});
  return own != nullptr && own->integer() != nullptr ? *own->integer() : pod_grace_seconds;
}

// When the removal is due; a second request may only shorten the time.
void mark(kube::ObjectMeta& metadata, std::int64_t grace, WallTime now) {
  if (metadata.is_deleting()) {
    if (grace >= metadata.deletion_grace_period_seconds.value_or(0)) return;
  } else if (metadata.generation > 0) {
    ++metadata.generation;
  }
  metadata.deletion_timestamp = now + std::chrono::seconds{grace};
  metadata.deletion_grace_period_seconds = grace;
}

}  // namespace

Result<Deleted> MemoryRegistry::remove(const Resource& resource, const kube::NamespacedName& key,
                                       DeleteContext context) {
  if (!resource.is_stored()) return fail(method_not_allowed());
  if (auto admitted = admit_load(); !admitted) return fail(std::move(admitted.error()));
  if (is_namespace(resource) && NamespaceLifecycle::is_immortal(key.name)) {
    return fail(refused(resource.id, key.name, "this namespace may not be deleted"));
  }
  const kube::ObjectPtr old = find_object(resource.id, key);
  if (old == nullptr) return fail(not_found(resource.id, key.name));
  const kube::ObjectMeta& was = old->metadata();
  if (auto checked = check_preconditions(resource, was, context.preconditions); !checked)
    return fail(std::move(checked.error()));
  if (internal_depth_ == 0 && !admissions_.empty()) {
    const auto request = admission_request(resource, AdmissionRequest::Operation::remove, key, context.write, old);
    if (auto judged = judge(request, old->to_value()); !judged) return fail(std::move(judged.error()));
  }

  kube::ObjectMeta metadata = was;
  set_collection_finalizers(metadata.finalizers, context.propagation);
  Draft draft{.metadata = {}, .content = {}};
  const bool reads_content = is_pod(resource) || is_namespace(resource) || is_crd(resource);
  if (reads_content) draft.content = old->to_value();
  const std::int64_t grace = is_pod(resource) ? pod_grace(draft.content, context.grace_period_seconds) : 0;
  mark(metadata, grace, clock_.wall());
  if (is_deletion_complete(resource, metadata, draft.content)) {
    if (context.write.dry_run) return Deleted{.object = old, .gone = true};
    return Deleted{.object = erase(resource, old), .gone = true};
  }

  if (is_namespace(resource)) draft.content["status"]["phase"] = "Terminating";
  if (is_crd(resource)) {
    set_condition(draft.content["status"]["conditions"], "Terminating", true, "InstanceDeletionInProgress",
                  "CustomResource deletion is in progress", clock_.wall());
  }
  Parts parts{.metadata = {}, .body = old->body(), .status = old->status()};
  if (reads_content) parts = split(std::move(draft), journal_.segments());
  parts.metadata = std::move(metadata);
  if (parts.metadata == was && is_same(parts.status, old->status())) return Deleted{.object = old, .gone = false};
  if (context.write.dry_run) return Deleted{.object = seal(resource, std::move(parts)), .gone = false};
  return Deleted{.object = put(resource, old, std::move(parts)), .gone = false};
}

void MemoryRegistry::remove_internally(const Resource& resource, const kube::NamespacedName& key,
                                       client::Propagation propagation) {
  ++internal_depth_;
  DeleteContext context;
  context.propagation = propagation;
  static_cast<void>(remove(resource, key, std::move(context)));  // gone already: just as well
  --internal_depth_;
}

}  // namespace slipway::apiserver
