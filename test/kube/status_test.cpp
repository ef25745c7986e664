#include "kube/status.h"

#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

// kube-api 5: every reason has its code and name, and comes back from them as itself.
TEST(Status, ReasonsAndCodes) {
  struct Row {
    Reason reason;
    int code;
    std::string_view text;
    Reason back;
  };
  const Row rows[] = {
      {Reason::bad_request, 400, "BadRequest", Reason::bad_request},
      {Reason::unauthorized, 401, "Unauthorized", Reason::unauthorized},
      {Reason::forbidden, 403, "Forbidden", Reason::forbidden},
      {Reason::not_found, 404, "NotFound", Reason::not_found},
      {Reason::method_not_allowed, 405, "MethodNotAllowed", Reason::method_not_allowed},
      {Reason::not_acceptable, 406, "NotAcceptable", Reason::not_acceptable},
      {Reason::already_exists, 409, "AlreadyExists", Reason::already_exists},
      {Reason::conflict, 409, "Conflict", Reason::conflict},
      {Reason::gone, 410, "Gone", Reason::gone},
      {Reason::expired, 410, "Expired", Reason::expired},
      {Reason::request_entity_too_large, 413, "RequestEntityTooLarge", Reason::request_entity_too_large},
      {Reason::unsupported_media_type, 415, "UnsupportedMediaType", Reason::unsupported_media_type},
      {Reason::invalid, 422, "Invalid", Reason::invalid},
      {Reason::too_many_requests, 429, "TooManyRequests", Reason::too_many_requests},
      {Reason::internal, 500, "InternalError", Reason::internal},
      {Reason::server_timeout, 504, "Timeout", Reason::server_timeout},
      {Reason::unavailable, 503, "ServiceUnavailable", Reason::unavailable},
      {Reason::io, 500, "InternalError", Reason::internal},
      {Reason::corrupt, 500, "InternalError", Reason::internal},
      {Reason::usage, 400, "BadRequest", Reason::bad_request},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(http_code(row.reason), row.code);
    const json::Value status = to_status(Error{.reason = row.reason, .message = "m", .causes = {}});
    EXPECT_EQ(status.text_at({"reason"}), row.text);
    EXPECT_EQ(from_status(row.code, &status).reason, row.back);
  }
}

TEST(Status, WholeFormRoundTrips) {
  const Error error{.reason = Reason::invalid,
                    .message = "Widget.lab.io \"w\" is invalid: spec.a: Required value",
                    .causes = {{.reason = "FieldValueRequired", .field = "spec.a", .message = "Required value"}},
                    .retry_after = std::chrono::seconds{2},
                    .group = "lab.io",
                    .kind = "Widget",
                    .name = "w",
                    .uid = "u"};
  const json::Value status = to_status(error);
  EXPECT_EQ(
      json::write(status),
      R"({"apiVersion":"v1","code":422,"details":{"causes":[{"field":"spec.a","message":"Required value",)"
      R"("reason":"FieldValueRequired"}],"group":"lab.io","kind":"Widget","name":"w","retryAfterSeconds":2,"uid":"u"},)"
      R"("kind":"Status","message":"Widget.lab.io \"w\" is invalid: spec.a: Required value","metadata":{},)"
      R"("reason":"Invalid","status":"Failure"})");
  EXPECT_EQ(from_status(422, &status), error);
  EXPECT_EQ(
      json::write(to_status(Error{.reason = Reason::unauthorized, .message = "Unauthorized", .causes = {}})),
      R"({"apiVersion":"v1","code":401,"kind":"Status","message":"Unauthorized","metadata":{},"reason":"Unauthorized",)"
      R"("status":"Failure"})");
}

TEST(Status, ForeignAnswers) {
  struct Row {
    int code;
    std::string_view body;  // "" for none
    Reason want;
    std::string_view message;
  };
  const Row rows[] = {
      {404, "", Reason::not_found, "the server answered with HTTP status 404"},
      {409, "", Reason::conflict, "the server answered with HTTP status 409"},
      {410, "", Reason::expired, "the server answered with HTTP status 410"},
      {418, "", Reason::bad_request, "the server answered with HTTP status 418"},
      {502, "", Reason::unavailable, "the server answered with HTTP status 502"},
      {504, "", Reason::server_timeout, "the server answered with HTTP status 504"},
      {599, "", Reason::internal, "the server answered with HTTP status 599"},
      {503, R"({"kind":"Pod"})", Reason::unavailable, "the server answered with HTTP status 503"},
      {500, R"([])", Reason::internal, "the server answered with HTTP status 500"},
      {500, R"({"kind":"Status","reason":"ServerTimeout","message":"m"})", Reason::server_timeout, "m"},
      {200, R"({"kind":"Status","code":410,"message":"m"})", Reason::expired, "m"},  // the ERROR event of a watch
      {404, R"({"kind":"Status","reason":"Novel","details":{"causes":"x","retryAfterSeconds":"y"}})", Reason::not_found,
       "the server answered with HTTP status 404"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(fmt::format("{} {}", row.code, row.body));
    const json::Value body = row.body.empty() ? json::Value() : json::parse(row.body).value_or(json::Value());
    const Error got = from_status(row.code, row.body.empty() ? nullptr : &body);
    EXPECT_EQ(got.reason, row.want);
    EXPECT_EQ(got.message, row.message);
    EXPECT_TRUE(got.causes.empty());
    EXPECT_EQ(got.retry_after, std::nullopt);
  }
}

}  // namespace
}  // namespace slipway::kube
