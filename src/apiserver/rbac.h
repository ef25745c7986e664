#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/admission.h"
#include "apiserver/identity.h"
#include "apiserver/rbac_rules.h"

namespace slipway::apiserver {

// What somebody may do, as rules: for reviews and for the check against escalation (kube-api 11.2).
class RuleSource {
 public:
  virtual ~RuleSource() = default;
  // By cluster role bindings, and by the role bindings of `namespace_` ("": none).
  [[nodiscard]] virtual std::vector<RbacRule> rules_for(const Identity& identity,
                                                        const std::string& namespace_) const = 0;
  // The rules of a role, `namespace_` "" for a ClusterRole; nullopt when there is none.
  [[nodiscard]] virtual std::optional<std::vector<RbacRule>> rules_of(const std::string& namespace_,
                                                                      const std::string& name) const = 0;
};

// Nobody grants what they do not have: writes of roles and bindings (kube-api 11.2). Both outlive the admission.
[[nodiscard]] std::unique_ptr<Admission> make_escalation_check(const Authorizer& authorizer, const RuleSource& rules);

}  // namespace slipway::apiserver
