// POST, PUT and PATCH (kube-api 6.1 steps 2 and 3, 7): the body and its options; the registry does the rest.
#include "apiserver/errors.h"
#include "apiserver/server_context.h"
#include "apiserver/write_rules.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::size_t json_patch_operations_max = 10'000;

// kube-api 14: without fieldManager the client's program name counts.
std::string program_name(std::string_view user_agent) {
  return std::string(user_agent.substr(0, user_agent.find('/')));
}

struct WriteInput {
  WriteContext context;
  json::Value body;
};

Result<WriteInput> read_object(const ServerRequest& request, const ResourceView& view, WriteKind kind) {
  auto context = write_context(request, kind);
  if (!context) return fail(std::move(context.error()));
  const auto format = body_format(request.http.headers.get("content-type"), view.resource->builtin == nullptr);
  if (!format) return fail(format.error());
  auto body = decode_body(request.http.body, *format, view.resource->kind);
  if (!body) return fail(std::move(body.error()));
  context->duplicate_fields = std::move(body->duplicate_fields);
  return WriteInput{.context = std::move(*context), .body = std::move(body->value)};
}

Answer written(ServerContext& context, const ServerRequest& request, const ResourceView& view, int status,
               const kube::ObjectPtr& object) {
  return json_answer(request, status, render_object(view, object, context.loop.now().wall));
}

Result<Answer> answer_create(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  auto input = read_object(request, view, WriteKind::create);
  if (!input) return fail(std::move(input.error()));
  auto object = context.registry.create(*view.resource, request.info.collection_namespace(), std::move(input->body),
                                        std::move(input->context));
  if (!object) return fail(std::move(object.error()));
  return written(context, request, view, 201, *object);
}

Result<Answer> answer_update(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  auto input = read_object(request, view, WriteKind::update);
  if (!input) return fail(std::move(input.error()));
  const kube::NamespacedName key = request.info.key();
  bool creates = false;
  if (request.info.subresource.empty() && creates_on_update(*view.resource) &&
      !context.registry.get(*view.resource, key)) {
    creates = true;
    Attributes attributes = request.info.attributes(request.identity);
    attributes.verb = "create";
    if (auto allowed = authorize(context, attributes); !allowed) return fail(std::move(allowed.error()));
  }
  auto object = context.registry.update(*view.resource, key, std::move(input->body), std::move(input->context));
  if (!object) return fail(std::move(object.error()));
  return written(context, request, view, creates ? 201 : 200, *object);
}

Result<Answer> answer_patch(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  const auto type = patch_type(request.http.headers.get("content-type"), view.resource->builtin == nullptr);
  if (!type) return fail(type.error());
  auto options = write_context(request, WriteKind::patch);
  if (!options) return fail(std::move(options.error()));
  auto patch = json::parse(request.http.body, {.duplicate_keys = &options->duplicate_fields});
  if (!patch) return fail(Reason::bad_request, "error decoding patch: {}", patch.error().message);
  if (*type == PatchType::json && patch->array() != nullptr && patch->array()->size() > json_patch_operations_max) {
    return fail(Reason::request_entity_too_large,
                "Request entity too large: The allowed maximum operations in a JSON patch is {}, got {}",
                json_patch_operations_max, patch->array()->size());
  }
  auto object = context.registry.patch(*view.resource, request.info.key(), *type, *patch, std::move(*options));
  if (!object) return fail(std::move(object.error()));
  return written(context, request, view, 200, *object);
}

}  // namespace

Result<WriteContext> write_context(const ServerRequest& request, WriteKind kind) {
  auto out = parse_write_options(request.info.query, kind);
  if (!out) return out;
  out->identity = request.identity;
  out->version = request.info.resource.version;
  out->subresource = request.info.subresource;
  out->warnings = &request.reply->warnings;
  if (out->field_manager.empty()) out->field_manager = program_name(request.http.headers.get("user-agent"));
  return out;
}

Result<Answer> answer_write(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  const std::string& verb = request.info.verb;
  if (verb == "create") return answer_create(context, request, view);
  if (verb == "update") return answer_update(context, request, view);
  if (verb == "patch") return answer_patch(context, request, view);
  return fail(method_not_allowed());
}

}  // namespace slipway::apiserver
