#include "kube/status.h"

#include <array>
#include <utility>

namespace slipway::kube {
namespace {

struct Row {
  Reason reason;
  int code;
  std::string_view text;  // metav1.StatusReason
};

// kube-api 5. Reasons of our own (io, corrupt, usage) come last: to a client they are a fault of the server or a bad
// request.
constexpr std::array rows = {
    Row{Reason::bad_request, 400, "BadRequest"},
    Row{Reason::unauthorized, 401, "Unauthorized"},
    Row{Reason::forbidden, 403, "Forbidden"},
    Row{Reason::not_found, 404, "NotFound"},
    Row{Reason::method_not_allowed, 405, "MethodNotAllowed"},
    Row{Reason::not_acceptable, 406, "NotAcceptable"},
    Row{Reason::conflict, 409, "Conflict"},
    Row{Reason::already_exists, 409, "AlreadyExists"},
    Row{Reason::expired, 410, "Expired"},
    Row{Reason::gone, 410, "Gone"},
    Row{Reason::request_entity_too_large, 413, "RequestEntityTooLarge"},
    Row{Reason::unsupported_media_type, 415, "UnsupportedMediaType"},
    Row{Reason::invalid, 422, "Invalid"},
    Row{Reason::too_many_requests, 429, "TooManyRequests"},
    Row{Reason::internal, 500, "InternalError"},
    Row{Reason::unavailable, 503, "ServiceUnavailable"},
    Row{Reason::server_timeout, 504, "Timeout"},
    Row{Reason::server_timeout, 504, "ServerTimeout"},
    Row{Reason::io, 500, "InternalError"},
    Row{Reason::corrupt, 500, "InternalError"},
    Row{Reason::usage, 400, "BadRequest"},
};

const Row& row_of(Reason reason) {
  for (const Row& row : rows) {
    if (row.reason == reason) return row;
  }
  std::unreachable();
}

Reason reason_of_code(int code) {
  for (const Row& row : rows) {
    if (row.code == code) return row.reason;  // the first row of a code is its common reason
  }
  if (code == 502) return Reason::unavailable;  // a proxy that does not reach its server
  if (code == 408) return Reason::server_timeout;
  return code >= 500 ? Reason::internal : Reason::bad_request;
}

Reason reason_of(std::string_view text, int code) {
  for (const Row& row : rows) {
    if (row.text == text) return row.reason;
  }
  return reason_of_code(code);
}

json::Value causes_of(const Error& error) {
  json::Array out;
  out.reserve(error.causes.size());
  for (const Cause& cause : error.causes) {
    json::Object item;
    if (!cause.field.empty()) item.append("field", cause.field);
    if (!cause.message.empty()) item.append("message", cause.message);
    if (!cause.reason.empty()) item.append("reason", cause.reason);
    out.emplace_back(std::move(item));
  }
  return out;
}

json::Object details_of(const Error& error) {
  json::Object out;
  if (!error.causes.empty()) out.append("causes", causes_of(error));
  if (!error.group.empty()) out.append("group", error.group);
  if (!error.kind.empty()) out.append("kind", error.kind);
  if (!error.name.empty()) out.append("name", error.name);
  if (error.retry_after && error.retry_after->count() > 0) out.append("retryAfterSeconds", error.retry_after->count());
  if (!error.uid.empty()) out.append("uid", error.uid);
  return out;
}

}  // namespace

int http_code(Reason reason) { return row_of(reason).code; }

json::Value to_status(const Error& error) {
  const Row& row = row_of(error.reason);
  json::Object out;
  out.append("apiVersion", "v1");
  out.append("code", row.code);
  if (json::Object details = details_of(error); !details.empty()) out.append("details", std::move(details));
  out.append("kind", "Status");
  if (!error.message.empty()) out.append("message", error.message);
  out.append("metadata", json::Object());
  out.append("reason", row.text);
  out.append("status", "Failure");
  return out;
}

Error from_status(int code, const json::Value* status) {
  Error out;
  if (status == nullptr || status->text_at({"kind"}) != "Status") {
    out.reason = reason_of_code(code);
    out.message = fmt::format("the server answered with HTTP status {}", code);
    return out;
  }
  if (const json::Value* stated = status->find("code"); stated != nullptr && stated->integer() != nullptr) {
    const std::int64_t value = *stated->integer();  // in a watch the code stands only in the body
    if (value >= 400 && value <= 599) code = static_cast<int>(value);
  }
  out.reason = reason_of(status->text_at({"reason"}), code);
  out.message = status->text_at({"message"});
  if (out.message.empty()) out.message = fmt::format("the server answered with HTTP status {}", code);
  out.group = status->text_at({"details", "group"});
  out.kind = status->text_at({"details", "kind"});
  out.name = status->text_at({"details", "name"});
  out.uid = status->text_at({"details", "uid"});
  if (const json::Value* causes = status->find_path({"details", "causes"});
      causes != nullptr && causes->array() != nullptr) {
    for (const json::Value& cause : *causes->array()) {
      out.causes.push_back({.reason = std::string(cause.text_at({"reason"})),
                            .field = std::string(cause.text_at({"field"})),
                            .message = std::string(cause.text_at({"message"}))});
    }
  }
  const json::Value* retry = status->find_path({"details", "retryAfterSeconds"});
  if (retry != nullptr && retry->integer() != nullptr && *retry->integer() > 0) {
    out.retry_after = std::chrono::seconds{*retry->integer()};
  }
  return out;
}

}  // namespace slipway::kube
