#pragma once

#include "apiserver/draft.h"

// Facts about kinds that decide how they are written (kube-api 6.2-6.5, 15.6).
namespace slipway::apiserver {

inline constexpr std::string_view crd_resource = "customresourcedefinitions";
[[nodiscard]] bool is_crd(const Resource& resource);
[[nodiscard]] bool is_namespace(const Resource& resource);
[[nodiscard]] bool is_pod(const Resource& resource);
[[nodiscard]] bool is_event(const Resource& resource);

// A PUT of a name that is not there creates it. The caller authorizes `create` as well.
[[nodiscard]] bool creates_on_update(const Resource& resource);
// A PUT without a resource version overwrites.
[[nodiscard]] bool allows_unconditional_update(const Resource& resource);
[[nodiscard]] bool tracks_generation(const Resource& resource);

// The object that an update is about, of what was sent and what is stored (both in the version of the request): system
// metadata is the stored one's; so is everything that the subresource does not write.
[[nodiscard]] Draft merge_update(const Resource& resource, const ResourceVersion& version, const Draft& old, Draft sent,
                                 std::string_view subresource);

// Whether the step changes what metadata.generation counts.
[[nodiscard]] bool counts_as_generation(const Resource& resource, const Parts& next, const kube::Object& old);

[[nodiscard]] bool is_same(const kube::Segment& a, const kube::Segment& b);

// Nothing holds up the removal of an object that is being deleted: no finalizer, no grace period. `content`: the whole
// object, read for namespaces only.
[[nodiscard]] bool is_deletion_complete(const Resource& resource, const kube::ObjectMeta& metadata,
                                        const json::Value& content);

}  // namespace slipway::apiserver
