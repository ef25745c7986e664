#include "api/hash.h"

#include "api/member_types.h"
#include "base/bytes.h"
#include "json/text.h"

namespace slipway::api {
namespace {

// encoding/json escapes these although JSON need not; they occur inside strings only, so the finished text can be
// searched.
std::string escape_as_go(std::string text) {
  constexpr std::string_view suspects = "<>&\xE2";
  std::size_t next = text.find_first_of(suspects);
  if (next == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  std::size_t done = 0;
  for (; next != std::string::npos; next = text.find_first_of(suspects, next)) {
    const std::string_view rest = std::string_view(text).substr(next);
    std::string_view escape;
    std::size_t width = 1;
    if (rest.front() == '<') {
      escape = "\\u003c";
    } else if (rest.front() == '>') {
      escape = "\\u003e";
    } else if (rest.front() == '&') {
      escape = "\\u0026";
    } else if (rest.starts_with("\xE2\x80\xA8")) {  // U+2028
      escape = "\\u2028";
      width = 3;
    } else if (rest.starts_with("\xE2\x80\xA9")) {  // U+2029
      escape = "\\u2029";
      width = 3;
    }
    if (!escape.empty()) {
      out.append(text, done, next - done).append(escape);
      done = next + width;
    }
    next += width;
  }
  return out.append(text, done);
}

template <class T>
std::string go_json_of(const T& value) {
  std::string text;
  description::write_go(text, value);
  return escape_as_go(std::move(text));
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
