#include "api/crd.h"

#include <gtest/gtest.h>
#include <map>

#include "json/yaml.h"
#include "kube/schema.h"
#include "test/api/test_data.h"

namespace slipway::api {
namespace {

using testing::differences;

// Reference CRDs by name, brought to what is comparable: no conversion, and row 1 of staged-update 19 applied.
std::map<std::string, json::Value> reference() {
  std::map<std::string, json::Value> crds;
  for (const testing::File& file : testing::files_below("crds", ".yaml")) {
    auto crd = json::parse_yaml_document(file.text);
    if (!crd) {
      ADD_FAILURE() << file.path << ": " << crd.error().message;
      continue;
    }
    crd->find("spec")->object()->erase("conversion");
    for (json::Value& version : *crd->find_path({"spec", "versions"})->array()) {
      json::Value* columns = version.find("additionalPrinterColumns");
      if (columns == nullptr) continue;
      for (json::Value& column : *columns->array()) {
        if (column.text_at({"name"}) == "Resource-Snapshot-Index")
          column["jsonPath"] = ".status.resourceSnapshotIndexUsed";
      }
    }
    crds.emplace(std::string(crd->text_at({"metadata", "name"})), std::move(*crd));
  }
  return crds;
}

TEST(Crds, EqualTheReference) {
  auto wanted = reference();
  EXPECT_EQ(wanted.size(), 28u);
  std::vector<json::Value> generated = hub_crds();
  EXPECT_EQ(generated.size(), 27u);  // 26 fleet kinds and ClusterProfile
  for (json::Value& crd : member_crds()) generated.push_back(std::move(crd));
  for (const json::Value& crd : generated) {
    const std::string name(crd.text_at({"metadata", "name"}));
    const auto found = wanted.find(name);
    if (found == wanted.end()) {
      ADD_FAILURE() << name << " is not in the reference, or twice in ours";
      continue;
    }
    EXPECT_EQ(differences(crd, found->second), "") << name << " (ours != reference)";
    EXPECT_TRUE(crd == found->second) << name;
    wanted.erase(found);
  }
  for (const auto& [name, crd] : wanted) ADD_FAILURE() << name << " is missing";
}

// Every version is structural, and its patterns and CEL rules are known to our own interpreter.
TEST(Crds, CompileAsSchemas) {
  for (const json::Value& crd : hub_crds()) {
    for (const json::Value& version : *crd.find_path({"spec", "versions"})->array()) {
      const auto schema = kube::Schema::compile(*version.find_path({"schema", "openAPIV3Schema"}), "openAPIV3Schema");
      EXPECT_TRUE(schema) << crd.text_at({"metadata", "name"}) << " " << version.text_at({"name"}) << ": "
                          << (schema ? "" : schema.error().message);
    }
  }
}

TEST(Crds, MembersServeAppliedWorkOnly) {
  const auto crds = member_crds();
  ASSERT_EQ(crds.size(), 1u);
  EXPECT_EQ(crds[0].text_at({"spec", "names", "kind"}), "AppliedWork");
}

}  // namespace
}  // namespace slipway::api
