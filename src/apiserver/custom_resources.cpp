#include "apiserver/custom_resources.h"

#include <set>

#include "apiserver/crd_compile.h"
#include "apiserver/crd_rules.h"
#include "apiserver/json_conditions.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

std::vector<std::string> texts(const json::Value* list) {
  std::vector<std::string> out;
  if (list == nullptr || list->array() == nullptr) return out;
  for (const json::Value& item : *list->array()) {
    if (const std::string* text = item.string()) out.push_back(*text);
  }
  return out;
}

json::Array to_array(const std::vector<std::string>& texts) { return json::Array(texts.begin(), texts.end()); }

std::string storage_version_of(const json::Value& crd) {
  const json::Value* versions = crd.find_path({"spec", "versions"});
  if (versions == nullptr || versions->array() == nullptr) return "";
  for (const json::Value& version : *versions->array()) {
    const json::Value* storage = version.find("storage");
    if (storage != nullptr && storage->boolean() != nullptr && *storage->boolean())
      return std::string(version.text_at({"name"}));
  }
  return "";
}

void write_approval(json::Value& crd, json::Value& conditions, WallTime now) {
  if (!is_protected_group(crd.text_at({"spec", "group"}))) return;
  const std::string_view value = crd.text_at({"metadata", "annotations", "api-approved.kubernetes.io"});
  const bool is_url = value.starts_with("http");
  set_condition(conditions, "KubernetesAPIApprovalPolicyConformant", is_url,
                is_url ? "ApprovedAnnotation" : "UnapprovedAnnotation",
                is_url ? fmt::format("approved in {}", value) : fmt::format("not approved: \"{}\"", value), now);
}

}  // namespace

CustomResources::Names CustomResources::names_of(const json::Value* names) {
  if (names == nullptr) return {};
  return {.plural = std::string(names->text_at({"plural"})),
          .singular = std::string(names->text_at({"singular"})),
          .short_names = texts(names->find("shortNames")),
          .kind = std::string(names->text_at({"kind"})),
          .list_kind = std::string(names->text_at({"listKind"})),
          .categories = texts(names->find("categories"))};
}

json::Value CustomResources::to_json(const Names& names) {
  json::Object out{{"kind", names.kind}, {"plural", names.plural}};
  if (!names.singular.empty()) out.set("singular", names.singular);
  if (!names.list_kind.empty()) out.set("listKind", names.list_kind);
  if (!names.short_names.empty()) out.set("shortNames", to_array(names.short_names));
  if (!names.categories.empty()) out.set("categories", to_array(names.categories));
  return out;
}

std::pair<std::string, std::string> CustomResources::conflict_of(const std::string& crd, const std::string& group,
                                                                 const Names& wanted) const {
  std::set<std::string_view> resources;  // plural, singular and short names share one space
  std::set<std::string_view> kinds;      // kinds and list kinds another
  for (const auto& [name, entry] : entries_) {
    if (name == crd || entry.group != group) continue;
    resources.insert({entry.accepted.plural, entry.accepted.singular});
    resources.insert(entry.accepted.short_names.begin(), entry.accepted.short_names.end());
    kinds.insert({entry.accepted.kind, entry.accepted.list_kind});
  }
  const auto taken = [](std::string_view name) { return fmt::format("\"{}\" is already in use", name); };
  if (resources.contains(wanted.plural)) return {"PluralConflict", taken(wanted.plural)};
  if (resources.contains(wanted.singular)) return {"SingularConflict", taken(wanted.singular)};
  for (const std::string& name : wanted.short_names) {
    if (resources.contains(name)) return {"ShortNamesConflict", taken(name)};
  }
  if (kinds.contains(wanted.kind)) return {"KindConflict", taken(wanted.kind)};
  if (kinds.contains(wanted.list_kind)) return {"ListKindConflict", taken(wanted.list_kind)};
  return {};
}

void CustomResources::write_status(json::Value& crd, WallTime now) const {
  const Names wanted = names_of(crd.find_path({"spec", "names"}));
  const auto [reason, message] =
      conflict_of(std::string(crd.text_at({"metadata", "name"})), std::string(crd.text_at({"spec", "group"})), wanted);
  json::Value status = crd.find("status") != nullptr ? *crd.find("status") : json::Value(json::Object());
  json::Value& conditions = status["conditions"];
  write_approval(crd, conditions, now);
  const bool is_accepted = reason.empty();
  set_condition(conditions, "NamesAccepted", is_accepted, is_accepted ? "NoConflicts" : reason,
                is_accepted ? "no conflicts found" : message, now);
  // Once established a CRD stays so: names that are taken away from under it would strand its objects.
  if (is_accepted) {
    set_condition(conditions, "Established", true, "InitialNamesAccepted", "the initial names have been accepted", now);
  } else if (!is_condition_true(&conditions, "Established")) {
    set_condition(conditions, "Established", false, "NotAccepted", "not all names are accepted", now);
  }
  if (is_accepted || status.find("acceptedNames") == nullptr)
    status["acceptedNames"] = to_json(is_accepted ? wanted : Names{});
  std::vector<std::string> stored = texts(status.find("storedVersions"));
  const std::string storage = storage_version_of(crd);
  if (std::ranges::find(stored, storage) == stored.end()) stored.push_back(storage);
  status["storedVersions"] = to_array(stored);
  crd["status"] = std::move(status);
}

Result<std::shared_ptr<const Resource>> CustomResources::compile(const json::Value& crd) {
  const json::Value* spec = crd.find("spec");
  std::string text = spec != nullptr ? json::write(*spec) : std::string();
  if (last_ != nullptr && text == last_spec_) return last_;
  auto made = compile_crd(crd);
  if (!made) return made;
  last_spec_ = std::move(text);
  last_ = *made;
  return made;
}

Result<CustomResources::Effect> CustomResources::install(const std::string& name, const kube::ObjectPtr& crd) {
  Effect effect;
  const auto known = entries_.find(name);
  if (known != entries_.end() && known->second.is_served) effect.before = known->second.resource;
  if (crd == nullptr) {
    if (known != entries_.end()) {
      catalog_.drop(known->second.resource->id);
      entries_.erase(known);
    }
    effect.names_freed = true;
    return effect;
  }

  Entry entry;
  if (known != entries_.end() && known->second.body == crd->body()) entry = known->second;
  const json::Value status =
      crd->status() != nullptr ? json::parse(*crd->status()).value_or(json::Value()) : json::Value();
  if (entry.resource == nullptr) {
    const json::Value whole = crd->to_value();
    auto resource = compile(whole);
    if (!resource) return fail(std::move(resource.error()));
    entry.group = (*resource)->id.group;
    entry.body = crd->body();
    entry.resource = std::move(*resource);
  }
  entry.accepted = names_of(status.find("acceptedNames"));
  entry.is_served = is_condition_true(status.find("conditions"), "Established");
  entry.is_terminating = crd->metadata().is_deleting();
  effect.after = entry.is_served ? entry.resource : nullptr;
  entries_.insert_or_assign(name, std::move(entry));
  if (effect.after != effect.before) {
    if (effect.after != nullptr) {
      catalog_.put(effect.after);
    } else {
      catalog_.drop(effect.before->id);
    }
  }
  return effect;
}

bool CustomResources::is_terminating(const kube::GroupResource& id) const {
  const auto found = entries_.find(id.resource + "." + id.group);
  return found != entries_.end() && found->second.is_terminating;
}

std::vector<std::string> CustomResources::waiting_for_names(const std::string& group) const {
  std::vector<std::string> out;
  for (const auto& [name, entry] : entries_) {
    if (entry.group == group && !entry.is_served) out.push_back(name);
  }
  return out;
}

}  // namespace slipway::apiserver
