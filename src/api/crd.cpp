#include "api/crd.h"

#include "api/description.h"
#include "api/kind_table.h"

namespace slipway::api {
namespace {

description::Versions bit_of(std::string_view version) {
  if (version == "v1alpha1") return description::v1alpha1;
  if (version == "v1") return description::v1;
  return description::v1beta1;
}

json::Array texts(const std::vector<std::string_view>& from) { return json::Array(from.begin(), from.end()); }

json::Value column_of(const PrinterColumn& column) {
  json::Value value = json::Object{{"jsonPath", column.json_path}, {"name", column.name}, {"type", column.type}};
  if (column.priority != 0) value["priority"] = column.priority;
  if (!column.format.empty()) value["format"] = column.format;
  return value;
}

json::Value names_of(const KindInfo& kind) {
  json::Value names = json::Object{
      {"kind", kind.kind}, {"listKind", kind.list_kind}, {"plural", kind.plural}, {"singular", kind.singular}};
  if (!kind.categories.empty()) names["categories"] = texts(kind.categories);
  if (!kind.short_names.empty()) names["shortNames"] = texts(kind.short_names);
  return names;
}

json::Value version_of(const KindInfo& kind, const KindVersion& version) {
  const description::Target target{bit_of(version.name), kind.scope()};
  json::Value value = json::Object{
      {"name", version.name},
      {"served", true},
      {"storage", version.name == kind.storage},
      {"schema", json::Object{{"openAPIV3Schema", description::schema_of_struct(root_of(kind), target)}}},
  };
  if (!version.columns.empty()) {
    json::Array columns;
    for (const PrinterColumn& column : version.columns) columns.push_back(column_of(column));
    value["additionalPrinterColumns"] = std::move(columns);
  }
  switch (kind.status) {
    case StatusSubresource::none:
      break;
    case StatusSubresource::empty:
      value["subresources"] = json::Object();
      break;
    case StatusSubresource::yes:
      value["subresources"] = json::Object{{"status", json::Object()}};
      break;
  }
  return value;
}

std::vector<json::Value> crds(bool on_hub) {
  std::vector<json::Value> all;
  for (const KindInfo& kind : fleet_kinds()) {
    if (kind.on_hub == on_hub) all.push_back(crd_of(kind));
  }
  return all;
}

}  // namespace

json::Value crd_of(const KindInfo& kind) {
  json::Array versions;
  for (const KindVersion& version : kind.versions) versions.push_back(version_of(kind, version));
  return json::Object{
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata", json::Object{{"name", kind.resource().text()}}},
      {"spec", json::Object{{"group", kind.group},
                            {"names", names_of(kind)},
                            {"scope", text(kind.scope())},
                            {"versions", std::move(versions)}}},
  };
}

std::vector<json::Value> hub_crds() { return crds(true); }

std::vector<json::Value> member_crds() { return crds(false); }

}  // namespace slipway::api
