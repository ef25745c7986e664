// kube-api 17 J, K: lists and watches.
#include "apiserver/selection.h"
#include "apiserver/watch_window.h"
#include "test/apiserver/registry_fixture.h"

namespace slipway::apiserver {
namespace {

using testing::ElementsAre;

class RegistryReadTest : public RegistryFixture {
 protected:
  RegistryReadTest() {
    for (const std::string name : {"m", "n"})
      EXPECT_THAT(create("namespaces", R"({"metadata":{"name":")" + name + R"("}})"), Ok());
    for (const std::string_view name : {"n/b", "m/a", "n/a", "n/c", "n/a-b"}) make(name);
  }
  void make(std::string_view name, std::string_view label = "x") {
    const auto key = key_of(name);
    EXPECT_THAT(
        create("configmaps", fmt::format(R"({{"metadata":{{"name":"{}","namespace":"{}","labels":{{"l":"{}"}}}}}})",
                                         key.name, key.namespace_, label)),
        Ok());
  }
  Result<Page> list(std::string_view id, const Selection& selection, std::size_t limit = 0, std::string_view token = "",
                    std::optional<std::uint64_t> exact = {}) {
    return registry_->list(*resource(id), selection, limit, token, exact);
  }
  static std::vector<std::string> names(const Page& page) {
    std::vector<std::string> out;
    for (const auto& item : page.items) out.push_back(item->key().text());
    return out;
  }
  static Selection select(std::string namespace_, std::string_view labels = "", std::string_view fields = "") {
    return {.namespace_ = std::move(namespace_),
            .labels = *kube::parse_label_selector(labels),
            .fields = *kube::parse_field_selector(fields)};
  }
};

TEST_F(RegistryReadTest, J149To156_Selections) {
  make("m/z", "y");
  struct {
    std::string_view rule;
    Selection selection;
    std::vector<std::string> want;
  } const rows[] = {
      {"J156 by namespace and name, bytewise", select(""), {"m/a", "m/z", "n/a", "n/a-b", "n/b", "n/c"}},
      {"one namespace", select("n"), {"n/a", "n/a-b", "n/b", "n/c"}},
      {"J149 a namespace that is not there", select("nowhere"), {}},
      {"J155 labels", select("", "l=y"), {"m/z"}},
      {"J155 name in a namespace", select("n", "", "metadata.name=a"), {"n/a"}},
      {"J155 name everywhere", select("", "", "metadata.name=a"), {"m/a", "n/a"}},
      {"J155 not a name", select("n", "", "metadata.name!=a"), {"n/a-b", "n/b", "n/c"}},
      {"J155 namespace as a field", select("", "", "metadata.namespace=m"), {"m/a", "m/z"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.rule);
    const auto page = list("configmaps", row.selection);
    ASSERT_THAT(page, Ok());
    EXPECT_EQ(names(*page), row.want);
    EXPECT_EQ(page->revision, registry_->revision());
  }
  EXPECT_THAT(list("configmaps", select("", "", "spec.foo=a")),
              FailsWith(Reason::bad_request, std::string("field label not supported: spec.foo")));
  EXPECT_EQ(list("namespaces", select("", "", "metadata.name=n"))->items.size(), 1U);
  EXPECT_EQ(list("namespaces", select("", "", "status.phase=Active"))->items.size(), 6U);
  EXPECT_EQ(list("namespaces", select("", "", "status.phase=Terminating"))->items.size(), 0U);
}

TEST_F(RegistryReadTest, J150And151_PagesShowOneMoment) {
  const auto first = list("configmaps", select(""), 2);
  ASSERT_THAT(first, Ok());
  EXPECT_THAT(names(*first), ElementsAre("m/a", "n/a"));
  EXPECT_EQ(first->remaining, 3);
  make("n/aa");
  ASSERT_THAT(remove("configmaps", "n/c"), Ok());
  ASSERT_THAT(patch("configmaps", "n/b", R"({"metadata":{"labels":{"l":"changed"}}})"), Ok());
  const auto second = list("configmaps", select(""), 2, first->continue_token);
  ASSERT_THAT(second, Ok());
  EXPECT_THAT(names(*second), ElementsAre("n/a-b", "n/b"));
  EXPECT_EQ(*second->items[1]->metadata().label("l"), "x");
  EXPECT_EQ(second->revision, first->revision);
  EXPECT_EQ(second->remaining, 1);
  const auto third = list("configmaps", select(""), 0, second->continue_token);
  ASSERT_THAT(third, Ok());
  EXPECT_THAT(names(*third), ElementsAre("n/c"));
  EXPECT_TRUE(third->continue_token.empty());

  EXPECT_FALSE(list("configmaps", select("", "l=x"), 1)->remaining) << "only without selectors";
  EXPECT_FALSE(list("configmaps", select("", "l=x"), 1)->continue_token.empty());
  EXPECT_THAT(list("configmaps", select(""), 1, "garbage"), FailsWith(Reason::bad_request));
}

TEST_F(RegistryReadTest, J153And154_ExactMoments) {
  const std::uint64_t before = registry_->revision();
  make("n/new");
  const auto page = list("configmaps", select("n"), 0, "", before);
  ASSERT_THAT(page, Ok());
  EXPECT_EQ(page->items.size(), 4U);
  EXPECT_EQ(page->revision, before);
  EXPECT_THAT(list("configmaps", select(""), 0, "", 999'999),
              FailsWith(Reason::server_timeout, std::string("Timeout: Too large resource version: 999999, current: ")));
  loop_.run_until_idle();
  start({});
  EXPECT_THAT(list("configmaps", select(""), 0, "", before),
              FailsWith(Reason::expired, std::string("The resourceVersion for the provided list is too old.")));
  const auto token = list("configmaps", select(""), 1)->continue_token;
  EXPECT_THAT(list("configmaps", select(""), 0, token), Ok());
}

TEST_F(RegistryReadTest, K163And170_WatchFromARevision) {
  std::vector<std::string> seen;
  const auto note = [&](const Registry::ChangeEvent& event) {
    seen.push_back(fmt::format("{} {}",
                               event.before == nullptr  ? "+"
                               : event.after == nullptr ? "-"
                                                        : "*",
                               (event.after != nullptr ? event.after : event.before)->metadata().name));
  };
  const std::uint64_t from = registry_->revision();
  make("n/d");
  ASSERT_THAT(patch("configmaps", "m/a", R"({"metadata":{"labels":null}})"), Ok());
  const auto all = registry_->watch(*resource("configmaps"), from, {.on_change = note, .on_close = {}});
  ASSERT_THAT(all, Ok());
  EXPECT_THAT(seen, ElementsAre("+ d", "* a")) << "the past within the call";
  ASSERT_THAT(remove("configmaps", "n/d"), Ok());
  EXPECT_THAT(seen, ElementsAre("+ d", "* a", "- d"));
  seen.clear();
  {
    const auto one =
        registry_->watch(*resource("configmaps"), from, {.on_change = note, .on_close = {}, .namespace_ = "m"});
    EXPECT_THAT(seen, ElementsAre("* a"));
  }
  seen.clear();
  make("m/e");
  EXPECT_THAT(seen, ElementsAre("+ e")) << "a handle that is gone hears nothing";
  loop_.run_until_idle();
  start({});
  EXPECT_THAT(registry_->watch(*resource("configmaps"), from, {}),
              FailsWith(Reason::expired, fmt::format("too old resource version: {} (", from)));
  EXPECT_THAT(registry_->watch(*resource("configmaps"), registry_->revision(), {}), Ok());
}

TEST_F(RegistryReadTest, K165_SelectorTransitions) {
  const Selection selection = select("", "l=x");
  std::vector<client::WatchEvent> seen;
  const auto watch =
      registry_->watch(*resource("configmaps"), 0,
                       {.on_change =
                            [&](const Registry::ChangeEvent& change) {
                              if (auto event = selected_change(*resource("configmaps"), selection, change))
                                seen.push_back(std::move(*event));
                            },
                        .on_close = {}});
  for (const std::string_view label : {"x2", "y", "x", "x"}) {
    ASSERT_THAT(patch("configmaps", "n/a",
                      fmt::format(R"({{"metadata":{{"labels":{{"l":"{}"}},"annotations":{{"a":"{}"}}}}}})", label,
                                  seen.size())),
                Ok());
  }
  ASSERT_THAT(remove("configmaps", "n/a"), Ok());
  using Type = client::WatchEvent::Type;
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0].type, Type::deleted);
  EXPECT_EQ(*seen[0].object->metadata().label("l"), "x") << "the previous state";
  EXPECT_EQ(seen[0].object->revision(), seen[0].revision) << "with the new version";
  EXPECT_EQ(seen[1].type, Type::added);
  EXPECT_EQ(seen[2].type, Type::modified);
  EXPECT_EQ(seen[3].type, Type::deleted) << "K166";
  EXPECT_EQ(seen[3].object->revision(), registry_->revision());
}

TEST_F(RegistryReadTest, AListenerMayWriteAndLeave) {
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> second;
  std::unique_ptr<client::WatchHandle> leaving;
  const auto a =
      registry_->watch(*resource("configmaps"), 0,
                       {.on_change =
                            [&](const Registry::ChangeEvent& event) {
                              first.push_back(event.revision);
                              leaving.reset();
                              if (first.size() < 4) {
                                EXPECT_THAT(registry_->create(*resource("configmaps"), "m",
                                                              parse_json(R"({"metadata":{"generateName":"g-"}})"), {}),
                                            Ok());
                              }
                            },
                        .on_close = {}});
  leaving = *registry_->watch(*resource("configmaps"), 0,
                              {.on_change = [&](const Registry::ChangeEvent&) { FAIL(); }, .on_close = {}});
  const auto b = registry_->watch(
      *resource("configmaps"), 0,
      {.on_change = [&](const Registry::ChangeEvent& event) { second.push_back(event.revision); }, .on_close = {}});
  make("n/go");
  EXPECT_EQ(first.size(), 4U);
  EXPECT_EQ(first, second);
  EXPECT_TRUE(std::ranges::is_sorted(first));
}

TEST(WatchWindow, KeepsSeventyFiveSecondsAndALittleMore) {
  WatchWindow window(1);
  const auto object = *kube::Object::from_json({"", "v1", "ConfigMap"}, parse_json(R"({"metadata":{"name":"a"}})"));
  Ticks now{};
  std::uint64_t revision = 1;
  for (std::size_t i = 0; i < 2 * WatchWindow::events_max; ++i)
    window.add({.before = object, .after = object, .revision = ++revision}, now);
  EXPECT_EQ(window.floor(), 1U) << "all of it is younger than 75 s";
  now = now + std::chrono::seconds{76};
  window.add({.before = object, .after = object, .revision = ++revision}, now);
  EXPECT_EQ(window.size(), WatchWindow::events_max);
  EXPECT_EQ(window.floor(), revision - WatchWindow::events_max);

  const std::uint64_t page = revision;
  window.hold(page, now);
  now = now + std::chrono::minutes{4};
  for (std::size_t i = 0; i < 2 * WatchWindow::events_max; ++i)
    window.add({.before = object, .after = object, .revision = ++revision}, now);
  now = now + std::chrono::seconds{30};
  window.add({.before = object, .after = object, .revision = ++revision}, now);
  EXPECT_LE(window.floor(), page) << "a paged list holds it for 5 minutes";
  now = now + std::chrono::minutes{2};
  window.add({.before = object, .after = object, .revision = ++revision}, now);
  EXPECT_GT(window.floor(), page);
}

}  // namespace
}  // namespace slipway::apiserver
