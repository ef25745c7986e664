#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/identity.h"
#include "base/result.h"
#include "base/time.h"

namespace slipway::apiserver {

// A certificate with its private key, both PEM. ECDSA P-256 (design 5: RSA keys cost 0.17 s each).
struct Credential {
  std::string certificate;
  std::string key;  // secret: files get mode 0600, and it never enters a log, an error or an event
};

// A new self-signed authority, valid ten years from `now`. Errors: internal (OpenSSL's words).
[[nodiscard]] Result<Credential> make_authority(std::string_view common_name, WallTime now);

struct LeafRequest {
  std::string common_name;                 // the user, or the server's name
  std::vector<std::string> organizations;  // the groups
  std::vector<std::string> dns_names;      // servers only; a server certificate has at least one name or address
  std::vector<std::string> addresses;      // servers only: "127.0.0.1", "::1"
  [[nodiscard]] bool is_server() const { return !dns_names.empty() || !addresses.empty(); }
};

// A certificate signed by `authority`, valid for a year (not longer than the authority). Errors: corrupt (the authority
// does not parse), internal.
[[nodiscard]] Result<Credential> issue(const Credential& authority, const LeafRequest& request, WallTime now);

// True when the certificate is signed by `authority`, and stays valid for 30 days from `now`; else it should be issued
// anew.
[[nodiscard]] bool is_fresh(std::string_view certificate_pem, std::string_view authority_pem, WallTime now);

// CN → user, O → groups, plus system:authenticated. `subject_der` is the DER encoding of the certificate. Error:
// unauthorized.
[[nodiscard]] Result<Identity> identity_of(std::string_view certificate_der);

}  // namespace slipway::apiserver
