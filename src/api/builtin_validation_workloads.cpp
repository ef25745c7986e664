// Pods, deployments and replica sets.

#include <algorithm>

#include "api/builtin_columns.h"
#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/metadata.h"
#include "kube/selector.h"

namespace slipway::api::builtin {
namespace {

const json::Value& part(const json::Value& object, std::string_view key) {
  static const json::Value nothing;
  const json::Value* found = object.find(key);
  return found == nullptr ? nothing : *found;
}

kube::StringMap string_map(const json::Object& object) {
  kube::StringMap out;
  for (const auto& [key, value] : object) out.emplace(key, value.string() == nullptr ? "" : *value.string());
  return out;
}

bool is_empty_selector(const json::Value& selector) {
  return map_at(selector, {"matchLabels"}).empty() && list_at(selector, {"matchExpressions"}).empty();
}

// The template of a deployment or replica set: its labels are the selector's, its pods run for ever.
void check_template(Errors& errors, const json::Value& spec, const json::Value* selector) {
  const std::string path = "spec.template";
  const json::Value& pod_template = part(spec, "template");
  const json::Object& labels = map_at(pod_template, {"metadata", "labels"});
  const auto parsed = kube::label_selector_from_json(selector);
  if (parsed && !parsed->is_everything() && !parsed->matches(string_map(labels))) {
    errors.invalid(path + ".metadata.labels", go_string_map(labels), "`selector` does not match template `labels`");
  }
  check_labels(errors, path + ".metadata.labels", labels);
  const json::Value& pod = part(pod_template, "spec");
  check_pod_spec(errors, path + ".spec", pod);
  if (pod.text_at({"restartPolicy"}) != "Always") {
    errors.not_supported(path + ".spec.restartPolicy", quoted(pod.text_at({"restartPolicy"})), {"Always"});
  }
  if (pod.find("activeDeadlineSeconds") != nullptr) {
    errors.forbidden(path + ".spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
  }
}

// Also checks the template where the selector can be read: Kubernetes does not look at it otherwise.
void check_selector_and_template(Errors& errors, const json::Value& spec) {
  const json::Value* selector = spec.find("selector");
  if (selector == nullptr) {
    errors.required("spec.selector");
  } else {
    check_label_selector(errors, "spec.selector", *selector);
    if (is_empty_selector(*selector))
      errors.invalid("spec.selector", go_label_selector(selector), "empty selector is invalid for deployment");
    if (!kube::label_selector_from_json(selector)) {
      errors.invalid("spec.selector", go_label_selector(selector), "invalid label selector");
      return;
    }
  }
  check_template(errors, spec, selector);
}

// "25%" or a count; of a percentage the number.
struct Amount {
  bool is_percentage = false;
  std::int64_t number = 0;
};

std::optional<Amount> check_amount(Errors& errors, const std::string& path, const json::Value* value) {
  if (value == nullptr) return Amount{};
  if (const std::int64_t* number = value->integer()) {
    errors.check_not_negative(path, value);
    return Amount{.is_percentage = false, .number = *number};
  }
  const std::string_view text = value->string() == nullptr ? std::string_view() : *value->string();
  const std::string_view digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  const bool is_number = !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!text.ends_with('%') || !is_number || digits.size() > 9) {
    errors.invalid(path, go_int_or_string(value),
                   "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                   "regex used for "
                   "validation is '[0-9]+%')");
    return std::nullopt;
  }
  std::int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return Amount{.is_percentage = true, .number = number};
}

void check_rolling_update(Errors& errors, const json::Value& rolling) {
  const std::string path = "spec.strategy.rollingUpdate";
  const json::Value* surge = rolling.find("maxSurge");
  const json::Value* unavailable = rolling.find("maxUnavailable");
  const auto unavailable_amount = check_amount(errors, path + ".maxUnavailable", unavailable);
  const auto surge_amount = check_amount(errors, path + ".maxSurge", surge);
  if (unavailable_amount && surge_amount && unavailable_amount->number == 0 && surge_amount->number == 0) {
    errors.invalid(path + ".maxUnavailable", go_int_or_string(unavailable), "may not be 0 when `maxSurge` is 0");
  }
  if (unavailable_amount && unavailable_amount->is_percentage && unavailable_amount->number > 100) {
    errors.invalid(path + ".maxUnavailable", go_int_or_string(unavailable), "must not be greater than 100%");
  }
}

void check_strategy(Errors& errors, const json::Value& strategy) {
  const std::string_view type = strategy.text_at({"type"});
  const json::Value* rolling = strategy.find("rollingUpdate");
  if (type == "Recreate") {
    if (rolling != nullptr)
      errors.forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
  } else if (type == "RollingUpdate") {
    if (rolling == nullptr)
      errors.required("spec.strategy.rollingUpdate", "this should be defaulted and never be nil");
    else
      check_rolling_update(errors, *rolling);
  } else {
    errors.not_supported(
        "spec.strategy",
        fmt::format("apps.DeploymentStrategy{{Type:{}, RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}}",
                    quoted(type)),
        {"Recreate", "RollingUpdate"});
  }
}

void check_same_selector(Errors& errors, const json::Value& spec, const json::Value* old) {
  if (old == nullptr) return;
  const json::Value* selector = spec.find("selector");
  errors.check_immutable("spec.selector", selector, old->find_path({"spec", "selector"}), go_label_selector(selector));
}

constexpr std::string_view pod_update_rule =
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
    "tolerations),`spec.terminationGracePeriodSeconds` "
    "(allow it to be set to 1 if it was previously negative)";

// The spec without what an update may change. A node name may be given once: no binding subresource is served.
json::Value without_mutable(const json::Value& spec, bool was_unbound) {
  json::Value out = spec;
  if (json::Object* object = out.object()) {
    for (const char* key : {"activeDeadlineSeconds", "tolerations"}) object->erase(key);
    if (was_unbound) object->erase("nodeName");
  }
  for (const char* list : {"containers", "initContainers"}) {
    json::Value* containers = out.find(list);
    if (containers == nullptr || containers->array() == nullptr) continue;
    for (json::Value& container : *containers->array()) {
      if (container.object() != nullptr) container.object()->erase("image");
    }
  }
  return out;
}

void check_pod_update(Errors& errors, const json::Value& spec, const json::Value& old) {
  bool same_containers = true;
  for (const char* list : {"containers", "initContainers"}) {
    if (list_at(spec, {list}).size() == list_at(old, {list}).size()) continue;
    errors.forbidden(fmt::format("spec.{}", list), "pod updates may not add or remove containers");
    same_containers = false;
  }
  if (!same_containers) return;
  const json::Array& tolerations = list_at(spec, {"tolerations"});
  const bool keeps_tolerations = std::ranges::all_of(list_at(old, {"tolerations"}), [&](const json::Value& one) {
    return std::ranges::find(tolerations, one) != tolerations.end();
  });
  const bool was_unbound = old.text_at({"nodeName"}).empty();
  if (!keeps_tolerations)
    errors.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
  if (without_mutable(spec, was_unbound) != without_mutable(old, was_unbound))
    errors.forbidden("spec", pod_update_rule);
}

}  // namespace

std::vector<Cause> validate_pod(const json::Value& object, const json::Value* old) {
  Errors errors;
  const json::Value& spec = part(object, "spec");
  check_pod_spec(errors, "spec", spec);
  if (old != nullptr) check_pod_update(errors, spec, part(*old, "spec"));
  return errors.take();
}

std::vector<Cause> validate_deployment(const json::Value& object, const json::Value* old) {
  Errors errors;
  const json::Value& spec = part(object, "spec");
  errors.check_not_negative("spec.replicas", spec.find("replicas"));
  check_selector_and_template(errors, spec);
  check_strategy(errors, part(spec, "strategy"));
  errors.check_not_negative("spec.minReadySeconds", spec.find("minReadySeconds"));
  errors.check_not_negative("spec.revisionHistoryLimit", spec.find("revisionHistoryLimit"));
  if (const json::Value* deadline = spec.find("progressDeadlineSeconds");
      deadline != nullptr && deadline->integer() != nullptr) {
    errors.check_not_negative("spec.progressDeadlineSeconds", deadline);
    if (*deadline->integer() <= integer_at(spec, {"minReadySeconds"})) {
      errors.invalid_number("spec.progressDeadlineSeconds", *deadline->integer(),
                            "must be greater than minReadySeconds");
    }
  }
  check_same_selector(errors, spec, old);
  return errors.take();
}

std::vector<Cause> validate_replica_set(const json::Value& object, const json::Value* old) {
  Errors errors;
  const json::Value& spec = part(object, "spec");
  errors.check_not_negative("spec.replicas", spec.find("replicas"));
  errors.check_not_negative("spec.minReadySeconds", spec.find("minReadySeconds"));
  check_selector_and_template(errors, spec);
  check_same_selector(errors, spec, old);
  return errors.take();
}

}  // namespace slipway::api::builtin
