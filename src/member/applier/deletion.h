#pragma once

#include "engine/controller.h"
#include "member/agent.h"

namespace slipway::api {
struct Work;
}

namespace slipway::member::applier {

// A Work that is being deleted: its AppliedWork goes first, and with it what only that owns (8.13).
[[nodiscard]] engine::Plan remove_work(const api::Work& work, const engine::View& view, const Options& options,
                                       Now now);

}  // namespace slipway::member::applier
