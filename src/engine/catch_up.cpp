#include "engine/catch_up.h"

#include <algorithm>
#include <set>

#include "client/backoff.h"

namespace slipway::engine {

class CatchUp::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(Options options) : options_(std::move(options)) {
    for (Stream& stream : options_.streams) gaps_.push_back({.stream = std::move(stream), .gone = {}, .timer = {}});
  }

  void start() {
    for (std::size_t at = 0; at < gaps_.size(); ++at) list(at);
    look_soon();
  }

  void stop() {
    stopped_ = true;
    for (Gap& gap : gaps_) {
      if (gap.timer) options_.edge->loop.cancel(*gap.timer);
    }
  }

  void look_soon() {
    if (stopped_ || std::exchange(is_look_posted_, true)) return;
    options_.edge->loop.post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->is_look_posted_ = false;
      self->look();
    });
  }

 private:
  // What a stream's cache has yet to hear.
  struct Gap {
    Stream stream;
    bool is_listed = false;
    bool is_closed = false;
    std::uint64_t position = 0;                                      // the newest listed version that it lacks
    std::vector<std::pair<kube::NamespacedName, std::string>> gone;  // key and uid of what it has and the list has not
    client::Backoff backoff = client::backoff_of_peer();
    std::optional<Loop::TimerId> timer;
  };

  [[nodiscard]] Collection collection_of(const Gap& gap) const {
    return {options_.side, gap.stream.resource.group_resource()};
  }

  void list(std::size_t at) {
    Gap& gap = gaps_[at];
    gap.timer.reset();
    const client::ListOptions options{
        .namespace_ = gap.stream.namespace_, .label_selector = {}, .field_selector = {}, .metadata_only = true};
    ++options_.edge->counters.reads;
    options_.edge->client(options_.side)
        ->list(gap.stream.resource, options, [weak = weak_from_this(), at](Result<client::ListResult> found) {
          const auto self = weak.lock();
          if (self != nullptr && !self->stopped_) self->listed(at, found);
        });
  }

  void listed(std::size_t at, const Result<client::ListResult>& found) {
    Gap& gap = gaps_[at];
    if (found) {
      compare(gap, *found);
    } else if (gap.stream.may_be_gone && !client::is_transient(found.error().reason)) {
      gap.is_closed = true;
    } else {
      options_.log.warn("cannot list {} before the first write, tries again: {}",
                        gap.stream.resource.group_resource().text(), found.error().message);
      const Ticks when =
          options_.edge->loop.clock().ticks() + gap.backoff.next(options_.rng, found.error().retry_after);
      gap.timer = options_.edge->loop.at(when, [weak = weak_from_this(), at] {
        if (const auto self = weak.lock()) self->list(at);
      });
    }
    look_soon();
  }

  void compare(Gap& gap, const client::ListResult& found) {
    gap.is_listed = true;
    const Collection collection = collection_of(gap);
    const Caches& caches = options_.edge->caches;
    std::set<kube::NamespacedName> listed;
    for (const auto& item : found.items) {
      const auto cached = caches.get(collection, item->key());
      if (cached == nullptr || cached->revision() < item->revision())
        gap.position = std::max(gap.position, item->revision());
      listed.insert(item->key());
    }
    for (const auto& cached : caches.list(collection, gap.stream.namespace_)) {
      if (cached->revision() <= found.revision && !listed.contains(cached->key()))
        gap.gone.emplace_back(cached->key(), cached->metadata().uid);
    }
  }

  void look() {
    if (stopped_) return;
    for (Gap& gap : gaps_) gap.is_closed = gap.is_closed || has_closed(gap);
    if (!std::ranges::all_of(gaps_, [](const Gap& gap) { return gap.is_closed; })) return;
    stop();
    options_.done();
  }

  [[nodiscard]] bool has_closed(Gap& gap) const {
    const auto position = options_.position(gap.stream);
    if (!position) return true;
    if (!gap.is_listed || *position < gap.position) return false;
    std::erase_if(gap.gone, [&](const auto& entry) {
      const auto cached = options_.edge->caches.get(collection_of(gap), entry.first);
      return cached == nullptr || cached->metadata().uid != entry.second;
    });
    return gap.gone.empty();
  }

  Options options_;
  std::vector<Gap> gaps_;
  bool is_look_posted_ = false;
  bool stopped_ = false;
};

CatchUp::CatchUp(Options options) : state_(std::make_shared<State>(std::move(options))) {}
CatchUp::~CatchUp() { state_->stop(); }

void CatchUp::start() { state_->start(); }
void CatchUp::look() { state_->look_soon(); }

}  // namespace slipway::engine
