#include "hub/snapshot/split.h"

#include "api/hash.h"

namespace slipway::hub::snapshot {

std::size_t bytes_of(const json::Value& manifest) { return api::go_json(manifest).size() + 1; }

std::vector<std::vector<json::Value>> split(const std::vector<json::Value>& manifests) {
  std::vector<std::vector<json::Value>> parts(1);
  std::size_t bytes = 0;
  for (const json::Value& manifest : manifests) {
    const std::size_t more = bytes_of(manifest);
    if (!parts.back().empty() && bytes + more > part_bytes_max) {
      parts.emplace_back();
      bytes = 0;
    }
    parts.back().push_back(manifest);
    bytes += more;
  }
  return parts;
}

}  // namespace slipway::hub::snapshot
