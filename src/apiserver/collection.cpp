#include "apiserver/collection.h"

namespace slipway::apiserver {

class Collection::Handle final : public client::WatchHandle {
 public:
  Handle(std::weak_ptr<Watchers> watchers, std::shared_ptr<Watcher> watcher)
      : watchers_(std::move(watchers)), watcher_(std::move(watcher)) {}
  ~Handle() override {
    watcher_->is_open = false;
    const auto watchers = watchers_.lock();
    if (watchers == nullptr) return;
    watchers->has_closed = true;
    if (!watchers->delivering) watchers->forget_closed();  // else the delivery under way still walks the list
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 private:
  std::weak_ptr<Watchers> watchers_;
  std::shared_ptr<Watcher> watcher_;
};

void Collection::Watchers::forget_closed() {
  has_closed = false;
  std::vector<std::shared_ptr<Watcher>> closed;  // destroyed last: what a callback holds may lead back here
  for (auto& [namespace_, list] : by_namespace) {
    std::erase_if(list, [&](const std::shared_ptr<Watcher>& one) {
      if (!one->is_open) closed.push_back(one);
      return !one->is_open;
    });
  }
  std::erase_if(by_namespace, [](const auto& entry) { return entry.second.empty(); });
}

Collection::~Collection() = default;

kube::ObjectPtr Collection::get(const kube::NamespacedName& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

bool Collection::has_objects_in(const std::string& namespace_) const {
  const auto first = objects_.lower_bound({namespace_, ""});
  return first != objects_.end() && (namespace_.empty() || first->first.namespace_ == namespace_);
}

std::vector<kube::NamespacedName> Collection::keys_in(const std::string& namespace_) const {
  std::vector<kube::NamespacedName> keys;
  for (auto at = objects_.lower_bound({namespace_, ""}); at != objects_.end(); ++at) {
    if (!namespace_.empty() && at->first.namespace_ != namespace_) break;
    keys.push_back(at->first);
  }
  return keys;
}

void Collection::put_quietly(kube::ObjectPtr object) {
  kube::NamespacedName key = object->key();
  objects_.insert_or_assign(std::move(key), std::move(object));
}

void Collection::start_window(std::uint64_t revision) {
  window_.restart(revision);
  changed_at_ = revision;
  delivered_ = revision;
}

void Collection::apply(Registry::ChangeEvent event, Ticks now) {
  if (event.after != nullptr) {
    put_quietly(event.after);
  } else {
    objects_.erase(event.before->key());
  }
  changed_at_ = event.revision;
  window_.add(std::move(event), now);
}

void Collection::deliver() {
  const auto watchers = watchers_;  // a listener may end everything
  if (watchers->delivering) return;
  watchers->delivering = true;
  while (delivered_ < window_.last()) {
    const Registry::ChangeEvent event = window_.at(window_.first_after(delivered_));
    delivered_ = event.revision;
    tell("", event);
    const std::string& namespace_ = (event.after != nullptr ? event.after : event.before)->metadata().namespace_;
    if (!namespace_.empty()) tell(namespace_, event);
  }
  watchers->delivering = false;
  if (watchers->has_closed) watchers->forget_closed();
}

void Collection::tell(const std::string& namespace_, const Registry::ChangeEvent& event) {
  const auto list = watchers_->by_namespace.find(namespace_);
  if (list == watchers_->by_namespace.end()) return;
  const auto watchers = list->second;  // a copy: listeners may start and end watches
  for (const auto& watcher : watchers) {
    if (!watcher->is_open || watcher->heard >= event.revision) continue;
    watcher->heard = event.revision;
    if (watcher->receiver.on_change) watcher->receiver.on_change(event);
  }
}

Result<std::unique_ptr<client::WatchHandle>> Collection::watch(std::uint64_t revision, Registry::Receiver receiver) {
  if (revision != 0 && revision < window_.floor()) {
    return fail(Reason::expired, "too old resource version: {} ({})", revision, window_.floor());
  }
  std::vector<Registry::ChangeEvent> missed;
  if (revision != 0) {
    for (std::size_t i = window_.first_after(revision); i < window_.size(); ++i) missed.push_back(window_.at(i));
  }
  const std::string namespace_ = receiver.namespace_;
  auto watcher =
      std::make_shared<Watcher>(Watcher{.receiver = std::move(receiver), .heard = std::max(revision, window_.last())});
  watchers_->by_namespace[namespace_].push_back(watcher);
  auto handle = std::make_unique<Handle>(watchers_, watcher);
  for (const auto& event : missed) {
    const kube::Object& either = event.after != nullptr ? *event.after : *event.before;
    if (!namespace_.empty() && either.metadata().namespace_ != namespace_) continue;
    if (watcher->receiver.on_change) watcher->receiver.on_change(event);
  }
  return handle;
}

void Collection::close_watches() {
  auto closing = std::exchange(watchers_->by_namespace, {});
  for (auto& [namespace_, list] : closing) {
    for (const auto& watcher : list) {
      if (!watcher->is_open) continue;
      watcher->is_open = false;
      if (watcher->receiver.on_close) watcher->receiver.on_close();
    }
  }
}

Result<void> Collection::visit_at(std::uint64_t revision, const kube::NamespacedName& start,
                                  const std::function<bool(const kube::ObjectPtr&)>& visit) const {
  if (revision < window_.floor() && revision < changed_at_) {
    return fail(Reason::expired, "The resourceVersion for the provided list is too old.");
  }
  Objects was;
  if (revision < changed_at_) was = window_.undone_to(revision);
  auto now_at = objects_.lower_bound(start);
  auto was_at = was.lower_bound(start);
  while (now_at != objects_.end() || was_at != was.end()) {
    kube::ObjectPtr object;
    if (was_at == was.end() || (now_at != objects_.end() && now_at->first < was_at->first)) {
      object = now_at->second;
      ++now_at;
    } else {
      if (now_at != objects_.end() && now_at->first == was_at->first) ++now_at;
      object = was_at->second;
      ++was_at;
    }
    if (object != nullptr && !visit(object)) return {};
  }
  return {};
}

}  // namespace slipway::apiserver
