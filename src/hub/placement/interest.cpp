#include "hub/placement/interest.h"

#include <algorithm>
#include <set>

#include "api/placement.h"
#include "hub/selection/exclusions.h"

namespace slipway::hub::placement {
namespace {

using api::ResourceSelectorTerm;
using api::SelectionScope;

// Versions do not matter: an object is the same in all of them.
std::string object_value(std::string_view group, std::string_view kind, std::string_view namespace_,
                         std::string_view name) {
  return fmt::format("object {}/{} {}/{}", group, kind, namespace_, name);
}
std::string kind_value(std::string_view group, std::string_view kind, std::string_view namespace_) {
  return fmt::format("kind {}/{} {}", group, kind, namespace_);
}
std::string contents_value(std::string_view namespace_) { return fmt::format("contents {}", namespace_); }
constexpr std::string_view contents_by_label = "contents by label";

bool is_core_namespace(const ResourceSelectorTerm& selector) {
  return selector.group.empty() && selector.kind == "Namespace";
}

bool takes_contents(const ResourceSelectorTerm& selector) {
  return is_core_namespace(selector) && selector.selection_scope == SelectionScope::namespace_with_resources;
}

// The namespaces that selectors of this placement pick objects in, "" for cluster-scoped kinds: which of the two a kind
// is, the index cannot know.
std::vector<std::string_view> places_of(const api::Placement& placement) {
  if (!placement.metadata.namespace_.empty()) return {placement.metadata.namespace_};
  std::vector<std::string_view> places{""};
  for (const auto& selector : placement.spec.resource_selectors) {
    if (is_core_namespace(selector) && selector.selection_scope == SelectionScope::namespace_with_resource_selectors) {
      places.push_back(selector.name);
    }
  }
  return places;
}

void add_values(const kube::Object& object, std::vector<std::string>& values) {
  const auto* const placement = api::as<api::Placement>(object);
  if (placement == nullptr) return;
  for (const auto& selector : placement->spec.resource_selectors) {
    for (const std::string_view place : places_of(*placement)) {
      values.push_back(selector.name.empty() ? kind_value(selector.group, selector.kind, place)
                                             : object_value(selector.group, selector.kind, place, selector.name));
    }
    if (takes_contents(selector) && placement->metadata.namespace_.empty()) {
      values.push_back(selector.name.empty() ? std::string(contents_by_label) : contents_value(selector.name));
    }
  }
  // What no longer matches is still shown.
  for (const auto& shown : placement->status.selected_resources) {
    values.push_back(object_value(shown.group, shown.kind, shown.namespace_, shown.name));
  }
}

// A label selector that cannot be evaluated matches: the placement will say what is wrong with it.
bool matches(const ResourceSelectorTerm& selector, const kube::Object* object) {
  if (object == nullptr) return false;
  if (!selector.label_selector) return true;
  const auto compiled = api::compile(*selector.label_selector);
  return !compiled || compiled->matches(object->metadata().labels);
}

bool selects_by_label(const api::Placement& placement, const kube::GroupVersionKind& kind, const kube::Object* before,
                      const kube::Object* after) {
  return std::ranges::any_of(placement.spec.resource_selectors, [&](const ResourceSelectorTerm& selector) {
    return selector.name.empty() && selector.kind == kind.kind && selector.group == kind.group &&
           (matches(selector, before) || matches(selector, after));
  });
}

bool takes_contents_by_label(const api::Placement& placement, const kube::Object* namespace_) {
  return std::ranges::any_of(placement.spec.resource_selectors, [&](const ResourceSelectorTerm& selector) {
    // A namespace that is not known yet may match.
    return selector.name.empty() && takes_contents(selector) &&
           (namespace_ == nullptr || matches(selector, namespace_));
  });
}

// Only metadata is cached: whether the generation says that the body is the same. Not every kind has one, and that of a
// PriorityClass stays 1 for ever (kube-api 6.4).
bool is_same_by_generation(const engine::Change& change) {
  const std::int64_t generation = change.before->metadata().generation;
  return change.before->kind().group != "scheduling.k8s.io" && generation != 0 &&
         change.after->metadata().generation == generation &&
         change.after->metadata().uid == change.before->metadata().uid;
}

// Only what a manifest does not show has changed: status and bookkeeping.
bool is_same_manifest(const engine::Change& change) {
  if (change.before == nullptr || change.after == nullptr) return false;
  const auto& before = change.before->body();
  const auto& after = change.after->body();
  if (before == nullptr || after == nullptr) {
    if (!is_same_by_generation(change)) return false;
  } else if (before != after && *before != *after) {
    return false;
  }
  kube::ObjectMeta metadata = change.before->metadata();
  metadata.resource_version = change.after->metadata().resource_version;
  metadata.generation = change.after->metadata().generation;
  return metadata == change.after->metadata();
}

class Search {
 public:
  Search(const engine::View& view, std::set<engine::Key>& found) : view_(view), found_(found) {}

  template <class Predicate>
  void add(api::Scope scope, std::string_view value, Predicate is_concerned) {
    for (const auto& placement : view_.indexed<api::Placement>(scope, by_interest, value)) {
      if (is_concerned(*placement)) found_.insert({placement->metadata.namespace_, placement->metadata.name});
    }
  }
  void add(api::Scope scope, std::string_view value) {
    add(scope, value, [](const api::Placement&) { return true; });
  }

 private:
  const engine::View& view_;
  std::set<engine::Key>& found_;
};

}  // namespace

engine::Index placements_by_interest(api::Scope scope) {
  return {.collection = engine::View::collection_of<api::Placement>(scope),
          .name = std::string(by_interest),
          .values = add_values};
}

bool is_watched(const client::ApiResource& resource, const selection::Rules& rules) {
  return resource.preferred && selection::can_be_selected(resource, rules);
}

void add_interested(const engine::Change& change, const engine::View& view, const selection::Rules& rules,
                    std::vector<engine::Key>& keys) {
  if (is_same_manifest(change)) return;
  const auto is_out = [&](const kube::ObjectPtr& object) {
    return object == nullptr || selection::is_never_selected(*object, rules);
  };
  if (is_out(change.before) && is_out(change.after)) return;

  const kube::Object& object = change.either();
  const auto& metadata = object.metadata();
  std::vector<kube::GroupVersionKind> kinds{object.kind()};
  // Endpoints go by the Services beside them.
  if (object.kind().group.empty() && object.kind().kind == "Service")
    kinds.push_back({"", object.kind().version, "Endpoints"});

  std::set<engine::Key> found;
  Search search(view, found);
  for (const auto& kind : kinds) {
    for (const auto scope : {api::Scope::cluster, api::Scope::namespaced}) {
      search.add(scope, object_value(kind.group, kind.kind, metadata.namespace_, metadata.name));
      search.add(scope, kind_value(kind.group, kind.kind, metadata.namespace_), [&](const api::Placement& placement) {
        return kind != object.kind() || selects_by_label(placement, kind, change.before.get(), change.after.get());
      });
    }
  }
  if (!metadata.namespace_.empty() && !selection::is_reserved(metadata.namespace_, rules)) {
    search.add(api::Scope::cluster, contents_value(metadata.namespace_));
    const auto namespace_ = view.get({engine::Side::hub, {"", "namespaces"}}, {"", metadata.namespace_});
    search.add(api::Scope::cluster, contents_by_label,
               [&](const api::Placement& placement) { return takes_contents_by_label(placement, namespace_.get()); });
  }
  keys.insert(keys.end(), found.begin(), found.end());
}

}  // namespace slipway::hub::placement
