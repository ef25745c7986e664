#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/install_server.h"

// Writing objects only where they differ, each write conditional on what was read: running `install` again changes
// nothing.
namespace slipway::app {

// Whether `live` has everything that `desired` says: members that only `live` has (defaults, status, other people's
// labels) do not count. Arrays must be as long, and agree element by element.
[[nodiscard]] bool contains(const json::Value& live, const json::Value& desired);

// `live` with what `desired` says: objects are merged, everything else is replaced; a CustomResourceDefinition's
// versions are replaced whole.
[[nodiscard]] json::Value merged(json::Value live, const json::Value& desired);

// What `live`, a CustomResourceDefinition, has and `desired` does not know: versions, and fields ("v1: spec.color").
// A newer or foreign program installed it; writing `desired` over it would lose data. Empty: `desired` may be written.
[[nodiscard]] std::vector<std::string> unknown_in_crd(const json::Value& live, const json::Value& desired);

enum class Outcome { unchanged, created, changed };

struct ApplyOptions {
  bool dry_run = false;
  bool keep_crds = false;  // CustomResourceDefinitions that exist stay as they are
  // Asked about each object that is there already, as it is when it is about to be changed; its error ends it all.
  std::function<Result<void>(const ObjectPlace& place, const json::Value& live)> may_change{};
};

// Creates the object or changes it to contain `desired`. A conflict, or a write whose answer was lost, is read again
// and decided anew.
[[nodiscard]] Result<Outcome> apply(ApiServer& server, const json::Value& desired, const ApplyOptions& options = {});

// Applies all in order, prints a line for each that was made or changed and one that sums up. New
// CustomResourceDefinitions are waited for until they are served. Error: the first failure, naming the object; what was
// written before it stays, and the next run goes on from there.
[[nodiscard]] Result<void> apply_all(ApiServer& server, const std::vector<json::Value>& objects,
                                     const ApplyOptions& options);

}  // namespace slipway::app
