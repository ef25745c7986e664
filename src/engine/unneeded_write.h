#pragma once

#include "client/client.h"
#include "kube/object.h"

namespace slipway::engine {

// Whether `write` would leave `current`, the version it expects, as it is (design 1.2: such a write is not made). Pure.
// False when that cannot be told without the server: strategic patches, and kinds whose status is part of the object.
[[nodiscard]] bool changes_nothing(const client::Write& write, const kube::Object& current);

}  // namespace slipway::engine
