#include "apiserver/server_watch.h"

#include "base/bytes.h"
#include "test/apiserver/server_fixture.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view config_maps = "/api/v1/namespaces/default/configmaps";
constexpr std::string_view streaming =
    "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

class ServerWatchTest : public ServerFixture {
 protected:
  OpenWatch watch_maps(std::string_view parameters, std::string accept = "application/json") {
    return watch(fmt::format("{}?watch=true&{}", config_maps, parameters), std::move(accept));
  }
  void patch_map(std::string_view name, std::string_view body) {
    EXPECT_EQ(patch_with(fmt::format("{}/{}", config_maps, name), body, "application/merge-patch+json").status, 200);
  }
  std::string revision() { return std::to_string(registry_->revision()); }
};

// 17.K 162, 163, 166.
TEST_F(ServerWatchTest, TellsThePresentThenChanges) {
  create_config_map("a");
  const std::string before = revision();
  const OpenWatch fresh = watch_maps("");
  EXPECT_TRUE(fresh.told->has_head);
  EXPECT_EQ(fresh.told->headers.get("content-type"), "application/json");
  const OpenWatch zero = watch_maps("resourceVersion=0");
  const OpenWatch from = watch_maps("resourceVersion=" + before);
  const OpenWatch future = watch_maps("resourceVersion=" + std::to_string(registry_->revision() + 1));
  create_config_map("b");
  patch_map("b", R"({"data": {"k": "w"}})");
  EXPECT_EQ(erase(std::string(config_maps) + "/b").status, 200);
  EXPECT_EQ(fresh.told->story(), "ADDED a, ADDED b, MODIFIED b, DELETED b");
  EXPECT_EQ(zero.told->body, fresh.told->body);
  EXPECT_EQ(from.told->story(), "ADDED b, MODIFIED b, DELETED b");
  EXPECT_EQ(future.told->story(), "MODIFIED b, DELETED b");
  const json::Value gone = from.told->events().back();
  EXPECT_EQ(gone.text_at({"object", "metadata", "resourceVersion"}), revision());
  EXPECT_EQ(gone.text_at({"object", "data", "k"}), "w");
  EXPECT_EQ(gone.text_at({"object", "kind"}), "ConfigMap");

  const OpenWatch late = watch_maps("resourceVersion=" + before);
  EXPECT_EQ(late.told->story(), "ADDED b, MODIFIED b, DELETED b");
  EXPECT_FALSE(late.told->has_ended);
}

// 10.5: selectors rewrite events; 164: one object.
TEST_F(ServerWatchTest, SeesThroughSelectors) {
  create_config_map("a", R"({"x": "y"})");
  const OpenWatch labelled = watch_maps("labelSelector=x%3Dy");
  const OpenWatch named = watch_maps("fieldSelector=metadata.name%3Da&resourceVersion=0");
  patch_map("a", R"({"metadata": {"labels": {"x": "z"}}})");
  patch_map("a", R"({"metadata": {"labels": {"x": "y"}}})");
  create_config_map("b");
  EXPECT_EQ(labelled.told->story(), "ADDED a, DELETED a, ADDED a");
  EXPECT_EQ(labelled.told->events()[1].text_at({"object", "metadata", "labels", "x"}),
            "y");  // the state that was selected
  EXPECT_EQ(named.told->story(), "ADDED a, MODIFIED a, MODIFIED a");
}

// 167, 168: time-outs and bookmarks.
TEST_F(ServerWatchTest, EndsInTimeAndMarksPlaces) {
  const OpenWatch plain = watch_maps("timeoutSeconds=100&resourceVersion=" + revision());
  const OpenWatch marked = watch_maps("timeoutSeconds=100&allowWatchBookmarks=true&resourceVersion=" + revision());
  loop_.run_for(std::chrono::seconds{61});
  EXPECT_EQ(marked.told->story(), "BOOKMARK");
  EXPECT_EQ(marked.told->events()[0].text_at({"object", "kind"}), "ConfigMap");
  EXPECT_EQ(marked.told->events()[0].text_at({"object", "metadata", "resourceVersion"}), revision());
  loop_.run_for(std::chrono::seconds{38});
  EXPECT_FALSE(marked.told->has_ended);
  loop_.run_for(std::chrono::seconds{1});
  EXPECT_TRUE(marked.told->has_ended);
  EXPECT_EQ(marked.told->story(), "BOOKMARK, BOOKMARK");
  EXPECT_TRUE(plain.told->has_ended);
  EXPECT_EQ(plain.told->body, "");

  const OpenWatch endless = watch_maps("");
  loop_.run_for(std::chrono::minutes{29});
  EXPECT_FALSE(endless.told->has_ended);
  loop_.run_for(std::chrono::minutes{32});
  EXPECT_TRUE(endless.told->has_ended);
}

// 169.
TEST_F(ServerWatchTest, StreamsLists) {
  create_config_map("a");
  const OpenWatch list = watch(fmt::format("{}?{}&resourceVersion=0", config_maps, streaming));
  EXPECT_EQ(list.told->story(), "ADDED a, BOOKMARK");
  const json::Value mark = list.told->events().back();
  EXPECT_EQ(mark.text_at({"object", "metadata", "annotations", "k8s.io/initial-events-end"}), "true");
  EXPECT_EQ(mark.text_at({"object", "metadata", "resourceVersion"}), revision());
  const auto blueprint =
      decode_base64(mark.text_at({"object", "metadata", "annotations", "kubernetes.io/initial-events-list-blueprint"}));
  EXPECT_EQ(*blueprint, R"({"apiVersion":"v1","items":[],"kind":"ConfigMapList","metadata":{}})");
  const OpenWatch none = watch_maps("sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
  create_config_map("b");
  EXPECT_EQ(list.told->story(), "ADDED a, BOOKMARK, ADDED b");
  EXPECT_EQ(none.told->story(), "ADDED b");
}

// 170.
TEST_F(ServerWatchTest, TooOldIsAnEvent) {
  create_config_map("a");
  start({});
  serve("");
  create_config_map("b");
  const OpenWatch old = watch_maps("resourceVersion=1");
  EXPECT_TRUE(old.told->has_ended);
  EXPECT_EQ(old.told->status, 200);
  EXPECT_EQ(old.told->story(), "ERROR");
  EXPECT_EQ(old.told->events()[0].text_at({"object", "reason"}), "Expired");
  EXPECT_EQ(*old.told->events()[0].find_path({"object", "code"}), json::Value(410));
  EXPECT_TRUE(old.told->events()[0].text_at({"object", "message"}).starts_with("too old resource version: 1 ("));
}

// 43, 45, 46.
TEST_F(ServerWatchTest, WatchesTablesAndMetadata) {
  create_config_map("a");
  const OpenWatch tables = watch_maps("resourceVersion=0", std::string(table_accept));
  const OpenWatch metadata = watch_maps("allowWatchBookmarks=true&timeoutSeconds=10",
                                        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  create_config_map("b");
  const auto events = tables.told->events();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].text_at({"object", "kind"}), "Table");
  EXPECT_TRUE(events[0].find_path({"object", "columnDefinitions"})->is_array());
  EXPECT_TRUE(events[1].find_path({"object", "columnDefinitions"})->is_null());
  EXPECT_EQ(events[1].find_path({"object", "rows"})->array()->size(), 1u);
  EXPECT_EQ(events[1].text_at({"object", "metadata", "resourceVersion"}), revision());
  loop_.run_for(std::chrono::seconds{9});
  EXPECT_EQ(metadata.told->story(), "ADDED a, ADDED b, BOOKMARK");
  for (const json::Value& event : metadata.told->events()) {
    EXPECT_EQ(event.text_at({"object", "kind"}), "PartialObjectMetadata");
    EXPECT_EQ(event.find_path({"object", "data"}), nullptr);
  }
}

// 171, 172; shutdown; a peer that went away.
TEST_F(ServerWatchTest, EndsWithItsResourceServerOrPeer) {
  create_widgets();
  const OpenWatch widgets = watch("/apis/lab.io/v1/watch/namespaces/default/widgets");
  const OpenWatch other = watch("/apis/lab.io/v1beta1/widgets?watch=1");
  EXPECT_EQ(
      post("/apis/lab.io/v1/namespaces/default/widgets", R"({"metadata": {"name": "w"}, "spec": {"color": "red"}})")
          .status,
      201);
  EXPECT_EQ(widgets.told->story(), "ADDED w");
  EXPECT_EQ(other.told->events()[0].text_at({"object", "apiVersion"}), "lab.io/v1beta1");
  EXPECT_EQ(erase("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.lab.io").status, 200);
  registry_->settle();
  loop_.run_until_idle();
  EXPECT_EQ(widgets.told->story(), "ADDED w, DELETED w");
  EXPECT_TRUE(widgets.told->has_ended);

  OpenWatch left = watch_maps("");
  const OpenWatch stays = watch_maps("");
  left.exchange.reset();
  create_config_map("a");
  EXPECT_EQ(left.told->body, "");
  EXPECT_EQ(stays.told->story(), "ADDED a");
  server_->close_streams();
  loop_.run_until_idle();
  EXPECT_TRUE(stays.told->has_ended);
  EXPECT_FALSE(left.told->has_ended);
  EXPECT_EQ(get("/metrics").body.find("verb=\"WATCH\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace slipway::apiserver
