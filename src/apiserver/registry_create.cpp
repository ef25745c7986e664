// POST (kube-api 6.1, 6.2), and what all writes share.
#include "apiserver/conversion.h"
#include "apiserver/crd_rules.h"
#include "apiserver/errors.h"
#include "apiserver/memory_registry.h"
#include "apiserver/metadata_rules.h"
#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t generated_prefix_bytes_max = 58;
constexpr std::size_t generated_suffix_bytes = 5;
constexpr std::string_view generated_alphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr int generated_attempts = 8;
constexpr std::size_t object_bytes_max = 1'572'864;  // kube-api 12

// Step 4: where the object goes, against where it says it is.
Result<void> place(const Resource& resource, kube::ObjectMeta& metadata, const std::string& namespace_) {
  const std::string& wanted = resource.namespaced ? namespace_ : "";
  if (metadata.namespace_.empty()) metadata.namespace_ = wanted;
  if (metadata.namespace_ == wanted) return {};
  return fail(Reason::bad_request,
              "the namespace of the provided object does not match the namespace sent on the request");
}

}  // namespace

Result<void> MemoryRegistry::admit_load() const {
  if (internal_depth_ == 0 && journal_.is_full()) return fail(overloaded());
  return {};
}

Result<const ResourceVersion*> MemoryRegistry::version_of(const Resource& resource, const WriteContext& context) const {
  const ResourceVersion* version = context.version.empty() ? &resource.storage() : resource.version(context.version);
  if (version == nullptr) return fail(Reason::not_found, "the server could not find the requested resource");
  return version;
}

Result<kube::ObjectPtr> MemoryRegistry::create(const Resource& resource, const std::string& namespace_,
                                               json::Value body, WriteContext context) {
  if (!resource.is_stored() || !context.subresource.empty()) return fail(method_not_allowed());
  if (auto admitted = admit_load(); !admitted) return fail(std::move(admitted.error()));
  const auto version = version_of(resource, context);
  if (!version) return fail(version.error());
  auto decoded = decode(resource, **version, std::move(body), context, false);
  if (!decoded) return fail(std::move(decoded.error()));
  Draft draft = std::move(*decoded);
  kube::ObjectMeta& metadata = draft.metadata;
  if (auto placed = place(resource, metadata, namespace_); !placed) return fail(std::move(placed.error()));
  if (auto admitted = admit_namespace(resource, {metadata.namespace_, metadata.name}); !admitted) {
    return fail(std::move(admitted.error()));
  }
  if (custom_.is_terminating(resource.id)) {
    return fail(Reason::method_not_allowed, "create not allowed while custom resource definition is terminating");
  }
  if (metadata.resource_version != 0) {
    return fail(Reason::internal, "resourceVersion should not be set on objects to be created");
  }

  metadata.uid = rng_.uuid();
  metadata.creation_timestamp = clock_.wall();
  metadata.deletion_timestamp.reset();
  metadata.deletion_grace_period_seconds.reset();
  metadata.generation = tracks_generation(resource) ? 1 : 0;
  if (metadata.name.empty() && !metadata.generate_name.empty()) {
    auto name = generate_name(resource, metadata);
    if (!name) return fail(std::move(name.error()));
    metadata.name = std::move(*name);
  }
  if ((*version)->has_status) draft.content.object()->erase("status");
  draft.sync();
  const auto request = admission_request(resource, AdmissionRequest::Operation::create,
                                         {metadata.namespace_, metadata.name}, context, nullptr);
  if (auto mutated = mutate(request, **version, draft); !mutated) return fail(std::move(mutated.error()));
  if (auto prepared = prepare_kind(resource, draft, nullptr, context); !prepared)
    return fail(std::move(prepared.error()));
  if (auto valid = validate(resource, **version, draft, nullptr, nullptr); !valid)
    return fail(std::move(valid.error()));
  if (auto judged = judge(request, draft.content); !judged) return fail(std::move(judged.error()));
  if (context.warnings != nullptr) {
    for (std::string& warning : finalizer_warnings(resource, metadata, nullptr))
      context.warnings->push_back(std::move(warning));
  }
  if (find_object(resource.id, {metadata.namespace_, metadata.name}) != nullptr) {
    return fail(already_exists(resource.id, metadata.name));
  }

  to_storage(resource, **version, draft);
  Parts parts = split(std::move(draft), journal_.segments());
  if (auto fits = check_size(parts); !fits) return fail(std::move(fits.error()));
  if (context.dry_run) return seal(resource, std::move(parts));
  auto created = put(resource, nullptr, std::move(parts));
  if (is_namespace(resource)) namespaces_.run();  // its service account is there when the answer is
  return created;
}

Result<void> MemoryRegistry::create_internally(const Resource& resource, const std::string& namespace_,
                                               json::Value body) {
  ++internal_depth_;
  WriteContext context;
  context.identity = {.user = "system:apiserver", .groups = {"system:masters", "system:authenticated"}};
  const auto created = create(resource, namespace_, std::move(body), std::move(context));
  --internal_depth_;
  if (!created && created.error().reason != Reason::already_exists) return fail(created.error());
  return {};
}

Result<std::string> MemoryRegistry::generate_name(const Resource& resource, const kube::ObjectMeta& metadata) {
  const std::string prefix = metadata.generate_name.substr(0, generated_prefix_bytes_max);
  std::string name;
  for (int attempt = 0; attempt < generated_attempts; ++attempt) {
    name = prefix + rng_.text(generated_suffix_bytes, generated_alphabet);
    if (find_object(resource.id, {metadata.namespace_, name}) == nullptr) return name;
  }
  Error error = already_exists(resource.id, name);
  error.message += ", the server was not able to generate a unique name for the object";
  error.retry_after = std::chrono::seconds{1};
  return fail(std::move(error));
}

// NamespaceLifecycle (6.8): nothing is created where there is no namespace, or one that is going away.
Result<void> MemoryRegistry::admit_namespace(const Resource& resource, const kube::NamespacedName& key) const {
  if (!resource.namespaced) return {};
  const auto object = find_object({"", "namespaces"}, {"", key.namespace_});
  if (object == nullptr) return fail(not_found({"", "namespaces"}, key.namespace_));
  if (!object->metadata().is_deleting()) return {};
  Error error = refused(
      resource.id, key.name,
      fmt::format("unable to create new content in namespace {} because it is being terminated", key.namespace_));
  error.causes.push_back({.reason = "NamespaceTerminating",
                          .field = "metadata.namespace",
                          .message = fmt::format("namespace {} is being terminated", key.namespace_)});
  return fail(std::move(error));
}

AdmissionRequest MemoryRegistry::admission_request(const Resource& resource, AdmissionRequest::Operation operation,
                                                   const kube::NamespacedName& key, const WriteContext& context,
                                                   const kube::ObjectPtr& old) const {
  return {.resource = resource,
          .operation = operation,
          .subresource = context.subresource,
          .key = key,
          .identity = context.identity,
          .dry_run = context.dry_run,
          .old = old.get()};
}

Result<void> MemoryRegistry::mutate(const AdmissionRequest& request, const ResourceVersion& version,
                                    Draft& draft) const {
  if (admissions_.empty() || internal_depth_ > 0) return {};
  for (const auto& admission : admissions_) {
    if (auto mutated = admission->mutate(request, draft.content); !mutated) return mutated;
  }
  if (version.schema != nullptr) version.schema->prune(draft.content);
  if (const json::Value* metadata = draft.content.find("metadata")) {
    auto parsed = kube::parse_metadata(*metadata);
    if (!parsed) return fail(std::move(parsed.error()));
    draft.metadata = std::move(*parsed);
  }
  return {};
}

Result<void> MemoryRegistry::judge(const AdmissionRequest& request, const json::Value& object) const {
  if (internal_depth_ > 0) return {};
  for (const auto& admission : admissions_) {
    if (auto judged = admission->validate(request, object); !judged) return judged;
  }
  return {};
}

Result<void> MemoryRegistry::prepare_kind(const Resource& resource, Draft& draft, const json::Value* old,
                                          const WriteContext& context) {
  if (is_namespace(resource)) NamespaceLifecycle::prepare(draft);
  const api::BuiltinKind* kind = resource.builtin;
  if (kind == nullptr || !context.subresource.empty()) return {};
  draft.sync();
  if (old == nullptr && kind->prepare_for_create) kind->prepare_for_create(draft.content);
  if (old != nullptr && kind->prepare_for_update) kind->prepare_for_update(draft.content, *old);
  if (kind->allocate) {
    const kube::NamespacedName key{draft.metadata.namespace_, draft.metadata.name};
    auto causes =
        kind->allocate(draft.content, [&](std::string_view claim) { return claims_.is_taken(resource, claim, key); });
    if (!causes.empty()) return fail(invalid(resource.group_kind(), key.name, std::move(causes)));
  }
  if (!is_crd(resource)) return {};
  apply_crd_defaults(draft.content);
  if (old == nullptr && !draft.metadata.has_finalizer(crd_cleanup_finalizer)) {
    draft.metadata.finalizers.emplace_back(crd_cleanup_finalizer);
    draft.sync();
  }
  if (!draft.metadata.is_deleting()) custom_.write_status(draft.content, clock_.wall());
  return {};
}

Result<void> MemoryRegistry::validate(const Resource& resource, const ResourceVersion& version, Draft& draft,
                                      const json::Value* old, const kube::ObjectMeta* old_metadata) {
  draft.sync();
  auto causes = check_metadata(resource, draft.metadata);
  const auto add = [&](std::vector<Cause> more) { std::ranges::move(more, std::back_inserter(causes)); };
  if (old_metadata != nullptr) add(check_metadata_change(draft.metadata, *old_metadata));
  if (version.schema != nullptr) add(version.schema->validate(draft.content, old));
  if (resource.builtin != nullptr && resource.builtin->validate) add(resource.builtin->validate(draft.content, old));
  if (is_crd(resource)) {
    add(check_crd(draft.content, old));
    if (causes.empty()) {
      if (auto compiled = custom_.compile(draft.content); !compiled) return fail(std::move(compiled.error()));
    }
  }
  if (!causes.empty()) return fail(invalid(resource.group_kind(), draft.metadata.name, std::move(causes)));
  return {};
}

Result<void> MemoryRegistry::check_size(const Parts& parts) {
  const std::size_t bytes = (parts.body ? parts.body->size() : 0) + (parts.status ? parts.status->size() : 0);
  if (bytes <= object_bytes_max) return {};
  return fail(Reason::request_entity_too_large, "Request entity too large: limit is {}", object_bytes_max);
}

}  // namespace slipway::apiserver
