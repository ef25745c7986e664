// Background work that writes make due: garbage collection, namespaces, CRDs, old events.
#include "apiserver/crd_rules.h"
#include "apiserver/memory_registry.h"

namespace slipway::apiserver {

bool MemoryRegistry::is_due() const {
  return garbage_.is_due() || namespaces_.is_due() || !crds_due_.empty() ||
         (!events_.empty() && events_.front().due <= clock_.ticks());
}

void MemoryRegistry::schedule_settle() {
  if (settle_posted_ || settling_) return;
  settle_posted_ = true;
  journal_.loop().post([this, alive = alive_] {
    if (!*alive) return;
    settle_posted_ = false;
    settle();
  });
}

void MemoryRegistry::settle() {
  if (settling_) return;
  settling_ = true;
  while (is_due()) {
    garbage_.run();
    namespaces_.run();
    settle_crds();
    settle_events();
  }
  settling_ = false;
}

// A CRD that is going away takes its objects with it, each in its own time (8.2); names that became free go to who
// waits.
void MemoryRegistry::settle_crds() {
  const auto definitions = catalog_.find({"apiextensions.k8s.io", "customresourcedefinitions"});
  while (!crds_due_.empty()) {
    const std::string name = crds_due_.extract(crds_due_.begin()).value();
    const kube::ObjectPtr crd = definitions != nullptr ? find_object(definitions->id, {"", name}) : nullptr;
    if (crd == nullptr) continue;
    if (!crd->metadata().is_deleting()) {
      amend(*definitions, {"", name}, [&](Draft& draft) {
        custom_.write_status(draft.content, clock_.wall());
        return true;
      });
      continue;
    }
    const std::size_t dot = std::min(name.size(), name.find('.'));
    const kube::GroupResource id{name.substr(std::min(name.size(), dot + 1)), name.substr(0, dot)};
    if (const auto resource = catalog_.find(id)) {
      for (const kube::NamespacedName& key : collection(id).keys_in("")) {
        const auto object = find_object(id, key);
        if (object != nullptr && !object->metadata().is_deleting()) {
          remove_internally(*resource, key, client::Propagation::background);
        }
      }
      crds_due_.erase(name);  // what went just now is counted
    }
    if (!collection(id).objects().empty()) continue;  // comes back when one goes
    amend_metadata(*definitions, {"", name}, [](kube::ObjectMeta& metadata) {
      return std::erase(metadata.finalizers, crd_cleanup_finalizer) > 0;
    });
  }
}

void MemoryRegistry::settle_events() {
  while (!events_.empty() && events_.front().due <= clock_.ticks()) {
    const ExpiringEvent due = std::move(events_.front());
    events_.pop_front();
    const auto resource = catalog_.find({due.group, "events"});
    const auto event = resource != nullptr ? find_object(resource->id, due.key) : nullptr;
    if (event != nullptr && event->revision() == due.revision) {
      remove_internally(*resource, due.key, client::Propagation::background);
    }
  }
}

}  // namespace slipway::apiserver
