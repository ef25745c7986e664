#include "apiserver/discovery.h"

#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view v2 =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/"
    "json;g=apidiscovery.k8s.io;v=v2beta1;as="
    "APIGroupDiscoveryList,application/json";
constexpr std::string_view v2beta1 =
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

class DiscoveryTest : public ServerFixture {
 protected:
  Recorded discover(std::string path, std::string_view accept) {
    return ask({.target = std::move(path), .accept = std::string(accept)});
  }
};

const json::Value* item_named(const json::Value* list, std::string_view key, std::string_view name) {
  for (const json::Value& one : *list->array()) {
    if (one.text_at({key}) == name) return &one;
  }
  return nullptr;
}

// 17.B 16.
TEST_F(DiscoveryTest, WritesLegacyDocuments) {
  create_widgets();
  const json::Value core = get("/api?timeout=32s").json();
  EXPECT_EQ(core.text_at({"kind"}), "APIVersions");
  EXPECT_EQ(core.find("serverAddressByClientCIDRs")->array()->front().text_at({"serverAddress"}), "127.0.0.1:6443");
  const json::Value groups = get("/apis").json();
  std::vector<std::string> names;
  for (const json::Value& group : *groups.find("groups")->array()) names.emplace_back(group.text_at({"name"}));
  EXPECT_EQ(names.front(), "apps");  // 20: before custom resources that share a short name
  EXPECT_EQ(names.back(), "lab.io");
  const json::Value lab = get("/apis/lab.io").json();
  EXPECT_EQ(lab.text_at({"kind"}), "APIGroup");
  EXPECT_EQ(lab.text_at({"preferredVersion", "version"}), "v1");
  EXPECT_EQ(lab.find("versions")->array()->size(), 2u);

  const json::Value widgets = get("/apis/lab.io/v1beta1").json();
  EXPECT_EQ(widgets.text_at({"groupVersion"}), "lab.io/v1beta1");
  const json::Value* widget = item_named(widgets.find("resources"), "name", "widgets");
  ASSERT_NE(widget, nullptr);
  EXPECT_EQ(widget->text_at({"singularName"}), "widget");
  EXPECT_EQ(json::write(*widget->find("shortNames")), R"(["wd"])");
  EXPECT_NE(item_named(widgets.find("resources"), "name", "widgets/status"), nullptr);

  const json::Value v1 = get("/api/v1").json();
  const json::Value* maps = item_named(v1.find("resources"), "name", "configmaps");
  EXPECT_EQ(json::write(*maps->find("verbs")),
            R"(["create","delete","deletecollection","get","list","patch","update","watch"])");
  EXPECT_NE(item_named(v1.find("resources"), "name", "namespaces/finalize"), nullptr);
  EXPECT_NE(
      item_named(get("/apis/authentication.k8s.io/v1beta1").json().find("resources"), "name", "selfsubjectreviews"),
      nullptr);
  EXPECT_EQ(get("/apis/lab.io/v7").status, 404);
}

// 17, 18.
TEST_F(DiscoveryTest, WritesAggregatedDocuments) {
  create_widgets();
  const Recorded told = discover("/apis?timeout=32s", v2);
  EXPECT_EQ(told.headers.get("content-type"), "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  EXPECT_EQ(told.headers.get("cache-control"), "public");
  const json::Value list = told.json();
  EXPECT_EQ(list.text_at({"apiVersion"}), "apidiscovery.k8s.io/v2");
  const json::Value& lab = list.find("items")->array()->back();
  EXPECT_EQ(lab.text_at({"metadata", "name"}), "lab.io");
  const json::Value& version = lab.find("versions")->array()->front();
  EXPECT_EQ(version.text_at({"version"}), "v1");
  EXPECT_EQ(version.text_at({"freshness"}), "Current");
  const json::Value& widget = version.find("resources")->array()->front();
  EXPECT_EQ(widget.text_at({"resource"}), "widgets");
  EXPECT_EQ(widget.text_at({"scope"}), "Namespaced");
  EXPECT_EQ(widget.text_at({"responseKind", "kind"}), "Widget");
  EXPECT_EQ(widget.find("subresources")->array()->front().text_at({"subresource"}), "status");

  const json::Value core = discover("/api", v2).json();
  EXPECT_EQ(core.find("items")->array()->size(), 1u);
  EXPECT_EQ(core.find("items")->array()->front().text_at({"metadata", "name"}), "");
  const Recorded beta = discover("/apis", v2beta1);
  EXPECT_EQ(beta.headers.get("content-type"),
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList");
  EXPECT_EQ(beta.json().text_at({"apiVersion"}), "apidiscovery.k8s.io/v2beta1");
}

// 19, 25, 26: tags, and CRDs that come and go.
TEST_F(DiscoveryTest, ChangesWithTheCrdsOnly) {
  const std::string before(discover("/apis", v2).headers.get("etag"));
  create_config_map("a");
  Recorded same = ask({.target = "/apis", .accept = std::string(v2), .headers = {{"if-none-match", before}}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  create_widgets();
  const Recorded after = ask({.target = "/apis", .accept = std::string(v2), .headers = {{"if-none-match", before}}});
  EXPECT_EQ(after.status, 200);
  EXPECT_NE(after.headers.get("etag"), before);
  EXPECT_EQ(get("/apis/lab.io/v1").status, 200);
  EXPECT_EQ(erase("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.lab.io").status, 200);
  registry_->settle();
  EXPECT_EQ(discover("/apis", v2).headers.get("etag"), before);
  EXPECT_EQ(get("/apis/lab.io/v1").status, 404);
}

}  // namespace
}  // namespace slipway::apiserver
