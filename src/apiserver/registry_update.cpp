// PUT and PATCH (kube-api 6.3-6.6, 7).
#include "apiserver/errors.h"
#include "apiserver/memory_registry.h"
#include "apiserver/metadata_rules.h"
#include "apiserver/write_rules.h"
#include "json/patch.h"
#include "kube/strategic_merge.h"

namespace slipway::apiserver {
namespace {

Result<void> check_place(const Resource& resource, kube::ObjectMeta& metadata, const kube::NamespacedName& key) {
  if (metadata.name.empty()) metadata.name = key.name;
  if (metadata.namespace_.empty() && resource.namespaced) metadata.namespace_ = key.namespace_;
  if (metadata.name != key.name) {
    return fail(Reason::bad_request, "the name of the object ({}) does not match the name on the URL ({})",
                metadata.name, key.name);
  }
  if (metadata.namespace_ != key.namespace_) {
    return fail(Reason::bad_request,
                "the namespace of the provided object does not match the namespace sent on the request");
  }
  return {};
}

Result<void> check_uid(const Resource& resource, const kube::ObjectMeta& stored, const std::string& expected) {
  if (expected.empty() || expected == stored.uid) return {};
  return fail(conflict(
      resource.id, stored.name,
      fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", expected, stored.uid)));
}

// 6.3. `sent` is the version that the document names, 0 for none.
Result<void> check_lock(const Resource& resource, const kube::ObjectMeta& stored, std::uint64_t sent,
                        const Preconditions& expected) {
  if (!expected.resource_version.empty() && expected.resource_version != std::to_string(stored.resource_version)) {
    return fail(modified(resource.id, stored.name));
  }
  if (sent == stored.resource_version) return {};
  if (sent != 0) return fail(modified(resource.id, stored.name));
  if (allows_unconditional_update(resource) || !expected.resource_version.empty()) return {};
  // Kubernetes names the resource here, not the kind.
  return fail(invalid({resource.id.group, resource.id.resource}, stored.name,
                      {invalid_value("metadata.resourceVersion", "0x0", "must be specified for an update")}));
}

Result<json::Value> apply_patch(const Resource& resource, json::Value document, PatchType type,
                                const json::Value& patch) {
  switch (type) {
    case PatchType::merge:
      if (!patch.is_object())
        return fail(Reason::bad_request, "error decoding patch: a merge patch must be a JSON object");
      return json::apply_merge_patch(std::move(document), patch);
    case PatchType::json: {
      auto patched = json::apply_json_patch(std::move(document), patch);
      if (patched) return patched;
      if (patched.error().reason == Reason::bad_request)
        return fail(with_context(std::move(patched.error()), "error decoding patch"));
      return fail(Reason::invalid, "the server rejected our request due to an error in our request");
    }
    case PatchType::strategic:
      if (resource.builtin == nullptr) {
        return fail(Reason::unsupported_media_type,
                    "the body of the request was in an unknown format - accepted media types include: "
                    "application/json-patch+json, application/merge-patch+json");
      }
      if (!patch.is_object())
        return fail(Reason::bad_request, "error decoding patch: a strategic merge patch must be a JSON object");
      return kube::apply_strategic_merge_patch(resource.group_kind(), std::move(document), patch);
  }
  std::unreachable();
}

}  // namespace

Result<kube::ObjectPtr> MemoryRegistry::update(const Resource& resource, const kube::NamespacedName& key,
                                               json::Value body, WriteContext context) {
  if (!resource.is_stored()) return fail(method_not_allowed());
  if (auto admitted = admit_load(); !admitted) return fail(std::move(admitted.error()));
  const auto version = version_of(resource, context);
  if (!version) return fail(version.error());
  const kube::ObjectPtr old = find_object(resource.id, key);
  if (old == nullptr && context.subresource.empty() && creates_on_update(resource)) {
    return create_by_update(resource, key, std::move(body), std::move(context));
  }
  auto draft = decode(resource, **version, std::move(body), context, false);
  if (!draft) return fail(std::move(draft.error()));
  if (auto placed = check_place(resource, draft->metadata, key); !placed) return fail(std::move(placed.error()));
  if (old == nullptr) return fail(not_found(resource.id, key.name));
  return replace(resource, **version, old, draft_of(resource, old, (*version)->name), std::move(*draft), context);
}

Result<kube::ObjectPtr> MemoryRegistry::create_by_update(const Resource& resource, const kube::NamespacedName& key,
                                                         json::Value body, WriteContext context) {
  if (!body.is_object()) return fail(Reason::bad_request, "an object of kind {} must be a JSON object", resource.kind);
  json::Value& metadata = body["metadata"];
  const std::string_view name = metadata.text_at({"name"});
  if (!name.empty() && name != key.name) {
    return fail(Reason::bad_request, "the name of the object ({}) does not match the name on the URL ({})", name,
                key.name);
  }
  // Who names a version or UID means an object that is no longer there.
  const bool expects_one = !metadata.text_at({"uid"}).empty() || !context.preconditions.uid.empty();
  if (expects_one) return fail(conflict(resource.id, key.name, "Precondition failed: the object does not exist"));
  if (!metadata.text_at({"resourceVersion"}).empty() || !context.preconditions.resource_version.empty()) {
    return fail(modified(resource.id, key.name));
  }
  metadata["name"] = key.name;
  return create(resource, key.namespace_, std::move(body), std::move(context));
}

// Read, patch and write happen in one turn: nobody can come between, so that a patch conflicts only when it names a
// version.
Result<kube::ObjectPtr> MemoryRegistry::patch(const Resource& resource, const kube::NamespacedName& key, PatchType type,
                                              const json::Value& patch, WriteContext context) {
  if (!resource.is_stored()) return fail(method_not_allowed());
  if (auto admitted = admit_load(); !admitted) return fail(std::move(admitted.error()));
  const auto version = version_of(resource, context);
  if (!version) return fail(version.error());
  const kube::ObjectPtr old = find_object(resource.id, key);
  if (old == nullptr) return fail(not_found(resource.id, key.name));
  Draft present = draft_of(resource, old, (*version)->name);
  auto patched = apply_patch(resource, present.content, type, patch);
  if (!patched) return fail(std::move(patched.error()));
  auto draft = decode(resource, **version, std::move(*patched), context, true);
  if (!draft) return fail(std::move(draft.error()));
  if (auto placed = check_place(resource, draft->metadata, key); !placed) return fail(std::move(placed.error()));
  return replace(resource, **version, old, present, std::move(*draft), context);
}

Result<kube::ObjectPtr> MemoryRegistry::replace(const Resource& resource, const ResourceVersion& version,
                                                const kube::ObjectPtr& old, const Draft& present, Draft sent,
                                                const WriteContext& context) {
  const std::string& subresource = context.subresource;
  const bool is_known = subresource.empty() || (subresource == "status" && version.has_status) ||
                        (subresource == "finalize" && is_namespace(resource));
  if (!is_known) return fail(Reason::not_found, "the server could not find the requested resource");
  const kube::ObjectMeta& was = old->metadata();
  for (const std::string& expected : {sent.metadata.uid, context.preconditions.uid}) {
    if (auto checked = check_uid(resource, was, expected); !checked) return fail(std::move(checked.error()));
  }
  if (auto checked = check_lock(resource, was, sent.metadata.resource_version, context.preconditions); !checked) {
    return fail(std::move(checked.error()));
  }

  Draft draft = merge_update(resource, version, present, std::move(sent), subresource);
  draft.sync();
  const auto request = admission_request(resource, AdmissionRequest::Operation::update, old->key(), context, old);
  if (auto mutated = mutate(request, version, draft); !mutated) return fail(std::move(mutated.error()));
  if (auto prepared = prepare_kind(resource, draft, &present.content, context); !prepared)
    return fail(std::move(prepared.error()));
  if (auto valid = validate(resource, version, draft, &present.content, &was); !valid)
    return fail(std::move(valid.error()));
  if (auto judged = judge(request, draft.content); !judged) return fail(std::move(judged.error()));
  if (context.warnings != nullptr) {
    for (std::string& warning : finalizer_warnings(resource, draft.metadata, &was))
      context.warnings->push_back(std::move(warning));
  }

  to_storage(resource, version, draft);
  const bool is_gone = is_deletion_complete(resource, draft.metadata, draft.content);
  Parts parts = split(std::move(draft), journal_.segments());
  if (auto fits = check_size(parts); !fits) return fail(std::move(fits.error()));
  if (subresource.empty() && counts_as_generation(resource, parts, *old)) ++parts.metadata.generation;
  const bool is_unchanged =
      parts.metadata == was && is_same(parts.body, old->body()) && is_same(parts.status, old->status());
  if (is_gone) {  // its last finalizer went: the answer is the object as it would have been, with its old version (9.1)
    auto answer = seal(resource, std::move(parts));
    if (!context.dry_run) erase(resource, old);
    return answer;
  }
  if (is_unchanged) return old;
  if (context.dry_run) return seal(resource, std::move(parts));
  return put(resource, old, std::move(parts));
}

}  // namespace slipway::apiserver
