#include "engine/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/text.h"

namespace slipway::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

kube::ObjectPtr make(std::string_view name, std::uint64_t revision, std::string_view uid, std::string_view owner = "") {
  kube::ObjectMeta metadata;
  const auto slash = name.find('/');
  metadata.namespace_ = name.substr(0, slash);
  metadata.name = name.substr(slash + 1);
  metadata.uid = uid;
  metadata.resource_version = revision;
  if (!owner.empty()) metadata.labels["owner"] = owner;
  return std::make_shared<const kube::Object>(kube::GroupVersionKind{"lab.io", "v1", "Widget"}, metadata,
                                              std::make_shared<const std::string>("{}"), nullptr);
}

class CacheTest : public testing::Test {
 protected:
  CacheTest() {
    cache.add_index(
        {.collection = {}, .name = "owner", .values = [](const kube::Object& object, std::vector<std::string>& values) {
           if (const std::string* owner = object.metadata().label("owner")) values.push_back(*owner);
         }});
  }
  // What changed since the last call: "+a@1" came, "-a@1" went, "a@1>2" changed.
  std::vector<std::string> changed() {
    std::vector<std::string> texts;
    for (const Change& change : std::exchange(changes, {})) {
      const std::string& name = change.either().metadata().name;
      if (change.before == nullptr) texts.push_back(fmt::format("+{}@{}", name, change.after->revision()));
      if (change.after == nullptr) texts.push_back(fmt::format("-{}@{}", name, change.before->revision()));
      if (change.before && change.after)
        texts.push_back(fmt::format("{}@{}>{}", name, change.before->revision(), change.after->revision()));
    }
    return texts;
  }
  static std::vector<std::string> names(const std::vector<kube::ObjectPtr>& objects) {
    std::vector<std::string> found;
    for (const auto& object : objects) found.push_back(object->key().text());
    return found;
  }

  SimulatedClock clock;
  Cache cache{clock};
  std::vector<Change> changes;
};

TEST_F(CacheTest, TheHigherRevisionWinsWhateverTheOrder) {
  cache.put(make("n/a", 5, "u1"), changes);
  EXPECT_THAT(changed(), ElementsAre("+a@5"));
  cache.put(make("n/a", 4, "u1"), changes);  // a late answer
  cache.put(make("n/a", 5, "u1"), changes);  // the watch after the write's answer
  EXPECT_THAT(changed(), IsEmpty());
  cache.put(make("n/a", 7, "u1"), changes);
  EXPECT_THAT(changed(), ElementsAre("a@5>7"));
  cache.put(make("n/a", 9, "u2"), changes);  // deleted and made again while nobody looked
  EXPECT_THAT(changed(), ElementsAre("-a@7", "+a@9"));
}

TEST_F(CacheTest, ATombstoneKeepsTheDeadBuried) {
  cache.put(make("n/a", 5, "u1"), changes);
  cache.put_deleted(*make("n/a", 8, "u1"), changes);
  EXPECT_THAT(changed(), ElementsAre("+a@5", "-a@5"));
  cache.put(make("n/a", 7, "u1"), changes);  // the answer to a write before the deletion
  cache.put(make("n/a", 6, "u0"), changes);  // an even older object of that name
  EXPECT_THAT(changed(), IsEmpty());
  cache.put(make("n/a", 9, "u2"), changes);  // a new object
  EXPECT_THAT(changed(), ElementsAre("+a@9"));
  cache.put_deleted(*make("n/a", 8, "u1"), changes);  // the watch lags behind a create's answer
  EXPECT_THAT(changed(), IsEmpty());
}

TEST_F(CacheTest, ARemovalWhoseRevisionIsUnknownCountsByUid) {
  cache.put(make("n/a", 5, "u1"), changes);
  cache.put_gone({"n", "a"}, "other", changes);
  EXPECT_THAT(changed(), ElementsAre("+a@5"));
  cache.put_gone({"n", "a"}, "u1", changes);
  EXPECT_THAT(changed(), ElementsAre("-a@5"));
  cache.put(make("n/a", 7, "u1"), changes);  // the watch still tells of a change before the removal
  EXPECT_THAT(changed(), IsEmpty());
  cache.put_gone({"n", "b"}, "u3", changes);  // never seen: it was made and removed before the watch told
  cache.put(make("n/b", 10, "u3"), changes);
  EXPECT_THAT(changed(), IsEmpty());
}

TEST_F(CacheTest, TombstonesAreBounded) {
  for (int i = 0; i < 5000; ++i) cache.put_deleted(*make(fmt::format("n/{}", i), 1, "u"), changes);
  EXPECT_LE(cache.tombstones(), 4096U);
  clock.advance(std::chrono::minutes{6});
  cache.put_deleted(*make("n/last", 1, "u"), changes);
  EXPECT_EQ(cache.tombstones(), 1U);
}

TEST_F(CacheTest, AListReplacesWhatIsOlder) {
  cache.put(make("n/a", 5, "u1"), changes);
  cache.put(make("n/b", 6, "u2"), changes);
  cache.put(make("n/new", 20, "u3"), changes);  // the answer to a write after the list was made
  cache.put(make("m/c", 7, "u4"), changes);
  changes.clear();
  cache.replace({make("n/b", 9, "u2"), make("n/d", 3, "u5")}, 10, "n", false, changes);
  EXPECT_THAT(changed(), testing::UnorderedElementsAre("-a@5", "b@6>9", "+d@3"));
  EXPECT_THAT(names(cache.list("")), ElementsAre("m/c", "n/b", "n/d", "n/new"));
  cache.put(make("n/a", 5, "u1"), changes);
  EXPECT_THAT(changed(), IsEmpty());
  cache.replace({make("n/b", 2, "u2")}, 2, "n", true, changes);  // a server restored from a backup
  EXPECT_THAT(names(cache.list("")), ElementsAre("m/c", "n/b"));
  EXPECT_EQ(cache.get({"n", "b"})->revision(), 2U);
}

TEST_F(CacheTest, IndexesFollowTheObjects) {
  cache.put(make("n/b", 1, "u1", "x"), changes);
  cache.put(make("n/a", 2, "u2", "x"), changes);
  cache.put(make("m/z", 3, "u3", "y"), changes);
  EXPECT_THAT(names(cache.indexed("owner", "x")), ElementsAre("n/a", "n/b"));  // in order of key
  cache.put(make("n/b", 4, "u1", "y"), changes);
  EXPECT_THAT(names(cache.indexed("owner", "x")), ElementsAre("n/a"));
  EXPECT_THAT(names(cache.indexed("owner", "y")), ElementsAre("m/z", "n/b"));
  cache.put_deleted(*make("m/z", 5, "u3", "y"), changes);
  EXPECT_THAT(names(cache.indexed("owner", "y")), ElementsAre("n/b"));
  EXPECT_EQ(cache.indexed("owner", "y").front()->revision(), 4U);
  EXPECT_THAT(cache.indexed("owner", "nobody"), IsEmpty());
  EXPECT_THAT(cache.indexed("unknown", "x"), IsEmpty());
  cache.add_index(
      {.collection = {}, .name = "name", .values = [](const kube::Object& object, std::vector<std::string>& values) {
         values.push_back(object.metadata().name);
       }});
  EXPECT_THAT(names(cache.indexed("name", "a")), ElementsAre("n/a"));  // an index made late knows what is there
  EXPECT_THAT(names(cache.list("n")), ElementsAre("n/a", "n/b"));
  cache.clear(changes);
  EXPECT_THAT(cache.indexed("name", "a"), IsEmpty());
}

}  // namespace
}  // namespace slipway::engine
