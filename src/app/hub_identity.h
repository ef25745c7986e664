#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/install_server.h"
#include "client/server_access.h"

// Which hub an agent belongs to, by the Secret that `join` made for it: what `join` must not write over, and where
// `leave` must not take the agent away.
namespace slipway::app {

// What tells one hub from another.
struct HubMark {
  std::vector<std::string> urls;         // it is reached at, as url_of writes them
  std::vector<std::string> authorities;  // PEM, of its certificate; never empty texts
  std::string cluster_id;                // cluster_id_of; "": not known
};

// The cluster's own name for itself: the UID of its namespace kube-system. "": it may not be read. Error: the server
// cannot be reached.
[[nodiscard]] Result<std::string> cluster_id_of(ApiServer& server);

[[nodiscard]] HubMark mark_of(const client::ServerAccess& access);

// By the clusters' ids if both are known. Else by address or authority: one hub may have several of either, and an
// agent may know others than a person.
[[nodiscard]] bool is_same_hub(const HubMark& one, const HubMark& other);

// A member of a fleet, as a Secret `slipway-hub` names it.
struct Membership {
  std::string name;  // "": it does not say
  HubMark hub;       // without addresses and authorities: it does not say
};
[[nodiscard]] Membership membership_of(const json::Value& secret);

// How the membership of `secret` is another than that of `name` in `hub`, for a sentence that begins with the cluster:
// "is a member already, under the name m2". "": it is the same, or it says nothing.
[[nodiscard]] std::string other_membership(const json::Value& secret, const std::string& name, const HubMark& hub);

}  // namespace slipway::app
