// GET, LIST and WATCH (kube-api 10).
#include "apiserver/continue_token.h"
#include "apiserver/errors.h"
#include "apiserver/memory_registry.h"
#include "apiserver/selection.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view token_expired =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the "
    "continue parameter.";

// The first key of what is selected: a namespace, or one name in it.
kube::NamespacedName first_key(const Selection& selection, const std::string* name) {
  const bool is_one = name != nullptr && !selection.namespace_.empty();
  return {selection.namespace_, is_one ? *name : ""};
}

}  // namespace

Result<kube::ObjectPtr> MemoryRegistry::get(const Resource& resource, const kube::NamespacedName& key) const {
  if (!resource.is_stored()) return fail(method_not_allowed());
  auto object = find_object(resource.id, key);
  if (object == nullptr) return fail(not_found(resource.id, key.name));
  return object;
}

Result<Page> MemoryRegistry::list(const Resource& resource, const Selection& selection, std::size_t limit,
                                  std::string_view continue_token, std::optional<std::uint64_t> revision_exact) const {
  if (!resource.is_stored()) return fail(method_not_allowed());
  if (auto supported = check_fields(resource, selection.fields); !supported) return fail(std::move(supported.error()));
  const std::string* name = selected_name(selection.fields);
  Page page;
  page.revision = revision_exact.value_or(revision());
  kube::NamespacedName start = first_key(selection, name);
  if (!continue_token.empty()) {
    auto token = parse_continue_token(continue_token);
    if (!token) return fail(std::move(token.error()));
    page.revision = token->revision;
    start = std::max(start, token->start);
  }
  if (page.revision > revision()) return fail(too_large_revision(page.revision, revision()));
  const Collection* objects = find_collection(resource.id);
  if (objects == nullptr) return page;

  // One object is meant: cluster-scoped, or named in its namespace.
  const bool is_one = name != nullptr && (!resource.namespaced || !selection.namespace_.empty());
  const bool counts_rest = selection.labels.is_everything() && selection.fields.requirements.empty();
  std::int64_t rest = 0;
  const auto visit = [&](const kube::ObjectPtr& object) {
    if (!selection.namespace_.empty() && object->metadata().namespace_ != selection.namespace_) return false;
    if (is_one && object->metadata().name != *name) return false;
    if (!matches(resource, selection, *object)) return true;
    if (limit == 0 || page.items.size() < limit) {
      page.items.push_back(object);
      return true;
    }
    ++rest;
    return counts_rest;
  };
  if (is_one && !resource.namespaced) start = std::max(start, kube::NamespacedName{"", *name});
  if (auto visited = objects->visit_at(page.revision, start, visit); !visited) {
    if (continue_token.empty()) return fail(std::move(visited.error()));
    return fail(Reason::expired, "{}", token_expired);
  }
  if (rest > 0) {
    page.continue_token = write_continue_token(page.revision, page.items.back()->key());
    if (counts_rest) page.remaining = rest;
    objects->hold(page.revision, clock_.ticks());
  }
  return page;
}

Result<std::unique_ptr<client::WatchHandle>> MemoryRegistry::watch(const Resource& resource, std::uint64_t revision,
                                                                   Receiver receiver) {
  if (!resource.is_stored()) return fail(method_not_allowed());
  return collection(resource.id).watch(revision, std::move(receiver));
}

}  // namespace slipway::apiserver
