#include "kube/metadata.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "json/text.h"
#include "kube/go_text.h"

namespace slipway::kube {
namespace {

// Reads fields of one JSON object into Go-typed targets; the first mismatch is kept and everything after it is skipped.
class Reader {
 public:
  // `type` and `path` as Go names them: "ObjectMeta" and "metadata".
  Reader(std::string_view type, std::string_view path) : type_(type), path_(path) {}

  // `found` says more of the value than its type.
  void mismatch(const json::Value& value, std::string_view field, std::string_view wanted,
                std::string_view found = "") {
    if (error_) return;
    error_ = Error{.reason = Reason::bad_request,
                   .message = fmt::format("json: cannot unmarshal {} into Go struct field {}.{}.{} of type {}",
                                          found.empty() ? go_kind(value) : found, type_, path_, field, wanted),
                   .causes = {}};
  }
  void refuse(Error error) {
    if (!error_) error_ = std::move(error);
  }
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] Error take_error() { return std::move(*error_); }

  void read(const json::Value& value, std::string_view field, std::string& into) {
    if (value.is_null()) return;
    if (const std::string* text = value.string()) {
      into = *text;
    } else {
      mismatch(value, field, "string");
    }
  }
  void read(const json::Value& value, std::string_view field, std::int64_t& into) {
    if (value.is_null()) return;
    if (const std::int64_t* number = value.integer()) {
      into = *number;
    } else {
      mismatch(value, field, "int64", value.is_number() ? "number " + json::write(value) : std::string());
    }
  }
  void read(const json::Value& value, std::string_view field, std::optional<std::int64_t>& into) {
    if (value.is_null()) return;
    std::int64_t number = 0;
    read(value, field, number);
    into = number;
  }
  void read(const json::Value& value, std::string_view field, std::optional<bool>& into) {
    if (value.is_null()) return;
    if (const bool* flag = value.boolean()) {
      into = *flag;
    } else {
      mismatch(value, field, "bool");
    }
  }
  void read(const json::Value& value, std::string_view field, std::optional<WallTime>& into) {
    if (value.is_null()) return;
    const std::string* text = value.string();
    if (text == nullptr) return mismatch(value, field, "string");
    if (const auto time = parse_rfc3339(*text)) {
      into = *time;
    } else {
      refuse(Error{.reason = Reason::bad_request,
                   .message = fmt::format(
                       R"(parsing time "{0}" as "2006-01-02T15:04:05Z07:00": cannot parse "{0}" as "2006")", *text),
                   .causes = {}});
    }
  }
  void read(const json::Value& value, std::string_view field, StringMap& into) {
    if (value.is_null()) return;
    const json::Object* members = value.object();
    if (members == nullptr) return mismatch(value, field, "map[string]string");
    for (const auto& [key, member] : *members) read(member, field, into[key]);
  }
  void read(const json::Value& value, std::string_view field, std::vector<std::string>& into) {
    if (value.is_null()) return;
    const json::Array* items = value.array();
    if (items == nullptr) return mismatch(value, field, "[]string");
    for (const json::Value& item : *items) read(item, field, into.emplace_back());
  }

 private:
  std::string_view type_;
  std::string_view path_;
  std::optional<Error> error_;
};

// resourceVersion is text on the wire, and a number to every server that made one.
void read_resource_version(Reader& reader, const json::Value& value, std::uint64_t& into) {
  std::string text;
  reader.read(value, "resourceVersion", text);
  if (text.empty()) return;
  const char* end = text.data() + text.size();
  const auto [stopped_at, problem] = std::from_chars(text.data(), end, into);
  if (problem == std::errc{} && stopped_at == end) return;
  into = 0;
  reader.refuse(
      Error{.reason = Reason::bad_request,
            .message = fmt::format("strconv.ParseUint: parsing \"{}\": {}", text,
                                   problem == std::errc::result_out_of_range ? "value out of range" : "invalid syntax"),
            .causes = {}});
}

Result<OwnerReference> parse_owner(const json::Object& members, std::size_t index, std::vector<std::string>* unknown) {
  OwnerReference owner;
  Reader reader("OwnerReference", "metadata.ownerReferences");
  for (const auto& [key, value] : members) {
    if (key == "apiVersion") {
      reader.read(value, key, owner.api_version);
    } else if (key == "kind") {
      reader.read(value, key, owner.kind);
    } else if (key == "name") {
      reader.read(value, key, owner.name);
    } else if (key == "uid") {
      reader.read(value, key, owner.uid);
    } else if (key == "controller") {
      reader.read(value, key, owner.controller);
    } else if (key == "blockOwnerDeletion") {
      reader.read(value, key, owner.block_owner_deletion);
    } else if (unknown != nullptr) {
      unknown->push_back(fmt::format("ownerReferences[{}].{}", index, key));
    }
  }
  if (reader.failed()) return fail(reader.take_error());
  return owner;
}

void read_owners(Reader& reader, const json::Value& value, std::vector<OwnerReference>& into,
                 std::vector<std::string>* unknown) {
  if (value.is_null()) return;
  const json::Array* items = value.array();
  if (items == nullptr) return reader.mismatch(value, "ownerReferences", "[]v1.OwnerReference");
  for (const json::Value& item : *items) {
    if (item.is_null()) {
      into.emplace_back();
      continue;
    }
    const json::Object* members = item.object();
    if (members == nullptr) return reader.mismatch(item, "ownerReferences", "v1.OwnerReference");
    auto owner = parse_owner(*members, into.size(), unknown);
    if (!owner) return reader.refuse(std::move(owner.error()));
    into.push_back(std::move(*owner));
  }
}

const std::string* find(const StringMap& map, std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

json::Value to_json(const StringMap& map) {
  json::Object out;
  for (const auto& [key, value] : map) out.append(key, value);
  return out;
}

json::Value to_json(const OwnerReference& owner) {
  json::Object out;
  out.append("apiVersion", owner.api_version);
  if (owner.block_owner_deletion) out.append("blockOwnerDeletion", *owner.block_owner_deletion);
  if (owner.controller) out.append("controller", *owner.controller);
  out.append("kind", owner.kind);
  out.append("name", owner.name);
  out.append("uid", owner.uid);
  return out;
}

template <class T>
json::Value to_json(const std::vector<T>& items) {
  json::Array out;
  out.reserve(items.size());
  for (const T& item : items) {
    if constexpr (std::is_same_v<T, std::string>) {
      out.emplace_back(item);
    } else {
      out.push_back(to_json(item));
    }
  }
  return out;
}

}  // namespace

const std::string* ObjectMeta::label(std::string_view key) const { return find(labels, key); }
const std::string* ObjectMeta::annotation(std::string_view key) const { return find(annotations, key); }

bool ObjectMeta::has_finalizer(std::string_view finalizer) const {
  return std::ranges::find(finalizers, finalizer) != finalizers.end();
}

const OwnerReference* ObjectMeta::controller() const {
  const auto found = std::ranges::find_if(owner_references,
                                          [](const OwnerReference& owner) { return owner.controller.value_or(false); });
  return found == owner_references.end() ? nullptr : &*found;
}

json::Value to_json(const ObjectMeta& metadata) {
  json::Object out;  // in key order, so that every append is at the end
  if (!metadata.annotations.empty()) out.append("annotations", to_json(metadata.annotations));
  if (metadata.creation_timestamp) out.append("creationTimestamp", to_rfc3339(*metadata.creation_timestamp));
  if (metadata.deletion_grace_period_seconds) {
    out.append("deletionGracePeriodSeconds", *metadata.deletion_grace_period_seconds);
  }
  if (metadata.deletion_timestamp) out.append("deletionTimestamp", to_rfc3339(*metadata.deletion_timestamp));
  if (!metadata.finalizers.empty()) out.append("finalizers", to_json(metadata.finalizers));
  if (!metadata.generate_name.empty()) out.append("generateName", metadata.generate_name);
  if (metadata.generation != 0) out.append("generation", metadata.generation);
  if (!metadata.labels.empty()) out.append("labels", to_json(metadata.labels));
  if (!metadata.name.empty()) out.append("name", metadata.name);
  if (!metadata.namespace_.empty()) out.append("namespace", metadata.namespace_);
  if (!metadata.owner_references.empty()) out.append("ownerReferences", to_json(metadata.owner_references));
  if (metadata.resource_version != 0) out.append("resourceVersion", std::to_string(metadata.resource_version));
  if (!metadata.uid.empty()) out.append("uid", metadata.uid);
  return out;
}

Result<ObjectMeta> parse_metadata(const json::Value& metadata, std::vector<std::string>* unknown) {
  if (metadata.is_null()) return ObjectMeta{};
  const json::Object* members = metadata.object();
  if (members == nullptr) {
    return fail(Reason::bad_request, "json: cannot unmarshal {} into Go struct field .metadata of type v1.ObjectMeta",
                go_kind(metadata));
  }
  ObjectMeta out;
  Reader reader("ObjectMeta", "metadata");
  for (const auto& [key, value] : *members) {
    if (key == "annotations") {
      reader.read(value, key, out.annotations);
    } else if (key == "creationTimestamp") {
      reader.read(value, key, out.creation_timestamp);
    } else if (key == "deletionGracePeriodSeconds") {
      reader.read(value, key, out.deletion_grace_period_seconds);
    } else if (key == "deletionTimestamp") {
      reader.read(value, key, out.deletion_timestamp);
    } else if (key == "finalizers") {
      reader.read(value, key, out.finalizers);
    } else if (key == "generateName") {
      reader.read(value, key, out.generate_name);
    } else if (key == "generation") {
      reader.read(value, key, out.generation);
    } else if (key == "labels") {
      reader.read(value, key, out.labels);
    } else if (key == "name") {
      reader.read(value, key, out.name);
    } else if (key == "namespace") {
      reader.read(value, key, out.namespace_);
    } else if (key == "ownerReferences") {
      read_owners(reader, value, out.owner_references, unknown);
    } else if (key == "resourceVersion") {
      read_resource_version(reader, value, out.resource_version);
    } else if (key == "uid") {
      reader.read(value, key, out.uid);
    } else if (key != "managedFields" && key != "selfLink" && unknown != nullptr) {
      unknown->push_back(key);
    }
  }
  if (reader.failed()) return fail(reader.take_error());
  return out;
}

}  // namespace slipway::kube
