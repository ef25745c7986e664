#include <fstream>
#include <sstream>

#include "test/member/applier/applier_fixture.h"

// The Works and AppliedWorks of the how-to, as the reference left them (test/data/recorded).
namespace slipway::member {
namespace {

json::Value read_recording(std::string_view name) {
  const std::ifstream file(fmt::format("{}/recorded/{}.json", SLIPWAY_TEST_DATA, name));
  std::stringstream text;
  text << file.rdbuf();
  return testing::parsed(text.str());
}

// Without times and sentences, which the comparison leaves out.
json::Value comparable(json::Value value) {
  if (auto* const object = value.object()) {
    for (const std::string_view key : {"lastTransitionTime", "message", "observationTime", "uid"}) object->erase(key);
    for (auto& [key, member] : *object) member = comparable(std::move(member));
  } else if (auto* const array = value.array()) {
    for (auto& element : *array) element = comparable(std::move(element));
  }
  return value;
}

class Recorded : public Applier {
 protected:
  static bool is_of_member(const json::Value& recorded) {
    return recorded.text_at({"metadata", "namespace"}) == "fleet-member-member1";
  }
  void place_recorded(const json::Value& recorded) {
    std::vector<std::string> manifests;
    for (const json::Value& manifest : *recorded.find_path({"spec", "workload", "manifests"})->array())
      manifests.push_back(json::write(manifest));
    place(recorded.text_at({"metadata", "name"}), manifests,
          json::write(*recorded.find_path({"spec", "applyStrategy"})));
  }
  void compare(const json::Value& recorded, const json::Value& recorded_applied) {
    const auto name = recorded.text_at({"metadata", "name"});
    const json::Value made = api::to_value(work(name));
    EXPECT_EQ(*made.find_path({"metadata", "generation"}), *recorded.find_path({"metadata", "generation"}));
    EXPECT_EQ(*made.find_path({"metadata", "finalizers"}), *recorded.find_path({"metadata", "finalizers"}));
    EXPECT_EQ(json::write_pretty(comparable(*made.find("status"))),
              json::write_pretty(comparable(*recorded.find("status"))));
    const json::Value applied = api::to_value(applied_work(name));
    for (const std::string_view part : {"status", "spec"}) {
      json::Value expected = comparable(*recorded_applied.find(part));
      if (part == "spec") expected["workNamespace"] = member_namespace;  // another member's name
      EXPECT_EQ(json::write_pretty(comparable(*applied.find(part))), json::write_pretty(expected));
    }
  }
  // Plays the recordings one after the other, as the hub would change the Works.
  void play(std::initializer_list<std::string_view> recordings) {
    for (const auto name : recordings) {
      SCOPED_TRACE(name);
      const json::Value recording = read_recording(name);
      const json::Value* const works = recording.find("works");
      const json::Value* const applied_works = recording.find("appliedworks of member1");
      ASSERT_TRUE(works != nullptr && applied_works != nullptr);
      for (const json::Value& recorded : *works->array()) {
        if (is_of_member(recorded)) place_recorded(recorded);
      }
      if (exists("deployments.apps", "my-app-namespace/web-app")) make_ready("my-app-namespace/web-app");
      std::size_t compared = 0;
      for (const json::Value& recorded : *works->array()) {
        for (const json::Value& applied : *applied_works->array()) {
          if (!is_of_member(recorded) ||
              applied.text_at({"metadata", "name"}) != recorded.text_at({"metadata", "name"}))
            continue;
          compare(recorded, applied);
          ++compared;
        }
      }
      EXPECT_GT(compared, 0U);
    }
  }
};

TEST_F(Recorded, ClusterScope) {
  play({"cluster/c06-succeeded", "cluster/c09-second-succeeded", "cluster/c10-rolled-back"});
}

TEST_F(Recorded, NamespaceScope) {
  play({"namespace/n-v1-20", "namespace/n-v1-21", "namespace/n-rollback", "namespace/n05-end"});
}

}  // namespace
}  // namespace slipway::member
