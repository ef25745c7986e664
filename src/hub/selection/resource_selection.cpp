#include "hub/selection/resource_selection.h"

#include <algorithm>
#include <map>
#include <set>

#include "hub/selection/exclusions.h"
#include "hub/selection/manifest.h"

namespace slipway::hub::selection {
namespace {

using api::ResourceSelectorTerm;
using api::SelectionScope;
using engine::Answer;
using engine::Read;

struct Found {
  kube::ObjectPtr object;
  const client::ApiResource* resource;  // in the version it is selected in
};

bool is_core_namespace(const ResourceSelectorTerm& selector) {
  return selector.group.empty() && selector.version == "v1" && selector.kind == "Namespace";
}

// One selection under way: collects what the answers show, and the reads whose answers are not there yet. A step whose
// answers are missing is passed over; everything is done again once they are there.
class Selection {
 public:
  Selection(const api::Placement& placement, const engine::View& view, const Rules& rules)
      : placement_(placement), view_(view), rules_(rules), is_cluster_scope_(placement.metadata.namespace_.empty()) {}

  Step run() {
    Result<void> done = prepare();
    for (const auto& selector : placement_.spec.resource_selectors) {
      if (done) done = add(selector);
    }
    if (done) done = drop_endpoints_of_services();
    if (!done) return {.reads = {}, .outcome = fail(std::move(done.error()))};
    if (!missing_.empty()) return {.reads = {missing_.begin(), missing_.end()}, .outcome = std::nullopt};
    return {.reads = {}, .outcome = finish()};
  }

 private:
  Result<void> prepare() {
    if (view_.discovery(engine::Side::hub).empty())
      return fail(Reason::unavailable, "what the hub serves is not known yet");
    if (!is_cluster_scope_) {
      inner_namespace_ = placement_.metadata.namespace_;
      return {};
    }
    // The selected namespace holds whatever the other selectors pick; their order does not matter (1.5).
    for (const auto& selector : placement_.spec.resource_selectors) {
      if (!is_core_namespace(selector) || selector.selection_scope != SelectionScope::namespace_with_resource_selectors)
        continue;
      inner_namespace_ = selector.name;
      if (is_reserved(selector.name, rules_))
        return fail(Reason::invalid, "namespace {} is reserved and cannot be selected", selector.name);
      const client::ApiResource* const namespaces = find_resource("", "v1", "Namespace");
      if (namespaces == nullptr) return fail(Reason::unavailable, "namespaces are not served yet");
      const Answer* const answer = ask_for(*namespaces, {"", selector.name});
      if (answer == nullptr) return {};
      if (!*answer && answer->error().reason != Reason::not_found) return unreadable(*namespaces, answer->error());
      if (!*answer || answer->value().front()->metadata().is_deleting()) {
        return fail(Reason::invalid,
                    "exactly one namespace is needed to select resources in, but namespace {} does not exist",
                    selector.name);
      }
    }
    return {};
  }

  Result<void> add(const ResourceSelectorTerm& selector) {
    if (!is_selectable({selector.group, selector.version, selector.kind}, rules_)) return {};  // silently (1.5)
    const client::ApiResource* const resource = find_resource(selector.group, selector.version, selector.kind);
    if (resource == nullptr) {
      return fail(Reason::invalid, "the hub serves no kind {} in {}", selector.kind,
                  kube::GroupVersion{selector.group, selector.version}.api_version());
    }
    if (!can_be_selected(*resource, rules_))
      return fail(Reason::invalid, "objects of kind {} cannot be listed and watched", selector.kind);
    if (!is_cluster_scope_ && !resource->namespaced) {
      return fail(Reason::invalid, "a ResourcePlacement selects objects of its namespace; {} is cluster scoped",
                  selector.kind);
    }
    if (is_core_namespace(selector)) return add_namespaces(selector, *resource);
    if (!resource->namespaced) return add_objects(selector, *resource, "");
    if (!inner_namespace_) {
      return fail(Reason::invalid,
                  "{} is namespaced: a ClusterResourcePlacement selects it together with a namespace, or beside a "
                  "namespace selector of "
                  "scope NamespaceWithResourceSelectors",
                  selector.kind);
    }
    return add_objects(selector, *resource, *inner_namespace_);
  }

  Result<void> add_objects(const ResourceSelectorTerm& selector, const client::ApiResource& resource,
                           const std::string& namespace_) {
    const auto objects = pick(selector, resource, namespace_);
    if (!objects) return fail(objects.error());
    for (const auto& object : *objects) take(object, resource);
    return {};
  }

  Result<void> add_namespaces(const ResourceSelectorTerm& selector, const client::ApiResource& namespaces) {
    // A reserved namespace is an error where it is meant, and passed over where it merely matches (1.5, recommended).
    if (!selector.name.empty() && is_reserved(selector.name, rules_)) {
      return fail(Reason::invalid, "namespace {} is reserved and cannot be selected", selector.name);
    }
    const bool with_contents = selector.selection_scope == SelectionScope::namespace_with_resources;
    if (with_contents && !selector.name.empty()) ask_for_contents(selector.name);  // beside the namespace, in one round
    const auto objects = pick(selector, namespaces, "");
    if (!objects) return fail(objects.error());
    for (const auto& object : *objects) {
      const auto& metadata = object->metadata();
      if (metadata.is_deleting() || is_reserved(metadata.name, rules_)) continue;
      take(object, namespaces);
      if (!with_contents) continue;
      if (auto done = add_contents(metadata.name); !done) return done;
    }
    return {};
  }

  void ask_for_contents(const std::string& namespace_) {
    for (const client::ApiResource* const resource : namespaced_resources())
      (void)ask_for_all(*resource, namespace_, "");
  }

  Result<void> add_contents(const std::string& namespace_) {
    for (const client::ApiResource* const resource : namespaced_resources()) {
      const Answer* const answer = ask_for_all(*resource, namespace_, "");
      if (answer == nullptr) continue;
      if (!*answer) return unreadable(*resource, answer->error());
      for (const auto& object : **answer) take(object, *resource);
    }
    return {};
  }

  // What a selector names, by its labels, or all of the kind. Empty while the answer is missing.
  Result<std::vector<kube::ObjectPtr>> pick(const ResourceSelectorTerm& selector, const client::ApiResource& resource,
                                            const std::string& namespace_) {
    const Answer* answer = nullptr;
    if (!selector.name.empty()) {
      answer = ask_for(resource, {namespace_, selector.name});
      if (answer != nullptr && !*answer && answer->error().reason == Reason::not_found) return {};
    } else {
      std::string labels;
      if (selector.label_selector) {
        const auto compiled = api::compile(*selector.label_selector);
        if (!compiled)
          return fail(with_context(compiled.error(), fmt::format("the label selector for {}", selector.kind)));
        labels = compiled->text();
      }
      answer = ask_for_all(resource, namespace_, labels);
    }
    if (answer == nullptr) return {};
    if (!*answer) return unreadable(resource, answer->error());
    return **answer;
  }

  void take(const kube::ObjectPtr& object, const client::ApiResource& resource) {
    if (!object->metadata().is_deleting() && !is_never_selected(*object, rules_)) found_.push_back({object, &resource});
  }

  // The endpoints of a Service are made on each cluster by itself (1.6.2).
  Result<void> drop_endpoints_of_services() {
    const client::ApiResource* const services = find_resource("", "v1", "Service");
    if (services == nullptr) return {};
    std::map<std::string, std::set<std::string>> names;
    for (const Found& one : found_) {
      const auto& metadata = one.object->metadata();
      if (!is_endpoints(one.object->kind()) || names.contains(metadata.namespace_)) continue;
      const Answer* const answer = ask_for_all(*services, metadata.namespace_, "");
      if (answer == nullptr) continue;
      if (!*answer) return unreadable(*services, answer->error());
      auto& in_namespace = names[metadata.namespace_];
      for (const auto& service : **answer) in_namespace.insert(service->metadata().name);
    }
    std::erase_if(found_, [&](const Found& one) {
      const auto& metadata = one.object->metadata();
      return is_endpoints(one.object->kind()) && names[metadata.namespace_].contains(metadata.name);
    });
    return {};
  }

  Result<SelectedResources> finish() const {
    struct Item {
      OrderKey order;
      api::ResourceIdentifier identifier;
      json::Value manifest;
    };
    std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
    std::vector<Item> items;
    for (const auto& [object, resource] : found_) {
      json::Value whole = object->to_value();
      whole["apiVersion"] = kube::GroupVersion{resource->resource.group, resource->resource.version}.api_version();
      json::Value manifest = normalise(std::move(whole));
      api::ResourceIdentifier identifier = identify(manifest);
      if (!seen.emplace(identifier.group, identifier.kind, identifier.namespace_, identifier.name).second) {
        return fail(Reason::invalid, "{} {} is selected more than once", identifier.kind, object->key().text());
      }
      items.push_back({order_key(identifier), std::move(identifier), std::move(manifest)});
    }
    std::ranges::sort(items, {}, &Item::order);
    SelectedResources selected;
    for (Item& item : items) {
      selected.identifiers.push_back(std::move(item.identifier));
      selected.manifests.push_back(std::move(item.manifest));
    }
    return selected;
  }

  [[nodiscard]] const client::ApiResource* find_resource(std::string_view group, std::string_view version,
                                                         std::string_view kind) const {
    const auto& served = view_.discovery(engine::Side::hub);
    const auto found = std::ranges::find_if(served, [&](const client::ApiResource& one) {
      return one.kind == kind && one.resource.group == group && one.resource.version == version &&
             one.resource.resource.find('/') == std::string::npos;
    });
    return found == served.end() ? nullptr : &*found;
  }

  // Every enabled namespaced kind, each in its group's preferred version.
  [[nodiscard]] std::vector<const client::ApiResource*> namespaced_resources() const {
    std::vector<const client::ApiResource*> resources;
    for (const auto& one : view_.discovery(engine::Side::hub)) {
      if (one.namespaced && one.preferred && can_be_selected(one, rules_)) resources.push_back(&one);
    }
    return resources;
  }

  const Answer* ask_for(const client::ApiResource& resource, kube::NamespacedName key) {
    return ask({.kind = Read::Kind::get, .resource = resource.resource, .key = std::move(key)});
  }
  const Answer* ask_for_all(const client::ApiResource& resource, const std::string& namespace_, std::string labels) {
    return ask({.kind = Read::Kind::list,
                .resource = resource.resource,
                .key = {namespace_, ""},
                .label_selector = std::move(labels)});
  }
  const Answer* ask(Read read) {
    const Answer* const answer = view_.answer(read);
    if (answer == nullptr) missing_.insert(std::move(read));
    return answer;
  }

  // Nothing may be rolled out on a part of what is selected: better wait.
  static std::unexpected<Error> unreadable(const client::ApiResource& resource, const Error& error) {
    return fail(Reason::unavailable, "{} cannot be read: {}", resource.resource.group_resource().text(), error.message);
  }

  const api::Placement& placement_;
  const engine::View& view_;
  const Rules& rules_;
  const bool is_cluster_scope_;
  std::optional<std::string> inner_namespace_;  // where selectors of namespaced kinds pick
  std::vector<Found> found_;
  std::set<Read> missing_;
};

}  // namespace

Step select_resources(const api::Placement& placement, const engine::View& view, const Rules& rules) {
  return Selection(placement, view, rules).run();
}

}  // namespace slipway::hub::selection
