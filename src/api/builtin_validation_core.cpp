// Namespaces, config maps, secrets, events, nodes, leases.

#include <algorithm>
#include <set>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "base/bytes.h"
#include "json/text.h"
#include "kube/names.h"

namespace slipway::api::builtin {
namespace {

constexpr std::size_t content_bytes_max = 1'048'576;  // of a config map's or secret's values
constexpr std::string_view frozen = "field is immutable when `immutable` is set";

bool differ(const json::Value& object, const json::Value& old, std::string_view key) {
  static const json::Value nothing;
  const json::Value* now = object.find(key);
  const json::Value* before = old.find(key);
  return (now == nullptr ? nothing : *now) != (before == nullptr ? nothing : *before);
}

// What `immutable: true` forbids; `keys` are the members with content.
void check_frozen(Errors& errors, const json::Value& object, const json::Value& old,
                  std::initializer_list<std::string_view> keys) {
  if (!flag_at(old, {"immutable"})) return;
  if (!flag_at(object, {"immutable"})) errors.forbidden("immutable", frozen);
  for (const std::string_view key : keys) {
    if (differ(object, old, key)) errors.forbidden(std::string(key), frozen);
  }
}

std::size_t decoded_size(const json::Value& value) {
  const std::string* text = value.string();
  if (text == nullptr) return 0;
  const std::size_t padding = text->ends_with("==") ? 2 : text->ends_with("=") ? 1 : 0;
  return text->size() / 4 * 3 - std::min(padding, text->size() / 4 * 3);
}

void check_secret_json(Errors& errors, const json::Value& object, std::string_view key) {
  const std::string field = fmt::format("data[{}]", key);
  const json::Value* value = object.find_path({"data", key});
  if (value == nullptr || value->string() == nullptr) {
    errors.required(field);
    return;
  }
  const auto text = decode_base64(*value->string());
  if (!text || !json::parse(*text)) errors.invalid_text(field, "<secret contents redacted>", "is not a JSON document");
}

void check_secret_type(Errors& errors, const json::Value& object) {
  const std::string_view type = object.text_at({"type"});
  const auto has = [&](std::string_view key) { return object.find_path({"data", key}) != nullptr; };
  if (type == "kubernetes.io/service-account-token") {
    constexpr std::string_view annotation = "kubernetes.io/service-account.name";
    if (object.text_at({"metadata", "annotations", annotation}).empty()) {
      errors.required(fmt::format("metadata.annotations[{}]", annotation));
    }
  } else if (type == "kubernetes.io/dockercfg") {
    check_secret_json(errors, object, ".dockercfg");
  } else if (type == "kubernetes.io/dockerconfigjson") {
    check_secret_json(errors, object, ".dockerconfigjson");
  } else if (type == "kubernetes.io/basic-auth") {
    if (has("username") || has("password")) return;
    errors.required("data[username]");
    errors.required("data[password]");
  } else if (type == "kubernetes.io/ssh-auth") {
    if (!has("ssh-privatekey")) errors.required("data[ssh-privatekey]");
  } else if (type == "kubernetes.io/tls") {
    for (const char* key : {"tls.crt", "tls.key"}) {
      if (!has(key)) errors.required(fmt::format("data[{}]", key));
    }
  }
}

void check_taints(Errors& errors, const json::Array& taints) {
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t index = 0;
  for (const json::Value& taint : taints) {
    const std::string here = fmt::format("metadata.taints[{}]", index++);
    const std::string_view key = taint.text_at({"key"});
    const std::string_view value = taint.text_at({"value"});
    const std::string_view effect = taint.text_at({"effect"});
    errors.check_rule(here + ".key", key, kube::check_qualified_name(key));
    errors.check_rule(here + ".value", value, kube::check_label_value(value));
    check_toleration_or_taint_effect(errors, here + ".effect", effect, true);
    if (!seen.emplace(key, effect).second) {
      errors.duplicate(here, fmt::format("core.Taint{{Key:{}, Value:{}, Effect:{}, TimeAdded:<nil>}}: taints must be "
                                         "unique by key and effect pair",
                                         quoted(key), quoted(value), quoted(effect)));
    }
  }
}

}  // namespace

std::vector<Cause> validate_namespace(const json::Value& object, const json::Value*) {
  Errors errors;
  std::size_t index = 0;
  for (const std::string& finalizer : texts_at(object, {"spec", "finalizers"})) {
    const std::string here = fmt::format("spec.finalizers[{}]", index++);
    errors.check_rule(here, finalizer, kube::check_qualified_name(finalizer));
    if (!finalizer.contains('/') && finalizer != "kubernetes") {
      errors.invalid_text(here, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
    }
  }
  return errors.take();
}

std::vector<Cause> validate_config_map(const json::Value& object, const json::Value* old) {
  Errors errors;
  if (old != nullptr) check_frozen(errors, object, *old, {"data", "binaryData"});
  std::size_t bytes = 0;
  const json::Object& binary = map_at(object, {"binaryData"});
  for (const auto& [key, value] : map_at(object, {"data"})) {
    const std::string field = fmt::format("data[{}]", key);
    errors.check_rule(field, key, kube::check_config_map_key(key));
    if (binary.contains(key)) errors.invalid_text(field, key, "duplicate of key present in binaryData");
    if (value.string() != nullptr) bytes += value.string()->size();
  }
  for (const auto& [key, value] : binary) {
    errors.check_rule(fmt::format("binaryData[{}]", key), key, kube::check_config_map_key(key));
    bytes += decoded_size(value);
  }
  if (bytes > content_bytes_max) errors.too_long("", content_bytes_max);
  return errors.take();
}

std::vector<Cause> validate_secret(const json::Value& object, const json::Value* old) {
  Errors errors;
  if (old != nullptr) {
    errors.check_immutable("type", object.find("type"), old->find("type"), quoted(object.text_at({"type"})));
    check_frozen(errors, object, *old, {"data"});
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : map_at(object, {"data"})) {
    errors.check_rule(fmt::format("data[{}]", key), key, kube::check_config_map_key(key));
    bytes += decoded_size(value);
  }
  if (bytes > content_bytes_max) errors.too_long("data", content_bytes_max);
  check_secret_type(errors, object);
  return errors.take();
}

std::vector<Cause> validate_event(const json::Value& object, const json::Value*) {
  Errors errors;
  const std::string_view own = object.text_at({"metadata", "namespace"});
  const std::string_view other = object.text_at({"involvedObject", "namespace"});
  // Events about cluster-scoped objects live in "default".
  const bool agrees = other.empty() ? own.empty() || own == "default" : own == other;
  if (!agrees) errors.invalid_text("involvedObject.namespace", other, "does not match event.namespace");
  if (object.text_at({"eventTime"}).empty()) return errors.take();
  constexpr std::size_t instance_bytes_max = 128;
  constexpr std::size_t message_bytes_max = 1024;
  const std::string_view reporter = object.text_at({"reportingComponent"});
  if (reporter.empty()) errors.required("reportingComponent");
  errors.check_rule("reportingComponent", reporter, kube::check_qualified_name(reporter));
  for (const char* key : {"reportingInstance", "action", "reason"}) {
    const std::string_view text = object.text_at({key});
    if (text.empty()) errors.required(key);
    if (text.size() > instance_bytes_max) errors.invalid_text(key, "", "can have at most 128 characters");
  }
  if (object.text_at({"message"}).size() > message_bytes_max)
    errors.invalid_text("message", "", "can have at most 1024 characters");
  return errors.take();
}

std::vector<Cause> validate_node(const json::Value& object, const json::Value* old) {
  Errors errors;
  check_taints(errors, list_at(object, {"spec", "taints"}));
  if (old != nullptr) {
    const std::string_view before = old->text_at({"spec", "providerID"});
    if (!before.empty() && before != object.text_at({"spec", "providerID"})) {
      errors.forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
    }
  }
  return errors.take();
}

std::vector<Cause> validate_lease(const json::Value& object, const json::Value*) {
  Errors errors;
  const json::Value* duration = object.find_path({"spec", "leaseDurationSeconds"});
  if (duration != nullptr && duration->integer() != nullptr && *duration->integer() <= 0) {
    errors.invalid_number("spec.leaseDurationSeconds", *duration->integer(), "must be greater than 0");
  }
  errors.check_not_negative("spec.leaseTransitions", object.find_path({"spec", "leaseTransitions"}));
  return errors.take();
}

}  // namespace slipway::api::builtin
