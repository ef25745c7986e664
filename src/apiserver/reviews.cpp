#include "apiserver/reviews.h"

#include "apiserver/errors.h"

namespace slipway::apiserver {
namespace {

json::Array array(const std::vector<std::string>& texts) { return json::Array(texts.begin(), texts.end()); }

// What spec asks, of `identity`. Exactly one of the two kinds of attributes is given.
Result<Attributes> asked(const Resource& resource, const json::Value& review, const Identity& identity) {
  Attributes out{.identity = identity,
                 .verb = {},
                 .group = {},
                 .resource = {},
                 .subresource = {},
                 .namespace_ = {},
                 .name = {},
                 .path = {}};
  const json::Value* object = review.find_path({"spec", "resourceAttributes"});
  const json::Value* path = review.find_path({"spec", "nonResourceAttributes"});
  const bool has_object = object != nullptr && object->is_object();
  const bool has_path = path != nullptr && path->is_object();
  if (has_object == has_path) {
    const std::string_view why = has_object
                                     ? "cannot be specified in combination with resourceAttributes"
                                     : "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    return fail(
        invalid(resource.group_kind(), "",
                {invalid_value(has_object ? "spec.nonResourceAttributes" : "spec.resourceAttributes", "null", why)}));
  }
  if (has_path) {
    out.verb = path->text_at({"verb"});
    out.path = path->text_at({"path"});
    return out;
  }
  out.verb = object->text_at({"verb"});
  out.group = object->text_at({"group"});
  out.resource = object->text_at({"resource"});
  if (out.resource.empty()) out.resource = "*";  // every resource: only a rule for all allows that
  out.subresource = object->text_at({"subresource"});
  out.namespace_ = object->text_at({"namespace"});
  out.name = object->text_at({"name"});
  return out;
}

json::Value access_status(const Authorizer::Decision& decision) {
  json::Object out{{"allowed", decision.allowed}};
  if (!decision.reason.empty()) out.set("reason", decision.reason);
  return out;
}

Identity subject_of(const json::Value& review) {
  Identity out{.user = std::string(review.text_at({"spec", "user"})), .groups = {}};
  const json::Value* groups = review.find_path({"spec", "groups"});
  if (groups == nullptr || groups->array() == nullptr) return out;
  for (const json::Value& group : *groups->array()) {
    if (const std::string* text = group.string()) out.groups.push_back(*text);
  }
  return out;
}

Result<json::Value> subject_review(const Resource& resource, const json::Value& review, const std::string& namespace_,
                                   const Authorizer& authorizer) {
  const Identity subject = subject_of(review);
  if (subject.user.empty() && subject.groups.empty()) {
    return fail(invalid(resource.group_kind(), "",
                        {invalid_text("spec.user", "", "at least one of user or group must be specified")}));
  }
  auto attributes = asked(resource, review, subject);
  if (!attributes) return fail(std::move(attributes.error()));
  if (resource.namespaced && attributes->namespace_ != namespace_) {
    return fail(Reason::bad_request, "spec.resourceAttributes.namespace must match namespace: {}", namespace_);
  }
  return access_status(authorizer.authorize(*attributes));
}

json::Value rules_status(const Identity& identity, const std::string& namespace_, const RuleSource* source) {
  json::Array resources;
  json::Array paths;
  for (const RbacRule& rule : source != nullptr ? source->rules_for(identity, namespace_) : std::vector<RbacRule>()) {
    if (!rule.resources.empty()) resources.push_back(rule.to_json());
    if (!rule.paths.empty())
      paths.emplace_back(json::Object{{"nonResourceURLs", array(rule.paths)}, {"verbs", array(rule.verbs)}});
  }
  return json::Object{{"incomplete", source == nullptr},
                      {"nonResourceRules", std::move(paths)},
                      {"resourceRules", std::move(resources)}};
}

Result<json::Value> status_of(const Resource& resource, const json::Value& review, const std::string& namespace_,
                              const Identity& identity, const Authorizer& authorizer, const RuleSource* rules) {
  const std::string& kind = resource.kind;
  if (kind == "SelfSubjectReview") {
    return json::Object{{"userInfo", json::Object{{"groups", array(identity.groups)}, {"username", identity.user}}}};
  }
  if (kind == "SelfSubjectRulesReview") {
    const std::string where(review.text_at({"spec", "namespace"}));
    if (where.empty()) return fail(Reason::bad_request, "no namespace on request");
    return rules_status(identity, where, rules);
  }
  if (kind == "SelfSubjectAccessReview") {
    auto attributes = asked(resource, review, identity);
    if (!attributes) return fail(std::move(attributes.error()));
    return access_status(authorizer.authorize(*attributes));
  }
  if (kind == "SubjectAccessReview" || kind == "LocalSubjectAccessReview") {
    return subject_review(resource, review, namespace_, authorizer);
  }
  return fail(Reason::not_found, "the server could not find the requested resource");
}

}  // namespace

Result<json::Value> answer_review(const Resource& resource, std::string_view version, json::Value body,
                                  const std::string& namespace_, const Identity& identity, const Authorizer& authorizer,
                                  const RuleSource* rules) {
  if (!body.is_object()) {
    return fail(Reason::bad_request,
                "the object provided is unrecognized (must be of type {}): couldn't get version/kind", resource.kind);
  }
  const std::string_view kind = body.text_at({"kind"});
  if (!kind.empty() && kind != resource.kind) {
    return fail(Reason::bad_request, "{} in version \"{}\" cannot be handled as a {}: the kind does not match", kind,
                version, resource.kind);
  }
  auto status = status_of(resource, body, namespace_, identity, authorizer, rules);
  if (!status) return status;
  body["apiVersion"] = resource.gvk(version).api_version();
  body["kind"] = resource.kind;
  if (body.find("metadata") == nullptr) body["metadata"] = json::Object();
  body["status"] = std::move(*status);
  return body;
}

}  // namespace slipway::apiserver
