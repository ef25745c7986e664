#include "engine/unneeded_write.h"

#include <gtest/gtest.h>

#include "json/text.h"

namespace slipway::engine {
namespace {

using Verb = client::Write::Verb;

constexpr std::string_view current_widget =
    R"({"apiVersion":"lab.io/v1","kind":"Widget","metadata":{"name":"a","labels":{"x":"1"},"resourceVersion":"7","uid":"u"},)"
    R"("spec":{"size":3,"parts":["p"]},"status":{"phase":"Ready"}})";
constexpr std::string_view current_run =
    R"({"apiVersion":"placement.kubernetes-fleet.io/v1beta1","kind":"ClusterStagedUpdateRun","metadata":{"name":"a"},)"
    R"("spec":{"placementName":"p"},"status":{"x":1}})";

TEST(UnneededWrite, IsToldByContent) {
  struct Row {
    std::string rule;
    Verb verb;
    std::string_view current;
    std::string_view body;
    bool want;
  };
  const Row rows[] = {
      {"the same object", Verb::update, current_widget, current_widget, true},
      {"what only the server sets does not count", Verb::update, current_widget,
       R"({"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"parts":["p"],"size":3.0},"status":{"phase":"Ready"}})",
       true},
      {"another spec", Verb::update, current_widget,
       R"({"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"size":4,"parts":["p"]},"status":{"phase":"Ready"}})",
       false},
      {"another label", Verb::update, current_widget,
       R"({"metadata":{"name":"a","labels":{"x":"2"}},"spec":{"size":3,"parts":["p"]},"status":{"phase":"Ready"}})",
       false},
      {"a finalizer", Verb::update, current_widget,
       R"({"metadata":{"name":"a","labels":{"x":"1"},"finalizers":["f"]},"spec":{"size":3,"parts":["p"]},"status":{"phase":"Ready"}})",
       false},
      {"without status, of a kind that may keep it in the object", Verb::update, current_widget,
       R"({"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"size":3,"parts":["p"]}})", false},
      {"without status, of a kind with a status subresource", Verb::update, current_run,
       R"({"metadata":{"name":"a"},"spec":{"placementName":"p"}})", true},
      {"the same status, whatever else", Verb::update_status, current_widget,
       R"({"spec":{"size":9},"status":{"phase":"Ready"}})", true},
      {"another status", Verb::update_status, current_widget, R"({"status":{"phase":"Lost"}})", false},
      {"no status any more", Verb::update_status, current_widget, R"({})", false},
      {"an empty patch", Verb::merge_patch, current_widget, R"({})", true},
      {"a patch that says what is", Verb::merge_patch, current_widget,
       R"({"metadata":{"labels":{"x":"1"}},"spec":{"size":3}})", true},
      {"a patch that takes away what is not there", Verb::merge_patch, current_widget, R"({"spec":{"color":null}})",
       true},
      {"a patch that takes away", Verb::merge_patch, current_widget, R"({"spec":{"size":null}})", false},
      {"a patch that adds an empty member", Verb::merge_patch, current_widget, R"({"spec":{"extra":{}}})", false},
      {"a patch of a list", Verb::merge_patch, current_widget, R"({"spec":{"parts":["p","q"]}})", false},
      {"a status patch", Verb::merge_patch_status, current_widget, R"({"status":{"phase":"Ready"}})", true},
      {"a JSON patch that replaces by the same", Verb::json_patch, current_widget,
       R"([{"op":"replace","path":"/spec/size","value":3}])", true},
      {"a JSON patch that cannot be applied is the server's to refuse", Verb::json_patch, current_widget,
       R"([{"op":"remove","path":"/spec/nothing"}])", false},
      {"a strategic patch is not understood here", Verb::strategic_patch, current_widget, R"({})", false},
      {"a removal", Verb::remove, current_widget, "null", false},
      {"a removal of what is being deleted", Verb::remove,
       R"({"metadata":{"name":"a","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["f"]}})", "null", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto current = kube::Object::from_json({}, json::parse(row.current).value()).value();
    client::Write write;
    write.verb = row.verb;
    write.body = json::parse(row.body).value();
    EXPECT_EQ(changes_nothing(write, *current), row.want);
  }
}

}  // namespace
}  // namespace slipway::engine
