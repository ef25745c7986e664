#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/controller.h"

namespace slipway::hub::selection {

// Live reads that need not be made again: what they answered, with content, which still counts while the cache of the
// collection shows the versions it had. (A cache that has not caught up, or is not there yet, shows something else, or
// will; each change of it wakes the placement.) So a placement whose bindings report progress does not read its whole
// namespace each time, nor does a run whose snapshot has just been made: what it read after it was created is fresh
// enough for it. The cache may hold metadata only: nothing but versions and labels is taken from it.
class RememberedReads {
 public:
  // Null when nothing is remembered of it. In order of key.
  [[nodiscard]] const std::vector<kube::ObjectPtr>* find(const engine::Read& read) const;
  // Errors are not remembered: what does not exist must be asked for again.
  void remember(const engine::Read& read, const engine::Answer& answer);

 private:
  std::map<engine::Read, std::vector<kube::ObjectPtr>> answers_;
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

  // The reads to make for those whose answer was null: a list of which only a few objects have changed becomes a read
  // of each of these.
  [[nodiscard]] std::vector<engine::Read> reads_for(std::vector<engine::Read> asked) const;
  // What was used in this pass, for the next one.
  [[nodiscard]] RememberedReads take() { return std::move(used_); }

 private:
  [[nodiscard]] std::optional<engine::Answer> recall(const engine::Read& read) const;

  const engine::View& view_;
  const RememberedReads* memory_;
  mutable std::map<engine::Read, engine::Answer> recalled_;
  mutable std::map<engine::Read, std::vector<engine::Read>> few_changed_;  // by list, the objects to read
  mutable RememberedReads used_;
};

}  // namespace slipway::hub::selection
