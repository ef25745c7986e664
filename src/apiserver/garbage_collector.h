#pragma once

#include <deque>
#include <set>
#include <string>
#include <unordered_map>

#include "apiserver/resource.h"
#include "kube/object.h"

namespace slipway::apiserver {

class MemoryRegistry;

// Owner references (kube-api 9.3), through an index from the owner's UID to its dependents: work per change does not
// grow with the number of objects.
class GarbageCollector {
 public:
  explicit GarbageCollector(MemoryRegistry& registry) : registry_(registry) {}

  // Either may be null. Only notes what is due.
  void on_change(const kube::GroupResource& id, const kube::ObjectPtr& before, const kube::ObjectPtr& after);
  [[nodiscard]] bool is_due() const { return !queue_.empty(); }
  void run();

 private:
  struct Member {
    kube::GroupResource id;
    kube::NamespacedName key;
    friend auto operator<=>(const Member&, const Member&) = default;
  };
  struct Owner {
    enum class State { exists, absent, deleting_in_foreground };
    State state;
    Member member;
  };
  [[nodiscard]] Owner find_owner(const kube::OwnerReference& reference, const kube::NamespacedName& dependent) const;
  void add_due(Member member);
  void add_dependents_due(const std::string& uid);
  void judge(const Member& member);
  void release_dependents(const Resource& resource, const kube::ObjectPtr& owner);
  void finish_foreground(const Resource& resource, const kube::ObjectPtr& owner);
  void judge_owners(const Resource& resource, const kube::ObjectPtr& object);

  MemoryRegistry& registry_;
  std::unordered_map<std::string, std::set<Member>> dependents_;  // by the owner's UID
  std::deque<Member> queue_;
  std::set<Member> queued_;
};

}  // namespace slipway::apiserver
