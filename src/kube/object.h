#pragma once

#include <memory>
#include <string>

#include "kube/metadata.h"
#include "kube/names.h"

namespace slipway::kube {

// A piece of canonical JSON that never changes and may be shared by many objects and versions (design 3). Null: absent.
using Segment = std::shared_ptr<const std::string>;

// One version of one object, immutable: parsed metadata, and two shared segments of canonical JSON text. The same value
// is held by the registry, the watch window and the caches. Objects live on the core thread; only text leaves it.
class Object {
 public:
  // `body` is a JSON object text with everything besides apiVersion, kind, metadata and status ("{}" when there is
  // nothing).
  Object(GroupVersionKind kind, ObjectMeta metadata, Segment body, Segment status)
      : kind_(std::move(kind)), metadata_(std::move(metadata)), body_(std::move(body)), status_(std::move(status)) {}

  // From a whole object. A missing apiVersion or kind is taken from `kind`. Error: bad_request (metadata is malformed).
  [[nodiscard]] static Result<std::shared_ptr<const Object>> from_json(const GroupVersionKind& kind,
                                                                       const json::Value& whole);

  [[nodiscard]] const GroupVersionKind& kind() const { return kind_; }  // in the storage version
  [[nodiscard]] const ObjectMeta& metadata() const { return metadata_; }
  [[nodiscard]] NamespacedName key() const { return {metadata_.namespace_, metadata_.name}; }
  [[nodiscard]] std::uint64_t revision() const { return metadata_.resource_version; }
  [[nodiscard]] const Segment& body() const { return body_; }
  [[nodiscard]] const Segment& status() const { return status_; }

  // The whole object as a value, with apiVersion and kind.
  [[nodiscard]] json::Value to_value() const;
  // The whole object as text in `api_version` (kinds convert by schema only: None conversion).
  [[nodiscard]] std::string to_json(std::string_view api_version) const;

  // What api::decode<T> made of this version, kept so that it is decoded once (design 3). `tag` names the type.
  [[nodiscard]] const void* decoded(const void* tag) const { return decoded_tag_ == tag ? decoded_.get() : nullptr; }
  void remember(const void* tag, std::shared_ptr<const void> decoded) const {
    decoded_tag_ = tag;
    decoded_ = std::move(decoded);
  }

 private:
  GroupVersionKind kind_;
  ObjectMeta metadata_;
  Segment body_;
  Segment status_;
  mutable const void* decoded_tag_ = nullptr;
  mutable std::shared_ptr<const void> decoded_;
};

using ObjectPtr = std::shared_ptr<const Object>;

}  // namespace slipway::kube
