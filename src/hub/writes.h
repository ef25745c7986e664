#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/kinds.h"
#include "engine/controller.h"

// The writes that the hub's controllers plan, each conditional on what was observed (design 4).
namespace slipway::hub {

template <class T>
[[nodiscard]] engine::Write create(const T& object, std::string why, std::string_view field_manager = {}) {
  const auto scope = api::scope_of(object.metadata);
  engine::Write write;
  write.request = {.verb = client::Write::Verb::create,
                   .resource = api::storage_resource_of<T>(scope),
                   .key = {object.metadata.namespace_, object.metadata.name},
                   .body = api::to_value(object, scope),
                   .field_manager = std::string(field_manager)};
  write.why = std::move(why);
  return write;
}

// Replaces everything but the status.
template <class T>
[[nodiscard]] engine::Write update(const T& object, std::string why, std::string_view field_manager = {}) {
  engine::Write write = create(object, std::move(why), field_manager);
  write.request.verb = client::Write::Verb::update;
  write.request.resource_version = object.metadata.resource_version;
  write.request.uid = object.metadata.uid;
  return write;
}

// Replaces the status alone.
template <class T>
[[nodiscard]] engine::Write update_status(const T& object, std::string why, std::string_view field_manager = {}) {
  engine::Write write = update(object, std::move(why), field_manager);
  write.request.verb = client::Write::Verb::update_status;
  return write;
}

// Replaces the finalizers and touches nothing else, so that what a user left out of the spec stays left out.
template <class T>
[[nodiscard]] engine::Write set_finalizers(const T& object, const std::vector<std::string>& finalizers, std::string why,
                                           std::string_view field_manager = {}) {
  const auto scope = api::scope_of(object.metadata);
  json::Object metadata{{"finalizers", json::Array(finalizers.begin(), finalizers.end())}};
  engine::Write write;
  write.request = {.verb = client::Write::Verb::merge_patch,
                   .resource = api::storage_resource_of<T>(scope),
                   .key = {object.metadata.namespace_, object.metadata.name},
                   .body = json::Object{{"metadata", std::move(metadata)}},
                   .resource_version = object.metadata.resource_version,
                   .uid = object.metadata.uid,
                   .field_manager = std::string(field_manager)};
  write.why = std::move(why);
  return write;
}
template <class T>
[[nodiscard]] engine::Write add_finalizer(const T& object, std::string_view finalizer, std::string why,
                                          std::string_view field_manager = {}) {
  auto finalizers = object.metadata.finalizers;
  finalizers.emplace_back(finalizer);
  return set_finalizers(object, finalizers, std::move(why), field_manager);
}
template <class T>
[[nodiscard]] engine::Write remove_finalizer(const T& object, std::string_view finalizer, std::string why,
                                             std::string_view field_manager = {}) {
  auto finalizers = object.metadata.finalizers;
  std::erase(finalizers, finalizer);
  return set_finalizers(object, finalizers, std::move(why), field_manager);
}

// Deletes this very object and no other of its name.
template <class T>
[[nodiscard]] engine::Write remove(const T& object, std::string why) {
  const auto scope = api::scope_of(object.metadata);
  engine::Write write;
  write.request = {.verb = client::Write::Verb::remove,
                   .resource = api::storage_resource_of<T>(scope),
                   .key = {object.metadata.namespace_, object.metadata.name},
                   .uid = object.metadata.uid};
  write.why = std::move(why);
  return write;
}

}  // namespace slipway::hub
