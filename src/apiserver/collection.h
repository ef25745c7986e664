#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "apiserver/registry.h"
#include "apiserver/watch_window.h"

namespace slipway::apiserver {

// The objects of one resource in key order, their recent changes, and who listens. Knows no rules.
class Collection {
 public:
  using Objects = std::map<kube::NamespacedName, kube::ObjectPtr>;

  explicit Collection(std::uint64_t revision) : window_(revision), changed_at_(revision) {}
  ~Collection();

  [[nodiscard]] kube::ObjectPtr get(const kube::NamespacedName& key) const;
  [[nodiscard]] const Objects& objects() const { return objects_; }
  [[nodiscard]] bool has_objects_in(const std::string& namespace_) const;
  // The names in one namespace (all for "").
  [[nodiscard]] std::vector<kube::NamespacedName> keys_in(const std::string& namespace_) const;

  // A stored object, or its present form under a changed schema: no event.
  void put_quietly(kube::ObjectPtr object);
  // Nothing before `revision` is known any more: after the last restored object.
  void start_window(std::uint64_t revision);
  // A change, applied and remembered; listeners hear of it in deliver().
  void apply(Registry::ChangeEvent event, Ticks now);
  // Tells listeners what they have not heard. A listener may write: what it causes is delivered after what came before.
  void deliver();

  [[nodiscard]] Result<std::unique_ptr<client::WatchHandle>> watch(std::uint64_t revision, Registry::Receiver receiver);
  void close_watches();

  // Items from `start` on (inclusive) as they were at `revision`, in key order, until `visit` returns false. Error:
  // expired.
  [[nodiscard]] Result<void> visit_at(std::uint64_t revision, const kube::NamespacedName& start,
                                      const std::function<bool(const kube::ObjectPtr&)>& visit) const;
  // Keeps `revision` listable for 5 minutes: for continue tokens.
  void hold(std::uint64_t revision, Ticks now) const { window_.hold(revision, now); }

 private:
  struct Watcher {
    Registry::Receiver receiver;
    std::uint64_t heard;  // revision of the last event it was told
    bool is_open = true;
  };
  // Shared with the handles, which may outlive the collection.
  struct Watchers {
    std::unordered_map<std::string, std::vector<std::shared_ptr<Watcher>>> by_namespace;  // "" = all
    bool delivering = false;
    bool has_closed = false;
    void forget_closed();
  };
  class Handle;
  void tell(const std::string& namespace_, const Registry::ChangeEvent& event);

  Objects objects_;
  mutable WatchWindow window_;
  std::uint64_t changed_at_;     // revision of the last change
  std::uint64_t delivered_ = 0;  // revision of the last event that was delivered
  std::shared_ptr<Watchers> watchers_ = std::make_shared<Watchers>();
};

}  // namespace slipway::apiserver
