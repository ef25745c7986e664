#include "hub/placement/remembered_reads.h"

#include <algorithm>

#include "kube/selector.h"

namespace slipway::hub::placement {
namespace {

std::vector<kube::ObjectPtr> cached(const engine::Read& read, const engine::View& view) {
  const engine::Collection collection{read.side, read.resource.group_resource()};
  if (read.kind == engine::Read::Kind::get) {
    auto object = view.get(collection, read.key);
    return object == nullptr ? std::vector<kube::ObjectPtr>{} : std::vector{std::move(object)};
  }
  auto objects = view.list(collection, read.key.namespace_);
  if (!read.label_selector.empty()) {
    const auto selector = kube::parse_label_selector(read.label_selector);
    if (!selector) return {};
    std::erase_if(objects,
                  [&](const kube::ObjectPtr& object) { return !selector->matches(object->metadata().labels); });
  }
  return objects;
}

}  // namespace

std::vector<RememberedReads::Version> RememberedReads::versions_of(const std::vector<kube::ObjectPtr>& objects) {
  std::vector<Version> versions;
  versions.reserve(objects.size());
  for (const auto& object : objects) versions.push_back({object->key(), object->metadata().uid, object->revision()});
  std::ranges::sort(versions, {}, &Version::key);
  return versions;
}

std::optional<std::vector<kube::ObjectPtr>> RememberedReads::recall(const engine::Read& read,
                                                                    const engine::View& view) const {
  const auto found = versions_.find(read);
  if (found == versions_.end()) return std::nullopt;
  auto objects = cached(read, view);
  // The cache may follow another version of the kind, whose objects have another shape.
  const bool is_same_shape = std::ranges::all_of(
      objects, [&](const kube::ObjectPtr& object) { return object->kind().version == read.resource.version; });
  if (!is_same_shape || versions_of(objects) != found->second) return std::nullopt;
  return objects;
}

void RememberedReads::remember(const engine::Read& read, const engine::Answer& answer) {
  if (answer) versions_.insert_or_assign(read, versions_of(*answer));
}

const engine::Answer* RememberingView::answer(const engine::Read& read) const {
  if (const engine::Answer* const live = view_.answer(read)) {
    used_.remember(read, *live);
    return live;
  }
  if (const auto known = recalled_.find(read); known != recalled_.end()) return &known->second;
  auto objects = memory_ == nullptr ? std::nullopt : memory_->recall(read, view_);
  if (!objects) return nullptr;
  const auto [known, is_new] = recalled_.emplace(read, *std::move(objects));
  used_.remember(read, known->second);
  return &known->second;
}

}  // namespace slipway::hub::placement
