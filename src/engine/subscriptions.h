#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/caches.h"
#include "engine/controller.h"

namespace slipway::engine {

// Who wants to know what: the controllers' watches by collection. Turns a change into keys.
class Subscriptions {
 public:
  using Found = std::function<void(std::size_t controller, const Key& key)>;

  void add(std::size_t controller, Watch watch);
  void add(std::size_t controller, DynamicWatch watch);
  // Learns which of users' kinds there are now. A kind that is gone is forgotten.
  void refresh(Side side, const std::vector<client::ApiResource>& resources);

  [[nodiscard]] const std::vector<std::pair<std::size_t, Watch>>& watches() const { return watches_; }
  [[nodiscard]] const std::vector<std::pair<std::size_t, DynamicWatch>>& dynamic_watches() const { return dynamic_; }
  // Every collection that somebody is interested in, in order.
  [[nodiscard]] std::vector<Collection> collections() const;

  void find_keys(const Collection& collection, std::span<const Change> changes, const View& view, const Found& found);

 private:
  struct Interest {
    std::size_t controller = 0;
    std::string namespace_;  // "": all
    std::function<void(const Change&, const View&, std::vector<Key>&)> concerns;
    bool is_dynamic = false;
  };
  void add_dynamic(const client::ApiResource& resource, Side side, std::vector<Interest>& interests) const;

  std::vector<std::pair<std::size_t, Watch>> watches_;
  std::vector<std::pair<std::size_t, DynamicWatch>> dynamic_;
  std::unordered_map<Collection, std::vector<Interest>, CollectionHash> interests_;
};

}  // namespace slipway::engine
