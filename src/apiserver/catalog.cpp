#include "apiserver/catalog.h"

namespace slipway::apiserver {
namespace {

std::vector<std::string> texts(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

std::shared_ptr<const Resource> resource_of(const api::BuiltinKind& kind) {
  auto out = std::make_shared<Resource>();
  out->id = {std::string(kind.group), std::string(kind.plural)};
  out->kind = kind.kind;
  out->list_kind = out->kind + "List";
  out->singular = kind.singular;
  out->short_names = texts(kind.short_names);
  out->categories = texts(kind.categories);
  out->namespaced = kind.namespaced;
  out->storage_version = kind.version;
  out->verbs = texts(kind.verbs);
  out->stored = kind.stored;
  out->builtin = &kind;
  ResourceVersion version;
  version.name = out->storage_version;
  version.has_status =
      std::ranges::find(kind.subresources, "status", &api::BuiltinKind::Subresource::name) != kind.subresources.end();
  out->versions.push_back(std::move(version));
  return out;
}

}  // namespace

Catalog::Catalog() {
  for (const api::BuiltinKind& kind : api::builtin_kinds()) {
    auto resource = resource_of(kind);
    by_id_.emplace(resource->id, resource);
    by_kind_.emplace(resource->group_kind(), resource);
    builtin_.push_back(std::move(resource));
  }
}

std::shared_ptr<const Resource> Catalog::find(const kube::GroupResource& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::shared_ptr<const Resource> Catalog::find_kind(const kube::GroupKind& kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const Resource>> Catalog::all() const {
  auto out = builtin_;
  for (const auto& [id, resource] : by_id_) {
    if (resource->builtin == nullptr) out.push_back(resource);
  }
  return out;
}

void Catalog::put(std::shared_ptr<const Resource> custom) {
  drop(custom->id);
  by_kind_[custom->group_kind()] = custom;
  by_id_[custom->id] = std::move(custom);
  ++version_;
}

void Catalog::drop(const kube::GroupResource& custom) {
  const auto found = by_id_.find(custom);
  if (found == by_id_.end()) return;
  by_kind_.erase(found->second->group_kind());
  by_id_.erase(found);
  ++version_;
}

}  // namespace slipway::apiserver
