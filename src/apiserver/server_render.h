#pragma once

#include <memory>
#include <string>

#include "apiserver/negotiation.h"
#include "apiserver/registry.h"
#include "apiserver/table.h"

// Objects, lists and watch events in the form that a request asked for (kube-api 3.3, 3.4, 10). Pure.
namespace slipway::apiserver {

// How one request sees one resource.
struct ResourceView {
  std::shared_ptr<const Resource> resource;
  const ResourceVersion* version = nullptr;  // of `resource`
  Representation representation;
  RowObject row_object = RowObject::metadata;

  [[nodiscard]] std::string api_version() const { return resource->gvk(version->name).api_version(); }
};

[[nodiscard]] std::string render_object(const ResourceView& view, const kube::ObjectPtr& object, WallTime now);
[[nodiscard]] std::string render_list(const ResourceView& view, const Page& page, WallTime now);

// The object of a watch event; `has_columns`: a table's first.
[[nodiscard]] std::string render_watched(const ResourceView& view, const kube::ObjectPtr& object, WallTime now,
                                         bool has_columns);
// The object of a bookmark: kind and revision, and the end of the present state where `ends_present`.
[[nodiscard]] std::string render_bookmark(const ResourceView& view, std::uint64_t revision, bool ends_present);
// One line of a watch.
[[nodiscard]] std::string watch_line(std::string_view type, std::string_view object);

}  // namespace slipway::apiserver
