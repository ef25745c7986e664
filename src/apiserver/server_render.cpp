#include "apiserver/server_render.h"

#include "apiserver/conversion.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

using Shape = Representation::Shape;

std::string list_metadata(const Page& page) {
  json::Object out;
  if (!page.continue_token.empty()) out.append("continue", page.continue_token);
  if (page.remaining) out.append("remainingItemCount", *page.remaining);
  out.append("resourceVersion", std::to_string(page.revision));
  return json::write(out);
}

// An item of a list: built-in kinds go without apiVersion and kind (kube-api 1, fact 10).
void add_item(std::string& out, const ResourceView& view, const kube::ObjectPtr& object,
              const std::string& api_version) {
  const kube::ObjectPtr seen = in_version(*view.resource, object, view.version->name);
  const std::string text = seen->to_json(api_version);
  constexpr std::string_view mark = R"("metadata":)";
  const std::size_t metadata = view.resource->builtin != nullptr ? text.find(mark) : std::string::npos;
  if (metadata == std::string::npos) {
    out += text;
    return;
  }
  out += '{';
  out.append(text, metadata);
}

std::string whole_list(const ResourceView& view, const Page& page) {
  const std::string api_version = view.api_version();
  std::string out = fmt::format(R"({{"apiVersion":"{}","items":[)", api_version);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i != 0) out += ',';
    add_item(out, view, page.items[i], api_version);
  }
  out += fmt::format(R"(],"kind":"{}","metadata":{}}})", view.resource->list_kind, list_metadata(page));
  return out;
}

std::string metadata_list(const ResourceView& view, const Page& page) {
  const std::string& version = view.representation.shape_version;
  std::string out = fmt::format(R"({{"apiVersion":"meta.k8s.io/{}","items":[)", version);
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i != 0) out += ',';
    out += partial_metadata(*page.items[i], version);
  }
  out += fmt::format(R"(],"kind":"PartialObjectMetadataList","metadata":{}}})", list_metadata(page));
  return out;
}

std::string row_of(const ResourceView& view, const kube::ObjectPtr& object, WallTime now) {
  const kube::ObjectPtr seen = in_version(*view.resource, object, view.version->name);
  return table_row(*view.resource, *view.version, *seen, view.row_object, view.representation.shape_version, now);
}

std::string table_of_one(const ResourceView& view, const kube::ObjectPtr& object, WallTime now, bool has_columns) {
  const std::string columns = has_columns ? column_definitions(*view.resource, *view.version) : std::string("null");
  return table(view.representation.shape_version, fmt::format(R"({{"resourceVersion":"{}"}})", object->revision()),
               columns, {row_of(view, object, now)});
}

std::string table_of_list(const ResourceView& view, const Page& page, WallTime now) {
  std::vector<std::string> rows;
  rows.reserve(page.items.size());
  for (const kube::ObjectPtr& object : page.items) rows.push_back(row_of(view, object, now));
  return table(view.representation.shape_version, list_metadata(page),
               column_definitions(*view.resource, *view.version), rows);
}

std::string render(const ResourceView& view, const kube::ObjectPtr& object, WallTime now, bool has_columns) {
  switch (view.representation.shape) {
    case Shape::whole:
      return in_version(*view.resource, object, view.version->name)->to_json(view.api_version());
    case Shape::table:
      return table_of_one(view, object, now, has_columns);
    case Shape::metadata:
      return partial_metadata(*object, view.representation.shape_version);
  }
  std::unreachable();
}

}  // namespace

std::string render_object(const ResourceView& view, const kube::ObjectPtr& object, WallTime now) {
  return render(view, object, now, true);
}

std::string render_list(const ResourceView& view, const Page& page, WallTime now) {
  switch (view.representation.shape) {
    case Shape::whole:
      return whole_list(view, page);
    case Shape::table:
      return table_of_list(view, page, now);
    case Shape::metadata:
      return metadata_list(view, page);
  }
  std::unreachable();
}

std::string render_watched(const ResourceView& view, const kube::ObjectPtr& object, WallTime now, bool has_columns) {
  return render(view, object, now, has_columns);
}

std::string render_bookmark(const ResourceView& view, std::uint64_t revision, bool ends_present) {
  const bool is_metadata = view.representation.shape == Shape::metadata;
  const std::string api_version = is_metadata ? "meta.k8s.io/" + view.representation.shape_version : view.api_version();
  const std::string kind = is_metadata ? std::string("PartialObjectMetadata") : view.resource->kind;
  json::Object metadata{{"creationTimestamp", nullptr}, {"resourceVersion", std::to_string(revision)}};
  if (ends_present) {
    // What the list would look like with nothing in it: clients that rebuild a list from the events need it (10.5).
    const json::Value blueprint = json::Object{{"apiVersion", api_version},
                                               {"items", json::Array()},
                                               {"kind", is_metadata ? kind + "List" : view.resource->list_kind},
                                               {"metadata", json::Object()}};
    metadata.set("annotations",
                 json::Object{{"k8s.io/initial-events-end", "true"},
                              {"kubernetes.io/initial-events-list-blueprint", base64(json::write(blueprint))}});
  }
  return json::write(json::Object{{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}});
}

std::string watch_line(std::string_view type, std::string_view object) {
  return fmt::format(R"({{"type":"{}","object":{}}})"
                     "\n",
                     type, object);
}

}  // namespace slipway::apiserver
