#pragma once

#include <functional>
#include <string>

#include "engine/view.h"

namespace slipway::engine {

constexpr std::size_t mix_hash(std::size_t seed, std::size_t more) {
  return seed ^ (more + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
}

struct KeyHash {
  std::size_t operator()(const kube::NamespacedName& key) const {
    return mix_hash(std::hash<std::string>{}(key.namespace_), std::hash<std::string>{}(key.name));
  }
};

struct CollectionHash {
  std::size_t operator()(const Collection& collection) const {
    const std::size_t resource = std::hash<std::string>{}(collection.resource.resource);
    return mix_hash(mix_hash(static_cast<std::size_t>(collection.side), resource),
                    std::hash<std::string>{}(collection.resource.group));
  }
};

// Both fields of equal keys are compared by hash first; the strings themselves only on a hit.
struct KeyEqual {
  bool operator()(const kube::NamespacedName& a, const kube::NamespacedName& b) const {
    return a.name == b.name && a.namespace_ == b.namespace_;
  }
};

}  // namespace slipway::engine
