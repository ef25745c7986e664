// Pruning (kube-api 8.3): what the schema does not describe is not stored.
#include <array>

#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

// The members of metav1.ObjectMeta, sorted: embedded metadata is coerced to it.
constexpr std::array<std::string_view, 15> kMetadataMembers = {"annotations",
                                                               "creationTimestamp",
                                                               "deletionGracePeriodSeconds",
                                                               "deletionTimestamp",
                                                               "finalizers",
                                                               "generateName",
                                                               "generation",
                                                               "labels",
                                                               "managedFields",
                                                               "name",
                                                               "namespace",
                                                               "ownerReferences",
                                                               "resourceVersion",
                                                               "selfLink",
                                                               "uid"};

class Pruner {
 public:
  explicit Pruner(std::vector<std::string>* unknown) : unknown_(unknown) {}

  void prune(const Node& node, json::Value& value, const Path& path, bool is_root) {
    if (json::Array* items = value.array()) {
      if (node.items == nullptr) return;
      for (std::size_t i = 0; i < items->size(); ++i) prune(*node.items, (*items)[i], path.index(i), false);
      return;
    }
    json::Object* object = value.object();
    if (object == nullptr) return;
    const bool is_resource = is_root || node.is_embedded_resource;
    for (auto member = object->begin(); member != object->end();) {
      const bool stays = keep(node, member->first, member->second, path, is_root, is_resource);
      if (stays) {
        ++member;
      } else {
        member = object->erase(member);
      }
    }
  }

 private:
  // Prunes inside the member; false when the member itself must go.
  bool keep(const Node& node, const std::string& name, json::Value& value, const Path& path, bool is_root,
            bool is_resource) {
    if (is_resource && (name == "apiVersion" || name == "kind" || name == "metadata")) {
      if (!is_root && name == "metadata") prune_metadata(value, path.field(name));
      return true;
    }
    const Node* member = node.find_member(name);
    if (member != nullptr) {
      if (value.is_null() && !member->is_nullable) return false;
      prune(*member, value, path.member(node, name), false);
      return true;
    }
    if (node.preserves_unknown || node.allows_additional) return true;
    if (unknown_ != nullptr) unknown_->push_back(path.field(name).text(Path::KeyStyle::dotted));
    return false;
  }

  void prune_metadata(json::Value& value, const Path& path) {
    json::Object* object = value.object();
    if (object == nullptr) return;
    for (auto member = object->begin(); member != object->end();) {
      const bool is_known = std::ranges::binary_search(kMetadataMembers, std::string_view(member->first));
      if (!is_known && unknown_ != nullptr) unknown_->push_back(path.field(member->first).text(Path::KeyStyle::dotted));
      if (is_known && !member->second.is_null()) {
        ++member;
      } else {
        member = object->erase(member);
      }
    }
  }

  std::vector<std::string>* unknown_;
};

}  // namespace

void prune(const Node& root, json::Value& object, std::vector<std::string>* unknown) {
  Pruner(unknown).prune(root, object, Path(), true);
}

}  // namespace slipway::kube::structural
