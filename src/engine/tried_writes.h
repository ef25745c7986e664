#pragma once

#include <cstdint>
#include <map>

#include "engine/controller.h"

namespace slipway::engine {

// What became of the writes of one key whose plans asked to be told (Write::wants_answer), where they changed nothing:
// the last one to each object, known by a hash over the request and its reason.
class TriedWrites {
 public:
  struct Entry {
    Side side = Side::hub;
    kube::GroupResource resource{};
    Key key{};
    std::uint64_t hash = 0;
    std::uint64_t resource_version = 0;  // that the write expected
    Tried tried{};
  };

  [[nodiscard]] static std::uint64_t hash_of(const Write& write);
  // Null when this very write was not the last one tried on its object. A refusal stands whatever else happens to the
  // object meanwhile; that nothing changed is true of one version only.
  [[nodiscard]] const Tried* find(const Write& write) const;
  void remember(Entry entry);
  // Refused writes may be tried again.
  void forget_refusals();
  [[nodiscard]] bool has_refusals() const;

 private:
  struct Target {
    Side side;
    kube::GroupResource resource;
    Key key;
    friend auto operator<=>(const Target&, const Target&) = default;
  };
  struct Known {
    std::uint64_t hash = 0;
    std::uint64_t resource_version = 0;
    Tried tried;
  };
  std::map<Target, Known> entries_;
};

}  // namespace slipway::engine
