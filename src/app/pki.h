#pragma once

#include <string>
#include <vector>

#include "apiserver/certificates.h"
#include "base/result.h"
#include "base/time.h"

namespace slipway::app {

// The certificates of one local fleet, kept in <data-dir>/pki: ca, server, admin, and member-<name> for each member,
// each as .crt and .key (0600). What is missing or about to expire is issued anew; the authority stays.
class Pki {
 public:
  // Errors: io, corrupt (an authority that does not parse: the message says which file to restore or remove).
  [[nodiscard]] static Result<Pki> open(const std::string& directory, WallTime now);

  [[nodiscard]] const std::string& authority_certificate() const { return authority_.certificate; }
  // For 127.0.0.1, ::1, localhost and the names clients in a cluster use (kube-api 2.1).
  [[nodiscard]] Result<apiserver::Credential> server();
  // O=system:masters.
  [[nodiscard]] Result<apiserver::Credential> admin();
  // What an agent of this member outside the process would present.
  [[nodiscard]] Result<apiserver::Credential> member(const std::string& name, const std::string& user);

 private:
  Pki(std::string directory, apiserver::Credential authority, WallTime now)
      : directory_(std::move(directory)), authority_(std::move(authority)), now_(now) {}
  Result<apiserver::Credential> keep(const std::string& name, const apiserver::LeafRequest& request);

  std::string directory_;
  apiserver::Credential authority_;
  WallTime now_;
};

}  // namespace slipway::app
