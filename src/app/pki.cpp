#include "app/pki.h"

#include "store/file.h"

namespace slipway::app {
namespace {

using apiserver::Credential;

Result<Credential> read(const std::string& base) {
  auto certificate = store::read_file(base + ".crt");
  if (!certificate) return fail(certificate.error());
  auto key = store::read_file(base + ".key");
  if (!key) return fail(key.error());
  return Credential{*std::move(certificate), *std::move(key)};
}

// The key first: a certificate without its key would look complete after a crash.
Result<void> write(const std::string& base, const Credential& credential) {
  if (auto written = store::write_private_file(base + ".key", credential.key); !written) return written;
  return store::write_private_file(base + ".crt", credential.certificate);
}

}  // namespace

Result<Pki> Pki::open(const std::string& directory, WallTime now) {
  const std::string base = directory + "/ca";
  if (store::exists(base + ".crt")) {
    auto authority = read(base);
    if (!authority) {
      return fail(Reason::corrupt, "{}.key cannot be read: {}. Restore it, or remove {} to start with new certificates",
                  base, authority.error().message, directory);
    }
    return Pki{directory, *std::move(authority), now};
  }
  auto authority = apiserver::make_authority("slipway local fleet", now);
  if (!authority) return fail(authority.error());
  if (auto written = write(base, *authority); !written) return fail(written.error());
  return Pki{directory, *std::move(authority), now};
}

Result<Credential> Pki::keep(const std::string& name, const apiserver::LeafRequest& request) {
  const std::string base = fmt::format("{}/{}", directory_, name);
  if (auto present = read(base); present && apiserver::is_fresh(present->certificate, authority_.certificate, now_))
    return present;
  auto issued = apiserver::issue(authority_, request, now_);
  if (!issued) return fail(with_context(std::move(issued).error(), fmt::format("{}/ca.crt", directory_)));
  if (auto written = write(base, *issued); !written) return fail(written.error());
  return issued;
}

Result<Credential> Pki::server() {
  return keep("server", {.common_name = "slipway",
                         .organizations = {},
                         .dns_names = {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
                         .addresses = {"127.0.0.1", "::1"}});
}

Result<Credential> Pki::admin() {
  return keep("admin", {.common_name = "admin", .organizations = {"system:masters"}, .dns_names = {}, .addresses = {}});
}

Result<Credential> Pki::member(const std::string& name, const std::string& user) {
  return keep("member-" + name, {.common_name = user, .organizations = {}, .dns_names = {}, .addresses = {}});
}

}  // namespace slipway::app
