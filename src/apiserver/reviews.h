#pragma once

#include "apiserver/identity.h"
#include "apiserver/rbac.h"
#include "apiserver/resource.h"
#include "base/result.h"
#include "json/value.h"

namespace slipway::apiserver {

// Answers a review (kube-api 11.1, 11.2): a kind that is asked and forgotten. `body` is the whole object that was sent,
// `version` the one of the path. Returns it with its status. Errors: bad_request, invalid, not_found (a kind nobody
// answers).
[[nodiscard]] Result<json::Value> answer_review(const Resource& resource, std::string_view version, json::Value body,
                                                const std::string& namespace_, const Identity& identity,
                                                const Authorizer& authorizer, const RuleSource* rules);

}  // namespace slipway::apiserver
