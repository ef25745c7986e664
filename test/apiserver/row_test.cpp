#include "apiserver/row.h"

#include "apiserver/continue_token.h"
#include "apiserver/version_order.h"
#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::apiserver {
namespace {

TEST(Row, Keys) {
  struct {
    RowKey key;
    std::string_view text;
  } const rows[] = {
      {{{"", "namespaces"}, {"", "a"}}, "/core/namespaces/a"},
      {{{"", "configmaps"}, {"ns", "a"}}, "/core/configmaps/ns/a"},
      {{{"rbac.authorization.k8s.io", "clusterroles"}, {"", "system:basic-user"}},
       "/rbac.authorization.k8s.io/clusterroles/system:basic-user"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(row_key(row.key.resource, row.key.object), row.text);
    EXPECT_THAT(parse_row_key(row.text), OkAnd(row.key));
  }
  for (const std::string_view broken : {"", "/core", "/core/configmaps", "/core//a/b", "/core/configmaps/a/b/c"}) {
    EXPECT_THAT(parse_row_key(broken), FailsWith(Reason::corrupt)) << broken;
  }
}

TEST(Row, ComesBackAsItWas) {
  SegmentPool segments;
  const auto whole = json::parse(R"({"metadata":{"name":"a","namespace":"ns","labels":{"x":"y"},"uid":"u"},
                                     "spec":{"text":"two\nlines"},"status":{"ok":true}})");
  const auto object = kube::Object::from_json({"lab.io", "v1", "Widget"}, *whole);
  const std::string text = encode_row(**object, 0xabc);
  const auto row = decode_row(text, 12, segments);
  ASSERT_THAT(row, Ok());
  EXPECT_EQ(row->schema_digest, 0xabcU);
  EXPECT_EQ(row->object->revision(), 12U);
  EXPECT_EQ(*row->object->body(), *(*object)->body());
  EXPECT_EQ(*row->object->status(), *(*object)->status());
  EXPECT_EQ(row->object->kind(), (*object)->kind());
  EXPECT_EQ(row->object->metadata().labels, (*object)->metadata().labels);

  EXPECT_THAT(decode_row("", 1, segments), FailsWith(Reason::corrupt));
  EXPECT_THAT(decode_row("slipway/2 1 1 v1 X\n{}\n{}\n", 1, segments), FailsWith(Reason::corrupt));
  for (const std::size_t at : {text.find("two"), text.size() - 2, std::size_t{11}}) {
    std::string damaged = text;
    damaged[at] = '#';
    EXPECT_THAT(decode_row(damaged, 1, segments), FailsWith(Reason::corrupt)) << at;
  }
}

TEST(ContinueToken, RoundTripAndGarbage) {
  const auto token = parse_continue_token(write_continue_token(291, {"ns", "a"}));
  ASSERT_THAT(token, Ok());
  EXPECT_EQ(token->revision, 291U);
  EXPECT_LT((kube::NamespacedName{"ns", "a"}), token->start) << "after the last one";
  EXPECT_LT(token->start, (kube::NamespacedName{"ns", "a-b"}));
  for (const std::string_view broken : {"x", "%%%", "e30", "bnVsbA"}) {
    EXPECT_THAT(parse_continue_token(broken),
                FailsWith(Reason::bad_request, "invalid continue token: continue key is not valid"))
        << broken;
  }
}

TEST(VersionOrder, AsKubernetesPrefers) {
  const std::vector<std::string_view> sorted = {"v10",      "v2",      "v1",        "v11beta2", "v3beta1",
                                                "v1beta10", "v1beta2", "v12alpha1", "foo1",     "foo10"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t k = 0; k < sorted.size(); ++k)
      EXPECT_EQ(is_preferred_version(sorted[i], sorted[k]), i < k) << sorted[i] << sorted[k];
  }
}

}  // namespace
}  // namespace slipway::apiserver
