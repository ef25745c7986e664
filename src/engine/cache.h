#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "engine/controller.h"
#include "engine/key_hash.h"
#include "kube/object.h"

namespace slipway::engine {

// What is known of one collection (design 4): the newest version of each object, found by key, by namespace, and by the
// controllers' indexes. Fed by lists, watches, the answers to writes and live reads, in any order: the higher resource
// version wins, and a tombstone keeps a late answer from bringing a deleted object back. Each feeding function appends
// what it changed to `changes`.
class Cache {
 public:
  explicit Cache(const Clock& clock) : clock_(clock) {}
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  // An index of that name exists from now on; of several with one name the first is kept.
  void add_index(const Index& index);

  // A version of an object, from a watch, a write or a live read.
  void put(kube::ObjectPtr object, std::vector<Change>& changes);
  // A deletion seen by a watch: `last` carries the revision of the deletion.
  void put_deleted(const kube::Object& last, std::vector<Change>& changes);
  // The object with this UID is known to be gone, at a revision nobody told (answer to a removal, or a live read that
  // found nothing). No other object of that name is touched.
  void put_gone(const Key& key, const std::string& uid, std::vector<Change>& changes);
  // Everything the collection held at `revision`, within `namespace_` ("": all of it). With `history_lost` nothing
  // known before counts.
  void replace(std::vector<kube::ObjectPtr> items, std::uint64_t revision, std::string_view namespace_,
               bool history_lost, std::vector<Change>& changes);
  // The collection is no longer served: forgets everything.
  void clear(std::vector<Change>& changes);

  [[nodiscard]] const kube::ObjectPtr& get(const Key& key) const;  // null when absent
  [[nodiscard]] std::vector<kube::ObjectPtr> list(std::string_view namespace_) const;
  [[nodiscard]] bool has_index(std::string_view index) const { return find_index(index) != nullptr; }
  [[nodiscard]] std::vector<kube::ObjectPtr> indexed(std::string_view index, std::string_view value) const;
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  // The highest revision that a list or an object has shown; 0 at the start.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  [[nodiscard]] std::size_t tombstones() const { return tombstones_.size(); }

 private:
  using Rows = std::unordered_map<Key, kube::ObjectPtr, KeyHash, KeyEqual>;
  using Row = Rows::value_type;  // its address is stable
  struct InOrderOfKey {
    bool operator()(const Row* a, const Row* b) const { return a->first < b->first; }
  };
  using Group = std::set<const Row*, InOrderOfKey>;
  struct NamedIndex {
    std::string name;
    std::function<void(const kube::Object&, std::vector<std::string>&)> values;
    std::unordered_map<std::string, Group> groups;
  };
  struct Tombstone {
    std::uint64_t revision = 0;  // nothing at or below it comes back
    std::string uid;             // nor anything with this UID
    Ticks since;
  };

  [[nodiscard]] const NamedIndex* find_index(std::string_view name) const;
  [[nodiscard]] bool is_buried(const kube::Object& object) const;
  void bury(const Key& key, std::uint64_t revision, const std::string& uid);
  void erase(Rows::iterator row, std::vector<Change>& changes);
  void reindex(const Row& row, const kube::Object* before, const kube::Object* after);

  const Clock& clock_;
  std::uint64_t revision_ = 0;
  Rows rows_;
  std::map<std::string, Group, std::less<>> namespaces_;
  std::vector<NamedIndex> indexes_;
  std::unordered_map<Key, Tombstone, KeyHash, KeyEqual> tombstones_;
  std::deque<std::pair<Ticks, Key>> burials_;  // oldest first
};

}  // namespace slipway::engine
