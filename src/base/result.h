#pragma once

#include <chrono>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway {

// Why something failed. A reason exists only where some caller acts differently on it; most are Kubernetes' Status
// reasons (kube-api section 5), so that an error can cross the API unchanged.
enum class Reason {
  bad_request,               // 400 BadRequest: the request cannot be understood
  unauthorized,              // 401: nobody knows who asks
  forbidden,                 // 403: known, but not allowed
  not_found,                 // 404
  method_not_allowed,        // 405
  not_acceptable,            // 406
  already_exists,            // 409 AlreadyExists: create of a name that is taken
  conflict,                  // 409 Conflict: the object changed since it was read; read again, then decide
  gone,                      // 410 Gone
  expired,                   // 410 Expired: the revision is no longer in the watch window; list again
  request_entity_too_large,  // 413
  unsupported_media_type,    // 415
  invalid,                   // 422: understood, but violates a rule; `causes` name the fields
  too_many_requests,         // 429: try again after `retry_after`
  internal,                  // 500: our own fault
  server_timeout,            // 504 or no answer in time: the write may have happened
  unavailable,               // 503, or the peer cannot be reached: nothing happened
  io,                        // a file, socket or store failed; the message has the system's words
  corrupt,                   // stored bytes are not what this program wrote
  usage,                     // a flag, file or argument is wrong; the message says how to mend it (exit code 2)
};

// One violated rule, as in Status.details.causes.
struct Cause {
  std::string reason;   // "FieldValueInvalid", "FieldValueRequired", …
  std::string field;    // "spec.stages[0].name"
  std::string message;  // "Invalid value: …"
  friend bool operator==(const Cause&, const Cause&) = default;
};

// An error value. `message` says what, where and how to mend it, and is fit for a user.
struct Error {
  Reason reason = Reason::internal;
  std::string message;
  std::vector<Cause> causes;  // only for `invalid` and for conflicts with causes
  std::optional<std::chrono::seconds> retry_after =
      std::nullopt;  // only for too_many_requests, unavailable, server_timeout
  // What the error is about, for Status.details; empty when unknown.
  std::string group{};
  std::string kind{};  // a kind or a plural resource, as the Kubernetes error of that reason has it
  std::string name{};
  std::string uid{};
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

// fail(Reason::not_found, "{} does not exist", name): the unexpected side of any Result.
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(Reason reason, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(
      Error{.reason = reason, .message = fmt::format(format, std::forward<Args>(args)...), .causes = {}});
}

[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

// The same error with `context: ` before its message. Add context once, where the caller knows something new.
[[nodiscard]] inline Error with_context(Error error, std::string_view context) {
  error.message = fmt::format("{}: {}", context, error.message);
  return error;
}

}  // namespace slipway
