#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/controller.h"
#include "json/value.h"
#include "kube/object.h"

// The built-in objects that the simulated controllers read and write, unstructured (design 3): kinds, names, and writes
// that are each conditional on what was observed. Everything lives on Side::member.
namespace slipway::sim::workloads {

struct Kind {
  kube::GroupVersionKind kind;
  kube::GroupVersionResource resource;
  [[nodiscard]] engine::Collection collection() const { return {engine::Side::member, resource.group_resource()}; }
};
[[nodiscard]] const Kind& deployments();
[[nodiscard]] const Kind& replica_sets();
[[nodiscard]] const Kind& pods();
[[nodiscard]] const Kind& services();
[[nodiscard]] const Kind& endpoints();
[[nodiscard]] const Kind& endpoint_slices();
[[nodiscard]] const Kind& nodes();
[[nodiscard]] const Kind& namespaces();

// `number` in the alphabet that Kubernetes makes generated names of: no vowels, nothing that reads like something else.
[[nodiscard]] std::string safe_text(std::uint64_t number);
// As many characters of it as a generated name ends with.
inline constexpr std::size_t suffix_length = 5;
[[nodiscard]] std::string name_suffix(std::string_view seed);

// Whether the object is controlled by one of this UID.
[[nodiscard]] bool is_controlled_by(const kube::Object& object, std::string_view uid);
// The reference that makes `owner` the controller of what carries it.
[[nodiscard]] json::Value controller_reference(const Kind& kind, const kube::ObjectMeta& owner);

[[nodiscard]] engine::Write create(const Kind& kind, json::Value whole, std::string why);
// A merge patch of everything but the status.
[[nodiscard]] engine::Write patch(const Kind& kind, const kube::Object& object, json::Value patch, std::string why);
// `grace_seconds` 0 ends a pod that is being deleted.
[[nodiscard]] engine::Write remove(const Kind& kind, const kube::Object& object, std::string why,
                                   std::optional<std::int64_t> grace_seconds = {});
// Makes the object's status this one and adds `annotations`; nothing when it is so already.
[[nodiscard]] std::optional<engine::Write> set_status(const Kind& kind, const kube::Object& object, json::Value status,
                                                      std::string why, const kube::StringMap& annotations = {});
// Makes the controller reference of `object` this one (null: none).
[[nodiscard]] engine::Write set_controller(const Kind& kind, const kube::Object& object, const json::Value& reference,
                                           std::string why);
// The whole object as a server would store it: members with no content gone, quantities and times in one form.
[[nodiscard]] json::Value settled(const Kind& kind, json::Value whole);

[[nodiscard]] engine::Event event(const Kind& kind, const kube::Object& object, std::string reason, std::string message,
                                  bool warning = false);

[[nodiscard]] json::Value to_json(const kube::StringMap& map);

// What is remembered beside an object's version, made once by `make` (Object::remember). Core thread only; lives as
// long as the object.
template <class T, class Make>
[[nodiscard]] const T& remembered(const kube::Object& object, const Make& make) {
  static constexpr char tag = 0;
  if (const void* known = object.decoded(&tag)) return *static_cast<const T*>(known);
  auto made = std::make_shared<const T>(make(object));
  const T& value = *made;
  object.remember(&tag, std::move(made));
  return value;
}

}  // namespace slipway::sim::workloads
