#pragma once

#include <memory>
#include <string>

#include "apiserver/discovery.h"
#include "apiserver/openapi.h"
#include "apiserver/rbac.h"
#include "apiserver/registry.h"
#include "apiserver/request_info.h"
#include "apiserver/server_metrics.h"
#include "apiserver/server_options.h"
#include "apiserver/server_render.h"
#include "apiserver/server_reply.h"
#include "apiserver/server_watch.h"

namespace slipway::apiserver {

// What the parts of one server share.
struct ServerContext {
  Registry& registry;
  Loop& loop;
  const Authorizer& authorizer;
  const RuleSource* rules;  // null: the authorizer does not know rules
  std::string base_path;
  Discovery discovery;
  OpenApi open_api;
  Rng rng;
  ServerMetrics metrics{};
  std::shared_ptr<WatchStreams> streams = std::make_shared<WatchStreams>();
};

// One request, understood and authorized.
struct ServerRequest {
  RequestInfo info;
  client::HttpRequest http;
  Identity identity;
  Representation representation;
  std::shared_ptr<Reply> reply;
};

// Everything that is no object (server_paths.cpp): health, version, discovery, OpenAPI, metrics.
[[nodiscard]] Answer answer_path(ServerContext& context, const ServerRequest& request);

// Requests about objects (server_resources.cpp) other than watches.
[[nodiscard]] Result<Answer> answer_resource(ServerContext& context, const ServerRequest& request,
                                             const ResourceView& view);
[[nodiscard]] Result<Answer> answer_write(ServerContext& context, const ServerRequest& request,
                                          const ResourceView& view);
// The scale subresource (server_scale.cpp, kube-api 8.8): spec.replicas as an autoscaling/v1 Scale.
[[nodiscard]] Result<Answer> answer_scale(ServerContext& context, const ServerRequest& request,
                                          const ResourceView& view);
[[nodiscard]] Result<Answer> answer_review_request(ServerContext& context, const ServerRequest& request,
                                                   const Resource& resource);

// The options of a write with all that the request says of it.
[[nodiscard]] Result<WriteContext> write_context(const ServerRequest& request, WriteKind kind);

// Error: forbidden.
[[nodiscard]] Result<void> authorize(const ServerContext& context, const Attributes& attributes);
// A body in the negotiated form.
[[nodiscard]] Answer json_answer(const ServerRequest& request, int status, std::string json);

}  // namespace slipway::apiserver
