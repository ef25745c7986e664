#include "client/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/simulated_loop.h"
#include "client/line_splitter.h"
#include "client/resource_path.h"
#include "client/write_request.h"
#include "json/text.h"
#include "test/base/matchers.h"

namespace slipway::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const kube::GroupVersionResource config_maps{"", "v1", "configmaps"};
const kube::GroupVersionResource runs{"placement.kubernetes-fleet.io", "v1beta1", "stagedupdateruns"};

// Answers requests as the test says, and keeps what was asked.
class ScriptedTransport final : public Transport {
 public:
  struct Exchange final : HttpExchange {
    explicit Exchange(std::shared_ptr<bool> is_open) : open(std::move(is_open)) {}
    ~Exchange() override { *open = false; }
    std::shared_ptr<bool> open;
  };
  struct Asked {
    HttpRequest request;
    std::shared_ptr<HttpSink> sink;
    std::shared_ptr<bool> open = std::make_shared<bool>(true);
  };
  std::unique_ptr<HttpExchange> send(HttpRequest request, std::shared_ptr<HttpSink> sink) override {
    asked.push_back({.request = std::move(request), .sink = std::move(sink)});
    auto exchange = std::make_unique<Exchange>(asked.back().open);
    if (on_send) on_send(asked.size() - 1);
    return exchange;
  }
  void answer(std::size_t which, int status, std::string body, Headers headers = {}) {
    const auto sink = asked[which].sink;
    sink->on_head({.status = status, .headers = std::move(headers)});
    sink->on_chunk(std::move(body));
    sink->on_end({});
  }
  std::deque<Asked> asked;  // addresses are stable
  std::function<void(std::size_t)> on_send;
};

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest()
      : client(make_http_client({.loop = loop, .transport = transport, .rng = Rng(5), .base_path = "/clusters/m"})) {}

  template <class T>
  Callback<Result<T>> into(std::optional<Result<T>>& slot) {
    return [&slot](Result<T> result) { slot = std::move(result); };
  }
  std::string target(std::size_t which) { return transport.asked[which].request.target; }
  std::string_view header(std::size_t which, std::string_view name) {
    return transport.asked[which].request.headers.get(name);
  }

  SimulatedClock clock;
  SimulatedLoop loop{clock};
  ScriptedTransport transport;
  std::unique_ptr<Client> client;
};

TEST_F(HttpClientTest, GetsAnObject) {
  std::optional<Result<kube::ObjectPtr>> got;
  client->get(config_maps, {"n", "a b"}, into(got));
  EXPECT_EQ(target(0), "/clusters/m/api/v1/namespaces/n/configmaps/a%20b");
  EXPECT_EQ(transport.asked[0].request.method, "GET");
  EXPECT_EQ(header(0, "accept"), "application/json");
  transport.asked[0].sink->on_head({});
  transport.asked[0].sink->on_chunk(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a b",)");
  transport.asked[0].sink->on_chunk(R"("resourceVersion":"7"},"data":{"k":"v"}})");
  EXPECT_FALSE(got);
  transport.asked[0].sink->on_end({});
  ASSERT_THAT(*got, Ok());
  EXPECT_EQ((*got)->get()->revision(), 7U);
  EXPECT_EQ((*got)->get()->kind().kind, "ConfigMap");
  EXPECT_EQ(*(*got)->get()->body(), R"({"data":{"k":"v"}})");
  loop.run_until_idle();
  EXPECT_FALSE(*transport.asked[0].open);
  EXPECT_EQ(loop.timer_count(), 0U);
}

TEST_F(HttpClientTest, AsksWhetherTheServerIsReady) {
  std::optional<Result<void>> ready;
  std::optional<Result<void>> unready;
  client->check_ready(into(ready));
  client->check_ready(into(unready));
  EXPECT_EQ(target(0), "/clusters/m/readyz");
  transport.answer(0, 200, "ok");
  transport.answer(1, 500, "[-]etcd failed");
  EXPECT_THAT(*ready, Ok());
  ASSERT_FALSE(*unready);
  EXPECT_EQ(unready->error().reason, Reason::internal);
}

TEST_F(HttpClientTest, AsksForTheServersVersion) {
  std::optional<Result<kube::ObjectPtr>> version;
  std::optional<Result<kube::ObjectPtr>> none;
  client->version(into(version));
  client->version(into(none));
  EXPECT_EQ(target(0), "/clusters/m/version");
  transport.answer(0, 200, R"({"major":"1","minor":"33","gitVersion":"v1.33.1"})");
  transport.answer(1, 503, "");
  ASSERT_THAT(*version, Ok());
  EXPECT_EQ((**version)->to_value().text_at({"gitVersion"}), "v1.33.1");
  EXPECT_FALSE(*none);
}

TEST_F(HttpClientTest, ErrorsKeepTheirReason) {
  struct Row {
    std::string what;
    bool is_write;
    int status;
    std::string body;
    Reason want;
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
  };
  const auto status = [](std::string_view reason, int code) {
    return fmt::format(R"({{"kind":"Status","status":"Failure","reason":"{}","code":{},"message":"m"}})", reason, code);
  };
  const Row rows[] = {
      {"not found", false, 404, status("NotFound", 404), Reason::not_found},
      {"conflict", true, 409, status("Conflict", 409), Reason::conflict},
      {"already exists", true, 409, status("AlreadyExists", 409), Reason::already_exists},
      {"invalid", true, 422, status("Invalid", 422), Reason::invalid},
      {"throttled, by header", true, 429, "slow down", Reason::too_many_requests, 3s},
      {"unavailable", true, 503, status("ServiceUnavailable", 503), Reason::unavailable, 3s},
      {"a proxy lost a read", false, 502, "<html>", Reason::unavailable, 3s},
      {"a proxy lost a write, which may have happened", true, 502, "<html>", Reason::server_timeout, 3s},
      {"a gateway waited too long for a write", true, 504, "<html>", Reason::server_timeout, 3s},
      {"no JSON", false, 200, "<html>", Reason::internal},
      {"no object", false, 200, "[1]", Reason::internal},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    transport.asked.clear();
    std::optional<Result<kube::ObjectPtr>> got;
    if (row.is_write) {
      client->write(
          {.verb = Write::Verb::merge_patch, .resource = config_maps, .key = {"n", "a"}, .body = json::Object{}},
          into(got));
    } else {
      client->get(config_maps, {"n", "a"}, into(got));
    }
    Headers headers;
    if (row.retry_after) headers.add("retry-after", "3");
    transport.answer(0, row.status, row.body, headers);
    EXPECT_THAT(*got, FailsWith(row.want));
    EXPECT_EQ((*got).error().retry_after, row.retry_after);
  }
}

TEST_F(HttpClientTest, WhatGotNoAnswerIsUnknownForAWriteAndUndoneForARead) {
  std::optional<Result<kube::ObjectPtr>> got[4];
  const Write write{
      .verb = Write::Verb::merge_patch, .resource = config_maps, .key = {"n", "a"}, .body = json::Object{}};
  client->get(config_maps, {"n", "a"}, into(got[0]));
  client->write(write, into(got[1]));
  client->get(config_maps, {"n", "a"}, into(got[2]));
  client->write(write, into(got[3]));
  transport.asked[0].sink->on_end(fail(Reason::unavailable, "cut"));
  transport.asked[1].sink->on_end(fail(Reason::unavailable, "cut"));
  EXPECT_THAT(*got[0], FailsWith(Reason::unavailable, "cut"));
  EXPECT_THAT(*got[1], FailsWith(Reason::server_timeout, "cut"));
  loop.run_for(59s);
  EXPECT_FALSE(got[2]);
  loop.run_for(2s);
  EXPECT_THAT(*got[2], FailsWith(Reason::unavailable));
  EXPECT_THAT(*got[3], FailsWith(Reason::server_timeout));
  EXPECT_FALSE(*transport.asked[2].open);
  transport.answer(2, 200, "{}");  // too late: not heard
}

TEST_F(HttpClientTest, ListsInPagesAndStartsAgainWhenTheyExpire) {
  std::optional<Result<ListResult>> got;
  client->list(config_maps, {.namespace_ = "n", .label_selector = "a in (b,c)", .field_selector = "metadata.name=x"},
               into(got));
  const std::string first =
      "/clusters/m/api/v1/namespaces/n/"
      "configmaps?labelSelector=a%20in%20%28b%2Cc%29&fieldSelector=metadata.name%3Dx&limit=500";
  EXPECT_EQ(target(0), first);
  const auto page = [](std::string_view name, std::string_view next, int revision) {
    return fmt::format(
        R"({{"apiVersion":"v1","kind":"ConfigMapList","metadata":{{"resourceVersion":"{}","continue":"{}"}},)"
        R"("items":[{{"metadata":{{"name":"{}","resourceVersion":"5"}}}}]}})",
        revision, next, name);
  };
  transport.answer(0, 200, page("old", "t/1=", 10));
  EXPECT_EQ(target(1), first + "&continue=t%2F1%3D");
  transport.answer(1, 410, R"({"kind":"Status","reason":"Expired","code":410})");
  EXPECT_EQ(target(2), first);
  transport.answer(2, 200, page("a", "t2", 20));
  transport.answer(3, 200, page("b", "", 20));
  ASSERT_THAT(*got, Ok());
  ASSERT_EQ((*got)->items.size(), 2U);
  EXPECT_EQ((*got)->items[0]->metadata().name, "a");
  EXPECT_EQ((*got)->items[1]->kind(), (kube::GroupVersionKind{"", "v1", "ConfigMap"}));  // the list says it
  EXPECT_EQ((*got)->revision, 20U);
  // Pages that expire again are not asked for once more: all at once.
  got.reset();
  client->list(config_maps, {.namespace_ = "n"}, into(got));
  constexpr std::string_view expired = R"({"kind":"Status","reason":"Expired","code":410})";
  for (const std::size_t call : {4, 6}) {
    transport.answer(call, 200, page("old", "t", 30));
    transport.answer(call + 1, 410, std::string(expired));
  }
  EXPECT_EQ(target(8), "/clusters/m/api/v1/namespaces/n/configmaps");
  transport.answer(8, 200, page("a", "", 40));
  ASSERT_THAT(*got, Ok());
  EXPECT_EQ((*got)->revision, 40U);
  transport.asked.clear();
  got.reset();
  client->list(runs, {}, into(got));
  EXPECT_EQ(target(0), "/clusters/m/apis/placement.kubernetes-fleet.io/v1beta1/stagedupdateruns?limit=500");
  transport.answer(0, 200, R"({"kind":"StagedUpdateRunList","metadata":{},"items":[]})");
  EXPECT_THAT(*got, FailsWith(Reason::internal));  // without a position there is nothing to watch from
}

TEST_F(HttpClientTest, ListsMetadataOnly) {
  std::optional<Result<ListResult>> got;
  client->list(config_maps, {.metadata_only = true}, into(got));
  EXPECT_THAT(header(0, "accept"), testing::HasSubstr("as=PartialObjectMetadataList"));
  transport.answer(
      0, 200,
      R"({"kind":"ConfigMapList","metadata":{"resourceVersion":"3"},"items":[{"metadata":{"name":"a"},"data":{"big":"x"}}]})");
  EXPECT_EQ((*got)->items[0]->body(), nullptr);  // also from a server that does not know that form
}

// What a watch was told, as text.
struct Told {
  std::vector<std::string> texts;
  std::vector<std::string> take() { return std::exchange(texts, {}); }
  WatchHandlers handlers() {
    WatchHandlers made;
    made.on_event = [this](const WatchEvent& event) {
      constexpr std::string_view types[] = {"added", "modified", "deleted", "bookmark"};
      texts.push_back(fmt::format("{} {}@{}", types[static_cast<std::size_t>(event.type)],
                                  event.object == nullptr ? "" : event.object->metadata().name, event.revision));
    };
    made.on_end = [this](const Result<void>& end) {
      texts.push_back(end ? "end"
                          : fmt::format("end {}: {}", static_cast<int>(end.error().reason), end.error().message));
    };
    return made;
  }
};

std::string line(std::string_view type, std::string_view name, int revision) {
  return fmt::format(
             R"({{"type":"{}","object":{{"kind":"ConfigMap","apiVersion":"v1","metadata":{{"name":"{}","resourceVersion":"{}"}}}}}})",
             type, name, revision) +
         "\n";
}

TEST_F(HttpClientTest, ReadsAWatchHoweverItIsCutIntoChunks) {
  const std::string all =
      line("ADDED", "a", 11) + "\r\n" + line("MODIFIED", "ä", 12) + line("DELETED", "a", 13) + line("BOOKMARK", "", 20);
  for (std::size_t size = 1; size <= all.size(); size += size < 20 ? 1 : 37) {
    SCOPED_TRACE(size);
    transport.asked.clear();
    Told told;
    const auto handle = client->watch(config_maps, {.namespace_ = "n"}, 10, told.handlers());
    EXPECT_THAT(
        target(0),
        testing::MatchesRegex("/clusters/m/api/v1/namespaces/n/configmaps\\?allowWatchBookmarks=true&resourceVersion=10"
                              "&timeoutSeconds=[345][0-9][0-9]&watch=true"));
    transport.asked[0].sink->on_head({});
    for (std::size_t at = 0; at < all.size(); at += size) transport.asked[0].sink->on_chunk(all.substr(at, size));
    EXPECT_THAT(told.take(), ElementsAre("added a@11", "modified ä@12", "deleted a@13", "bookmark @20"));
    transport.asked[0].sink->on_end({});
    EXPECT_THAT(told.take(), ElementsAre("end"));
  }
}

TEST_F(HttpClientTest, AWatchBeginsWithWhatIsThereUntilTheServerRefusesThat) {
  Told told;
  auto handlers = told.handlers();
  bool has_ended_initial = false;
  handlers.on_event = [&](const WatchEvent& event) { has_ended_initial |= event.ends_initial; };
  EXPECT_TRUE(client->streams_lists());
  const auto handle =
      client->watch(config_maps, {.metadata_only = true, .initial_events = true}, 0, std::move(handlers));
  EXPECT_THAT(target(0), testing::MatchesRegex(".*/configmaps\\?allowWatchBookmarks=true&"
                                               "resourceVersionMatch=NotOlderThan&sendInitialEvents=true&"
                                               "timeoutSeconds=[345][0-9][0-9]&watch=true"));
  transport.asked[0].sink->on_head({});
  transport.asked[0].sink->on_chunk(line("BOOKMARK", "", 10));
  EXPECT_FALSE(has_ended_initial);
  transport.asked[0].sink->on_chunk(
      R"({"type":"BOOKMARK","object":{"kind":"PartialObjectMetadata","metadata":{"resourceVersion":"20","annotations":{"k8s.io/initial-events-end":"true"}}}})"
      "\n");
  EXPECT_TRUE(has_ended_initial);
  EXPECT_TRUE(client->streams_lists());
  const auto refused = client->watch(config_maps, {.initial_events = true}, 0, told.handlers());
  transport.answer(1, 422, R"({"kind":"Status","reason":"Invalid","code":422})");
  EXPECT_FALSE(client->streams_lists());
}

TEST_F(HttpClientTest, AWatchEndsOnceAndSaysWhy) {
  struct Row {
    std::string what;
    std::function<void(HttpSink&)> play;
    Reason want;
  };
  const auto event = [](std::string text) {
    return [text = std::move(text)](HttpSink& sink) {
      sink.on_head({});
      sink.on_chunk(text);
    };
  };
  const Row rows[] = {
      {"too old",
       event(R"({"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410}})"
             "\n"),
       Reason::expired},
      {"gone",
       event(R"({"type":"ERROR","object":{"kind":"Status","code":410}})"
             "\n"),
       Reason::expired},
      {"no JSON", event("{\n"), Reason::internal},
      {"no object",
       event(R"({"type":"ADDED"})"
             "\n"),
       Reason::internal},
      {"no version",
       event(R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})"
             "\n"),
       Reason::internal},
      {"an unknown type", event(line("WEIRD", "a", 1)), Reason::internal},
      {"a line without end", event(std::string((16U << 20U) + 1, 'x')), Reason::internal},
      {"refused",
       [](HttpSink& sink) {
         sink.on_head({.status = 403, .headers = {}});
         sink.on_chunk(R"({"kind":"Status","reason":"Forb)");
         sink.on_chunk(R"(idden","code":403})");
         sink.on_end({});
       },
       Reason::forbidden},
      {"cut between events",
       [](HttpSink& sink) {
         sink.on_head({});
         sink.on_end(fail(Reason::unavailable, "cut"));
       },
       Reason::unavailable},
      {"cut in an event, in order as it seems",
       [](HttpSink& sink) {
         sink.on_head({});
         sink.on_chunk(R"({"type":"ADD)");
         sink.on_end({});
       },
       Reason::unavailable},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    transport.asked.clear();
    int ends = 0;
    WatchHandlers handlers;
    handlers.on_event = [](const WatchEvent&) { FAIL(); };
    handlers.on_end = [&](const Result<void>& end) {
      ++ends;
      EXPECT_THAT(end, FailsWith(row.want));
    };
    const auto handle = client->watch(config_maps, {}, 10, std::move(handlers));
    row.play(*transport.asked[0].sink);
    transport.asked[0].sink->on_chunk(line("ADDED", "late", 99));
    transport.asked[0].sink->on_end({});
    EXPECT_EQ(ends, 1);
    loop.run_until_idle();
    EXPECT_FALSE(*transport.asked[0].open);
  }
}

TEST_F(HttpClientTest, AWatchMayBeEndedByItsReceiverAndDoesNotOutliveTheServersPromise) {
  std::unique_ptr<WatchHandle> handle;
  int events = 0;
  WatchHandlers handlers;
  handlers.on_event = [&](const WatchEvent&) {
    ++events;
    handle.reset();
  };
  handlers.on_end = [](const Result<void>&) { FAIL(); };
  handle = client->watch(config_maps, {}, 10, std::move(handlers));
  transport.asked[0].sink->on_head({});
  transport.asked[0].sink->on_chunk(line("ADDED", "a", 11) + line("ADDED", "b", 12));
  EXPECT_EQ(events, 1);
  EXPECT_FALSE(*transport.asked[0].open);

  Told told;  // a connection that died without a word
  const auto silent = client->watch(config_maps, {}, 10, told.handlers());
  transport.asked[1].sink->on_head({});
  loop.run_for(5min);
  EXPECT_THAT(told.take(), IsEmpty());
  loop.run_for(6min);
  EXPECT_THAT(told.take(), ElementsAre(testing::HasSubstr("connection is lost")));
}

TEST(WriteRequest, SaysWhatItExpects) {
  using Verb = Write::Verb;
  struct Row {
    Verb verb;
    std::string body;
    std::uint64_t revision;
    std::string uid;
    std::string want;  // method, target, content type, body
  };
  const std::string base = "/apis/placement.kubernetes-fleet.io/v1beta1/namespaces/n/stagedupdateruns";
  const std::string json = " application/json ";
  const Row rows[] = {
      {Verb::create, R"({"metadata":{"name":"r"}})", 0, "",
       "POST " + base + "?fieldManager=f" + json + R"({"metadata":{"name":"r"}})"},
      {Verb::update, R"({"metadata":{"name":"r","resourceVersion":"1"}})", 7, "u",
       "PUT " + base + "/r?fieldManager=f" + json + R"({"metadata":{"name":"r","resourceVersion":"7","uid":"u"}})"},
      {Verb::update_status, R"({"metadata":{"name":"r"}})", 7, "",
       "PUT " + base + "/r/status?fieldManager=f" + json + R"({"metadata":{"name":"r","resourceVersion":"7"}})"},
      {Verb::merge_patch, R"({"spec":{"x":null}})", 7, "",
       "PATCH " + base +
           R"(/r?fieldManager=f application/merge-patch+json {"metadata":{"resourceVersion":"7"},"spec":{"x":null}})"},
      {Verb::merge_patch_status, R"({"status":{}})", 0, "u",
       "PATCH " + base +
           R"(/r/status?fieldManager=f application/merge-patch+json {"metadata":{"uid":"u"},"status":{}})"},
      {Verb::strategic_patch, "{}", 7, "",
       "PATCH " + base +
           R"(/r?fieldManager=f application/strategic-merge-patch+json {"metadata":{"resourceVersion":"7"}})"},
      {Verb::json_patch, R"([{"op":"remove","path":"/x"}])", 7, "",
       "PATCH " + base +
           R"(/r?fieldManager=f application/json-patch+json [{"op":"add","path":"/metadata/resourceVersion","value":"7"},{"op":"remove","path":"/x"}])"},
      {Verb::remove, "null", 7, "u",
       "DELETE " + base + "/r" + json +
           R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"resourceVersion":"7","uid":"u"},"propagationPolicy":"Background"})"},
  };
  const HttpRequest hurried =
      to_request({.verb = Verb::remove, .resource = runs, .key = {"n", "r"}, .grace_period_seconds = 0});
  EXPECT_THAT(hurried.body, testing::HasSubstr(R"("gracePeriodSeconds":0)"));
  for (const Row& row : rows) {
    SCOPED_TRACE(row.want);
    const HttpRequest request = to_request({.verb = row.verb,
                                            .resource = runs,
                                            .key = {"n", "r"},
                                            .body = json::parse(row.body).value(),
                                            .resource_version = row.revision,
                                            .uid = row.uid,
                                            .field_manager = "f"});
    EXPECT_EQ(
        fmt::format("{} {} {} {}", request.method, request.target, request.headers.get("content-type"), request.body),
        row.want);
  }
}

TEST_F(HttpClientTest, ARemovalAnswersWithWhatIsLeft) {
  std::optional<Result<kube::ObjectPtr>> gone;
  std::optional<Result<kube::ObjectPtr>> waiting;
  const Write write{.verb = Write::Verb::remove, .resource = config_maps, .key = {"n", "a"}, .uid = "u"};
  client->write(write, into(gone));
  client->write(write, into(waiting));
  transport.answer(0, 200, R"({"kind":"Status","status":"Success","details":{"uid":"u"}})");
  transport.answer(
      1, 200,
      R"({"kind":"ConfigMap","metadata":{"name":"a","finalizers":["f"],"deletionTimestamp":"2026-01-01T00:00:00Z"}})");
  EXPECT_EQ(gone->value(), nullptr);
  EXPECT_TRUE(waiting->value()->metadata().is_deleting());
}

std::vector<std::string> texts(const std::vector<ApiResource>& resources) {
  std::vector<std::string> found;
  for (const ApiResource& resource : resources) {
    found.push_back(fmt::format("{} {} {} {}{}{}", resource.resource.group_resource().text(), resource.resource.version,
                                resource.kind, fmt::join(resource.verbs, ","), resource.namespaced ? " n" : "",
                                resource.preferred ? " *" : ""));
  }
  return found;
}

TEST_F(HttpClientTest, DiscoversThroughTheAggregatedDocuments) {
  std::optional<Result<std::vector<ApiResource>>> got;
  const std::string core =
      R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[
    {"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced","verbs":["get","list"],"subresources":[{"subresource":"log"}]}]}]}]})";
  const auto groups = [](std::string_view freshness) {
    return fmt::format(R"({{"kind":"APIGroupDiscoveryList","items":[{{"metadata":{{"name":"lab.io"}},"versions":[
      {{"version":"v1","resources":[{{"resource":"widgets","responseKind":{{"kind":"Widget"}},"scope":"Cluster","verbs":["get"]}}]}},
      {{"version":"v1beta1","freshness":"{}","resources":[{{"resource":"widgets","responseKind":{{"kind":"Widget"}},"scope":"Cluster","verbs":["get"]}},
        {{"resource":"gadgets","responseKind":{{"kind":"Gadget"}},"scope":"Namespaced","verbs":["list"]}}]}}]}}]}})",
                       freshness);
  };
  const auto want = ElementsAre("pods v1 Pod get,list n *", "widgets.lab.io v1 Widget get *",
                                "widgets.lab.io v1beta1 Widget get", "gadgets.lab.io v1beta1 Gadget list n *");
  client->discover(into(got));
  EXPECT_EQ(target(0), "/clusters/m/api");
  EXPECT_EQ(target(1), "/clusters/m/apis");
  EXPECT_THAT(header(1, "accept"),
              testing::StartsWith("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"));
  transport.answer(1, 200, groups("Current"));
  transport.answer(0, 200, core);
  EXPECT_THAT(texts(got->value()), want);
  client->discover(into(got));
  transport.answer(2, 200, core);
  transport.answer(3, 200, groups("Stale"));  // its own server does not answer: its kinds are not gone
  EXPECT_THAT(texts(got->value()), want);
  client->discover(into(got));
  transport.answer(4, 200, core);
  transport.answer(5, 503, "");
  EXPECT_THAT(*got, FailsWith(Reason::unavailable));
}

TEST_F(HttpClientTest, DiscoversThroughTheOlderDocuments) {
  const std::map<std::string, std::string> documents = {
      {"/api", R"({"kind":"APIVersions","versions":["v1"]})"},
      {"/apis",
       R"({"kind":"APIGroupList","groups":[{"name":"lab.io","versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}}]})"},
      {"/api/v1",
       R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get"]},{"name":"pods/log","kind":"Pod"}]})"},
      {"/apis/lab.io/v1",
       R"({"kind":"APIResourceList","resources":[{"name":"widgets","kind":"Widget","namespaced":false,"verbs":["get"]}]})"},
      {"/apis/lab.io/v1beta1",
       R"({"kind":"APIResourceList","resources":[{"name":"widgets","kind":"Widget","namespaced":false,"verbs":["get"]}]})"}};
  bool is_broken = false;
  transport.on_send = [&](std::size_t which) {  // before send() has returned
    const std::string path = target(which).substr(std::string_view("/clusters/m").size());
    const bool breaks = is_broken && path == "/apis/lab.io/v1";
    transport.answer(which, breaks ? 503 : 200, breaks ? "" : documents.at(path));
  };
  std::optional<Result<std::vector<ApiResource>>> got;
  for (const bool broken : {false, true}) {
    is_broken = broken;
    client->discover(into(got));
    EXPECT_THAT(texts(got->value()), ElementsAre("pods v1 Pod get n *", "widgets.lab.io v1 Widget get *",
                                                 "widgets.lab.io v1beta1 Widget get"));
  }
}

TEST_F(HttpClientTest, NothingIsHeardAfterItsEnd) {
  client->get(config_maps, {"n", "a"}, [](const Result<kube::ObjectPtr>&) { FAIL(); });
  client.reset();
  EXPECT_FALSE(*transport.asked[0].open);
  transport.answer(0, 200, "{}");
  loop.run_for(2min);
}

TEST(ResourcePath, IsEncoded) {
  EXPECT_EQ(resource_path({"", "v1", "namespaces"}, {"", "n"}, "finalize"), "/api/v1/namespaces/n/finalize");
  EXPECT_EQ(resource_path({"apps", "v1", "deployments"}, {}), "/apis/apps/v1/deployments");
  EXPECT_EQ(percent_encode("a/b?ä~"), "a%2Fb%3F%C3%A4~");
}

}  // namespace
}  // namespace slipway::client
