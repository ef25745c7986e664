#include "apiserver/table.h"

#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

class TableTest : public ServerFixture {};

std::string cells(const json::Value& table) {
  json::Array out;
  for (const json::Value& row : *table.find("rows")->array()) out.push_back(*row.find("cells"));
  return json::write(out);
}

// Kube-api 3.4, 8.7: cells of custom resources.
TEST_F(TableTest, ReadsColumnsOfCustomResources) {
  constexpr std::string_view crd = R"({
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "things.lab.io"},
    "spec": {"group": "lab.io", "scope": "Cluster", "names": {"plural": "things", "kind": "Thing"},
      "versions": [{"name": "v1", "served": true, "storage": true,
        "additionalPrinterColumns": [
          {"name": "Text", "type": "string", "jsonPath": ".spec.text"},
          {"name": "Number", "type": "integer", "jsonPath": ".spec.number", "priority": 1},
          {"name": "NumberText", "type": "string", "jsonPath": ".spec.number"},
          {"name": "Flag", "type": "boolean", "jsonPath": ".spec.flag"},
          {"name": "Ready", "type": "string", "jsonPath": ".spec.conditions[?(@.type==\"Ready\")].status"},
          {"name": "List", "type": "string", "jsonPath": ".spec.conditions"},
          {"name": "When", "type": "date", "jsonPath": ".spec.when"},
          {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}],
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}})";
  ASSERT_THAT(create("customresourcedefinitions.apiextensions.k8s.io", crd), Ok());
  ASSERT_THAT(create("things.lab.io",
                     R"({"metadata": {"name": "a"}, "spec": {"text": "t", "number": 7, "flag": true, "when": "soon",
                                          "conditions": [{"type": "Ready", "status": "True"}]}})"),
              Ok());
  ASSERT_THAT(
      create("things.lab.io",
             R"({"metadata": {"name": "b"}, "spec": {"text": 1.5, "number": "7", "flag": "true", "when": null}})"),
      Ok());
  loop_.run_for(std::chrono::seconds{142});
  const Recorded told = ask({.target = "/apis/lab.io/v1/things", .accept = std::string(table_accept)});
  const json::Value table = told.json();
  EXPECT_EQ(table.text_at({"kind"}), "Table");
  EXPECT_EQ(table.text_at({"apiVersion"}), "meta.k8s.io/v1");
  EXPECT_EQ(cells(table),
            R"([["a","t",7,"7",true,"True","[{\"status\":\"True\",\"type\":\"Ready\"}]","<invalid>","2m22s"],)"
            R"(["b","1.5",null,"7",null,null,null,null,"2m22s"]])");
  const json::Array& columns = *table.find("columnDefinitions")->array();
  ASSERT_EQ(columns.size(), 9u);
  for (const json::Value& column : columns) EXPECT_EQ(column.object()->size(), 5u);  // all five keys, always
  EXPECT_EQ(columns[0].text_at({"format"}), "name");
  EXPECT_EQ(*columns[2].find("priority"), json::Value(1));
  const json::Value& row = table.find("rows")->array()->front();
  EXPECT_EQ(row.text_at({"object", "kind"}), "PartialObjectMetadata");
  EXPECT_EQ(row.text_at({"object", "metadata", "name"}), "a");
  EXPECT_EQ(row.find_path({"object", "spec"}), nullptr);

  EXPECT_TRUE(ask({.target = "/apis/lab.io/v1/things?includeObject=None", .accept = std::string(table_accept)})
                  .json()
                  .find("rows")
                  ->array()
                  ->front()
                  .find("object")
                  ->is_null());
  const json::Value whole = ask({.target = "/apis/lab.io/v1/things/a?includeObject=Object",
                                 .accept = "application/json;as=Table;v=v1beta1;g=meta.k8s.io"})
                                .json();
  EXPECT_EQ(whole.text_at({"apiVersion"}), "meta.k8s.io/v1beta1");
  EXPECT_EQ(whole.find("rows")->array()->front().text_at({"object", "spec", "text"}), "t");
  EXPECT_EQ(whole.text_at({"metadata", "resourceVersion"}),
            whole.find("rows")->array()->front().text_at({"object", "metadata", "resourceVersion"}));
}

TEST_F(TableTest, ShowsBuiltinKindsAndErrors) {
  create_config_map("a");
  const json::Value maps =
      ask({.target = "/api/v1/namespaces/default/configmaps", .accept = std::string(table_accept)}).json();
  EXPECT_EQ(cells(maps).find(R"(["a",1,"0s"])") == std::string::npos, false) << cells(maps);
  create_widgets();
  const json::Value widgets =
      ask({.target = "/apis/lab.io/v1beta1/widgets", .accept = std::string(table_accept)}).json();
  EXPECT_EQ(widgets.find("rows")->array()->size(), 0u);                                    // "No resources found"
  EXPECT_EQ(widgets.find("columnDefinitions")->array()->back().text_at({"name"}), "Age");  // none declared
  const Recorded missing =
      ask({.target = "/api/v1/namespaces/default/configmaps/none", .accept = std::string(table_accept)});
  EXPECT_EQ(missing.json().text_at({"kind"}), "Status");  // 47
  const Recorded gone = ask(
      {.method = "DELETE", .target = "/api/v1/namespaces/default/configmaps/a", .accept = std::string(table_accept)});
  EXPECT_EQ(gone.json().text_at({"kind"}), "Status");
}

}  // namespace
}  // namespace slipway::apiserver
