#include "kube/object.h"

#include "json/text.h"

namespace slipway::kube {
namespace {

bool is_own_segment(std::string_view key) {
  return key == "apiVersion" || key == "kind" || key == "metadata" || key == "status";
}

// "" when absent or null.
Result<std::string> text_member(const json::Object& object, std::string_view key) {
  const json::Value* value = object.find(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (const std::string* text = value->string()) return *text;
  return fail(Reason::bad_request, "{} must be text", key);
}

std::string write_body(const json::Object& whole) {
  std::string out = "{";
  for (const auto& [key, value] : whole) {
    if (is_own_segment(key)) continue;
    if (out.size() > 1) out += ',';
    json::write_string_to(out, key);
    out += ':';
    json::write_to(out, value);
  }
  out += '}';
  return out;
}

// Segments were written by this program, so that they parse; a broken one reads as null rather than taking the core
// down.
json::Value read_segment(const Segment& segment) {
  if (segment == nullptr) return nullptr;
  return json::parse(*segment).value_or(json::Value());
}

// A segment "{…}" that has members.
bool has_members(const Segment& segment) { return segment != nullptr && segment->size() > 2; }

}  // namespace

Result<std::shared_ptr<const Object>> Object::from_json(const GroupVersionKind& kind, const json::Value& whole) {
  const json::Object* members = whole.object();
  if (members == nullptr) return fail(Reason::bad_request, "an object of kind {} must be a JSON object", kind.kind);

  GroupVersionKind actual = kind;
  auto api_version = text_member(*members, "apiVersion");
  if (!api_version) return fail(std::move(api_version.error()));
  if (!api_version->empty()) {
    auto group_version = parse_group_version(*api_version);
    if (!group_version) return fail(std::move(group_version.error()));
    actual.group = std::move(group_version->group);
    actual.version = std::move(group_version->version);
  }
  auto kind_name = text_member(*members, "kind");
  if (!kind_name) return fail(std::move(kind_name.error()));
  if (!kind_name->empty()) actual.kind = std::move(*kind_name);

  ObjectMeta metadata;
  if (const json::Value* value = members->find("metadata")) {
    auto parsed = parse_metadata(*value);
    if (!parsed) return fail(std::move(parsed.error()));
    metadata = std::move(*parsed);
  }
  Segment status;
  if (const json::Value* value = members->find("status"); value != nullptr && !value->is_null()) {
    status = std::make_shared<const std::string>(json::write(*value));
  }
  return std::make_shared<const Object>(std::move(actual), std::move(metadata),
                                        std::make_shared<const std::string>(write_body(*members)), std::move(status));
}

json::Value Object::to_value() const {
  json::Value out = read_segment(body_);
  out["apiVersion"] = kind_.api_version();
  out["kind"] = kind_.kind;
  out["metadata"] = kube::to_json(metadata_);
  if (status_ != nullptr) out["status"] = read_segment(status_);
  return out;
}

std::string Object::to_json(std::string_view api_version) const {
  std::string out;
  out.reserve(512 + (body_ ? body_->size() : 0) + (status_ ? status_->size() : 0));
  out += R"({"apiVersion":)";
  json::write_string_to(out, api_version);
  out += R"(,"kind":)";
  json::write_string_to(out, kind_.kind);
  out += R"(,"metadata":)";
  json::write_to(out, kube::to_json(metadata_));
  if (has_members(body_)) {
    out += ',';
    out.append(*body_, 1, body_->size() - 2);
  }
  if (status_ != nullptr) {
    out += R"(,"status":)";
    out += *status_;
  }
  out += '}';
  return out;
}

}  // namespace slipway::kube
