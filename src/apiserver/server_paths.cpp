// Everything that is no object (kube-api 2.2, 4): health, version, discovery, OpenAPI, metrics.
#include <algorithm>
#include <array>

#include "apiserver/errors.h"
#include "apiserver/git_version.h"
#include "apiserver/server_context.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view text_type = "text/plain; charset=utf-8";
constexpr std::string_view open_api_v2_asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
// With a dot: clients cannot parse what they asked for themselves (kube-api 1, fact 4).
constexpr std::string_view open_api_v2_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::array health_checks = {std::string_view("ping"), std::string_view("store")};

Answer text_answer(std::string body) {
  return {.body = std::move(body), .content_type = std::string(text_type), .headers = {}};
}

// Without the slash at the end.
std::string_view plain_path(const ServerRequest& request) {
  std::string_view path = request.info.path;
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// This answer leaves only when the store has what came before: that it arrives is the check.
std::optional<Answer> answer_health(const ServerRequest& request, std::string_view path) {
  for (const std::string_view endpoint : {"/healthz", "/livez", "/readyz"}) {
    if (!path.starts_with(endpoint)) continue;
    const std::string_view check = path.substr(endpoint.size());
    if (check.empty() && !request.info.query.has("verbose")) return text_answer("ok");
    if (check.empty()) {
      std::string body;
      for (const std::string_view name : health_checks) body += fmt::format("[+]{} ok\n", name);
      return text_answer(fmt::format("{}{} check passed\n", body, endpoint.substr(1)));
    }
    if (std::ranges::find(health_checks, check.substr(1)) != health_checks.end()) return text_answer("ok");
  }
  return std::nullopt;
}

Answer answer_version() {
  json::Object version{{"buildDate", "1970-01-01T00:00:00Z"},
                       {"compiler", "clang"},
                       {"gitCommit", ""},
                       {"gitTreeState", "clean"},
                       {"gitVersion", git_version},
                       {"goVersion", "none"},
                       {"major", "1"},
                       {"minor", "33"},
                       {"platform", "linux/amd64"}};
  return {.body = json::write_pretty(version), .headers = {}};
}

// 304 when the client has this very document.
Answer answer_document(const ServerRequest& request, const CachedDocument& document, std::string content_type) {
  Answer out{.content_type = std::move(content_type), .headers = {}};
  out.headers.add("etag", document.etag);
  out.headers.add("vary", "Accept");
  if (request.http.headers.get("if-none-match") == document.etag) {
    out.status = 304;
    return out;
  }
  out.body = document.body;
  return out;
}

std::optional<Answer> answer_discovery(ServerContext& context, const ServerRequest& request, std::string_view path) {
  using Form = Representation::Discovery;
  const Form form = request.representation.discovery;
  if (form != Form::legacy && (path == "/api" || path == "/apis")) {
    const std::string_view version = form == Form::v2 ? "v2" : "v2beta1";
    Answer out =
        answer_document(request, *context.discovery.aggregated(path, version),
                        fmt::format("application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList", version));
    out.headers.add("cache-control", "public");
    return out;
  }
  const CachedDocument* document = context.discovery.legacy(path);
  if (document == nullptr) return std::nullopt;
  Answer out = answer_document(request, *document, std::string(content_type(request.representation)));
  if (!out.body.empty()) out.body = write_answer(std::move(out.body), request.representation);
  return out;
}

bool accepts(const ServerRequest& request, std::string_view type) {
  return std::ranges::any_of(parse_accept(request.http.headers.get("accept")),
                             [&](const MediaType& one) { return one.name == type; });
}

Answer answer_open_api_v2(ServerContext& context, const ServerRequest& request) {
  if (accepts(request, open_api_v2_asked)) {
    return answer_document(request, context.open_api.v2_protobuf(), std::string(open_api_v2_type));
  }
  return answer_document(request, context.open_api.v2_json(), "application/json");
}

// "Wed, 25 Nov 2026 14:00:00 GMT"
std::string http_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{time.seconds}});
  const std::chrono::year_month_day date{day};
  constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string clock = to_rfc3339(time).substr(11, 8);
  return fmt::format("{}, {:02} {} {:04} {} GMT", days[std::chrono::weekday{day}.c_encoding()], unsigned{date.day()},
                     months[unsigned{date.month()} - 1], int{date.year()}, clock);
}

// A right hash names a document that never changes; a wrong one is sent to the right one (kube-api 4.4).
Answer answer_open_api_v3(ServerContext& context, const ServerRequest& request, std::string_view path) {
  const CachedDocument* document = context.open_api.group_version(path);
  if (document == nullptr) return page_not_found();
  const std::string_view asked = request.info.query.get("hash");
  if (asked.empty()) return answer_document(request, *document, "application/json");
  if (fmt::format("\"{}\"", asked) != document->etag) {
    Answer out{.status = 301, .content_type = std::string(text_type), .headers = {}};
    out.headers.add("location", context.open_api.url_of(path, *document));
    return out;
  }
  Answer out = answer_document(request, *document, "application/json");
  out.headers.add("cache-control", "public, immutable");
  out.headers.add("expires", http_date(context.loop.now().wall + std::chrono::hours{24 * 365}));
  return out;
}

Answer answer_root(ServerContext& context) {
  std::vector<std::string> paths{"/api",        "/apis",       "/healthz", "/livez",  "/metrics",
                                 "/openapi/v2", "/openapi/v3", "/readyz",  "/version"};
  std::string last_group;
  for (const ServedVersion& one : context.discovery.served()) {
    if (one.group.empty()) {
      paths.push_back("/api/" + one.version);
      continue;
    }
    if (std::exchange(last_group, one.group) != one.group) paths.push_back("/apis/" + one.group);
    paths.push_back(fmt::format("/apis/{}/{}", one.group, one.version));
  }
  std::ranges::sort(paths);
  return {.body = json::write_pretty(json::Object{{"paths", json::Array(paths.begin(), paths.end())}}), .headers = {}};
}

}  // namespace

Answer answer_path(ServerContext& context, const ServerRequest& request) {
  const std::string& verb = request.info.verb;
  const std::string_view path = plain_path(request);
  if (verb != "get" && verb != "head")
    return path.starts_with("/api") ? error_answer(method_not_allowed()) : page_not_found();
  if (auto answer = answer_health(request, path)) return std::move(*answer);
  if (path == "/version") return answer_version();
  if (path == "/") return answer_root(context);
  if (path == "/metrics") return text_answer(context.metrics.text(context.streams->size()));
  if (path == "/openapi/v2") return answer_open_api_v2(context, request);
  if (path == "/openapi/v3") return answer_document(request, context.open_api.index(), "application/json");
  constexpr std::string_view v3 = "/openapi/v3/";
  if (path.starts_with(v3)) return answer_open_api_v3(context, request, path.substr(v3.size()));
  if (auto answer = answer_discovery(context, request, path)) return std::move(*answer);
  return page_not_found();
}

}  // namespace slipway::apiserver
