#include "apiserver/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace slipway::apiserver {
namespace {

using std::chrono::days;
using testing::HasSubstr;

constexpr WallTime now{1'764'000'000};

std::unique_ptr<X509, decltype(&X509_free)> parse(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                           &BIO_free_all);
  return {PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &X509_free};
}

std::string der(const std::string& pem) {
  const auto certificate = parse(pem);
  std::string bytes(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_X509(certificate.get(), &out);
  return bytes;
}

LeafRequest user(std::string name, std::vector<std::string> groups = {}) {
  return {.common_name = std::move(name), .organizations = std::move(groups), .dns_names = {}, .addresses = {}};
}

class CertificatesTest : public testing::Test {
 protected:
  const Credential authority_ = *make_authority("test", now);
};

TEST_F(CertificatesTest, AuthoritySignsAndNothingElse) {
  const auto certificate = parse(authority_.certificate);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(EVP_PKEY_base_id(X509_get0_pubkey(certificate.get())), EVP_PKEY_EC);
  EXPECT_EQ(EVP_PKEY_bits(X509_get0_pubkey(certificate.get())), 256);
  EXPECT_EQ(X509_check_ca(certificate.get()), 1);
  EXPECT_EQ(X509_get_pathlen(certificate.get()), 0);
  EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_GT(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), (now + days{3649}).seconds), 0);
  EXPECT_LT(ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate.get()), now.seconds), 0);
  EXPECT_NE(make_authority("test", now)->certificate, authority_.certificate);
}

TEST_F(CertificatesTest, LeafSaysWhatItIsFor) {
  const auto client = issue(authority_, user("ann", {"ops"}), now);
  const auto server = issue(
      authority_,
      {.common_name = "slipway", .organizations = {}, .dns_names = {"localhost"}, .addresses = {"127.0.0.1", "::1"}},
      now);
  ASSERT_TRUE(client && server);
  const auto one = parse(client->certificate);
  const auto other = parse(server->certificate);
  EXPECT_EQ(X509_get_extended_key_usage(one.get()), static_cast<unsigned>(XKU_SSL_CLIENT));
  EXPECT_EQ(X509_get_extended_key_usage(other.get()), static_cast<unsigned>(XKU_SSL_SERVER));
  EXPECT_EQ(X509_check_ca(one.get()), 0);
  EXPECT_EQ(X509_check_host(other.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(other.get(), "example.com", 0, 0, nullptr), 0);
  for (const char* address : {"127.0.0.1", "::1"}) EXPECT_EQ(X509_check_ip_asc(other.get(), address, 0), 1) << address;
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(one.get()), X509_get0_serialNumber(other.get())), 0);
  EXPECT_THAT(client->key, HasSubstr("PRIVATE KEY"));
}

// kube-api 11.1.
TEST_F(CertificatesTest, IdentityIsCommonNameAndOrganizations) {
  struct Row {
    LeafRequest request;
    std::string_view name;
    std::vector<std::string> groups;
  };
  const Row rows[] = {
      {user("admin", {"system:masters"}), "admin", {"system:masters", "system:authenticated"}},
      {user("fleet-member-agent:member1"), "fleet-member-agent:member1", {"system:authenticated"}},
      {user("Jürgen", {"b", "a"}), "Jürgen", {"b", "a", "system:authenticated"}},
      {user("a,O=system:masters/CN=root"),
       "a,O=system:masters/CN=root",
       {"system:authenticated"}},  // one name, no more
  };
  for (const Row& row : rows) {
    const auto issued = issue(authority_, row.request, now);
    ASSERT_TRUE(issued) << issued.error().message;
    const auto identity = identity_of(der(issued->certificate));
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->user, row.name);
    EXPECT_EQ(identity->groups, row.groups);
  }
  for (const std::string_view bytes : {"", "nonsense", "\x30\x82"}) {
    const auto refused = identity_of(bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::unauthorized);
  }
}

TEST_F(CertificatesTest, FreshMeansOursAndThirtyDaysLeft) {
  const Credential leaf = *issue(authority_, user("ann"), now);
  const Credential other = *make_authority("test", now);
  struct Row {
    std::string certificate, authority;
    WallTime when;
    bool want;
  };
  const Row rows[] = {
      {leaf.certificate, authority_.certificate, now, true},
      {leaf.certificate, authority_.certificate, now + days{334}, true},
      {leaf.certificate, authority_.certificate, now + days{336}, false},
      {leaf.certificate, other.certificate, now, false},  // same name, another key
      {"nonsense", authority_.certificate, now, false},
      {leaf.certificate, "", now, false},
  };
  for (const Row& row : rows) EXPECT_EQ(is_fresh(row.certificate, row.authority, row.when), row.want);
}

TEST_F(CertificatesTest, LeafEndsWithItsAuthority) {
  const Credential leaf = *issue(authority_, user("ann"), now + days{3500});
  const auto certificate = parse(leaf.certificate);
  const auto authority = parse(authority_.certificate);
  EXPECT_EQ(ASN1_TIME_compare(X509_get0_notAfter(certificate.get()), X509_get0_notAfter(authority.get())), 0);
}

TEST_F(CertificatesTest, BrokenAuthorityIsCorrupt) {
  for (const Credential& broken :
       {Credential{"", ""}, Credential{authority_.certificate, "nonsense"}, Credential{"nonsense", authority_.key}}) {
    const auto issued = issue(broken, user("ann"), now);
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error().reason, Reason::corrupt);
    EXPECT_THAT(issued.error().message, testing::Not(HasSubstr("PRIVATE")));
  }
}

}  // namespace
}  // namespace slipway::apiserver
