#pragma once

#include <set>
#include <string>

#include "apiserver/draft.h"

namespace slipway::apiserver {

class MemoryRegistry;

// Namespaces from creation to the end (kube-api 6.8, 9.4): what each has from the start, and how a deleted one is
// emptied.
class NamespaceLifecycle {
 public:
  explicit NamespaceLifecycle(MemoryRegistry& registry) : registry_(registry) {}

  // Every write of a namespace gives it the label with its name.
  static void prepare(Draft& draft);
  // 403 cause text for what may never be deleted.
  [[nodiscard]] static bool is_immortal(std::string_view name);

  // Any object changed; either may be null. Only notes what is due.
  void on_change(const Resource& resource, const kube::ObjectPtr& before, const kube::ObjectPtr& after);
  [[nodiscard]] bool is_due() const { return !to_empty_.empty() || !to_equip_.empty(); }
  void run();

 private:
  void equip(const std::string& name);
  void empty(const std::string& name);

  MemoryRegistry& registry_;
  std::set<std::string> to_equip_;  // lack the service account "default"
  std::set<std::string> to_empty_;  // being deleted, something changed
  std::set<std::string> terminating_;
};

}  // namespace slipway::apiserver
