#include "apiserver/crd_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "apiserver/errors.h"
#include "kube/go_text.h"
#include "kube/json_path.h"
#include "kube/names.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view approval = "api-approved.kubernetes.io";

void default_text(json::Value& parent, std::string_view key, std::string value) {
  const json::Value* present = parent.find(key);
  if (present == nullptr || present->is_null() || present->text_at({}).empty()) parent[key] = std::move(value);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

const json::Array& list_at(const json::Value& value, std::initializer_list<std::string_view> path) {
  static const json::Array none;
  const json::Value* found = value.find_path(path);
  return found != nullptr && found->array() != nullptr ? *found->array() : none;
}

bool is_true(const json::Value* value) { return value != nullptr && value->boolean() != nullptr && *value->boolean(); }

class Checker {
 public:
  Checker(const json::Value& crd, const json::Value* old) : crd_(crd), old_(old) {}

  std::vector<Cause> check() {
    check_names();
    check_scope();
    check_versions();
    check_conversion();
    check_approval();
    if (old_ != nullptr) check_change();
    return std::move(causes_);
  }

 private:
  void check_names() {
    const std::string group(crd_.text_at({"spec", "group"}));
    const std::string plural(crd_.text_at({"spec", "names", "plural"}));
    const std::string_view name = crd_.text_at({"metadata", "name"});
    if (name != plural + "." + group) {
      causes_.push_back(invalid_text("metadata.name", name, R"(must be spec.names.plural+"."+spec.group)"));
    }
    if (group.empty()) {
      causes_.push_back(required_value("spec.group"));
    } else if (const std::string why = kube::check_dns1123_subdomain(group); !why.empty()) {
      causes_.push_back(invalid_text("spec.group", group, why));
    } else if (!group.contains('.')) {
      causes_.push_back(invalid_text("spec.group", group, "should be a domain with at least one dot"));
    }
    check_label("spec.names.plural", plural);
    check_label("spec.names.singular", crd_.text_at({"spec", "names", "singular"}));
    check_label("spec.names.kind", lower(crd_.text_at({"spec", "names", "kind"})));
    check_label("spec.names.listKind", lower(crd_.text_at({"spec", "names", "listKind"})));
    for (const std::string_view list : {"shortNames", "categories"}) {
      std::size_t index = 0;
      for (const json::Value& one : list_at(crd_, {"spec", "names", list})) {
        check_label(fmt::format("spec.names.{}[{}]", list, index++), one.text_at({}));
      }
    }
    if (crd_.text_at({"spec", "names", "kind"}) == crd_.text_at({"spec", "names", "listKind"})) {
      causes_.push_back(invalid_text("spec.names.listKind", crd_.text_at({"spec", "names", "listKind"}),
                                     "kind and listKind may not be the same"));
    }
  }

  void check_label(std::string field, std::string_view value) {
    if (value.empty()) {
      causes_.push_back(required_value(std::move(field)));
    } else if (const std::string why = kube::check_dns1035_label(value); !why.empty()) {
      causes_.push_back(invalid_text(std::move(field), value, why));
    }
  }

  void check_scope() {
    const std::string_view scope = crd_.text_at({"spec", "scope"});
    if (scope.empty()) {
      causes_.push_back(required_value("spec.scope"));
    } else if (scope != "Cluster" && scope != "Namespaced") {
      causes_.push_back(unsupported_value("spec.scope", scope, {"Cluster", "Namespaced"}));
    }
    if (is_true(crd_.find_path({"spec", "preserveUnknownFields"}))) {
      causes_.push_back(invalid_value("spec.preserveUnknownFields", "true", "must be false"));
    }
  }

  void check_versions() {
    const json::Array& versions = list_at(crd_, {"spec", "versions"});
    if (versions.empty()) {
      causes_.push_back(required_value("spec.versions", "must have at least one version"));
      return;
    }
    std::set<std::string_view> names;
    std::size_t stored = 0;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const json::Value& version = versions[i];
      const std::string field = fmt::format("spec.versions[{}]", i);
      const std::string_view name = version.text_at({"name"});
      check_label(field + ".name", name);
      if (!names.insert(name).second) {
        causes_.push_back(invalid_text("spec.versions", name, "must contain unique version names"));
      }
      if (is_true(version.find("storage"))) ++stored;
      const json::Value* schema = version.find_path({"schema", "openAPIV3Schema"});
      if (schema == nullptr || schema->is_null()) {
        causes_.push_back(required_value(field + ".schema.openAPIV3Schema", "schemas are required"));
      }
      check_columns(version, field);
    }
    if (stored != 1) {
      causes_.push_back(
          invalid_value("spec.versions", "null", "must have exactly one version marked as storage version"));
    }
  }

  void check_columns(const json::Value& version, const std::string& field) {
    static constexpr std::array<std::string_view, 5> types = {"integer", "number", "string", "boolean", "date"};
    const json::Array& columns = list_at(version, {"additionalPrinterColumns"});
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string at = fmt::format("{}.additionalPrinterColumns[{}]", field, i);
      if (columns[i].text_at({"name"}).empty()) causes_.push_back(required_value(at + ".name"));
      const std::string_view type = columns[i].text_at({"type"});
      if (type.empty()) {
        causes_.push_back(required_value(at + ".type", "must be one of integer,number,string,boolean,date"));
      } else if (std::ranges::find(types, type) == types.end()) {
        causes_.push_back(invalid_text(at + ".type", type, "must be one of integer,number,string,boolean,date"));
      }
      const std::string_view path = columns[i].text_at({"jsonPath"});
      if (path.empty()) {
        causes_.push_back(required_value(at + ".jsonPath"));
      } else if (const auto parsed = kube::JsonPath::compile(path); !parsed) {
        causes_.push_back(invalid_text(at + ".jsonPath", path, parsed.error().message));
      }
    }
  }

  // Conversion webhooks are not served: a CRD that needs one is refused, not half kept.
  void check_conversion() {
    const std::string_view strategy = crd_.text_at({"spec", "conversion", "strategy"});
    if (strategy != "None") causes_.push_back(unsupported_value("spec.conversion.strategy", strategy, {"None"}));
  }

  void check_approval() {
    if (!is_protected_group(crd_.text_at({"spec", "group"}))) return;
    const std::string field = fmt::format("metadata.annotations[{}]", approval);
    const std::string_view value = crd_.text_at({"metadata", "annotations", approval});
    if (value.empty()) {
      causes_.push_back(required_value(field, fmt::format("protected groups must have approval annotation \"{}\", see "
                                                          "https://github.com/kubernetes/enhancements/pull/1111",
                                                          approval)));
    } else if (!value.starts_with("https://") && !value.starts_with("http://") && !value.starts_with("unapproved")) {
      causes_.push_back(
          invalid_text(field, value,
                       "protected groups must have approval annotation with either a URL or a reason starting "
                       "with \"unapproved\""));
    }
  }

  void check_change() {
    for (const auto& path :
         {std::array<std::string_view, 2>{"spec", "group"}, std::array<std::string_view, 2>{"spec", "scope"}}) {
      keep(fmt::format("{}.{}", path[0], path[1]), crd_.text_at({path[0], path[1]}), old_->text_at({path[0], path[1]}));
    }
    for (const std::string_view name : {"kind", "plural"}) {
      keep(fmt::format("spec.names.{}", name), crd_.text_at({"spec", "names", name}),
           old_->text_at({"spec", "names", name}));
    }
    std::size_t index = 0;
    for (const json::Value& stored : list_at(crd_, {"status", "storedVersions"})) {
      const std::string_view name = stored.text_at({});
      const auto has_name = [&](const json::Value& version) { return version.text_at({"name"}) == name; };
      if (std::ranges::none_of(list_at(crd_, {"spec", "versions"}), has_name)) {
        causes_.push_back(invalid_text(
            fmt::format("status.storedVersions[{}]", index), name,
            fmt::format(
                "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions "
                "until a storage migration ensures no data remains persisted in {0} and removes {0} from "
                "status.storedVersions",
                name)));
      }
      ++index;
    }
  }

  void keep(std::string field, std::string_view now, std::string_view before) {
    if (now != before) causes_.push_back(invalid_text(std::move(field), now, "field is immutable"));
  }

  const json::Value& crd_;
  const json::Value* old_;
  std::vector<Cause> causes_;
};

}  // namespace

void apply_crd_defaults(json::Value& crd) {
  json::Value& spec = crd["spec"];
  if (!spec.is_object()) return;
  json::Value& names = spec["names"];
  if (names.is_object()) {
    const std::string kind(names.text_at({"kind"}));
    if (!kind.empty()) {
      default_text(names, "singular", lower(kind));
      default_text(names, "listKind", kind + "List");
    }
  }
  json::Value& conversion = spec["conversion"];
  if (conversion.is_null()) conversion = json::Object();
  if (conversion.is_object()) default_text(conversion, "strategy", "None");
}

std::vector<Cause> check_crd(const json::Value& crd, const json::Value* old) { return Checker(crd, old).check(); }

bool is_protected_group(std::string_view group) {
  return group == "k8s.io" || group.ends_with(".k8s.io") || group == "kubernetes.io" ||
         group.ends_with(".kubernetes.io");
}

}  // namespace slipway::apiserver
