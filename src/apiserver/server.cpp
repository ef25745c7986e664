#include "apiserver/server.h"

#include <algorithm>
#include <array>

#include "apiserver/errors.h"
#include "apiserver/server_context.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t body_bytes_max = 3'145'728;  // kube-api 12
constexpr std::int64_t watch_seconds_min = 1800;   // without timeoutSeconds: at random in 30-60 minutes
constexpr std::int64_t watch_seconds_spread = 1800;

// Held by whoever asked. The watch, if any, lives as long as this.
class Exchange final : public client::HttpExchange {
 public:
  explicit Exchange(std::shared_ptr<Reply> reply) : reply_(std::move(reply)) {}
  ~Exchange() override {
    reply_->abandon();
    if (stream_ != nullptr) stream_->close();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  void keep(std::shared_ptr<WatchStream> stream) { stream_ = std::move(stream); }

 private:
  std::shared_ptr<Reply> reply_;
  std::shared_ptr<WatchStream> stream_;
};

Error no_such_resource() {
  return {.reason = Reason::not_found, .message = "the server could not find the requested resource", .causes = {}};
}

// What needs a running container: asked for by kubectl logs, exec, attach, cp, port-forward and debug.
Error no_such_subresource(const Resource& resource, const RequestInfo& info) {
  Error out = no_such_resource();
  static constexpr std::array of_containers = {"attach", "ephemeralcontainers", "exec", "log", "portforward", "proxy"};
  if (resource.id.resource != "pods" || std::ranges::find(of_containers, info.subresource) == of_containers.end())
    return out;
  out.message = fmt::format("no container runs here, so that pods have no {}", info.subresource);
  out.kind = "pods";
  out.name = info.name;
  return out;
}

bool has(const auto& texts, std::string_view text) { return std::ranges::find(texts, text) != texts.end(); }

// Who asks: a certificate, or nobody. There are no tokens here, so that one is wrong whatever it says (kube-api 11.1).
// Acting as somebody else is not offered, and is refused rather than ignored (11.3).
Result<void> check_credentials(const client::HttpRequest& request, const Identity& identity) {
  if (!request.headers.get("authorization").empty() && identity.is_in("system:unauthenticated")) {
    return fail(Reason::unauthorized, "Unauthorized");
  }
  for (const auto& [name, value] : request.headers.fields) {
    if (name.starts_with("impersonate-")) {
      return fail(Reason::forbidden,
                  "impersonation is not supported by this server: ask without --as, --as-group and --as-uid");
    }
  }
  return {};
}

// Whether the resource, or its subresource, has the verb; the place must be one where the resource can be.
Result<void> check_shape(const Resource& resource, const RequestInfo& info) {
  if (info.is_too_deep) return fail(no_such_resource());
  const std::string namespace_ = info.collection_namespace();
  if (!resource.namespaced && !namespace_.empty()) return fail(no_such_resource());
  const bool is_about_many = info.verb == "list" || info.verb == "watch";
  if (resource.namespaced && namespace_.empty() && !is_about_many) {
    return fail(info.name.empty() || info.verb == "deletecollection" ? method_not_allowed() : no_such_resource());
  }
  if (info.subresource.empty()) {
    if (!has(resource.verbs, info.verb)) return fail(method_not_allowed());
    const bool needs_name = info.verb == "update" || info.verb == "patch";
    if (info.verb == "create" ? !info.name.empty() : needs_name && info.name.empty()) return fail(method_not_allowed());
    return {};
  }
  if (resource.builtin == nullptr) {
    const ResourceVersion* version = resource.version(info.resource.version);
    if (info.subresource != "status" || version == nullptr || !version->has_status) return fail(no_such_resource());
    return info.verb == "get" || info.verb == "update" || info.verb == "patch" ? Result<void>()
                                                                               : fail(method_not_allowed());
  }
  for (const auto& one : resource.builtin->subresources) {
    if (one.name != info.subresource) continue;
    return has(one.verbs, info.verb) ? Result<void>() : fail(method_not_allowed());
  }
  return fail(no_such_subresource(resource, info));
}

class HttpServer final : public Server {
 public:
  explicit HttpServer(Options options)
      : context_{.registry = options.registry,
                 .loop = options.loop,
                 .authorizer = options.authorizer,
                 .rules = dynamic_cast<const RuleSource*>(&options.authorizer),
                 .base_path = options.base_path,
                 .discovery = Discovery(options.registry, std::move(options.server_address)),
                 .open_api = OpenApi(options.registry, options.base_path),
                 .rng = options.rng} {
    if (context_.rules != nullptr)
      options.registry.add_admission(make_escalation_check(options.authorizer, *context_.rules));
  }

  ~HttpServer() override { context_.streams->close_all(); }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::unique_ptr<client::HttpExchange> handle(client::HttpRequest request, Identity identity,
                                               std::shared_ptr<client::HttpSink> sink) override;
  void close_streams() override { context_.streams->close_all(); }

 private:
  // Sends the answer, or starts a watch.
  void serve(ServerRequest request, Exchange& exchange);
  void serve_resource(ServerRequest& request, Exchange& exchange);
  [[nodiscard]] Result<ResourceView> view_of(const ServerRequest& request,
                                             const std::shared_ptr<const Resource>& resource) const;
  [[nodiscard]] Result<void> start_watch(const ServerRequest& request, ResourceView view, Exchange& exchange);
  void send(const ServerRequest& request, Answer answer);
  void count(const RequestInfo& info, int status);

  ServerContext context_;
};

std::unique_ptr<client::HttpExchange> HttpServer::handle(client::HttpRequest http, Identity identity,
                                                         std::shared_ptr<client::HttpSink> sink) {
  std::string audit_id(http.headers.get("audit-id"));
  if (audit_id.empty()) audit_id = context_.rng.uuid();
  auto reply = std::make_shared<Reply>(std::move(sink), context_.registry.journal(), std::move(audit_id));
  auto exchange = std::make_unique<Exchange>(reply);
  auto info = parse_request(http.method, http.target, context_.base_path);
  if (!info) {
    reply->send(info.error().reason == Reason::not_found ? page_not_found() : error_answer(info.error()));
    return exchange;
  }
  serve({.info = std::move(*info),
         .http = std::move(http),
         .identity = std::move(identity),
         .representation = {},
         .reply = std::move(reply)},
        *exchange);
  return exchange;
}

void HttpServer::serve(ServerRequest request, Exchange& exchange) {
  if (auto known = check_credentials(request.http, request.identity); !known)
    return send(request, error_answer(known.error()));
  if (auto allowed = authorize(context_, request.info.attributes(request.identity)); !allowed) {
    return send(request, error_answer(allowed.error()));
  }
  if (request.http.body.size() > body_bytes_max) {
    const Error error{.reason = Reason::request_entity_too_large,
                      .message = fmt::format("Request entity too large: limit is {}", body_bytes_max),
                      .causes = {}};
    return send(request, error_answer(error));
  }
  auto representation = negotiate(request.http.headers, request.info.query.get("pretty"));
  if (representation) request.representation = std::move(*representation);
  if (!request.info.is_resource) return send(request, answer_path(context_, request));  // these know types of their own
  if (!representation) return send(request, error_answer(representation.error()));
  serve_resource(request, exchange);
}

Result<ResourceView> HttpServer::view_of(const ServerRequest& request,
                                         const std::shared_ptr<const Resource>& resource) const {
  ResourceView view{.resource = resource,
                    .version = resource->version(request.info.resource.version),
                    .representation = request.representation};
  if (view.representation.shape == Representation::Shape::table) {
    const auto row_object = parse_row_object(request.info.query.get("includeObject"));
    if (!row_object) return fail(row_object.error());
    view.row_object = *row_object;
  }
  return view;
}

void HttpServer::serve_resource(ServerRequest& request, Exchange& exchange) {
  const kube::GroupVersionResource& id = request.info.resource;
  const auto resource = find_served(context_.registry, id);
  if (resource == nullptr) {
    const bool is_known_version = context_.discovery.is_served({id.group, id.version});
    return send(request, is_known_version ? error_answer(no_such_resource()) : page_not_found());
  }
  if (auto shape = check_shape(*resource, request.info); !shape) return send(request, error_answer(shape.error()));
  if (!resource->is_stored()) {
    auto answer = answer_review_request(context_, request, *resource);
    return send(request, answer ? std::move(*answer) : error_answer(answer.error()));
  }
  auto view = view_of(request, resource);
  if (!view) return send(request, error_answer(view.error()));
  if (request.info.verb == "watch") {
    if (auto started = start_watch(request, std::move(*view), exchange); !started)
      send(request, error_answer(started.error()));
    return;
  }
  auto answer = request.info.subresource == "scale" ? answer_scale(context_, request, *view)
                                                    : answer_resource(context_, request, *view);
  send(request, answer ? std::move(*answer) : error_answer(answer.error()));
}

Result<void> HttpServer::start_watch(const ServerRequest& request, ResourceView view, Exchange& exchange) {
  auto parameters = parse_watch_options(request.info.query, request.info.collection_namespace());
  if (!parameters) return fail(std::move(parameters.error()));
  const auto random =
      std::chrono::seconds{watch_seconds_min + static_cast<std::int64_t>(context_.rng.below(watch_seconds_spread))};
  const auto timeout = parameters->timeout.value_or(random);
  auto stream = std::make_shared<WatchStream>(WatchStream::Options{.registry = context_.registry,
                                                                   .loop = context_.loop,
                                                                   .streams = context_.streams,
                                                                   .reply = request.reply,
                                                                   .view = std::move(view),
                                                                   .parameters = std::move(*parameters),
                                                                   .timeout = timeout});
  exchange.keep(stream);
  if (auto started = stream->start(); !started) return started;
  count(request.info, 200);
  return {};
}

void HttpServer::send(const ServerRequest& request, Answer answer) {
  count(request.info, answer.status);
  request.reply->send(std::move(answer));
}

// What nobody serves is counted together: a requester must not be able to make up series.
void HttpServer::count(const RequestInfo& info, int status) {
  const kube::GroupResource id = info.resource.group_resource();
  const bool is_known = info.is_resource && context_.registry.find(id) != nullptr;
  const std::string_view verb = info.is_resource || info.verb == "get" ? std::string_view(info.verb) : "other";
  context_.metrics.count(std::string(verb), is_known ? id.group : "", is_known ? id.resource : "", status);
}

}  // namespace

std::unique_ptr<Server> Server::make(Options options) { return std::make_unique<HttpServer>(std::move(options)); }

}  // namespace slipway::apiserver
