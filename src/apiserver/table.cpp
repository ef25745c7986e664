#include "apiserver/table.h"

#include "json/text.h"
#include "kube/go_text.h"
#include "kube/table_age.h"

namespace slipway::apiserver {
namespace {

json::Value column(std::string_view name, std::string_view type, std::string_view format, std::string_view description,
                   int priority) {
  return json::Object{
      {"description", description}, {"format", format}, {"name", name}, {"priority", priority}, {"type", type}};
}

std::string age(const std::optional<WallTime>& since, WallTime now) {
  return since ? kube::human_duration(now - *since) : std::string("<unknown>");
}

json::Value date_cell(const json::Value& value, WallTime now) {
  const std::string* text = value.string();
  if (text == nullptr) return nullptr;
  const auto time = parse_rfc3339(*text);
  return time ? json::Value(kube::human_duration(now - *time)) : json::Value("<invalid>");
}

// What a JSONPath prints: scalars bare, the rest as JSON.
json::Value text_cell(const json::Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_array() || value.is_object()) return json::write(value);
  return kube::go_text(value);
}

// Kube-api 8.7: a value of another type than the column's shows nothing.
json::Value cell_of(const Column& column, const json::Value& object, WallTime now) {
  if (column.path == nullptr) return nullptr;
  const auto found = column.path->evaluate(object);
  if (found.empty()) return nullptr;
  const json::Value& value = *found.front();
  if (column.type == "string") return text_cell(value);
  if (column.type == "date") return date_cell(value, now);
  if (column.type == "boolean") return value.is_boolean() ? value : json::Value();
  if (column.type == "number") return value.is_number() ? value : json::Value();
  if (column.type == "integer") {
    if (value.is_integer()) return value;
    const auto number = value.number();
    if (number && *number > -9.0e18 && *number < 9.0e18) return static_cast<std::int64_t>(*number);
  }
  return nullptr;
}

json::Array cells_of(const Resource& resource, const ResourceVersion& version, const kube::Object& object,
                     WallTime now) {
  if (resource.builtin != nullptr) return resource.builtin->cells(object.to_value(), now);
  json::Array cells;
  cells.emplace_back(object.metadata().name);
  if (version.columns.empty()) {
    cells.emplace_back(age(object.metadata().creation_timestamp, now));
    return cells;
  }
  const json::Value value = object.to_value();
  for (const Column& one : version.columns) cells.push_back(cell_of(one, value, now));
  return cells;
}

}  // namespace

Result<RowObject> parse_row_object(std::string_view parameter) {
  if (parameter.empty() || parameter == "Metadata") return RowObject::metadata;
  if (parameter == "Object") return RowObject::whole;
  if (parameter == "None") return RowObject::none;
  return fail(Reason::bad_request,
              "Unable to convert to Table as requested: includeObject: Invalid value: {}: must be 'Metadata', "
              "'Object', 'None', "
              "or empty",
              kube::go_quoted(parameter));
}

std::string column_definitions(const Resource& resource, const ResourceVersion& version) {
  json::Array out;
  if (resource.builtin != nullptr) {
    for (const auto& one : resource.builtin->columns)
      out.push_back(column(one.name, one.type, one.format, "", one.priority));
    return json::write(out);
  }
  out.push_back(column("Name", "string", "name", "Unique within its namespace, or within the cluster", 0));
  for (const Column& one : version.columns) {
    out.push_back(column(one.name, one.type, one.format, one.description, one.priority));
  }
  if (version.columns.empty()) out.push_back(column("Age", "date", "", "Time since the object was created", 0));
  return json::write(out);
}

std::string table_row(const Resource& resource, const ResourceVersion& version, const kube::Object& object,
                      RowObject row_object, std::string_view meta_version, WallTime now) {
  std::string out = R"({"cells":)";
  json::write_to(out, cells_of(resource, version, object, now));
  out += R"(,"object":)";
  switch (row_object) {
    case RowObject::metadata:
      out += partial_metadata(object, meta_version);
      break;
    case RowObject::whole:
      out += object.to_json(object.kind().api_version());
      break;
    case RowObject::none:
      out += "null";
      break;
  }
  out += '}';
  return out;
}

std::string partial_metadata(const kube::Object& object, std::string_view meta_version) {
  std::string out =
      fmt::format(R"({{"apiVersion":"meta.k8s.io/{}","kind":"PartialObjectMetadata","metadata":)", meta_version);
  json::write_to(out, kube::to_json(object.metadata()));
  out += '}';
  return out;
}

std::string table(std::string_view meta_version, std::string_view list_metadata, std::string_view columns,
                  const std::vector<std::string>& rows) {
  std::string out =
      fmt::format(R"({{"apiVersion":"meta.k8s.io/{}","columnDefinitions":{},"kind":"Table","metadata":{},"rows":[)",
                  meta_version, columns, list_metadata);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i != 0) out += ',';
    out += rows[i];
  }
  out += "]}";
  return out;
}

}  // namespace slipway::apiserver
