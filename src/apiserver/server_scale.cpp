// The scale subresource (kube-api 8.8): GET, PUT and PATCH of spec.replicas as an autoscaling/v1 Scale.
#include "apiserver/errors.h"
#include "apiserver/server_context.h"
#include "json/patch.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

constexpr std::int64_t replicas_max = 2'147'483'647;

std::int64_t integer_at(const json::Value& value, std::initializer_list<std::string_view> path) {
  const json::Value* found = value.find_path(path);
  return found != nullptr && found->integer() != nullptr ? *found->integer() : 0;
}

json::Value scale_of(const kube::Object& object) {
  const json::Value value = object.to_value();
  kube::ObjectMeta metadata;
  metadata.name = object.metadata().name;
  metadata.namespace_ = object.metadata().namespace_;
  metadata.uid = object.metadata().uid;
  metadata.resource_version = object.metadata().resource_version;
  metadata.creation_timestamp = object.metadata().creation_timestamp;
  json::Object status{{"replicas", integer_at(value, {"status", "replicas"})}};
  if (const json::Value* selector = value.find_path({"spec", "selector"})) {
    if (const auto parsed = kube::label_selector_from_json(selector)) status.set("selector", parsed->text());
  }
  return json::Object{{"apiVersion", "autoscaling/v1"},
                      {"kind", "Scale"},
                      {"metadata", kube::to_json(metadata)},
                      {"spec", json::Object{{"replicas", integer_at(value, {"spec", "replicas"})}}},
                      {"status", std::move(status)}};
}

// The Scale that shall be.
Result<json::Value> wanted_scale(const ServerRequest& request, json::Value present) {
  const std::string_view type = request.http.headers.get("content-type");
  if (request.info.verb == "update") {
    const auto format = body_format(type, false);
    if (!format) return fail(format.error());
    auto body = decode_body(request.http.body, *format, "Scale");
    if (!body) return fail(std::move(body.error()));
    return std::move(body->value);
  }
  const auto patch = patch_type(type, false);
  if (!patch) return fail(patch.error());
  const auto body = json::parse(request.http.body);
  if (!body) return fail(Reason::bad_request, "error decoding patch: {}", body.error().message);
  // A Scale has no list: a strategic patch is a merge patch.
  if (*patch != PatchType::json) return json::apply_merge_patch(std::move(present), *body);
  auto patched = json::apply_json_patch(std::move(present), *body);
  if (patched || patched.error().reason == Reason::bad_request) return patched;
  return fail(Reason::invalid, "the server rejected our request due to an error in our request");
}

}  // namespace

Result<Answer> answer_scale(ServerContext& context, const ServerRequest& request, const ResourceView& view) {
  const kube::NamespacedName key = request.info.key();
  const auto present = context.registry.get(*view.resource, key);
  if (!present) return fail(present.error());
  if (request.info.verb == "get") return json_answer(request, 200, json::write(scale_of(**present)));

  auto options = write_context(request, request.info.verb == "update" ? WriteKind::update : WriteKind::patch);
  if (!options) return fail(std::move(options.error()));
  const auto wanted = wanted_scale(request, scale_of(**present));
  if (!wanted) return fail(wanted.error());
  const json::Value* replicas = wanted->find_path({"spec", "replicas"});
  if (replicas != nullptr && !replicas->is_null() && !replicas->is_integer()) {
    return fail(Reason::bad_request,
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal into Go struct field "
                "ScaleSpec.spec.replicas of type int32");
  }
  const std::int64_t count = integer_at(*wanted, {"spec", "replicas"});
  if (count < 0 || count > replicas_max) {
    return fail(invalid({"autoscaling", "Scale"}, key.name,
                        {invalid_value("spec.replicas", std::to_string(count), "must be greater than or equal to 0")}));
  }
  options->subresource.clear();  // the registry knows replicas as a part of spec
  options->preconditions.uid = wanted->text_at({"metadata", "uid"});
  options->preconditions.resource_version = wanted->text_at({"metadata", "resourceVersion"});
  const json::Value change = json::Object{{"spec", json::Object{{"replicas", count}}}};
  const auto written = context.registry.patch(*view.resource, key, PatchType::merge, change, std::move(*options));
  if (!written) return fail(written.error());
  return json_answer(request, 200, json::write(scale_of(**written)));
}

}  // namespace slipway::apiserver
