#include "app/join_identity.h"

#include "apiserver/certificates.h"
#include "base/bytes.h"
#include "client/kubeconfig.h"

namespace slipway::app {
namespace {

// The first certificate of a PEM file, as DER.
Result<std::string> der_of(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  const std::size_t first = pem.find(begin);
  const std::size_t last = first == std::string_view::npos ? first : pem.find(end, first);
  if (last == std::string_view::npos) return fail(Reason::usage, "it holds no certificate");
  std::string text(pem.substr(first + begin.size(), last - first - begin.size()));
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return decode_base64(text);
}

}  // namespace

Result<AgentIdentity> read_identity(const cli::JoinCommand& command) {
  AgentIdentity identity;
  identity.account = usual_account(command.name);
  if (command.client_certificate.empty()) return identity;
  auto certificate = client::read_credential_file(command.client_certificate);
  if (!certificate) return fail(with_context(std::move(certificate.error()), "--client-certificate"));
  auto key = client::read_credential_file(command.client_key);
  if (!key) return fail(with_context(std::move(key.error()), "--client-key"));
  const auto der = der_of(*certificate);
  auto user = der ? apiserver::identity_of(*der) : Result<apiserver::Identity>(fail(der.error()));
  if (!user)
    return fail(Reason::usage, "--client-certificate {}: {}", command.client_certificate, user.error().message);
  identity.user = std::move(user->user);
  identity.certificate = *std::move(certificate);
  identity.key = *std::move(key);
  return identity;
}

}  // namespace slipway::app
