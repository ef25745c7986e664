#pragma once

#include <map>
#include <vector>

#include "engine/controller.h"

namespace slipway::hub::placement {

// Live reads that need not be made again: an answer still counts while the cache of its collection shows exactly the
// versions it had. (A cache that has not caught up, or is not there yet, shows something else, or will; each change of
// it wakes the placement.) So a placement whose bindings report progress does not read its whole namespace each time.
class RememberedReads {
 public:
  // Null, and thereby a live read, when it is not remembered or no longer shown.
  [[nodiscard]] std::optional<std::vector<kube::ObjectPtr>> recall(const engine::Read& read,
                                                                   const engine::View& view) const;
  // Errors are not remembered: what does not exist must be asked for again.
  void remember(const engine::Read& read, const engine::Answer& answer);

 private:
  struct Version {
    kube::NamespacedName key;
    std::string uid;
    std::uint64_t revision = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };
  [[nodiscard]] static std::vector<Version> versions_of(const std::vector<kube::ObjectPtr>& objects);
  std::map<engine::Read, std::vector<Version>> versions_;
};

// A View that answers reads from the live ones first, then from memory, and keeps what was used.
class RememberingView final : public engine::View {
 public:
  RememberingView(const engine::View& view, const RememberedReads* memory) : view_(view), memory_(memory) {}

  using engine::View::get;
  using engine::View::indexed;
  [[nodiscard]] kube::ObjectPtr get(const engine::Collection& collection,
                                    const kube::NamespacedName& key) const override {
    return view_.get(collection, key);
  }
  [[nodiscard]] std::vector<kube::ObjectPtr> indexed(const engine::Collection& collection, std::string_view index,
                                                     std::string_view value) const override {
    return view_.indexed(collection, index, value);
  }
  [[nodiscard]] std::vector<kube::ObjectPtr> list(const engine::Collection& collection,
                                                  std::string_view namespace_) const override {
    return view_.list(collection, namespace_);
  }
  [[nodiscard]] const engine::Answer* answer(const engine::Read& read) const override;
  [[nodiscard]] const std::vector<client::ApiResource>& discovery(engine::Side side) const override {
    return view_.discovery(side);
  }

  // What was used in this pass, for the next one.
  [[nodiscard]] RememberedReads take() { return std::move(used_); }

 private:
  const engine::View& view_;
  const RememberedReads* memory_;
  mutable std::map<engine::Read, engine::Answer> recalled_;
  mutable RememberedReads used_;
};

}  // namespace slipway::hub::placement
