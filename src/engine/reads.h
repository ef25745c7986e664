#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "engine/edge.h"

namespace slipway::engine {

// Makes the live reads a plan asks for, all at once, and puts the answers into `view`, which outlives them; `done` may
// be called before this returns. Error: the first of a server that did not answer or keep up; the others are answers.
// A server keeps up when it answers with a state no older than what the caches had of it when it was asked.
void perform(const std::shared_ptr<Edge>& edge, PassView& view, const std::vector<Read>& reads,
             std::move_only_function<void(Result<void>)> done);

}  // namespace slipway::engine
