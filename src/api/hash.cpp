#include "api/hash.h"

#include "api/member_types.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::api {
namespace {

// encoding/json escapes these although JSON need not; they occur inside strings only, so the finished text can be
// searched.
std::string escape_as_go(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else if (text.substr(i).starts_with("\xE2\x80\xA8")) {  // U+2028
      out += "\\u2028";
      i += 2;
    } else if (text.substr(i).starts_with("\xE2\x80\xA9")) {  // U+2029
      out += "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

template <class T>
std::string go_json_of(const T& value) {
  std::string text;
  description::write_go(text, value);
  return escape_as_go(text);
}

// A `byte` field that holds the digest's hex text, not its 32 bytes.
std::string as_byte_field(std::string_view go_text) { return base64(sha256_hex(go_text)); }

}  // namespace

std::string go_json(const json::Value& value) { return escape_as_go(json::write(value)); }

std::string hash_of(const json::Value& value) { return sha256_hex(go_json(value)); }

std::string go_json(const PlacementPolicy& policy) { return go_json_of(policy); }
std::string go_json(const ClusterResourceOverrideSpec& spec) { return go_json_of(spec); }
std::string go_json(const ResourceOverrideSpec& spec) { return go_json_of(spec); }

std::string policy_hash(const std::optional<PlacementPolicy>& policy) {
  if (!policy) return as_byte_field("null");
  PlacementPolicy counted = *policy;
  counted.number_of_clusters.reset();
  return as_byte_field(go_json(counted));
}

std::string override_hash(const ClusterResourceOverrideSpec& spec) { return as_byte_field(go_json(spec)); }
std::string override_hash(const ResourceOverrideSpec& spec) { return as_byte_field(go_json(spec)); }

std::string resource_hash(const std::vector<RawObject>& selected_resources) {
  return hash_of(
      json::Object{{"selectedResources", json::Array(selected_resources.begin(), selected_resources.end())}});
}

// An empty list is nil in the reference, where the field is left out when empty.
std::string override_snapshots_hash(const std::vector<kube::NamespacedName>& snapshots) {
  return sha256_hex(snapshots.empty() ? "null" : go_json_of(snapshots));
}
std::string override_snapshots_hash(const std::vector<std::string>& snapshots) {
  return sha256_hex(snapshots.empty() ? "null" : go_json_of(snapshots));
}

}  // namespace slipway::api
