#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "client/client.h"
#include "engine/view.h"

namespace slipway::engine {

// A write a plan wants, with the sentence that answers "why".
struct Write {
  Side side = Side::hub;
  client::Write request{};
  std::string why{};
  // A refusal, or that nothing changed, is news to the controller: the key is looked at again at once, View::tried
  // tells, and after a back-off refused writes are worth another try.
  bool wants_answer = false;
};

// Ordered writes: a later one to the same object uses the version the earlier one returned; the first failure ends the
// chain.
using Chain = std::vector<Write>;

// A Kubernetes Event about an object.
struct Event {
  Side side = Side::hub;
  kube::GroupVersionKind kind{};
  kube::NamespacedName key{};
  std::string uid{};
  bool warning = false;
  std::string reason{};
  std::string message{};
};

// When to look again although nothing changed. A wall deadline is re-evaluated when the wall clock is stepped
// (design 1.5).
struct Deadline {
  std::variant<Ticks, WallTime> at;
};

// What a controller wants; plain data (design 4).
struct Plan {
  std::vector<Read> reads{};  // not empty: the runner performs only these and calls again with the answers in the View
  std::vector<Chain> chains{};    // independent of each other
  std::optional<Write> report{};  // the object's own status, written when no chain is left to run
  std::vector<Event> events{};
  std::optional<Deadline> look_again{};
};

// A cache for one key that a restart (or the simulation, at random) may drop without changing any plan. A controller
// drops it when the key's object is gone: the runner keeps it as long as it holds something.
class Memo {
 public:
  template <class T>
  [[nodiscard]] T* get() const {
    return tag_ == tag_of<T>() ? static_cast<T*>(value_.get()) : nullptr;
  }
  template <class T>
  T& emplace(T value) {
    auto made = std::make_shared<T>(std::move(value));
    T& reference = *made;
    value_ = std::move(made);
    tag_ = tag_of<T>();
    return reference;
  }
  void drop() { value_.reset(), tag_ = nullptr; }
  [[nodiscard]] bool is_empty() const { return value_ == nullptr; }

 private:
  template <class T>
  static const void* tag_of() {
    static constexpr char tag = 0;
    return &tag;
  }
  std::shared_ptr<void> value_;
  const void* tag_ = nullptr;
};

// A change of one cached object; null for "was not there" and "is no longer there".
struct Change {
  kube::ObjectPtr before;
  kube::ObjectPtr after;
  [[nodiscard]] const kube::Object& either() const { return after != nullptr ? *after : *before; }
};

// A kind a controller watches, and which of its keys a change concerns.
struct Watch {
  Collection collection{};
  // "" = every namespace. An agent watches its own namespace on the hub and nothing else.
  std::string namespace_{};
  // Adds the keys to look at. View is the cache after the change.
  std::function<void(const Change& change, const View& view, std::vector<Key>& keys)> concerns{};
};

// User resources: every collection that discovery shows with list and watch and that `wanted` accepts, as they come and
// go.
struct DynamicWatch {
  Side side = Side::hub;
  // Where whole objects would cost something, only the metadata is cached: the body is null, and content is for
  // Plan::reads.
  bool metadata_only = false;
  // Also: it is needed by some object of this collection, now or later, and this process has the right to list and
  // watch it. View::is_followed tells. What was needed once stays followed.
  struct OnDemand {
    Collection by{};
    std::function<void(const kube::Object& object, std::vector<kube::GroupKind>& needed)> kinds{};
  };
  std::optional<OnDemand> on_demand{};
  std::function<bool(const client::ApiResource&)> wanted;
  std::function<void(const client::ApiResource& resource, const Change& change, const View& view,
                     std::vector<Key>& keys)>
      concerns{};
};

// An index on a cached kind: under which values an object is found. Same name and collection = same index, made once.
struct Index {
  Collection collection{};
  std::string name;
  std::function<void(const kube::Object& object, std::vector<std::string>& values)> values;
};

// A pure decision maker: no I/O, no clock, no state that a restart would miss (design 1.1).
class Controller {
 public:
  virtual ~Controller() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::vector<Watch> watches() const = 0;
  [[nodiscard]] virtual std::vector<DynamicWatch> dynamic_watches() const { return {}; }
  [[nodiscard]] virtual std::vector<Index> indexes() const { return {}; }
  [[nodiscard]] virtual Plan reconcile(const Key& key, const View& view, Memo& memo, Now now) const = 0;
};

}  // namespace slipway::engine
