#include "apiserver/certificates.h"

#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace slipway::apiserver {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;

constexpr std::chrono::seconds authority_lifetime = std::chrono::days{3650};
constexpr std::chrono::seconds leaf_lifetime = std::chrono::days{365};
constexpr std::chrono::seconds renew_before = std::chrono::days{30};
// A clock that is a little behind ours must still accept what we just issued.
constexpr std::chrono::seconds backdated = std::chrono::minutes{5};

std::unexpected<Error> openssl_error(std::string_view what) {
  char text[256] = "unknown error";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return fail(Reason::internal, "{}: {}", what, text);
}

Memory reader(std::string_view text) { return Memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

std::string drain(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate parse_certificate(std::string_view pem) {
  const Memory memory = reader(pem);
  return Certificate{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
}

Result<Credential> to_pem(X509* certificate, EVP_PKEY* key) {
  const Memory certificate_text{BIO_new(BIO_s_mem())};
  const Memory key_text{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_error("cannot write a certificate as PEM");
  }
  return Credential{drain(certificate_text.get()), drain(key_text.get())};
}

bool set_serial(X509* certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] &= 0x7f;  // positive, RFC 5280 4.1.2.2
  const Number number{BN_bin2bn(bytes, sizeof bytes, nullptr)};
  return number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool add_name(X509_NAME* name, const char* field, const std::string& value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_validity(X509* certificate, WallTime from, WallTime until) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from.seconds) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until.seconds) != nullptr;
}

// A leaf that outlived its authority would look good and be refused.
bool end_with_authority(X509* certificate, const X509* authority) {
  const ASN1_TIME* const end = X509_get0_notAfter(authority);
  return ASN1_TIME_compare(X509_get0_notAfter(certificate), end) <= 0 || X509_set1_notAfter(certificate, end) == 1;
}

std::string alternative_names(const LeafRequest& request) {
  std::string text;
  for (const auto& name : request.dns_names) text += (text.empty() ? "DNS:" : ",DNS:") + name;
  for (const auto& address : request.addresses) text += (text.empty() ? "IP:" : ",IP:") + address;
  return text;
}

std::string text_of(const X509_NAME_ENTRY* entry) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) return {};
  std::string text{reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)};
  OPENSSL_free(utf8);
  return text;
}

}  // namespace

Result<Credential> make_authority(std::string_view common_name, WallTime now) {
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  if (key == nullptr || certificate == nullptr) return openssl_error("cannot make a key for the certificate authority");
  X509* const one = certificate.get();
  X509_NAME* const name = X509_get_subject_name(one);
  if (X509_set_version(one, X509_VERSION_3) != 1 || !set_serial(one) ||
      !add_name(name, "CN", std::string(common_name)) || X509_set_issuer_name(one, name) != 1 ||
      X509_set_pubkey(one, key.get()) != 1 || !set_validity(one, now + -backdated, now + authority_lifetime) ||
      !add_extension(one, one, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(one, one, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(one, one, NID_subject_key_identifier, "hash") || X509_sign(one, key.get(), EVP_sha256()) == 0) {
    return openssl_error("cannot make the certificate authority");
  }
  return to_pem(one, key.get());
}

Result<Credential> issue(const Credential& authority, const LeafRequest& request, WallTime now) {
  const Certificate issuer = parse_certificate(authority.certificate);
  const Memory key_text = reader(authority.key);
  const Key issuer_key{PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr)};
  if (issuer == nullptr || issuer_key == nullptr) {
    ERR_clear_error();
    return fail(Reason::corrupt, "the certificate authority's certificate or key is not readable PEM");
  }
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  if (key == nullptr || certificate == nullptr) return openssl_error("cannot make a key");
  X509* const one = certificate.get();
  X509_NAME* const name = X509_get_subject_name(one);
  bool ok = X509_set_version(one, X509_VERSION_3) == 1 && set_serial(one);
  for (const auto& organization : request.organizations) ok = ok && add_name(name, "O", organization);
  ok = ok && add_name(name, "CN", request.common_name) &&
       X509_set_issuer_name(one, X509_get_subject_name(issuer.get())) == 1 && X509_set_pubkey(one, key.get()) == 1 &&
       set_validity(one, now + -backdated, now + leaf_lifetime) && end_with_authority(one, issuer.get()) &&
       add_extension(one, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
       add_extension(one, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
       add_extension(one, issuer.get(), NID_ext_key_usage, request.is_server() ? "serverAuth" : "clientAuth") &&
       add_extension(one, issuer.get(), NID_authority_key_identifier, "keyid");
  if (request.is_server())
    ok = ok && add_extension(one, issuer.get(), NID_subject_alt_name, alternative_names(request));
  if (!ok || X509_sign(one, issuer_key.get(), EVP_sha256()) == 0) return openssl_error("cannot issue a certificate");
  return to_pem(one, key.get());
}

bool is_fresh(std::string_view certificate_pem, std::string_view authority_pem, WallTime now) {
  const Certificate certificate = parse_certificate(certificate_pem);
  const Certificate authority = parse_certificate(authority_pem);
  bool fresh = false;
  if (certificate != nullptr && authority != nullptr) {
    const Key key{X509_get_pubkey(authority.get())};
    const std::time_t needed = (now + renew_before).seconds;
    fresh = key != nullptr && X509_verify(certificate.get(), key.get()) == 1 &&
            ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), needed) > 0;
  }
  ERR_clear_error();
  return fresh;
}

Result<Identity> identity_of(std::string_view certificate_der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(certificate_der.data());
  const Certificate certificate{d2i_X509(nullptr, &bytes, static_cast<long>(certificate_der.size()))};
  if (certificate == nullptr) {
    ERR_clear_error();
    return fail(Reason::unauthorized, "Unauthorized");
  }
  Identity identity{.user = {}, .groups = {}};
  const X509_NAME* const subject = X509_get_subject_name(certificate.get());
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(subject, i);
    switch (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))) {
      case NID_commonName:
        identity.user = text_of(entry);
        break;
      case NID_organizationName:
        identity.groups.push_back(text_of(entry));
        break;
      default:
        break;
    }
  }
  if (identity.user.empty()) return fail(Reason::unauthorized, "Unauthorized");
  identity.groups.emplace_back("system:authenticated");
  return identity;
}

}  // namespace slipway::apiserver
