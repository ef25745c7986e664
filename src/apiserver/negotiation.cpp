#include "apiserver/negotiation.h"

#include <algorithm>
#include <charconv>

#include "json/text.h"
#include "json/yaml.h"
#include "kube/protobuf.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view protobuf_type = "application/vnd.kubernetes.protobuf";
constexpr std::string_view not_acceptable =
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf, application/json;stream=watch, "
    "application/vnd.kubernetes.protobuf;stream=watch";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Up to `separator`, which is taken too.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return trimmed(part);
}

MediaType parse_media_type(std::string_view text) {
  MediaType out{.name = lower(take(text, ';')), .parameters = {}};
  while (!text.empty()) {
    std::string_view parameter = take(text, ';');
    std::string key = lower(take(parameter, '='));
    std::string_view value = trimmed(parameter);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (key == "q") {
      double quality = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), quality);
      if (error == std::errc() && end == value.data() + value.size()) out.quality = quality;
    } else if (!key.empty()) {
      out.parameters.emplace_back(std::move(key), std::string(value));
    }
  }
  return out;
}

// False when the clause asks for a shape that there is not.
bool read_shape(const MediaType& clause, Representation& out) {
  const std::string_view as = clause.parameter("as");
  if (as.empty()) return true;
  const std::string_view group = clause.parameter("g");
  const std::string_view version = clause.parameter("v");
  if (group == "apidiscovery.k8s.io" && as == "APIGroupDiscoveryList") {
    if (version == "v2") out.discovery = Representation::Discovery::v2;
    if (version == "v2beta1") out.discovery = Representation::Discovery::v2beta1;
    return out.discovery != Representation::Discovery::legacy;
  }
  if (group != "meta.k8s.io" || (version != "v1" && version != "v1beta1")) return false;
  out.shape_version = version;
  if (as == "Table") {
    out.shape = Representation::Shape::table;
    return true;
  }
  if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList") {
    out.shape = Representation::Shape::metadata;
    return true;
  }
  return false;
}

bool is_pretty(const client::Headers& headers, std::string_view parameter) {
  if (!parameter.empty()) return parameter == "1" || parameter == "true";
  const std::string_view agent = headers.get("user-agent");
  return agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
}

std::string_view media_type_of(std::string_view content_type) {
  return trimmed(content_type.substr(0, content_type.find(';')));
}

std::unexpected<Error> unsupported(std::string_view accepted) {
  return fail(Reason::unsupported_media_type,
              "the body of the request was in an unknown format - accepted media types include: {}", accepted);
}

std::string unrecognized(std::string_view kind, std::string_view why) {
  return fmt::format("the object provided is unrecognized (must be of type {}): couldn't get version/kind; {}", kind,
                     why);
}

}  // namespace

std::string_view MediaType::parameter(std::string_view key) const {
  for (const auto& [name_, value] : parameters) {
    if (name_ == key) return value;
  }
  return {};
}

std::vector<MediaType> parse_accept(std::string_view header) {
  std::vector<MediaType> out;
  while (!header.empty()) {
    const std::string_view clause = take(header, ',');
    if (clause.empty()) continue;
    MediaType next = parse_media_type(clause);
    const auto after = std::ranges::find_if(out, [&](const MediaType& one) { return one.quality < next.quality; });
    out.insert(after, std::move(next));
  }
  return out;
}

Result<Representation> negotiate(const client::Headers& headers, std::string_view pretty_parameter) {
  Representation base;
  base.pretty = is_pretty(headers, pretty_parameter);
  const auto clauses = parse_accept(headers.get("accept"));
  if (clauses.empty()) return base;
  for (const MediaType& clause : clauses) {
    if (clause.quality <= 0) continue;
    Representation out = base;
    const bool is_json = clause.name == "application/json" || clause.name == "*/*" || clause.name == "application/*";
    out.yaml = clause.name == "application/yaml";
    if ((is_json || out.yaml) && read_shape(clause, out)) return out;
  }
  return fail(Reason::not_acceptable, "{}", not_acceptable);
}

Result<BodyFormat> body_format(std::string_view content_type, bool is_custom) {
  const std::string name = lower(media_type_of(content_type));
  if (name.empty() || name == "application/json") return BodyFormat::json;
  if (name == "application/yaml") return BodyFormat::yaml;
  if (name == protobuf_type && !is_custom) return BodyFormat::protobuf;
  return unsupported(is_custom ? "application/json, application/yaml"
                               : "application/json, application/yaml, application/vnd.kubernetes.protobuf");
}

Result<PatchType> patch_type(std::string_view content_type, bool is_custom) {
  const std::string name = lower(media_type_of(content_type));
  if (name == "application/merge-patch+json") return PatchType::merge;
  if (name == "application/json-patch+json") return PatchType::json;
  if (name == "application/strategic-merge-patch+json" && !is_custom) return PatchType::strategic;
  const std::string_view accepted =
      is_custom ? "application/json-patch+json, application/merge-patch+json"
                : "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json";
  if (name == "application/apply-patch+yaml") {
    return fail(Reason::unsupported_media_type,
                "server-side apply is not supported by this server: apply without --server-side - accepted media types "
                "include: {}",
                accepted);
  }
  return unsupported(accepted);
}

Result<DecodedBody> decode_body(std::string_view body, BodyFormat format, std::string_view kind) {
  DecodedBody out;
  switch (format) {
    case BodyFormat::json: {
      auto value = json::parse(body, {.duplicate_keys = &out.duplicate_fields});
      if (!value) {
        return fail(Reason::bad_request, "{}", unrecognized(kind, "json parse error: " + value.error().message));
      }
      out.value = std::move(*value);
      return out;
    }
    case BodyFormat::yaml: {
      auto value = json::parse_yaml_document(body);
      if (!value) {
        return fail(Reason::bad_request, "{}", unrecognized(kind, "yaml parse error: " + value.error().message));
      }
      out.value = std::move(*value);
      return out;
    }
    case BodyFormat::protobuf: {
      auto value = kube::decode_protobuf(body);
      if (!value) return fail(std::move(value.error()));
      out.value = std::move(*value);
      return out;
    }
  }
  std::unreachable();
}

std::string write_answer(std::string json, const Representation& representation) {
  if (!representation.yaml && !representation.pretty) return json;
  const auto value = json::parse(json);
  if (!value) return json;  // this program wrote it
  if (representation.yaml) return json::write_yaml(*value);
  return json::write_pretty(*value) + "\n";
}

std::string_view content_type(const Representation& representation) {
  return representation.yaml ? "application/yaml" : "application/json";
}

}  // namespace slipway::apiserver
