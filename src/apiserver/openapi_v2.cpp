#include "apiserver/openapi_v2.h"

#include <algorithm>

namespace slipway::apiserver {
namespace {

constexpr std::string_view kind_extension = "x-kubernetes-group-version-kind";

// Field numbers of gnostic's openapi.v2 messages.
constexpr int document_swagger = 1, document_info = 2, document_paths = 8;
constexpr int info_title = 1, info_version = 2;
constexpr int paths_path = 2, named_name = 1, named_value = 2;
constexpr int path_item_patch = 8;
constexpr int operation_parameters = 8, operation_extension = 13;
constexpr int item_parameter = 1, parameter_non_body = 2, non_body_query = 3;
constexpr int query_in = 2, query_name = 4, query_type = 6;
constexpr int any_yaml = 2;

void add_varint(std::string& out, std::size_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// A text or message field.
void add_field(std::string& out, int number, std::string_view bytes) {
  constexpr int length_delimited = 2;
  add_varint(out, static_cast<std::size_t>(number << 3 | length_delimited));
  add_varint(out, bytes.size());
  out += bytes;
}

std::string field(int number, std::string_view bytes) {
  std::string out;
  add_field(out, number, bytes);
  return out;
}

std::string named(std::string_view name, std::string_view value) {
  return field(named_name, name) + field(named_value, value);
}

std::string query_parameter(std::string_view name) {
  const std::string query = field(query_in, "query") + field(query_name, name) + field(query_type, "string");
  return field(item_parameter, field(parameter_non_body, field(non_body_query, query)));
}

std::string operation(const kube::GroupVersionKind& kind) {
  const std::string yaml = fmt::format("group: \"{}\"\nkind: {}\nversion: {}\n", kind.group, kind.kind, kind.version);
  return field(operation_parameters, query_parameter("fieldValidation")) +
         field(operation_extension, named(kind_extension, field(any_yaml, yaml)));
}

// Calls visit(path, kind) for every kind that can be patched.
template <class Visit>
void visit_kinds(const std::vector<ServedVersion>& served, Visit visit) {
  for (const ServedVersion& one : served) {
    for (const auto& resource : one.resources) {
      if (std::ranges::find(resource->verbs, "patch") == resource->verbs.end()) continue;
      visit(open_api_path(*resource, one.id()), resource->gvk(one.version));
    }
  }
}

}  // namespace

std::string open_api_path(const Resource& resource, const kube::GroupVersion& id) {
  const std::string base =
      id.group.empty() ? fmt::format("/api/{}", id.version) : fmt::format("/apis/{}/{}", id.group, id.version);
  return fmt::format("{}{}/{}/{{name}}", base, resource.namespaced ? "/namespaces/{namespace}" : "",
                     resource.id.resource);
}

std::string open_api_v2_protobuf(const std::vector<ServedVersion>& served) {
  std::string paths;
  visit_kinds(served, [&](const std::string& path, const kube::GroupVersionKind& kind) {
    add_field(paths, paths_path, named(path, field(path_item_patch, operation(kind))));
  });
  return field(document_swagger, "2.0") +
         field(document_info, field(info_title, "Kubernetes") + field(info_version, "v1.33")) +
         field(document_paths, paths);
}

json::Value open_api_v2_json(const std::vector<ServedVersion>& served) {
  json::Object paths;
  visit_kinds(served, [&](const std::string& path, const kube::GroupVersionKind& kind) {
    json::Object parameter{{"in", "query"}, {"name", "fieldValidation"}, {"type", "string"}};
    json::Object gvk{{"group", kind.group}, {"kind", kind.kind}, {"version", kind.version}};
    json::Object patch{{"parameters", json::Array{std::move(parameter)}},
                       {"responses", json::Object()},
                       {kind_extension.data(), std::move(gvk)}};
    paths.set(path, json::Object{{"patch", std::move(patch)}});
  });
  return json::Object{{"info", json::Object{{"title", "Kubernetes"}, {"version", "v1.33"}}},
                      {"paths", std::move(paths)},
                      {"swagger", "2.0"}};
}

}  // namespace slipway::apiserver
