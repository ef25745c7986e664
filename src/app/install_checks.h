#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/install_server.h"
#include "app/rights.h"
#include "base/time.h"

// What is asked before anything is written. Each finding says what, where, and how to mend it.
namespace slipway::app {

class Findings {
 public:
  void passed(std::string_view subject, std::string text) { add("✓", subject, std::move(text)); }
  void warning(std::string_view subject, std::string text) { add("!", subject, std::move(text)); }
  // `mend` may have several lines.
  void problem(std::string_view subject, Reason reason, std::string text, std::string_view mend);

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] bool is_clean() const { return problems_ == 0; }
  // An error when something must be mended first: forbidden if rights are missing, else internal.
  [[nodiscard]] Result<void> verdict() const;
  // Prints the lines to standard error and returns the verdict.
  [[nodiscard]] Result<void> report() const;

 private:
  void add(std::string_view glyph, std::string_view subject, std::string text);
  std::vector<std::string> lines_;
  int problems_ = 0;
  Reason reason_ = Reason::internal;
};

// 1.27 or newer. Error: the server cannot be reached or refuses.
[[nodiscard]] Result<void> check_version(ApiServer& server, Findings& findings);

// Whether it serves MemberClusters; a server that does not is a problem. Error: it cannot be reached or refuses.
[[nodiscard]] Result<bool> check_is_hub(ApiServer& server, Findings& findings);

// What a Deployment that is there says: who installs again without saying otherwise keeps it. Nothing when there is
// none, or it may not be read.
struct InUse {
  std::string image{};            // of its first container
  std::optional<int> replicas{};  // 0: it was stopped
};
[[nodiscard]] Result<InUse> find_in_use(ApiServer& server, const kube::NamespacedName& deployment);

// What writing these objects takes: get, create and update of each kind where it is written.
[[nodiscard]] std::vector<Access> needed_to_write(const std::vector<json::Value>& objects);
// What handing out these roles takes: to hold every right in them, or `escalate` and `bind`.
[[nodiscard]] Result<void> check_may_grant(ApiServer& server, const std::vector<RoleOf>& roles, Findings& findings);
[[nodiscard]] Result<void> check_rights(ApiServer& server, std::vector<Access> needed, Findings& findings);

// CustomResourceDefinitions there are that know more than ours.
[[nodiscard]] Result<void> check_crds(ApiServer& server, const std::vector<json::Value>& objects, bool keep,
                                      Findings& findings);

// KubeFleet's agent in one of these namespaces: two of a kind must not run on one cluster. `agent`: "hub-agent" or
// "member-agent".
[[nodiscard]] Result<void> check_no_kubefleet_agent(ApiServer& server, const std::vector<std::string>& namespaces,
                                                    std::string_view agent, Findings& findings);
// The hub's lease in `namespace_` is held by somebody else.
[[nodiscard]] Result<void> check_lease(ApiServer& server, const std::string& namespace_, WallTime now,
                                       Findings& findings);
// KubeFleet's webhook configurations whose server is gone and that refuse what they cannot ask about. `adopting`: they
// are about to be put aside.
[[nodiscard]] Result<void> check_webhooks(ApiServer& server, bool adopting, Findings& findings);

// One of KubeFleet's webhook configurations (api 9.2).
struct WebhookConfiguration {
  std::string_view resource;  // "validatingwebhookconfigurations"
  std::string_view kind;
  std::string_view name;
  [[nodiscard]] std::string path() const;
};
[[nodiscard]] std::vector<WebhookConfiguration> kubefleet_webhooks();

}  // namespace slipway::app
