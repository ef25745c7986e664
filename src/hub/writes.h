#pragma once

#include <string>
#include <utility>

#include "api/kinds.h"
#include "engine/controller.h"

// The writes that the hub's controllers plan, each conditional on what was observed (design 4).
namespace slipway::hub {

template <class T>
[[nodiscard]] engine::Write create(const T& object, std::string why, std::string_view field_manager = {}) {
  const auto scope = api::scope_of(object.metadata);
  return {.request = {.verb = client::Write::Verb::create,
                      .resource = api::storage_resource_of<T>(scope),
                      .key = {object.metadata.namespace_, object.metadata.name},
                      .body = api::to_value(object, scope),
                      .field_manager = std::string(field_manager)},
          .why = std::move(why)};
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

// Deletes this very object and no other of its name.
template <class T>
[[nodiscard]] engine::Write remove(const T& object, std::string why) {
  const auto scope = api::scope_of(object.metadata);
  return {.request = {.verb = client::Write::Verb::remove,
                      .resource = api::storage_resource_of<T>(scope),
                      .key = {object.metadata.namespace_, object.metadata.name},
                      .uid = object.metadata.uid},
          .why = std::move(why)};
}

}  // namespace slipway::hub
