#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/kinds.h"
#include "api/names.h"
#include "engine/controller.h"

// The writes that the agent's controllers plan, each conditional on what was observed (design 4).
namespace slipway::member {

template <class T>
[[nodiscard]] engine::Write create(engine::Side side, const T& object, std::string why) {
  const auto scope = api::scope_of(object.metadata);
  engine::Write write{.side = side};
  write.request = {.verb = client::Write::Verb::create,
                   .resource = api::storage_resource_of<T>(scope),
                   .key = {object.metadata.namespace_, object.metadata.name},
                   .body = api::to_value(object, scope),
                   .field_manager = std::string(api::field_manager::member_apply)};
  write.why = std::move(why);
  return write;
}

// Replaces the status alone.
template <class T>
[[nodiscard]] engine::Write update_status(engine::Side side, const T& object, std::string why) {
  engine::Write write = create(side, object, std::move(why));
  write.request.verb = client::Write::Verb::update_status;
  write.request.resource_version = object.metadata.resource_version;
  write.request.uid = object.metadata.uid;
  return write;
}

// Replaces one list or map of the metadata and touches nothing else.
template <class T>
[[nodiscard]] engine::Write set_finalizers(engine::Side side, const T& object,
                                           const std::vector<std::string>& finalizers, std::string why) {
  json::Object metadata{{"finalizers", json::Array(finalizers.begin(), finalizers.end())}};
  engine::Write write{.side = side};
  write.request = {.verb = client::Write::Verb::merge_patch,
                   .resource = api::storage_resource_of<T>(api::scope_of(object.metadata)),
                   .key = {object.metadata.namespace_, object.metadata.name},
                   .body = json::Object{{"metadata", std::move(metadata)}},
                   .resource_version = object.metadata.resource_version,
                   .uid = object.metadata.uid,
                   .field_manager = std::string(api::field_manager::member_apply)};
  write.why = std::move(why);
  return write;
}
template <class T>
[[nodiscard]] engine::Write add_finalizer(engine::Side side, const T& object, std::string_view finalizer,
                                          std::string why) {
  auto finalizers = object.metadata.finalizers;
  finalizers.emplace_back(finalizer);
  return set_finalizers(side, object, finalizers, std::move(why));
}
template <class T>
[[nodiscard]] engine::Write remove_finalizer(engine::Side side, const T& object, std::string_view finalizer,
                                             std::string why) {
  auto finalizers = object.metadata.finalizers;
  std::erase(finalizers, finalizer);
  return set_finalizers(side, object, finalizers, std::move(why));
}

// What the agent does to an object on the member that it knows only as JSON.
[[nodiscard]] inline engine::Write change_object(client::Write::Verb verb, const kube::GroupVersionResource& resource,
                                                 const kube::Object& seen, json::Value body, std::string why) {
  return {.side = engine::Side::member,
          .request = {.verb = verb,
                      .resource = resource,
                      .key = seen.key(),
                      .body = std::move(body),
                      .resource_version = seen.revision(),
                      .uid = seen.metadata().uid,
                      .field_manager = std::string(api::field_manager::member_apply)},
          .why = std::move(why)};
}

// Deletes this very object and no other of its name.
[[nodiscard]] inline engine::Write remove_object(const kube::GroupVersionResource& resource, const kube::Object& seen,
                                                 client::Propagation propagation, std::string why) {
  return {.side = engine::Side::member,
          .request = {.verb = client::Write::Verb::remove,
                      .resource = resource,
                      .key = seen.key(),
                      .uid = seen.metadata().uid,
                      .propagation = propagation},
          .why = std::move(why)};
}

}  // namespace slipway::member
