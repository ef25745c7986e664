// CustomResourceDefinitions (kube-api 8.2): names, versions, columns. The schemas are compiled, and refused, by whoever
// serves them.

#include <algorithm>
#include <cctype>
#include <set>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/json_path.h"
#include "kube/names.h"

namespace slipway::api::builtin {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

const json::Value* member(const json::Value& version, std::string_view key) { return version.find(key); }

// What all versions have alike Kubernetes keeps, and reports, once for all of them.
bool same_in_all(const json::Array& versions, std::string_view key) {
  static const json::Value nothing;
  const auto of = [&](const json::Value& version) -> const json::Value& {
    const json::Value* found = member(version, key);
    return found == nullptr ? nothing : *found;
  };
  return std::ranges::all_of(versions, [&](const json::Value& version) { return of(version) == of(versions.front()); });
}

void check_names(Errors& errors, const json::Value& names) {
  const auto check = [&](std::string_view key) {
    const std::string field = fmt::format("spec.names.{}", key);
    const std::string_view text = names.text_at({key});
    const bool is_kind = key == "kind" || key == "listKind";
    const std::string verdict = kube::check_dns1035_label(is_kind ? lower(text) : std::string(text));
    if (text.empty())
      errors.required(field);
    else if (!verdict.empty())
      errors.invalid_text(field, text,
                          is_kind ? "may have mixed case, but should otherwise match: " + verdict : verdict);
  };
  for (const char* key : {"plural", "singular", "kind", "listKind"}) check(key);
  if (!names.text_at({"kind"}).empty() && names.text_at({"kind"}) == names.text_at({"listKind"})) {
    errors.invalid_text("spec.names.listKind", names.text_at({"listKind"}), "kind and listKind may not be the same");
  }
  for (const char* key : {"shortNames", "categories"}) {
    const std::vector<std::string> texts = texts_at(names, {key});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      errors.check_rule(fmt::format("spec.names.{}[{}]", key, i), texts[i], kube::check_dns1035_label(texts[i]));
    }
  }
}

void check_columns(Errors& errors, const std::string& path, const json::Array& columns) {
  constexpr std::string_view types[] = {"boolean", "date", "integer", "number", "string"};
  constexpr std::string_view formats[] = {"byte", "date", "date-time", "double", "float", "int32", "int64", "password"};
  std::size_t index = 0;
  for (const json::Value& column : columns) {
    const std::string here = fmt::format("{}[{}]", path, index++);
    const std::string_view type = column.text_at({"type"});
    const std::string_view format = column.text_at({"format"});
    const std::string_view json_path = column.text_at({"jsonPath"});
    if (column.text_at({"name"}).empty()) errors.required(here + ".name");
    if (type.empty()) {
      errors.required(here + ".type", fmt::format("must be one of {}", fmt::join(types, ",")));
    } else if (std::ranges::find(types, type) == std::end(types)) {
      errors.invalid_text(here + ".type", type, fmt::format("must be one of {}", fmt::join(types, ",")));
    }
    if (!format.empty() && std::ranges::find(formats, format) == std::end(formats)) {
      errors.invalid_text(here + ".format", format, fmt::format("must be one of {}", fmt::join(formats, ",")));
    }
    if (json_path.empty()) {
      errors.required(here + ".JSONPath");
    } else if (!json_path.starts_with('.') || !kube::JsonPath::compile(json_path)) {
      errors.invalid_text(here + ".JSONPath", json_path, "must be a simple json path starting with .");
    }
  }
}

void check_versions(Errors& errors, const json::Value& spec) {
  const json::Array& versions = list_at(spec, {"versions"});
  std::vector<std::string> names;
  std::size_t stored = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string name(versions[i].text_at({"name"}));
    errors.check_rule(fmt::format("spec.versions[{}].name", i), name, kube::check_dns1035_label(name));
    names.push_back(name);
    if (flag_at(versions[i], {"storage"})) ++stored;
  }
  if (!names.empty()) errors.check_rule("spec.version", names.front(), kube::check_dns1035_label(names.front()));
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size()) {
    errors.invalid("spec.versions", go_strings(names), "must contain unique version names");
  }
  if (stored != 1)
    errors.invalid("spec.versions", go_strings(names), "must have exactly one version marked as storage version");
  const bool same_columns = same_in_all(versions, "additionalPrinterColumns");
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string here = fmt::format("spec.versions[{}]", i);
    if (versions[i].find_path({"schema", "openAPIV3Schema"}) == nullptr) {
      errors.required(here + ".schema.openAPIV3Schema", "schemas are required");
    }
    if (same_columns && i > 0) continue;
    check_columns(errors, (same_columns ? "spec" : here) + ".additionalPrinterColumns",
                  list_at(versions[i], {"additionalPrinterColumns"}));
  }
}

// *.k8s.io and *.kubernetes.io belong to Kubernetes: whoever defines kinds there says by what right.
void check_approval(Errors& errors, const json::Value& object) {
  constexpr std::string_view pull = "https://github.com/kubernetes/enhancements/pull/1111";
  constexpr std::string_view annotation = "api-approved.kubernetes.io";
  const std::string_view group = object.text_at({"spec", "group"});
  const bool is_protected = std::ranges::any_of(
      std::initializer_list<std::string_view>{"k8s.io", "kubernetes.io"}, [&](std::string_view domain) {
        return group == domain || (group.ends_with(domain) && group[group.size() - domain.size() - 1] == '.');
      });
  if (!is_protected) return;
  const std::string field = fmt::format("metadata.annotations[{}]", annotation);
  const std::string_view value = object.text_at({"metadata", "annotations", annotation});
  if (value.empty()) {
    errors.required(field,
                    fmt::format("protected groups must have approval annotation \"{}\", see {}", annotation, pull));
  } else if (!value.starts_with("https://") && !value.starts_with("http://") && !value.starts_with("unapproved")) {
    errors.invalid_text(field, value,
                        fmt::format("protected groups must have approval annotation \"{}\" with either a URL or a "
                                    "reason starting with \"unapproved\", see {}",
                                    annotation, pull));
  }
}

void check_update(Errors& errors, const json::Value& object, const json::Value& old) {
  const auto keep = [&](std::initializer_list<std::string_view> path, const std::string& field) {
    errors.check_immutable(field, object.find_path(path), old.find_path(path), quoted(object.text_at(path)));
  };
  const json::Value* established = find_by(list_at(old, {"status", "conditions"}), "type", "Established");
  if (established != nullptr && established->text_at({"status"}) == "True") {
    keep({"spec", "scope"}, "spec.scope");
    keep({"spec", "names", "kind"}, "spec.names.kind");
  }
  keep({"spec", "group"}, "spec.group");
  keep({"spec", "names", "plural"}, "spec.names.plural");
  const std::vector<std::string> stored = texts_at(old, {"status", "storedVersions"});
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (find_by(list_at(object, {"spec", "versions"}), "name", stored[i]) != nullptr) continue;
    errors.invalid_text(
        fmt::format("status.storedVersions[{}]", i), stored[i],
        fmt::format(
            "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions until "
            "a "
            "storage migration ensures no data remains persisted in {0} and removes {0} from status.storedVersions",
            stored[i]));
  }
}

}  // namespace

std::vector<Cause> validate_custom_resource_definition(const json::Value& object, const json::Value* old) {
  Errors errors;
  static const json::Value nothing;
  const json::Value* found = object.find("spec");
  const json::Value& spec = found == nullptr ? nothing : *found;
  const std::string_view name = object.text_at({"metadata", "name"});
  const std::string_view group = spec.text_at({"group"});
  if (old == nullptr && name != fmt::format("{}.{}", spec.text_at({"names", "plural"}), group)) {
    errors.invalid_text("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
  }
  if (group.empty()) {
    errors.required("spec.group");
  } else {
    errors.check_rule("spec.group", group, kube::check_dns1123_subdomain(group));
    if (!group.contains('.')) errors.invalid_text("spec.group", group, "should be a domain with at least one dot");
  }
  errors.check_one_of("spec.scope", spec.text_at({"scope"}), {"Cluster", "Namespaced"});
  check_versions(errors, spec);
  const json::Value* names = spec.find("names");
  check_names(errors, names == nullptr ? nothing : *names);
  if (flag_at(spec, {"preserveUnknownFields"})) {
    errors.invalid(
        "spec.preserveUnknownFields", "true",
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
  }
  // Kubernetes also knows "Webhook". No webhook is asked here, so a CRD that needs one is refused, not half kept.
  errors.check_one_of("spec.conversion.strategy", spec.text_at({"conversion", "strategy"}), {"None"});
  check_approval(errors, object);
  if (old != nullptr) check_update(errors, object, *old);
  return errors.take();
}

}  // namespace slipway::api::builtin
