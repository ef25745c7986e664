// Requests about objects: GET, LIST and DELETE (kube-api 9, 10), and reviews.
#include <algorithm>
#include <utility>

#include "apiserver/errors.h"
#include "apiserver/reviews.h"
#include "apiserver/server_context.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

Result<Answer> answer_get(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  const auto at_least = request.info.query.integer("resourceVersion");
  if (!at_least) return fail(at_least.error());
  const std::uint64_t current = context.registry.revision();
  if (*at_least && std::cmp_greater(**at_least, current)) {
    return fail(too_large_revision(static_cast<std::uint64_t>(**at_least), current));
  }
  auto object = context.registry.get(*view.resource, request.info.key());
  if (!object) return fail(std::move(object.error()));
  return json_answer(request, 200, render_object(view, *object, context.loop.now().wall));
}

Result<Answer> answer_list(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  auto options = parse_list_options(request.info.query, request.info.collection_namespace());
  if (!options) return fail(std::move(options.error()));
  const std::uint64_t current = context.registry.revision();
  if (options->revision_at_least > current) return fail(too_large_revision(options->revision_at_least, current));
  auto page = context.registry.list(*view.resource, options->selection, options->limit, options->continue_token,
                                    options->revision_exact);
  if (!page) return fail(std::move(page.error()));
  return json_answer(request, 200, render_list(view, *page, context.loop.now().wall));
}

Result<DeleteContext> read_delete_options(const ServerRequest& request) {
  json::Value body;
  if (!request.http.body.empty()) {
    const auto format = body_format(request.http.headers.get("content-type"), false);
    if (!format) return fail(format.error());
    auto decoded = decode_body(request.http.body, *format, "DeleteOptions");
    if (!decoded) return fail(std::move(decoded.error()));
    body = std::move(decoded->value);
  }
  auto out = parse_delete_options(request.info.query, body);
  if (!out) return out;
  out->write.identity = request.identity;
  out->write.version = request.info.resource.version;
  return out;
}

// Kinds that are answered as objects even when they are gone (kube-api 1, fact 13).
bool answers_object(const Resource& resource, const Deleted& deleted) {
  return !deleted.gone || (resource.builtin != nullptr && resource.builtin->delete_returns_object);
}

std::string success_status(const Resource& resource, const kube::Object& object) {
  json::Object details{
      {"kind", resource.id.resource}, {"name", object.metadata().name}, {"uid", object.metadata().uid}};
  if (!resource.id.group.empty()) details.set("group", resource.id.group);
  return json::write(json::Object{{"apiVersion", "v1"},
                                  {"details", std::move(details)},
                                  {"kind", "Status"},
                                  {"metadata", json::Object()},
                                  {"status", "Success"}});
}

Result<Answer> answer_delete(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  auto options = read_delete_options(request);
  if (!options) return fail(std::move(options.error()));
  auto deleted = context.registry.remove(*view.resource, request.info.key(), std::move(*options));
  if (!deleted) return fail(std::move(deleted.error()));
  if (!answers_object(*view.resource, *deleted)) {
    return json_answer(request, 200, success_status(*view.resource, *deleted->object));
  }
  ResourceView whole = view;  // never a table: clients take the UID from it
  whole.representation.shape = Representation::Shape::whole;
  return json_answer(request, 200, render_object(whole, deleted->object, context.loop.now().wall));
}

Result<Answer> answer_delete_collection(ServerContext& context, const ServerRequest& request,
                                        const ResourceView& view) {
  auto options = read_delete_options(request);
  if (!options) return fail(std::move(options.error()));
  auto list = parse_list_options(request.info.query, request.info.collection_namespace());
  if (!list) return fail(std::move(list.error()));
  auto page =
      context.registry.list(*view.resource, list->selection, list->limit, list->continue_token, list->revision_exact);
  if (!page) return fail(std::move(page.error()));
  for (const kube::ObjectPtr& object : page->items) {
    auto deleted = context.registry.remove(*view.resource, object->key(), *options);
    if (!deleted && deleted.error().reason != Reason::not_found) return fail(std::move(deleted.error()));
  }
  ResourceView whole = view;
  whole.representation.shape = Representation::Shape::whole;
  return json_answer(request, 200, render_list(whole, *page, context.loop.now().wall));
}

}  // namespace

Result<void> authorize(const ServerContext& context, const Attributes& attributes) {
  const auto decision = context.authorizer.authorize(attributes);
  if (decision.allowed) return {};
  return fail(forbidden(attributes));
}

Answer json_answer(const ServerRequest& request, int status, std::string json) {
  return {.status = status,
          .body = write_answer(std::move(json), request.representation),
          .content_type = std::string(content_type(request.representation)),
          .headers = {}};
}

Result<Answer> answer_resource(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  const std::string& verb = request.info.verb;
  if (verb == "get") return answer_get(context, request, view);
  if (verb == "list") return answer_list(context, request, view);
  if (verb == "delete") return answer_delete(context, request, view);
  if (verb == "deletecollection") return answer_delete_collection(context, request, view);
  return answer_write(context, request, view);
}

Result<Answer> answer_review_request(ServerContext& context, const ServerRequest& request, const Resource& resource) {
  const auto format = body_format(request.http.headers.get("content-type"), false);
  if (!format) return fail(format.error());
  auto body = decode_body(request.http.body, *format, resource.kind);
  if (!body) return fail(std::move(body.error()));
  auto review = answer_review(resource, request.info.resource.version, std::move(body->value), request.info.namespace_,
                              request.identity, context.authorizer, context.rules);
  if (!review) return fail(std::move(review.error()));
  return json_answer(request, 201, json::write(*review));
}

}  // namespace slipway::apiserver
