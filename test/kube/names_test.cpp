#include "kube/names.h"

#include "base/rng.h"
#include "test/base/matchers.h"

namespace slipway::kube {
namespace {

using testing::StartsWith;

TEST(ParseGroupVersion, TwoSpellings) {
  struct Row {
    std::string_view text;
    GroupVersion want;
  };
  const Row rows[] = {
      {"v1", {"", "v1"}},
      {"apps/v1", {"apps", "v1"}},
      {"placement.kubernetes-fleet.io/v1beta1", {"placement.kubernetes-fleet.io", "v1beta1"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = parse_group_version(row.text);
    ASSERT_THAT(got, Ok());
    EXPECT_EQ(*got, row.want);
    EXPECT_EQ(got->api_version(), row.text);
  }
  for (const std::string_view bad : {"", "/", "/v1", "apps/", "a/b/c", "a//b"}) {
    EXPECT_THAT(parse_group_version(bad), FailsWith(Reason::bad_request, "unexpected GroupVersion string: ")) << bad;
  }
}

TEST(Names, TextForms) {
  EXPECT_EQ((GroupResource{"apps", "deployments"}.text()), "deployments.apps");
  EXPECT_EQ((GroupResource{"", "pods"}.text()), "pods");
  EXPECT_EQ((NamespacedName{"ns", "a"}.text()), "ns/a");
  EXPECT_EQ((NamespacedName{"", "a"}.text()), "a");
  EXPECT_EQ((GroupVersionKind{"apps", "v1", "Deployment"}.api_version()), "apps/v1");
  EXPECT_EQ((GroupVersionResource{"apps", "v1", "deployments"}.group_resource()),
            (GroupResource{"apps", "deployments"}));
}

// kube-api 6.7: what each rule accepts, and the start of what it says otherwise.
TEST(NameRules, AcceptAndRefuse) {
  struct Rule {
    std::string_view name;
    std::string (*check)(std::string_view);
    std::vector<std::string> good;
    std::vector<std::pair<std::string, std::string>> bad;
  };
  const std::string a63(63, 'a'), a64(64, 'a'), a253(253, 'a'), a254(254, 'a');
  const std::string label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'";
  const std::string subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters";
  const std::string dns1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with";
  const std::string qualified = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start";
  const std::string value = "a valid label must be an empty string or consist of alphanumeric characters";
  const std::string key = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const Rule rules[] = {
      {"label",
       check_dns1123_label,
       {"a", "0", "a-b", "a--b", "0a9", a63},
       {{"", label},
        {"A", label},
        {"-a", label},
        {"a-", label},
        {"a_b", label},
        {"a.b", "must not contain dots"},
        {"a..b", label},
        {"\xc3\xa9", label},
        {a64, "must be no more than 63 characters"}}},
      {"subdomain",
       check_dns1123_subdomain,
       {"a", "a.b", "0.1", "a-b.c-d", a253},
       {{"", subdomain},
        {".", subdomain},
        {"a.", subdomain},
        {".a", subdomain},
        {"a..b", subdomain},
        {"a-.b", subdomain},
        {"A.b", subdomain},
        {"a/b", subdomain},
        {a254, "must be no more than 253 characters"}}},
      {"DNS-1035",
       check_dns1035_label,
       {"a", "a0", "a-0", a63},
       {{"", dns1035},
        {"0a", dns1035},
        {"a.b", dns1035},
        {"a-", dns1035},
        {"A", dns1035},
        {a64, "must be no more than 63"}}},
      {"path segment",
       check_path_segment,
       {"a", "system:node", "A B", "...", ""},
       {{".", "may not be '.'"},
        {"..", "may not be '..'"},
        {"a/b", "may not contain '/'"},
        {"a%b", "may not contain '%'"}}},
      {"qualified name",
       check_qualified_name,
       {"a", "A_b.c-D", "kubernetes-fleet.io/parent-CRP", "a/" + a63, a253 + "/b"},
       {{"", "name part must be non-empty"},
        {"/a", "prefix part must be non-empty"},
        {"a/", "name part must be non-empty"},
        {"a/b/c", "a qualified name must consist of"},
        {"A/b", "prefix part a lowercase RFC 1123 subdomain must"},
        {"a b", qualified},
        {"-a", qualified},
        {"a_", qualified},
        {a64, "name part must be no more than 63 characters"},
        {a254 + "/b", "prefix part must be no more than 253 characters"}}},
      {"label value",
       check_label_value,
       {"", "a", "A.b_c-1", a63},
       {{"-a", value}, {"a.", value}, {"a b", value}, {"a/b", value}, {a64, "must be no more than 63 characters"}}},
      {"config map key",
       check_config_map_key,
       {"a", ".a", "-", "_", "A.b_c-1", "a..b", a253},
       {{"", key},
        {"a b", key},
        {"a/b", key},
        {".", "must not be '.'"},
        {"..", "must not be '..'"},
        {"..a", "must not start with '..'"},
        {a254, "must be no more than 253 characters"}}},
  };
  for (const Rule& rule : rules) {
    SCOPED_TRACE(rule.name);
    for (const std::string& good : rule.good) EXPECT_EQ(rule.check(good), "") << good;
    for (const auto& [bad, want] : rule.bad) EXPECT_THAT(rule.check(bad), StartsWith(want)) << bad;
  }
}

// Clients and users search for these sentences; the two spaces are Kubernetes' own.
TEST(NameRules, LiteralSentences) {
  EXPECT_EQ(
      check_dns1123_label("A"),
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
      "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
  EXPECT_EQ(
      check_dns1123_subdomain("A"),
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
      "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  EXPECT_EQ(check_qualified_name("a/b/c"),
            "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
            "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
            "'example.com/MyName')");
  EXPECT_EQ(
      check_label_value("-b"),
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
      "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
      "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
}

// kube-api 6.2.
TEST(GenerateName, PrefixAndFiveCharacters) {
  Rng rng(1);
  EXPECT_THAT(generate_name("web-", rng), testing::MatchesRegex("web-[bcdfghjklmnpqrstvwxz2456789]{5}"));
  EXPECT_NE(generate_name("web-", rng), generate_name("web-", rng));
  const std::string cut = generate_name(std::string(100, 'a'), rng);
  EXPECT_EQ(cut.size(), 63U);
  EXPECT_TRUE(cut.starts_with(std::string(58, 'a')));
}

}  // namespace
}  // namespace slipway::kube
