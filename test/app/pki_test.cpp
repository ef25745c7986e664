#include "app/pki.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/file.h"

namespace slipway::app {
namespace {

using std::chrono::days;
using testing::HasSubstr;

constexpr WallTime start{1'764'000'000};

class PkiTest : public testing::Test {
 protected:
  PkiTest() { ::mkdtemp(directory_.data()); }
  ~PkiTest() override { std::filesystem::remove_all(directory_); }

  struct All {
    std::string authority;
    apiserver::Credential server, admin, member;
  };
  [[nodiscard]] All issue_all(WallTime now) const {
    auto pki = Pki::open(directory_, now);
    EXPECT_TRUE(pki) << pki.error().message;
    return {pki->authority_certificate(), *pki->server(), *pki->admin(), *pki->member("m1", "fleet-member-agent:m1")};
  }
  void remove(const std::string& name) const { std::filesystem::remove(directory_ + "/" + name); }

  std::string directory_ = testing::TempDir() + "slipway-pki-XXXXXX";
};

TEST_F(PkiTest, KeepsWhatIsThereAndOnlyForItsOwner) {
  const All first = issue_all(start);
  const All again = issue_all(start + days{1});
  EXPECT_EQ(again.authority, first.authority);
  EXPECT_EQ(again.server.certificate, first.server.certificate);
  EXPECT_EQ(again.admin.key, first.admin.key);
  EXPECT_EQ(again.member.certificate, first.member.certificate);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    struct stat facts{};
    ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 8U);
}

TEST_F(PkiTest, IssuesAnewWhatExpiresUnderTheSameAuthority) {
  const All first = issue_all(start);
  const All later = issue_all(start + days{340});  // less than 30 days are left
  EXPECT_EQ(later.authority, first.authority);
  for (const auto& [old_one, new_one] : {std::pair{&first.server, &later.server}, std::pair{&first.admin, &later.admin},
                                         std::pair{&first.member, &later.member}}) {
    EXPECT_NE(new_one->certificate, old_one->certificate);
    EXPECT_NE(new_one->key, old_one->key);
    EXPECT_TRUE(apiserver::is_fresh(new_one->certificate, later.authority, start + days{600}));
  }
}

TEST_F(PkiTest, ReplacesWhatIsMissingOrBroken) {
  const All first = issue_all(start);
  remove("admin.key");
  ASSERT_TRUE(store::write_private_file(directory_ + "/server.crt", "nonsense"));
  const All again = issue_all(start);
  EXPECT_NE(again.admin.certificate, first.admin.certificate);
  EXPECT_NE(again.server.certificate, first.server.certificate);
  EXPECT_EQ(again.member.certificate, first.member.certificate);
}

TEST_F(PkiTest, NewAuthorityReplacesEverything) {
  const All first = issue_all(start);
  remove("ca.crt");
  remove("ca.key");
  const All again = issue_all(start);
  EXPECT_NE(again.authority, first.authority);
  EXPECT_TRUE(apiserver::is_fresh(again.admin.certificate, again.authority, start));
  EXPECT_TRUE(apiserver::is_fresh(again.server.certificate, again.authority, start));
}

TEST_F(PkiTest, AuthorityThatCannotBeReadIsNotReplaced) {
  ASSERT_NE(issue_all(start).authority, "");
  remove("ca.key");
  const auto keyless = Pki::open(directory_, start);
  ASSERT_FALSE(keyless);
  EXPECT_EQ(keyless.error().reason, Reason::corrupt);
  EXPECT_THAT(keyless.error().message, testing::AllOf(HasSubstr("ca.key"), HasSubstr("Restore it")));
  EXPECT_FALSE(store::exists(directory_ + "/ca.key"));

  ASSERT_TRUE(store::write_private_file(directory_ + "/ca.key", "nonsense"));
  auto broken = Pki::open(directory_, start);
  ASSERT_TRUE(broken);
  const auto issued = broken->member("m2", "fleet-member-agent:m2");
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().reason, Reason::corrupt);
  EXPECT_THAT(issued.error().message, HasSubstr("ca.crt"));
}

}  // namespace
}  // namespace slipway::app
