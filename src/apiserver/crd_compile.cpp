#include "apiserver/crd_compile.h"

#include "apiserver/errors.h"
#include "apiserver/version_order.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

// A property may be called "description": its value is a schema, not text.
void drop_descriptions(json::Value& schema) {
  if (json::Array* items = schema.array()) {
    for (json::Value& item : *items) drop_descriptions(item);
  }
  json::Object* members = schema.object();
  if (members == nullptr) return;
  if (const json::Value* text = members->find("description"); text != nullptr && text->is_string())
    members->erase("description");
  for (auto& [key, member] : *members) drop_descriptions(member);
}

std::vector<std::string> texts(const json::Value* list) {
  std::vector<std::string> out;
  if (list == nullptr || list->array() == nullptr) return out;
  for (const json::Value& item : *list->array()) {
    if (const std::string* text = item.string()) out.push_back(*text);
  }
  return out;
}

bool is_true(const json::Value& value, std::string_view key) {
  const json::Value* found = value.find(key);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

std::vector<Column> columns_of(const json::Value& version) {
  std::vector<Column> out;
  const json::Value* columns = version.find("additionalPrinterColumns");
  if (columns == nullptr || columns->array() == nullptr) return out;
  for (const json::Value& column : *columns->array()) {
    auto path = kube::JsonPath::compile(column.text_at({"jsonPath"}));
    if (!path) continue;  // refused by check_crd
    const json::Value* priority = column.find("priority");
    out.push_back(
        {.name = std::string(column.text_at({"name"})),
         .type = std::string(column.text_at({"type"})),
         .format = std::string(column.text_at({"format"})),
         .description = std::string(column.text_at({"description"})),
         .priority = priority != nullptr && priority->integer() != nullptr ? static_cast<int>(*priority->integer()) : 0,
         .path = std::make_shared<const kube::JsonPath>(std::move(*path))});
    if (out.back().description.empty()) {
      out.back().description =
          fmt::format("Custom resource definition column (in JSONPath format): {}", column.text_at({"jsonPath"}));
    }
  }
  return out;
}

std::vector<std::string> selectable_fields_of(const json::Value& version) {
  std::vector<std::string> out;
  const json::Value* fields = version.find("selectableFields");
  if (fields == nullptr || fields->array() == nullptr) return out;
  for (const json::Value& field : *fields->array()) {
    std::string_view path = field.text_at({"jsonPath"});
    if (path.starts_with('.')) path.remove_prefix(1);
    out.emplace_back(path);
  }
  return out;
}

struct Compiled {
  std::string text;  // canonical, without descriptions
  std::shared_ptr<const kube::Schema> schema;
};

// One schema for all versions with the same text.
Result<Compiled> compile_schema(const json::Value& open_api, std::size_t index, const std::vector<Compiled>& earlier) {
  json::Value plain = open_api;
  drop_descriptions(plain);
  Compiled out{.text = json::write(plain), .schema = nullptr};
  for (const Compiled& one : earlier) {
    if (one.text == out.text) return one;
  }
  auto schema = kube::Schema::compile(open_api, fmt::format("spec.versions[{}].schema.openAPIV3Schema", index));
  if (!schema) return fail(std::move(schema.error()));
  out.schema = std::move(*schema);
  return out;
}

}  // namespace

Result<std::shared_ptr<const Resource>> compile_crd(const json::Value& crd) {
  const json::Value& names = *crd.find_path({"spec", "names"});
  auto out = std::make_shared<Resource>();
  out->id = {std::string(crd.text_at({"spec", "group"})), std::string(names.text_at({"plural"}))};
  out->kind = names.text_at({"kind"});
  out->list_kind = names.text_at({"listKind"});
  out->singular = names.text_at({"singular"});
  out->short_names = texts(names.find("shortNames"));
  out->categories = texts(names.find("categories"));
  out->namespaced = crd.text_at({"spec", "scope"}) == "Namespaced";
  out->verbs = {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"};

  const json::Array& versions = *crd.find_path({"spec", "versions"})->array();
  std::vector<Compiled> compiled;
  std::string storage_text;
  std::vector<Cause> causes;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    auto one = compile_schema(*versions[i].find_path({"schema", "openAPIV3Schema"}), i, compiled);
    if (!one) {
      causes.insert(causes.end(), one.error().causes.begin(), one.error().causes.end());
      if (one.error().causes.empty()) {
        causes.push_back(
            invalid_text(fmt::format("spec.versions[{}].schema.openAPIV3Schema", i), "object", one.error().message));
      }
      continue;
    }
    if (is_true(versions[i], "storage")) storage_text = one->text;
    compiled.push_back(std::move(*one));
  }
  if (!causes.empty()) {
    return fail(invalid({"apiextensions.k8s.io", "CustomResourceDefinition"}, crd.text_at({"metadata", "name"}),
                        std::move(causes)));
  }

  for (std::size_t i = 0; i < versions.size(); ++i) {
    const json::Value& version = versions[i];
    const json::Value* status = version.find_path({"subresources", "status"});
    ResourceVersion made{.name = std::string(version.text_at({"name"})),
                         .schema = compiled[i].schema,
                         .open_api = *version.find_path({"schema", "openAPIV3Schema"}),
                         .has_status = status != nullptr && status->is_object(),
                         .same_as_storage = compiled[i].text == storage_text,
                         .columns = columns_of(version),
                         .selectable_fields = selectable_fields_of(version)};
    const bool is_storage = is_true(version, "storage");
    if (is_storage) out->storage_version = made.name;
    if (is_true(version, "served")) {
      out->versions.push_back(std::move(made));
    } else if (is_storage) {
      out->unserved_storage = std::move(made);
    }
  }
  std::ranges::sort(out->versions, is_preferred_version, &ResourceVersion::name);
  out->schema_digest = fnv1a(storage_text);
  return out;
}

}  // namespace slipway::apiserver
