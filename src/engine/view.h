#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kinds.h"
#include "client/client.h"
#include "kube/object.h"

namespace slipway::engine {

// Which of the two API servers an agent lives on; hub controllers know only `hub` (design 4).
enum class Side : std::uint8_t { hub, member };

// One cached kind on one side.
struct Collection {
  Side side = Side::hub;
  kube::GroupResource resource{};
  friend auto operator<=>(const Collection&, const Collection&) = default;
};

// The key a controller works on; for most the name of its primary object.
using Key = kube::NamespacedName;

// A live read: what the caches do not hold (user resources) or an absence that must be confirmed before a terminal
// verdict.
struct Read {
  // ready: whether the server is; the answer has no objects, or any error.
  // version: what the server says of its version (client::Client::version); the answer is that, or any error.
  enum class Kind { get, list, ready, version };
  Kind kind = Kind::get;
  Side side = Side::hub;
  kube::GroupVersionResource resource{};
  kube::NamespacedName key{};    // get: the object. list: only the namespace counts ("" = all)
  std::string label_selector{};  // list
  friend auto operator<=>(const Read&, const Read&) = default;
};

// The answer to a Read: the object, or the list's items; not_found for a get is an error of that reason. Errors that
// leave it open (unavailable, too_many_requests, server_timeout) never get here, save for `ready` and `version`: the
// runner backs off and reads again.
using Answer = Result<std::vector<kube::ObjectPtr>>;

struct Write;

// What became of a write that changed nothing.
struct Tried {
  std::optional<Error> refusal{};  // absent: the server found that there was nothing to change
};

// What a controller sees: the caches through their indexes, what discovery knows, and answers to the reads it asked
// for. Valid for one reconcile; pointers live as long as the View.
class View {
 public:
  virtual ~View() = default;

  [[nodiscard]] virtual kube::ObjectPtr get(const Collection& collection, const kube::NamespacedName& key) const = 0;
  // The objects whose index `index` has `value`, in order of key.
  [[nodiscard]] virtual std::vector<kube::ObjectPtr> indexed(const Collection& collection, std::string_view index,
                                                             std::string_view value) const = 0;
  // Everything in a collection (of one namespace, or all for ""), in order of key. For small kinds only: member
  // clusters.
  [[nodiscard]] virtual std::vector<kube::ObjectPtr> list(const Collection& collection,
                                                          std::string_view namespace_) const = 0;
  // Null when this read has not been made in this reconcile: put it into Plan::reads.
  [[nodiscard]] virtual const Answer* answer(const Read& read) const = 0;
  // What became of this very write (same request, same reason, Write::wants_answer) when an earlier pass over this key
  // tried it and it changed nothing; null when it was not tried, or is worth trying again. For verdicts about single
  // objects: a write with such an answer is not planned again.
  [[nodiscard]] virtual const Tried* tried(const Write&) const { return nullptr; }
  // Whether the collection is followed and has been listed: what is not in the cache was not there then. Without it, a
  // live read tells.
  [[nodiscard]] virtual bool is_followed(const Collection&) const { return false; }
  // What the server of `side` serves, every version.
  [[nodiscard]] virtual const std::vector<client::ApiResource>& discovery(Side side) const = 0;

  // Typed access; null when absent (or when it does not decode: the runner has logged that). The scope is the key's:
  // with a namespace ResourcePlacement, without ClusterResourcePlacement.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> get(const kube::NamespacedName& key, Side side = Side::hub) const {
    return decoded<T>(
        get(collection_of<T>(key.namespace_.empty() ? api::Scope::cluster : api::Scope::namespaced, side), key));
  }
  template <class T>
  [[nodiscard]] std::vector<std::shared_ptr<const T>> indexed(api::Scope scope, std::string_view index,
                                                              std::string_view value, Side side = Side::hub) const {
    std::vector<std::shared_ptr<const T>> found;
    for (const auto& object : indexed(collection_of<T>(scope, side), index, value)) {
      if (auto one = decoded<T>(object)) found.push_back(std::move(one));
    }
    return found;
  }

  template <class T>
  [[nodiscard]] static Collection collection_of(api::Scope scope, Side side = Side::hub) {
    return {side, api::resource_of<T>(scope)};
  }
  // Shares ownership of the object the value is remembered in.
  template <class T>
  [[nodiscard]] static std::shared_ptr<const T> typed(const kube::ObjectPtr& object) {
    if (object == nullptr) return nullptr;
    const T* value = api::as<T>(*object);
    return value == nullptr ? nullptr : std::shared_ptr<const T>(object, value);
  }

 protected:
  // A stored object that is not what its kind says: it is there, but nobody can act on it.
  virtual void report_undecodable(const kube::Object&, const Error&) const {}

 private:
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> decoded(const kube::ObjectPtr& object) const {
    auto value = typed<T>(object);
    if (value == nullptr && object != nullptr) report_undecodable(*object, api::decode_object<T>(*object).error());
    return value;
  }
};

}  // namespace slipway::engine
