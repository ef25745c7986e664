#include "api/conditions.h"

namespace slipway::api {

std::string placement_condition(Scope scope, std::string_view suffix) {
  return fmt::format("{}ResourcePlacement{}", scope == Scope::cluster ? "Cluster" : "", suffix);
}

}  // namespace slipway::api
