#include "test/hub/fake_view.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "engine/unneeded_write.h"
#include "hub/indexes.h"
#include "json/patch.h"
#include "json/text.h"

namespace slipway::hub::testing {
namespace {

using engine::Collection;
using engine::Read;
using engine::Side;

client::ApiResource resource(std::string group, std::string version, std::string plural, std::string kind,
                             bool namespaced) {
  return {.resource = {std::move(group), std::move(version), std::move(plural)},
          .kind = std::move(kind),
          .namespaced = namespaced,
          .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
          .preferred = true};
}

bool same(const kube::Segment& a, const kube::Segment& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b) || (a == nullptr && b == nullptr);
}

}  // namespace

FakeView::FakeView() {
  for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
    add_index(index::bindings_by_placement(scope));
    add_index(index::bindings_by_cluster(scope));
    add_index(index::policy_snapshots_by_placement(scope));
    add_index(index::resource_snapshots_by_placement(scope));
    add_index(index::runs_by_placement(scope));
    add_index(index::approval_requests_by_run(scope));
  }
  add_index(index::works_by_binding());
  discovery_ = {
      resource("", "v1", "namespaces", "Namespace", false),
      resource("", "v1", "nodes", "Node", false),
      resource("", "v1", "configmaps", "ConfigMap", true),
      resource("", "v1", "secrets", "Secret", true),
      resource("", "v1", "services", "Service", true),
      resource("", "v1", "serviceaccounts", "ServiceAccount", true),
      resource("", "v1", "endpoints", "Endpoints", true),
      resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true),
      resource("", "v1", "pods", "Pod", true),
      resource("", "v1", "events", "Event", true),
      resource("apps", "v1", "deployments", "Deployment", true),
      resource("apps", "v1", "replicasets", "ReplicaSet", true),
      resource("apps", "v1", "controllerrevisions", "ControllerRevision", true),
      resource("batch", "v1", "jobs", "Job", true),
      resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true),
      resource("coordination.k8s.io", "v1", "leases", "Lease", true),
      resource("events.k8s.io", "v1", "events", "Event", true),
      resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false),
  };
  for (const api::KindInfo& kind : api::fleet_kinds()) {
    if (!kind.on_hub) continue;
    discovery_.push_back(resource(std::string(kind.group), std::string(kind.storage), std::string(kind.plural),
                                  std::string(kind.kind), kind.namespaced));
  }
}

kube::ObjectPtr FakeView::shown(const kube::ObjectPtr& object) const {
  const bool is_whole = object == nullptr || !shows_metadata_only ||
                        api::find_kind(kube::GroupKind{object->kind().group, object->kind().kind}) != nullptr;
  if (is_whole) return object;
  return std::make_shared<const kube::Object>(object->kind(), object->metadata(), nullptr, nullptr);
}

kube::ObjectPtr FakeView::get(const Collection& collection, const kube::NamespacedName& key) const {
  return shown(stored(collection, key));
}

kube::ObjectPtr FakeView::stored(const Collection& collection, const kube::NamespacedName& key) const {
  const auto objects = objects_.find(collection);
  if (objects == objects_.end()) return nullptr;
  const auto found = objects->second.find(key);
  return found == objects->second.end() ? nullptr : found->second;
}

std::vector<kube::ObjectPtr> FakeView::indexed(const Collection& collection, std::string_view index,
                                               std::string_view value) const {
  const auto wanted = indexes_.find({collection, std::string(index)});
  if (wanted == indexes_.end()) {
    ADD_FAILURE() << "nobody has declared the index " << index << " on " << collection.resource.text();
    return {};
  }
  std::vector<kube::ObjectPtr> found;
  for (const auto& object : list(collection, "")) {
    std::vector<std::string> values;
    wanted->second.values(*object, values);
    if (std::ranges::find(values, value) != values.end()) found.push_back(object);
  }
  return found;
}

std::vector<kube::ObjectPtr> FakeView::list(const Collection& collection, std::string_view namespace_) const {
  auto found = all_stored(collection, namespace_);
  for (auto& object : found) object = shown(object);
  return found;
}

std::vector<kube::ObjectPtr> FakeView::all_stored(const Collection& collection, std::string_view namespace_) const {
  std::vector<kube::ObjectPtr> found;
  const auto objects = objects_.find(collection);
  if (objects == objects_.end()) return found;
  for (const auto& [key, object] : objects->second) {
    if (namespace_.empty() || key.namespace_ == namespace_) found.push_back(object);
  }
  return found;
}

const engine::Answer* FakeView::answer(const Read& read) const {
  const auto found = answers_.find(read);
  return found == answers_.end() ? nullptr : &found->second;
}

const std::vector<client::ApiResource>& FakeView::discovery(Side side) const {
  static const std::vector<client::ApiResource> nothing;
  return side == Side::hub ? discovery_ : nothing;
}

void FakeView::add_index(engine::Index index) {
  auto key = std::pair(index.collection, index.name);
  indexes_.try_emplace(std::move(key), std::move(index));
}

kube::GroupVersionResource FakeView::resource_of(const kube::GroupVersionKind& kind) const {
  if (const api::KindInfo* const known = api::find_kind(kube::GroupKind{kind.group, kind.kind}))
    return known->storage_resource();
  for (const auto& served : discovery_) {
    if (served.kind == kind.kind && served.resource.group == kind.group) return served.resource;
  }
  ADD_FAILURE() << "no resource is known for kind " << kind.kind;
  return {kind.group, kind.version, kind.kind};
}

kube::ObjectPtr FakeView::put(const json::Value& whole, Side side) {
  auto made = kube::Object::from_json({}, whole);
  if (!made) {
    ADD_FAILURE() << made.error().message;
    return nullptr;
  }
  const auto& object = **made;
  kube::ObjectMeta metadata = object.metadata();
  if (metadata.uid.empty()) metadata.uid = "uid-" + metadata.name;
  if (metadata.resource_version == 0) metadata.resource_version = ++revision_;
  if (metadata.generation == 0) metadata.generation = 1;
  if (!metadata.creation_timestamp) metadata.creation_timestamp = now.wall;
  const Collection collection{side, resource_of(object.kind()).group_resource()};
  const kube::NamespacedName key = object.key();
  store(collection, object.kind(), std::move(metadata), object.body(), object.status());
  return stored(collection, key);
}

kube::ObjectPtr FakeView::put_json(std::string_view text, Side side) {
  const auto parsed = json::parse(text);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message << " in " << text;
    return nullptr;
  }
  return put(*parsed, side);
}

void FakeView::erase(const Collection& collection, const kube::NamespacedName& key) { objects_[collection].erase(key); }

void FakeView::store(const Collection& collection, const kube::GroupVersionKind& kind, kube::ObjectMeta metadata,
                     kube::Segment body, kube::Segment status) {
  const kube::NamespacedName key{metadata.namespace_, metadata.name};
  objects_[collection][key] =
      std::make_shared<const kube::Object>(kind, std::move(metadata), std::move(body), std::move(status));
}

void FakeView::perform(const std::vector<Read>& reads) {
  for (const Read& read : reads) {
    if (answers_.contains(read)) continue;
    ++reads_made_;
    const Collection collection{read.side, read.resource.group_resource()};
    if (read.kind == Read::Kind::get) {
      const auto found = stored(collection, read.key);
      if (found == nullptr) {
        answers_[read] = fail(Reason::not_found, "{} does not exist", read.key.text());
      } else {
        answers_[read] = std::vector{found};
      }
      continue;
    }
    const auto selector = kube::parse_label_selector(read.label_selector);
    if (!selector) {
      answers_[read] = fail(selector.error());
      continue;
    }
    auto found = all_stored(collection, read.key.namespace_);
    std::erase_if(found, [&](const auto& object) { return !selector->matches(object->metadata().labels); });
    answers_[read] = std::move(found);
  }
}

Result<void> FakeView::apply(const engine::Write& write) {
  using Verb = client::Write::Verb;
  const client::Write& request = write.request;
  const Collection collection{write.side, request.resource.group_resource()};
  const auto current = get(collection, request.key);
  if (request.verb == Verb::create) {
    if (current != nullptr) return fail(Reason::already_exists, "{} already exists", request.key.text());
    json::Value body = request.body;
    if (json::Object* const object = body.object()) {
      const api::KindInfo* const kind = api::find_kind(request.resource.group_resource());
      if (kind != nullptr && kind->status == api::StatusSubresource::yes) object->erase("status");
    }
    auto made = kube::Object::from_json({}, body);
    if (!made) return fail(made.error());
    kube::ObjectMeta metadata = (*made)->metadata();
    if (!metadata.uid.empty() || metadata.resource_version != 0)
      return fail(Reason::bad_request, "a new object has no uid or version yet");
    metadata.resource_version = ++revision_;
    metadata.uid =
        fmt::format("uid-{}-{}", metadata.name, revision_);  // a namesake of an earlier object is another object
    metadata.generation = 1;
    metadata.creation_timestamp = now.wall;
    store(collection, (*made)->kind(), std::move(metadata), (*made)->body(), (*made)->status());
    written.push_back(write);
    return {};
  }
  if (current == nullptr) return fail(Reason::not_found, "{} does not exist", request.key.text());
  if (engine::changes_nothing(request, *current)) return {};  // the runner does not send it
  kube::ObjectMeta metadata = current->metadata();
  if (!request.uid.empty() && request.uid != metadata.uid)
    return fail(Reason::conflict, "{} is another object", request.key.text());
  if (request.resource_version != 0 && request.resource_version != metadata.resource_version) {
    return fail(Reason::conflict, "{} has changed", request.key.text());
  }
  metadata.resource_version = ++revision_;
  if (request.verb == Verb::remove) {
    if (metadata.finalizers.empty()) {
      objects_[collection].erase(request.key);
    } else if (!metadata.is_deleting()) {
      metadata.deletion_timestamp = now.wall;
      ++metadata.generation;
      store(collection, current->kind(), std::move(metadata), current->body(), current->status());
    }
    written.push_back(write);
    return {};
  }
  json::Value next = request.body;
  if (request.verb == Verb::merge_patch || request.verb == Verb::merge_patch_status) {
    next = json::apply_merge_patch(current->to_value(), request.body);
  } else if (request.verb == Verb::json_patch) {
    auto patched = json::apply_json_patch(current->to_value(), request.body);
    if (!patched) return fail(patched.error());
    next = *std::move(patched);
  }
  const auto made = kube::Object::from_json(current->kind(), next);
  if (!made) return fail(made.error());
  if (request.verb == Verb::update_status || request.verb == Verb::merge_patch_status) {
    store(collection, current->kind(), std::move(metadata), current->body(), (*made)->status());
    written.push_back(write);
    return {};
  }
  const auto& asked = (*made)->metadata();
  metadata.labels = asked.labels;
  metadata.annotations = asked.annotations;
  metadata.finalizers = asked.finalizers;
  metadata.owner_references = asked.owner_references;
  if (!same((*made)->body(), current->body())) ++metadata.generation;
  const api::KindInfo* const kind = api::find_kind(request.resource.group_resource());
  const bool has_status = kind == nullptr || kind->status == api::StatusSubresource::yes;
  if (metadata.is_deleting() && metadata.finalizers.empty()) {
    objects_[collection].erase(request.key);
  } else {
    store(collection, current->kind(), std::move(metadata), (*made)->body(),
          has_status ? current->status() : (*made)->status());
  }
  written.push_back(write);
  return {};
}

void FakeView::apply(const std::vector<engine::Chain>& chains) {
  for (const auto& chain : chains) {
    std::set<std::pair<Collection, kube::NamespacedName>> touched;
    for (engine::Write write : chain) {
      const Collection collection{write.side, write.request.resource.group_resource()};
      if (!touched.emplace(collection, write.request.key).second && write.request.resource_version != 0) {
        if (const auto current = get(collection, write.request.key))
          write.request.resource_version = current->revision();
      }
      if (auto done = apply(write); !done) {
        failures.push_back(done.error());
        break;
      }
    }
  }
}

FakeView::Rest FakeView::reconcile(const engine::Controller& controller, const engine::Key& key) {
  for (auto& index : controller.indexes()) add_index(std::move(index));
  Rest rest;
  const std::size_t before = written.size();
  engine::Memo memo;
  answers_.clear();
  for (int round = 0; round < 40; ++round) {
    rest.plan = controller.reconcile(key, *this, memo, now);
    if (!rest.plan.reads.empty()) {
      perform(rest.plan.reads);
      continue;
    }
    answers_.clear();
    memo.drop();
    const std::size_t failed = failures.size();
    const std::size_t earlier = written.size();
    apply(rest.plan.chains);
    if (written.size() == earlier && failures.size() == failed && rest.plan.report)
      apply({engine::Chain{*rest.plan.report}});
    const bool wanted_writes = !rest.plan.chains.empty() || rest.plan.report;
    if (failures.size() == failed && (written.size() > earlier || !wanted_writes)) {
      rest.events.insert(rest.events.end(), rest.plan.events.begin(), rest.plan.events.end());
    }
    if (written.size() == earlier && failures.size() == failed) {
      rest.is_at_rest = true;
      break;
    }
  }
  rest.writes = written.size() - before;
  return rest;
}

std::set<engine::Key> concerned(const engine::Controller& controller, const Collection& collection,
                                const engine::Change& change, const engine::View& view) {
  std::vector<engine::Key> keys;
  for (const auto& watch : controller.watches()) {
    if (watch.collection == collection) watch.concerns(change, view, keys);
  }
  for (const auto& watch : controller.dynamic_watches()) {
    for (const auto& served : view.discovery(watch.side)) {
      if (Collection{watch.side, served.resource.group_resource()} == collection && watch.wanted(served)) {
        watch.concerns(served, change, view, keys);
      }
    }
  }
  return {keys.begin(), keys.end()};
}

}  // namespace slipway::hub::testing
