#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/registry.h"
#include "base/result.h"
#include "client/http.h"
#include "json/value.h"

namespace slipway::apiserver {

// How an answer is written (kube-api 3.2). Pure; any thread.
struct Representation {
  enum class Shape { whole, table, metadata };
  enum class Discovery { legacy, v2, v2beta1 };
  Shape shape = Shape::whole;
  std::string shape_version = "v1";  // of meta.k8s.io, for tables: v1 and v1beta1 are equal but for their name
  Discovery discovery = Discovery::legacy;
  bool yaml = false;
  bool pretty = false;
};

// One clause of an Accept header, parameters and all.
struct MediaType {
  std::string name;  // "application/json", lower case
  std::vector<std::pair<std::string, std::string>> parameters;
  double quality = 1;
  [[nodiscard]] std::string_view parameter(std::string_view key) const;
};

// In the order of preference: by q, then as written.
[[nodiscard]] std::vector<MediaType> parse_accept(std::string_view header);

// The first clause that can be served. Protobuf is never written: JSON is, when it is acceptable as well. Error:
// not_acceptable.
[[nodiscard]] Result<Representation> negotiate(const client::Headers& headers, std::string_view pretty_parameter);

// What a body may be in.
enum class BodyFormat { json, yaml, protobuf };
// Of a POST, PUT or DELETE. `is_custom`: custom resources do not come in protobuf. Error: unsupported_media_type.
[[nodiscard]] Result<BodyFormat> body_format(std::string_view content_type, bool is_custom);
// Error: unsupported_media_type, naming what there is; server-side apply is one of those.
[[nodiscard]] Result<PatchType> patch_type(std::string_view content_type, bool is_custom);

struct DecodedBody {
  json::Value value;
  std::vector<std::string> duplicate_fields;
};
// Error: bad_request in Kubernetes' words; `kind` is what was expected.
[[nodiscard]] Result<DecodedBody> decode_body(std::string_view body, BodyFormat format, std::string_view kind);

// The answer's text in the chosen form; `json` is canonical.
[[nodiscard]] std::string write_answer(std::string json, const Representation& representation);
[[nodiscard]] std::string_view content_type(const Representation& representation);

}  // namespace slipway::apiserver
