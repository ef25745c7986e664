#pragma once

#include <gtest/gtest.h>

#include "apiserver/journal.h"
#include "apiserver/registry.h"
#include "base/simulated_loop.h"
#include "json/patch.h"
#include "json/text.h"
#include "store/memory_store.h"
#include "test/base/matchers.h"

namespace slipway::apiserver {

inline json::Value parse_json(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value());
}

// A registry on a memory store and virtual time.
class RegistryFixture : public testing::Test {
 protected:
  RegistryFixture() { start({}); }

  // A new process on the same store.
  void start(const std::vector<json::Value>& crds) {
    registry_.reset();
    journal_.reset();
    std::vector<store::Row> rows;
    const auto counter = store_.load([&](store::Row row) { rows.push_back(std::move(row)); });
    ASSERT_TRUE(counter);
    journal_ = std::make_unique<Journal>(loop_, store_, *counter, [](Error error) { ADD_FAILURE() << error.message; });
    registry_ = Registry::make({.journal = *journal_, .clock = clock_, .rng = Rng(7), .prefix = "/registry"});
    for (const store::Row& row : rows) ASSERT_THAT(registry_->restore(row.key, row.value, row.revision), Ok());
    ASSERT_THAT(registry_->bootstrap(crds), Ok());
    loop_.run_until_idle();
  }

  std::shared_ptr<const Resource> resource(std::string_view text) {
    const std::size_t dot = text.find('.');
    const std::string group(dot == std::string_view::npos ? "" : text.substr(dot + 1));
    auto found = registry_->find({group, std::string(text.substr(0, dot))});
    EXPECT_NE(found, nullptr) << text;
    return found;
  }
  Result<kube::ObjectPtr> create(std::string_view id, std::string_view body, WriteContext context = {}) {
    json::Value value = parse_json(body);
    const std::string namespace_(value.text_at({"metadata", "namespace"}));
    auto created = registry_->create(*resource(id), namespace_, std::move(value), std::move(context));
    registry_->settle();
    return created;
  }
  Result<kube::ObjectPtr> update(std::string_view id, std::string_view body, WriteContext context = {}) {
    return put(id, parse_json(body), std::move(context));
  }
  Result<kube::ObjectPtr> put(std::string_view id, json::Value value, WriteContext context = {}) {
    const kube::NamespacedName key{std::string(value.text_at({"metadata", "namespace"})),
                                   std::string(value.text_at({"metadata", "name"}))};
    auto updated = registry_->update(*resource(id), key, std::move(value), std::move(context));
    registry_->settle();
    return updated;
  }
  // `name`: "namespace/name", or "name".
  static kube::NamespacedName key_of(std::string_view name) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return {"", std::string(name)};
    return {std::string(name.substr(0, slash)), std::string(name.substr(slash + 1))};
  }
  Result<kube::ObjectPtr> patch(std::string_view id, std::string_view name, std::string_view body,
                                PatchType type = PatchType::merge, WriteContext context = {}) {
    auto patched = registry_->patch(*resource(id), key_of(name), type, parse_json(body), std::move(context));
    registry_->settle();
    return patched;
  }
  Result<Deleted> remove(std::string_view id, std::string_view name, DeleteContext context = {}) {
    auto removed = registry_->remove(*resource(id), key_of(name), std::move(context));
    registry_->settle();
    return removed;
  }
  kube::ObjectPtr get(std::string_view id, std::string_view name) {
    return registry_->get(*resource(id), key_of(name)).value_or(nullptr);
  }
  bool exists(std::string_view id, std::string_view name) { return get(id, name) != nullptr; }
  json::Value value(std::string_view id, std::string_view name) {
    const auto object = get(id, name);
    return object != nullptr ? object->to_value() : json::Value();
  }
  static WriteContext about(std::string subresource) {
    WriteContext context;
    context.subresource = std::move(subresource);
    return context;
  }

  SimulatedClock clock_;
  SimulatedLoop loop_{clock_};
  store::MemoryStore store_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Registry> registry_;
};

// A CRD of kind Widget, widgets.lab.io, namespaced, v1 with status subresource, and v1beta1 that lacks spec.size.
inline constexpr std::string_view widget_crd = R"({
  "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.lab.io"},
  "spec": {"group": "lab.io", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"]},
    "versions": [
      {"name": "v1beta1", "served": true, "storage": false, "subresources": {"status": {}},
       "schema": {"openAPIV3Schema": {"type": "object", "properties": {
         "spec": {"type": "object", "properties": {"color": {"type": "string"}}},
         "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}},
      {"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
       "additionalPrinterColumns": [{"name": "Color", "type": "string", "jsonPath": ".spec.color"}],
       "selectableFields": [{"jsonPath": ".spec.color"}],
       "schema": {"openAPIV3Schema": {"type": "object", "properties": {
         "spec": {"type": "object", "properties": {
           "color": {"type": "string", "enum": ["red", "green"]},
           "size": {"type": "integer", "default": 1, "maximum": 10}}},
         "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}}]}})";

}  // namespace slipway::apiserver
