#include "apiserver/draft.h"

#include "apiserver/conversion.h"
#include "apiserver/errors.h"
#include "json/text.h"

namespace slipway::apiserver {
namespace {

Result<void> normalize(const Resource& resource, const ResourceVersion& version, json::Value& content,
                       std::vector<std::string>* unknown) {
  if (const api::BuiltinKind* kind = resource.builtin) {
    if (kind->prune) {
      if (auto pruned = kind->prune(content, unknown); !pruned) return pruned;
    }
    if (kind->apply_defaults) kind->apply_defaults(content);
  } else if (version.schema != nullptr) {
    version.schema->prune(content, unknown);
    version.schema->apply_defaults(content);
  }
  return {};
}

// `unknown field "spec.x"` and `duplicate field "spec.y"`: custom resources name duplicates first (6.6).
std::vector<std::string> problems_of(const Resource& resource, const std::vector<std::string>& unknown,
                                     const std::vector<std::string>& duplicates) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view what, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
      std::string problem = fmt::format("{} field \"{}\"", what, field);
      if (std::ranges::find(out, problem) == out.end()) out.push_back(std::move(problem));
    }
  };
  if (resource.builtin == nullptr) add("duplicate", duplicates);
  add("unknown", unknown);
  if (resource.builtin != nullptr) add("duplicate", duplicates);
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += out.empty() ? text : ", " + text;
  return out;
}

// A refusal of the whole body: 400 for a document that was sent, 422 for one that a patch made.
Error undecodable(const Resource& resource, const ResourceVersion& version, const json::Value& body,
                  std::string_view why, bool is_patched) {
  if (is_patched) return invalid({}, "", {invalid_text("patch", json::write(body), why)});
  Error error{.reason = Reason::bad_request,
              .message = fmt::format("{0} in version \"{1}\" cannot be handled as a {0}: {2}", resource.kind,
                                     version.name, why),
              .causes = {}};
  return error;
}

Result<void> check_kind(const Resource& resource, const ResourceVersion& version, const json::Value& body) {
  const std::string expected = resource.gvk(version.name).api_version();
  const std::string_view api_version = body.text_at({"apiVersion"});
  if (!api_version.empty() && api_version != expected) {
    return fail(Reason::bad_request, "the API version in the data ({}) does not match the expected API version ({})",
                api_version, expected);
  }
  const std::string_view kind = body.text_at({"kind"});
  if (!kind.empty() && kind != resource.kind) {
    return fail(Reason::bad_request, "{} in version \"{}\" cannot be handled as a {}: the kind does not match", kind,
                version.name, resource.kind);
  }
  return {};
}

}  // namespace

Draft draft_of(const Resource& resource, const kube::ObjectPtr& object, std::string_view version) {
  const kube::ObjectPtr seen = in_version(resource, object, version);
  return {.metadata = seen->metadata(), .content = seen->to_value()};
}

Result<Draft> decode(const Resource& resource, const ResourceVersion& version, json::Value body,
                     const WriteContext& context, bool is_patched) {
  if (!body.is_object()) {
    return fail(Reason::bad_request,
                "the object provided is unrecognized (must be of type {}): couldn't get version/kind", resource.kind);
  }
  if (auto checked = check_kind(resource, version, body); !checked) return fail(std::move(checked.error()));

  std::vector<std::string> unknown;
  Draft draft;
  if (const json::Value* metadata = body.find("metadata")) {
    auto parsed = kube::parse_metadata(*metadata, &unknown);
    if (!parsed) return fail(undecodable(resource, version, body, parsed.error().message, is_patched));
    draft.metadata = std::move(*parsed);
    for (std::string& field : unknown) field.insert(0, "metadata.");
  }
  json::Value sent;  // only a refusal of a patch shows it
  if (is_patched && (resource.builtin != nullptr || context.field_validation == FieldValidation::strict)) sent = body;
  draft.content = std::move(body);
  draft.content["apiVersion"] = resource.gvk(version.name).api_version();
  draft.content["kind"] = resource.kind;
  draft.sync();
  if (auto normal = normalize(resource, version, draft.content, &unknown); !normal) {
    return fail(undecodable(resource, version, sent, normal.error().message, is_patched));
  }

  if (context.field_validation != FieldValidation::ignore) {
    const auto problems = problems_of(resource, unknown, context.duplicate_fields);
    if (context.field_validation == FieldValidation::strict && !problems.empty()) {
      return fail(undecodable(resource, version, sent, "strict decoding error: " + joined(problems), is_patched));
    }
    if (context.warnings != nullptr)
      context.warnings->insert(context.warnings->end(), problems.begin(), problems.end());
  }
  return draft;
}

void to_storage(const Resource& resource, const ResourceVersion& version, Draft& draft) {
  draft.content["apiVersion"] = resource.gvk(resource.storage_version).api_version();
  if (version.same_as_storage || resource.builtin != nullptr) return;
  // A schema that an object was read under has no objections to it.
  [[maybe_unused]] const auto normal = normalize(resource, resource.storage(), draft.content, nullptr);
}

Parts split(Draft draft, SegmentPool& segments) {
  json::Object& members = *draft.content.object();
  Parts parts{.metadata = std::move(draft.metadata), .body = nullptr, .status = nullptr};
  if (const json::Value* status = members.find("status"); status != nullptr && !status->is_null()) {
    parts.status = segments.intern(json::write(*status));
  }
  for (const std::string_view key : {"apiVersion", "kind", "metadata", "status"}) members.erase(key);
  parts.body = segments.intern(json::write(draft.content));
  return parts;
}

}  // namespace slipway::apiserver
