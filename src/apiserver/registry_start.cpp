// From the rows of the store to a running registry (design 1.4, 5).
#include "apiserver/bootstrap_objects.h"
#include "apiserver/crd_rules.h"
#include "apiserver/memory_registry.h"
#include "apiserver/row.h"
#include "apiserver/write_rules.h"

namespace slipway::apiserver {
namespace {

const kube::GroupResource crds_id{"apiextensions.k8s.io", "customresourcedefinitions"};

}  // namespace

std::unique_ptr<Registry> Registry::make(Options options) {
  return std::make_unique<MemoryRegistry>(std::move(options));
}

MemoryRegistry::MemoryRegistry(Options options)
    : journal_(options.journal),
      clock_(options.clock),
      rng_(options.rng),
      prefix_(std::move(options.prefix)),
      start_revision_(options.journal.current()) {}

MemoryRegistry::~MemoryRegistry() { *alive_ = false; }

Result<void> MemoryRegistry::restore(std::string_view key, std::string_view value, std::uint64_t revision) {
  if (key.starts_with(prefix_)) key.remove_prefix(prefix_.size());
  auto parsed = parse_row_key(key);
  if (!parsed) return fail(std::move(parsed.error()));
  auto row = decode_row(value, revision, journal_.segments());
  if (!row) return fail(with_context(std::move(row.error()), key));
  if (row->object->key() != parsed->object)
    return fail(Reason::corrupt, "{}: the object there is {}", key, row->object->key().text());
  restored_[parsed->resource].push_back({.key = parsed->object, .digest = row->schema_digest});
  collection(parsed->resource).put_quietly(std::move(row->object));
  return {};
}

Result<void> MemoryRegistry::bootstrap(const std::vector<json::Value>& crds) {
  start_revision_ = journal_.current();
  for (const auto& [id, objects] : collections_) objects->start_window(start_revision_);
  if (const Collection* definitions = find_collection(crds_id)) {
    for (const auto& [key, crd] : definitions->objects()) {
      auto installed = install_crd(key.name, crd);
      if (!installed) return fail(with_context(std::move(installed.error()), "the stored CRD " + key.name));
    }
  }
  normalize_restored();
  for (const auto& [id, objects] : collections_) {
    const auto resource = catalog_.find(id);
    if (resource == nullptr) continue;
    for (const auto& [key, object] : objects->objects()) {
      garbage_.on_change(id, nullptr, object);
      namespaces_.on_change(*resource, nullptr, object);
      claims_.on_change(*resource, nullptr, object);
      if (is_event(*resource)) note_event(*object);
    }
  }

  for (json::Value& object : bootstrap_objects()) {
    const auto version = kube::parse_group_version(object.text_at({"apiVersion"}));
    const auto resource = version ? find_kind({version->group, std::string(object.text_at({"kind"}))}) : nullptr;
    if (resource == nullptr) continue;  // not served here
    const std::string namespace_(object.text_at({"metadata", "namespace"}));
    const kube::NamespacedName key{namespace_, std::string(object.text_at({"metadata", "name"}))};
    if (find_object(resource->id, key) != nullptr) continue;
    if (auto created = create_internally(*resource, namespace_, std::move(object)); !created) return created;
  }
  if (auto started = start_crds(crds); !started) return started;
  settle();
  return {};
}

// A row written under another schema has that schema's form; rows of built-in kinds, that of the program that wrote
// them.
void MemoryRegistry::normalize_restored() {
  for (const auto& [id, rows] : std::exchange(restored_, {})) {
    const auto resource = catalog_.find(id);
    if (resource == nullptr || is_crd(*resource)) continue;
    std::vector<kube::NamespacedName> outdated;
    for (const RestoredDigest& row : rows) {
      if (resource->builtin != nullptr || row.digest != resource->schema_digest) outdated.push_back(row.key);
    }
    normalize(*resource, outdated);
  }
}

// A CRD that is there is changed only where the given one says something else: what others added to its metadata stays.
Result<void> MemoryRegistry::start_crds(const std::vector<json::Value>& crds) {
  const auto definitions = catalog_.find(crds_id);
  if (definitions == nullptr && !crds.empty())
    return fail(Reason::internal, "this server has no CustomResourceDefinitions");
  for (const json::Value& given : crds) {
    const std::string name(given.text_at({"metadata", "name"}));
    const kube::ObjectPtr stored = find_object(crds_id, {"", name});
    if (stored == nullptr) {
      if (auto created = create_internally(*definitions, "", given); !created) return created;
      continue;
    }
    json::Value wanted = given;
    apply_crd_defaults(wanted);
    const json::Value present = stored->to_value();
    const json::Value* spec = wanted.find("spec");
    const json::Value* present_spec = present.find("spec");
    if (spec == nullptr || (present_spec != nullptr && *spec == *present_spec)) continue;
    json::Value next = present;
    next["spec"] = *spec;
    ++internal_depth_;
    const auto updated = update(*definitions, {"", name}, std::move(next), {});
    --internal_depth_;
    if (!updated) return fail(with_context(updated.error(), "the CRD " + name));
  }
  return {};
}

}  // namespace slipway::apiserver
