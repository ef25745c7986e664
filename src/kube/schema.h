#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace slipway::kube {

// A compiled structural schema of one CRD version (kube-api 8.3-8.5, api 0): immutable, shared by requests.
class Schema {
 public:
  // `open_api` is spec.versions[].schema.openAPIV3Schema. Refuses with `invalid` (causes name the node under `path`) a
  // schema that is not structural, has a pattern RE2 does not know, or a CEL rule the interpreter does not know: never
  // accepted and ignored.
  [[nodiscard]] static Result<std::shared_ptr<const Schema>> compile(const json::Value& open_api,
                                                                     std::string_view path);

  virtual ~Schema() = default;

  // Drops members the schema does not name and nulls of non-nullable properties (8.3). `unknown` receives the paths of
  // dropped unknown members ("spec.items[0].zz"). Works in place on a whole object.
  virtual void prune(json::Value& object, std::vector<std::string>* unknown = nullptr) const = 0;
  // Fills defaults recursively inside existing parents (8.3).
  virtual void apply_defaults(json::Value& object) const = 0;
  // All violations of structure, bounds, patterns, formats, list types and embedded resources in Kubernetes' words
  // (8.4), then CEL rules (8.5). `old` is the stored object on update (transition rules, ratcheting), null on create.
  [[nodiscard]] virtual std::vector<Cause> validate(const json::Value& object, const json::Value* old) const = 0;
};

}  // namespace slipway::kube
