#include "apiserver/selection.h"

#include "apiserver/conversion.h"

namespace slipway::apiserver {
namespace {

bool is_metadata_field(std::string_view path) { return path == "metadata.name" || path == "metadata.namespace"; }

// The text at "spec.a.b"; numbers and booleans as they print; "" when absent.
std::string text_at(const json::Value& object, std::string_view path) {
  const json::Value* value = &object;
  while (!path.empty() && value != nullptr) {
    const std::size_t dot = path.find('.');
    value = value->find(path.substr(0, dot));
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  if (value == nullptr) return "";
  if (const std::string* text = value->string()) return *text;
  if (const bool* flag = value->boolean()) return *flag ? "true" : "false";
  if (const std::int64_t* number = value->integer()) return std::to_string(*number);
  return "";
}

bool is_supported(const Resource& resource, std::string_view path) {
  if (is_metadata_field(path)) return true;
  if (resource.builtin != nullptr) {
    return resource.builtin->field && resource.builtin->field(json::Object(), path).has_value();
  }
  return std::ranges::any_of(resource.versions, [&](const ResourceVersion& version) {
    return std::ranges::find(version.selectable_fields, path) != version.selectable_fields.end();
  });
}

bool matches_fields(const Resource& resource, const kube::FieldSelector& fields, const kube::Object& object) {
  if (fields.requirements.empty()) return true;
  std::optional<json::Value> value;  // parsed only when something beside the metadata is asked for
  return fields.matches([&](std::string_view path) -> std::string {
    if (path == "metadata.name") return object.metadata().name;
    if (path == "metadata.namespace") return object.metadata().namespace_;
    if (!value) value = object.to_value();
    if (resource.builtin == nullptr) return text_at(*value, path);
    return resource.builtin->field ? resource.builtin->field(*value, path).value_or("") : "";
  });
}

}  // namespace

Result<void> check_fields(const Resource& resource, const kube::FieldSelector& fields) {
  for (const kube::FieldRequirement& one : fields.requirements) {
    if (!is_supported(resource, one.path)) return fail(Reason::bad_request, "field label not supported: {}", one.path);
  }
  return {};
}

bool matches(const Resource& resource, const Selection& selection, const kube::Object& object) {
  if (!selection.namespace_.empty() && object.metadata().namespace_ != selection.namespace_) return false;
  return selection.labels.matches(object.metadata().labels) && matches_fields(resource, selection.fields, object);
}

std::optional<client::WatchEvent> selected_change(const Resource& resource, const Selection& selection,
                                                  const Registry::ChangeEvent& change) {
  using Type = client::WatchEvent::Type;
  const bool was_in = change.before != nullptr && matches(resource, selection, *change.before);
  const bool is_in = change.after != nullptr && matches(resource, selection, *change.after);
  if (is_in) return client::WatchEvent{was_in ? Type::modified : Type::added, change.after, change.revision};
  if (was_in) return client::WatchEvent{Type::deleted, stamped(*change.before, change.revision), change.revision};
  return std::nullopt;
}

const std::string* selected_name(const kube::FieldSelector& fields) {
  for (const kube::FieldRequirement& one : fields.requirements) {
    if (one.equal && one.path == "metadata.name") return &one.value;
  }
  return nullptr;
}

}  // namespace slipway::apiserver
