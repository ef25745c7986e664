#include "apiserver/errors.h"

#include "kube/go_text.h"

namespace slipway::apiserver {
namespace {

std::string text_of(const kube::GroupKind& kind) {
  return kind.group.empty() ? kind.kind : kind.kind + "." + kind.group;
}

Error about(Reason reason, const kube::GroupResource& id, std::string_view name, std::string message) {
  return {.reason = reason,
          .message = std::move(message),
          .causes = {},
          .group = id.group,
          .kind = id.resource,
          .name = std::string(name)};
}

}  // namespace

Error not_found(const kube::GroupResource& id, std::string_view name) {
  return about(Reason::not_found, id, name, fmt::format("{} \"{}\" not found", id.text(), name));
}

Error already_exists(const kube::GroupResource& id, std::string_view name) {
  return about(Reason::already_exists, id, name, fmt::format("{} \"{}\" already exists", id.text(), name));
}

Error conflict(const kube::GroupResource& id, std::string_view name, std::string_view why) {
  return about(Reason::conflict, id, name,
               fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", id.text(), name, why));
}

Error modified(const kube::GroupResource& id, std::string_view name) {
  return conflict(id, name,
                  "the object has been modified; please apply your changes to the latest version and try again");
}

Error precondition_failed(const kube::GroupKind& kind, std::string_view name, std::string_view why) {
  return about(Reason::conflict, {kind.group, kind.kind}, name,
               fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", text_of(kind), name, why));
}

Error invalid(const kube::GroupKind& kind, std::string_view name, std::vector<Cause> causes) {
  std::string text;
  for (const Cause& cause : causes) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{}: {}", cause.field, cause.message);
  }
  if (causes.size() > 1) text = "[" + text + "]";
  Error error = about(Reason::invalid, {kind.group, kind.kind}, name,
                      fmt::format("{} \"{}\" is invalid: {}", text_of(kind), name, text));
  error.causes = std::move(causes);
  return error;
}

Error refused(const kube::GroupResource& id, std::string_view name, std::string_view why) {
  return about(Reason::forbidden, id, name,
               name.empty() ? fmt::format("{} is forbidden: {}", id.text(), why)
                            : fmt::format("{} \"{}\" is forbidden: {}", id.text(), name, why));
}

Error forbidden(const Attributes& attributes) {
  if (attributes.resource.empty()) {
    return {.reason = Reason::forbidden,
            .message = fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", attributes.identity.user,
                                   attributes.verb, attributes.path),
            .causes = {}};
  }
  std::string resource = attributes.resource;
  if (!attributes.subresource.empty()) resource += "/" + attributes.subresource;
  const std::string where = attributes.namespace_.empty()
                                ? "at the cluster scope"
                                : fmt::format("in the namespace \"{}\"", attributes.namespace_);
  return refused({attributes.group, attributes.resource}, attributes.name,
                 fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", attributes.identity.user,
                             attributes.verb, resource, attributes.group, where));
}

Error method_not_allowed() {
  return {.reason = Reason::method_not_allowed,
          .message = "the server does not allow this method on the requested resource",
          .causes = {}};
}

Error too_large_revision(std::uint64_t wanted, std::uint64_t current) {
  return {.reason = Reason::server_timeout,
          .message = fmt::format("Timeout: Too large resource version: {}, current: {}", wanted, current),
          .causes = {{.reason = "ResourceVersionTooLarge", .field = "", .message = "Too large resource version"}},
          .retry_after = std::chrono::seconds{1}};
}

Error overloaded() {
  return {.reason = Reason::too_many_requests,
          .message = "Too many requests, please try again later.",
          .causes = {},
          .retry_after = std::chrono::seconds{1}};
}

Cause required_value(std::string field, std::string_view detail) {
  return {"FieldValueRequired", std::move(field),
          detail.empty() ? std::string("Required value") : fmt::format("Required value: {}", detail)};
}

Cause invalid_value(std::string field, std::string_view shown, std::string_view detail) {
  return {"FieldValueInvalid", std::move(field), fmt::format("Invalid value: {}: {}", shown, detail)};
}

Cause invalid_text(std::string field, std::string_view value, std::string_view detail) {
  return invalid_value(std::move(field), kube::go_quoted(value), detail);
}

Cause forbidden_value(std::string field, std::string_view detail) {
  return {"FieldValueForbidden", std::move(field), fmt::format("Forbidden: {}", detail)};
}

Cause unsupported_value(std::string field, std::string_view value, const std::vector<std::string>& supported) {
  std::string options;
  for (const std::string& option : supported) {
    if (!options.empty()) options += ", ";
    options += kube::go_quoted(option);
  }
  return {"FieldValueNotSupported", std::move(field),
          fmt::format("Unsupported value: {}: supported values: {}", kube::go_quoted(value), options)};
}

Cause duplicate_value(std::string field, std::string_view shown) {
  return {"FieldValueDuplicate", std::move(field), fmt::format("Duplicate value: {}", shown)};
}

Cause too_long(std::string field, std::size_t bytes_max) {
  return {"FieldValueTooLong", std::move(field), fmt::format("Too long: may not be more than {} bytes", bytes_max)};
}

}  // namespace slipway::apiserver
