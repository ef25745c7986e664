#include "engine/subscriptions.h"

#include <algorithm>
#include <unordered_set>

namespace slipway::engine {

void Subscriptions::add(std::size_t controller, Watch watch) {
  interests_[watch.collection].push_back(
      {.controller = controller, .namespace_ = watch.namespace_, .concerns = watch.concerns, .is_dynamic = false});
  watches_.emplace_back(controller, std::move(watch));
}

void Subscriptions::add(std::size_t controller, DynamicWatch watch) {
  dynamic_.emplace_back(controller, std::move(watch));
}

void Subscriptions::refresh(Side side, const std::vector<client::ApiResource>& resources) {
  for (auto& [collection, interests] : interests_) {
    if (collection.side == side) std::erase_if(interests, [](const Interest& interest) { return interest.is_dynamic; });
  }
  for (const client::ApiResource& resource : resources) {
    if (!resource.preferred) continue;
    std::vector<Interest> found;
    add_dynamic(resource, side, found);
    if (found.empty()) continue;
    auto& interests = interests_[{side, resource.resource.group_resource()}];
    interests.insert(interests.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  std::erase_if(interests_, [](const auto& entry) { return entry.second.empty(); });
}

void Subscriptions::add_dynamic(const client::ApiResource& resource, Side side,
                                std::vector<Interest>& interests) const {
  for (const auto& [controller, watch] : dynamic_) {
    if (watch.side != side || !watch.wanted(resource)) continue;
    auto concerns = [&watch, resource](const Change& change, const View& view, std::vector<Key>& keys) {
      watch.concerns(resource, change, view, keys);
    };
    interests.push_back(
        {.controller = controller, .namespace_ = {}, .concerns = std::move(concerns), .is_dynamic = true});
  }
}

std::vector<Collection> Subscriptions::collections() const {
  std::vector<Collection> found;
  found.reserve(interests_.size());
  for (const auto& [collection, interests] : interests_) found.push_back(collection);
  std::ranges::sort(found);
  return found;
}

void Subscriptions::find_keys(const Collection& collection, std::span<const Change> changes, const View& view,
                              const Found& found) {
  const auto entry = interests_.find(collection);
  if (entry == interests_.end()) return;
  std::vector<Key> keys;
  for (const Interest& interest : entry->second) {
    for (const Change& change : changes) {
      if (!interest.namespace_.empty() && change.either().metadata().namespace_ != interest.namespace_) continue;
      keys.clear();
      interest.concerns(change, view, keys);
      for (const Key& key : keys) found(interest.controller, key);
    }
  }
}

}  // namespace slipway::engine
