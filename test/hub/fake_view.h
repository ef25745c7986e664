#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/kinds.h"
#include "engine/controller.h"

namespace slipway::hub::testing {

// A hub in memory for controller tests: collections with indexes, discovery, answers to live reads, and the writes of
// plans carried out as an API server would (versions, generations, finalizers, owners aside). One version per object,
// no lag.
class FakeView final : public engine::View {
 public:
  FakeView();  // serves namespaces, config maps, secrets, services, deployments and more: see the source

  using engine::View::get;
  using engine::View::indexed;
  [[nodiscard]] kube::ObjectPtr get(const engine::Collection& collection,
                                    const kube::NamespacedName& key) const override;
  [[nodiscard]] std::vector<kube::ObjectPtr> indexed(const engine::Collection& collection, std::string_view index,
                                                     std::string_view value) const override;
  [[nodiscard]] std::vector<kube::ObjectPtr> list(const engine::Collection& collection,
                                                  std::string_view namespace_) const override;
  [[nodiscard]] const engine::Answer* answer(const engine::Read& read) const override;
  [[nodiscard]] const std::vector<client::ApiResource>& discovery(engine::Side side) const override;

  // All indexes of indexes.h are there from the start.
  void add_index(engine::Index index);
  void serve(client::ApiResource resource) { discovery_.push_back(std::move(resource)); }
  void serve_nothing() { discovery_.clear(); }

  // Stores a whole object as it stands; what is missing of uid ("uid-<name>"), resource version, generation (1) and
  // creation time (now) is filled in. The plural name is looked up among the fleet's kinds and in discovery.
  kube::ObjectPtr put(const json::Value& whole, engine::Side side = engine::Side::hub);
  kube::ObjectPtr put_json(std::string_view text, engine::Side side = engine::Side::hub);
  template <class T>
  kube::ObjectPtr put(const T& object, engine::Side side = engine::Side::hub) {
    return put(api::to_value(object), side);
  }
  void erase(const engine::Collection& collection, const kube::NamespacedName& key);

  // Answers reads from what is stored; until then answer() is null.
  void perform(const std::vector<engine::Read>& reads);
  void set_answer(const engine::Read& read, engine::Answer answer) { answers_[read] = std::move(answer); }
  void forget_answers() { answers_.clear(); }
  [[nodiscard]] std::size_t reads_made() const { return reads_made_; }

  // One write; one that would change nothing is not made, as by the runner. Errors as a server's: already_exists,
  // not_found, conflict.
  Result<void> apply(const engine::Write& write);
  // Chains one after the other; a failed write ends its chain. Writes after the first of a chain to the same object use
  // the version it made.
  void apply(const std::vector<engine::Chain>& chains);

  // Shows of users' objects no more than the metadata, as the caches do on a hub in another process; reads and writes
  // see all.
  bool shows_metadata_only = false;
  Now now{.wall = {1'700'000'000}, .ticks = {}};
  std::vector<engine::Write> written;  // every write that succeeded
  std::vector<Error> failures;

  // What came of reconciling a key until it rests, as the runner does it: reads made, chains carried out, then the
  // report.
  struct Rest {
    engine::Plan plan;                  // the last one
    std::vector<engine::Event> events;  // of all plans that took effect
    std::size_t writes = 0;
    bool is_at_rest = false;  // false: gave up after 40 rounds
  };
  Rest reconcile(const engine::Controller& controller, const engine::Key& key);

 private:
  [[nodiscard]] kube::ObjectPtr shown(const kube::ObjectPtr& object) const;
  [[nodiscard]] kube::ObjectPtr stored(const engine::Collection& collection, const kube::NamespacedName& key) const;
  [[nodiscard]] std::vector<kube::ObjectPtr> all_stored(const engine::Collection& collection,
                                                        std::string_view namespace_) const;
  using Objects = std::map<kube::NamespacedName, kube::ObjectPtr>;
  [[nodiscard]] kube::GroupVersionResource resource_of(const kube::GroupVersionKind& kind) const;
  void store(const engine::Collection& collection, const kube::GroupVersionKind& kind, kube::ObjectMeta metadata,
             kube::Segment body, kube::Segment status);

  std::map<engine::Collection, Objects> objects_;
  std::map<std::pair<engine::Collection, std::string>, engine::Index> indexes_;
  std::vector<client::ApiResource> discovery_;
  std::map<engine::Read, engine::Answer> answers_;
  std::uint64_t revision_ = 100;
  std::size_t reads_made_ = 0;
};

// `concerns` of every watch of `controller` on the collection, for one change.
[[nodiscard]] std::set<engine::Key> concerned(const engine::Controller& controller,
                                              const engine::Collection& collection, const engine::Change& change,
                                              const engine::View& view);

}  // namespace slipway::hub::testing
