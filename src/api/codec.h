#pragma once

#include "api/kinds.h"
#include "api/member_types.h"

// The bodies of the templates in kinds.h, to be instantiated once, at the end of the family's *_description.cpp.
// Internal to this layer.
namespace slipway::api {

template <class T>
Result<T> decode(const json::Value& value) {
  T decoded{};
  if (auto done = description::decode_struct(description::description_of(std::type_identity<T>{}), value, &decoded);
      !done) {
    return fail(description::to_error(done.error()));
  }
  return decoded;
}

template <class T>
json::Value encode(const T& value) {
  return description::encode_struct(description::description_of(std::type_identity<T>{}), &value);
}

template <class T>
const T* as(const kube::Object& object) {
  const void* const tag = &description::description_of(std::type_identity<T>{});
  if (const void* known = object.decoded(tag)) return static_cast<const T*>(known);
  Result<T> decoded = decode_object<T>(object);
  if (!decoded) return nullptr;
  const auto shared = std::make_shared<const T>(std::move(*decoded));
  object.remember(tag, shared);
  return shared.get();
}

// Body and status of the object as one value. Error: corrupt.
[[nodiscard]] Result<json::Value> body_and_status(const kube::Object& object);
// The kind of that name in the fleet's table, which must have it.
[[nodiscard]] const KindInfo& kind_named(std::string_view kind);

template <class T>
Result<T> decode_object(const kube::Object& object) {
  const std::string& kind = object.kind().kind;
  if (kind != kind_info<T>(Scope::cluster).kind && kind != kind_info<T>(Scope::namespaced).kind) {
    return fail(Reason::bad_request, "{} is no {}", kind, kind_info<T>(Scope::cluster).kind);
  }
  const Result<json::Value> whole = body_and_status(object);
  if (!whole) return fail(whole.error());
  Result<T> decoded = decode<T>(*whole);
  if (!decoded) return fail(with_context(decoded.error(), fmt::format("{} {}", kind, object.key().text())));
  decoded->metadata = object.metadata();
  return decoded;
}

}  // namespace slipway::api

// What kinds.h promises for an inner struct T.
#define SLIPWAY_API_STRUCT(T)                                             \
  template ::slipway::Result<T> decode<T>(const ::slipway::json::Value&); \
  template ::slipway::json::Value encode<T>(const T&);

// What kinds.h promises for a root struct T; a T that stands for one kind names it twice.
#define SLIPWAY_API_ROOT(T, cluster_kind, namespaced_kind)              \
  template <>                                                           \
  const KindInfo& kind_info<T>(Scope scope) {                           \
    static const KindInfo& of_cluster = kind_named(cluster_kind);       \
    static const KindInfo& of_namespaced = kind_named(namespaced_kind); \
    return scope == Scope::cluster ? of_cluster : of_namespaced;        \
  }                                                                     \
  SLIPWAY_API_STRUCT(T)                                                 \
  template const T* as<T>(const ::slipway::kube::Object&);              \
  template ::slipway::Result<T> decode_object<T>(const ::slipway::kube::Object&);
