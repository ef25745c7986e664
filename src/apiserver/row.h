#pragma once

#include <string>
#include <string_view>

#include "apiserver/segment_pool.h"
#include "base/result.h"
#include "kube/object.h"

// How an object lies in the store: a key below the cluster's prefix, and a value of four lines,
//   slipway/1 <checksum> <schema digest> <apiVersion> <kind>
//   metadata, body, status (each canonical JSON on one line; status may be empty)
// so that a start parses metadata only. The checksum is FNV-1a of everything after the first line.
namespace slipway::apiserver {

struct RowKey {
  kube::GroupResource resource;
  kube::NamespacedName object;
  friend bool operator==(const RowKey&, const RowKey&) = default;
};
// "/<group, or core>/<resource>/[<namespace>/]<name>".
[[nodiscard]] std::string row_key(const kube::GroupResource& resource, const kube::NamespacedName& object);
// Error: corrupt.
[[nodiscard]] Result<RowKey> parse_row_key(std::string_view key);

struct Row {
  kube::ObjectPtr object;
  std::uint64_t schema_digest = 0;  // Resource::schema_digest when it was written
};
[[nodiscard]] std::string encode_row(const kube::Object& object, std::uint64_t schema_digest);
// `revision` is the row's: it becomes the resource version. Error: corrupt.
[[nodiscard]] Result<Row> decode_row(std::string_view value, std::uint64_t revision, SegmentPool& segments);

}  // namespace slipway::apiserver
