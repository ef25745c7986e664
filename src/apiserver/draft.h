#pragma once

#include "apiserver/registry.h"

namespace slipway::apiserver {

// An object on its way through the write pipeline (kube-api 6.1). `metadata` is the truth; the copy inside `content` is
// brought up to date by sync() before anything reads it.
struct Draft {
  kube::ObjectMeta metadata;
  json::Value content;
  void sync() { content["metadata"] = kube::to_json(metadata); }
};

// The parts an object is stored in; equal parts are the same segment.
struct Parts {
  kube::ObjectMeta metadata;
  kube::Segment body;
  kube::Segment status;
};

// A stored object for editing, as `version` shows it.
[[nodiscard]] Draft draft_of(const Resource& resource, const kube::ObjectPtr& object, std::string_view version);

// Steps 2 and 5: a body in `version` is checked for its kind, its unknown fields are reported and dropped, defaults
// filled in. Errors: bad_request; for a patched document (`is_patched`) invalid, as 6.6 says.
[[nodiscard]] Result<Draft> decode(const Resource& resource, const ResourceVersion& version, json::Value body,
                                   const WriteContext& context, bool is_patched);

// Turns a draft in `version` into the storage version.
void to_storage(const Resource& resource, const ResourceVersion& version, Draft& draft);

[[nodiscard]] Parts split(Draft draft, SegmentPool& segments);

}  // namespace slipway::apiserver
