#include "apiserver/metadata_rules.h"

#include <algorithm>

#include "apiserver/errors.h"
#include "kube/go_text.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t annotation_bytes_max = 262'144;

std::string check_name(const Resource& resource, std::string_view name) {
  using Rule = api::BuiltinKind::NameRule;
  switch (resource.builtin == nullptr ? Rule::subdomain : resource.builtin->name_rule) {
    case Rule::subdomain:
      return kube::check_dns1123_subdomain(name);
    case Rule::label:
      return kube::check_dns1123_label(name);
    case Rule::label_1035:
      return kube::check_dns1035_label(name);
    case Rule::path_segment:
      return kube::check_path_segment(name);
  }
  std::unreachable();
}

// CRDs count as custom here: their finalizers only warn.
bool is_custom(const Resource& resource) {
  return resource.builtin == nullptr || resource.id.group == "apiextensions.k8s.io";
}

void check_labels(const kube::StringMap& labels, std::vector<Cause>& causes) {
  for (const auto& [key, value] : labels) {
    if (const std::string why = kube::check_qualified_name(key); !why.empty()) {
      causes.push_back(invalid_text("metadata.labels", key, why));
    }
    if (const std::string why = kube::check_label_value(value); !why.empty()) {
      causes.push_back(invalid_text("metadata.labels", value, why));
    }
  }
}

void check_annotations(const kube::StringMap& annotations, std::vector<Cause>& causes) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : annotations) {
    std::string lower = key;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (const std::string why = kube::check_qualified_name(lower); !why.empty()) {
      causes.push_back(invalid_text("metadata.annotations", key, why));
    }
    bytes += key.size() + value.size();
  }
  if (bytes > annotation_bytes_max) {
    causes.push_back({"FieldValueTooLong", "metadata.annotations",
                      fmt::format("Too long: must have at most {} bytes", annotation_bytes_max)});
  }
}

void check_finalizers(const Resource& resource, const std::vector<std::string>& finalizers,
                      std::vector<Cause>& causes) {
  bool orphans = false;
  bool is_foreground = false;
  for (const std::string& finalizer : finalizers) {
    orphans |= finalizer == "orphan";
    is_foreground |= finalizer == "foregroundDeletion";
    if (const std::string why = kube::check_qualified_name(finalizer); !why.empty()) {
      causes.push_back(invalid_text("metadata.finalizers", finalizer, why));
    } else if (!is_custom(resource) && !finalizer.contains('/') && finalizer != "kubernetes" && finalizer != "orphan" &&
               finalizer != "foregroundDeletion") {
      causes.push_back(invalid_text("metadata.finalizers", finalizer,
                                    "name is neither a standard finalizer name nor is it fully qualified"));
    }
  }
  if (orphans && is_foreground) {
    causes.push_back(invalid_value("metadata.finalizers",
                                   fmt::format("[]string{{{}}}", R"("orphan", "foregroundDeletion")"),
                                   "finalizer orphan and foregroundDeletion cannot be both set"));
  }
}

void check_owners(const std::vector<kube::OwnerReference>& owners, std::vector<Cause>& causes) {
  const std::string field = "metadata.ownerReferences";
  const auto need = [&](std::string_view member, const std::string& value, std::string_view why) {
    if (value.empty()) causes.push_back(invalid_text(fmt::format("{}.{}", field, member), value, why));
  };
  const kube::OwnerReference* controller = nullptr;
  for (const kube::OwnerReference& owner : owners) {
    need("apiVersion", owner.api_version, "version must not be empty");
    need("kind", owner.kind, "must not be empty");
    need("name", owner.name, "must not be empty");
    need("uid", owner.uid, "must not be empty");
    if (owner.kind == "Event" && owner.api_version == "v1") {
      causes.push_back(invalid_text(field, owner.name, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (!owner.controller.value_or(false)) continue;
    if (controller != nullptr) {
      causes.push_back(invalid_text(
          field, owner.name,
          fmt::format("Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
                      controller->name, owner.name)));
      return;
    }
    controller = &owner;
  }
}

}  // namespace

std::vector<Cause> check_metadata(const Resource& resource, const kube::ObjectMeta& metadata) {
  std::vector<Cause> causes;
  if (metadata.name.empty()) {
    causes.push_back(required_value("metadata.name", "name or generateName is required"));
  } else if (const std::string why = check_name(resource, metadata.name); !why.empty()) {
    causes.push_back(invalid_text("metadata.name", metadata.name, why));
  }
  check_labels(metadata.labels, causes);
  check_annotations(metadata.annotations, causes);
  check_finalizers(resource, metadata.finalizers, causes);
  check_owners(metadata.owner_references, causes);
  return causes;
}

std::vector<Cause> check_metadata_change(const kube::ObjectMeta& next, const kube::ObjectMeta& old) {
  if (!old.is_deleting()) return {};
  std::string added;
  for (const std::string& finalizer : next.finalizers) {
    if (old.has_finalizer(finalizer)) continue;
    if (!added.empty()) added += ", ";
    added += kube::go_quoted(finalizer);
  }
  if (added.empty()) return {};
  return {
      forbidden_value("metadata.finalizers",
                      fmt::format("no new finalizers can be added if the object is being deleted, found new finalizers "
                                  "[]string{{{}}}",
                                  added))};
}

std::vector<std::string> finalizer_warnings(const Resource& resource, const kube::ObjectMeta& next,
                                            const kube::ObjectMeta* old) {
  std::vector<std::string> warnings;
  if (!is_custom(resource)) return warnings;
  for (const std::string& finalizer : next.finalizers) {
    const bool is_known = finalizer.contains('/') || finalizer == "orphan" || finalizer == "foregroundDeletion";
    if (is_known || (old != nullptr && old->has_finalizer(finalizer))) continue;
    warnings.push_back(
        fmt::format("metadata.finalizers: \"{}\": prefer a domain-qualified finalizer name including a path (/) "
                    "to avoid accidental conflicts with other finalizer writers",
                    finalizer));
  }
  return warnings;
}

}  // namespace slipway::apiserver
