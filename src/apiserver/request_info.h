#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/identity.h"
#include "base/result.h"
#include "kube/names.h"

namespace slipway::apiserver {

// The parameters behind the '?' of a request, decoded, in order.
struct Query {
  std::vector<std::pair<std::string, std::string>> parameters;

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string_view get(std::string_view name) const;  // the first one's value; "" when absent
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  // A flag as Kubernetes reads it: present, and neither "false" nor "0".
  [[nodiscard]] bool flag(std::string_view name) const;
  // Error: bad_request in Go's words ("strconv.ParseInt: parsing "x": invalid syntax").
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(std::string_view name) const;
};

// What a method and a target ask for (kube-api 2.1). Pure.
struct RequestInfo {
  std::string path;  // decoded, without the base path
  Query query;
  // Resource requests: get, list, watch, create, update, patch, delete, deletecollection. Others: the method in lower
  // case.
  std::string verb;
  bool is_resource = false;
  kube::GroupVersionResource resource;
  std::string namespace_;  // of the namespace itself, too: "/api/v1/namespaces/x" is asked in namespace x
  std::string name;
  std::string subresource;
  bool is_too_deep = false;  // nothing can be there: segments behind the subresource, namespaces in a namespace

  [[nodiscard]] Attributes attributes(const Identity& identity) const;
  // The name of the object within its collection.
  [[nodiscard]] kube::NamespacedName key() const;
  // The namespace of the collection: "" for namespaces themselves.
  [[nodiscard]] std::string collection_namespace() const;
};

// `base_path` ("/clusters/member1", or "") is taken from the front of the path. Errors: not_found when the path is not
// below it or has an empty segment; bad_request for a broken escape; method_not_allowed for a method that resources do
// not know.
[[nodiscard]] Result<RequestInfo> parse_request(std::string_view method, std::string_view target,
                                                std::string_view base_path);

// "%2F" → "/"; in a query '+' is a space. Error: bad_request.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, bool in_query);

}  // namespace slipway::apiserver
