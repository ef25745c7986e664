#include "engine/plan_execution.h"

#include "client/backoff.h"
#include "engine/unneeded_write.h"

namespace slipway::engine {
namespace {

using Verb = client::Write::Verb;

constexpr std::size_t in_flight_max = 32;

std::string_view word(Verb verb) {
  switch (verb) {
    case Verb::create:
      return "create";
    case Verb::update:
      return "update";
    case Verb::update_status:
      return "update status of";
    case Verb::merge_patch:
    case Verb::strategic_patch:
    case Verb::json_patch:
      return "patch";
    case Verb::merge_patch_status:
      return "patch status of";
    case Verb::remove:
      return "delete";
  }
  std::unreachable();
}

// The answer to a removal: an object that waits for its finalizers or grace period carries a deletion timestamp.
// Without a grace period only finalizers hold it.
bool is_still_there(const client::Write& request, const kube::ObjectPtr& answer) {
  if (answer == nullptr || !answer->metadata().is_deleting()) return false;
  return request.grace_period_seconds != 0 || !answer->metadata().finalizers.empty();
}

Outcome::Next next_after(const client::Write& request, const Error& error) {
  switch (error.reason) {
    case Reason::conflict:
    case Reason::already_exists:
    case Reason::server_timeout:
      return Outcome::Next::again;
    case Reason::not_found:  // of a create: its namespace is missing
      return request.verb == Verb::create ? Outcome::Next::soon : Outcome::Next::again;
    case Reason::unavailable:
    case Reason::too_many_requests:
    case Reason::internal:
    case Reason::io:
      return Outcome::Next::soon;
    default:
      return Outcome::Next::later;
  }
}

// The server has looked at the write and does not want it, rather than being unable to look.
bool is_verdict(const Error& error) {
  return error.reason != Reason::unavailable && error.reason != Reason::too_many_requests;
}

class Execution : public std::enable_shared_from_this<Execution> {
 public:
  Execution(std::shared_ptr<Edge> edge, const PassView& view, Log log, std::vector<Chain> chains,
            std::move_only_function<void(Outcome)> done)
      : edge_(std::move(edge)), view_(view), log_(std::move(log)), done_(std::move(done)) {
    runs_.reserve(chains.size());
    for (Chain& chain : chains) runs_.push_back({.chain = std::move(chain)});
  }

  void start() {
    is_starting_ = true;
    while (next_run_ < runs_.size() && in_flight_ < in_flight_max) {
      Run& run = runs_[next_run_++];
      ++in_flight_;
      advance(run);
    }
    is_starting_ = false;
    if (in_flight_ == 0 && next_run_ == runs_.size() && done_) std::exchange(done_, nullptr)(outcome_);
  }

 private:
  // What a chain has made of an object; null when it removed it.
  struct Made {
    Side side;
    kube::GroupResource resource;
    Key key;
    kube::ObjectPtr object;
  };
  struct Run {
    Chain chain;
    std::size_t position = 0;
    std::vector<Made> made{};
    std::string cached_uid{};           // of the object being written or read, when that began
    std::uint64_t cached_revision = 0;  // likewise
    std::uint64_t hash = 0;             // of a write that wants an answer
    bool is_calling = false;
    std::optional<Result<kube::ObjectPtr>> answer{};
  };

  // Goes on until a write has to be waited for. A loop, not a recursion: in process each answer comes at once.
  void advance(Run& run) {
    while (run.position < run.chain.size() && edge_->may_begin_write()) {
      Write& write = run.chain[run.position];
      if (const auto refused = prepare(run, write)) return refuse(run, write, *refused);
      if (is_unneeded_) {
        ++edge_->counters.writes_skipped;
        ++run.position;
        continue;
      }
      run.answer.reset();
      run.is_calling = true;
      if (write.wants_answer) run.hash = TriedWrites::hash_of(write);
      json::Value body = std::exchange(write.request.body, nullptr);
      client::Write request = write.request;
      request.body = std::move(body);
      edge_->client(write.side)
          ->write(std::move(request), [self = shared_from_this(), &run](Result<kube::ObjectPtr> answer) {
            run.answer = std::move(answer);
            if (!run.is_calling && self->take_answer(run)) self->advance(run);
          });
      run.is_calling = false;
      if (!run.answer || !take_answer(run)) return;
    }
    finish(run);
  }

  // Fills in what earlier writes of the chain made and whether the write is needed (`is_unneeded_`). A message when the
  // plan asks for a write that expects nothing: that is not carried out (design 4, "every write is conditional").
  std::optional<std::string> prepare(Run& run, Write& write) {
    is_unneeded_ = false;
    client::Write& request = write.request;
    if (edge_->client(write.side) == nullptr) return "this process has no client for that side";
    const kube::ObjectPtr current = this->current(run, write);
    const Made* made = find_made(run, write);
    run.cached_uid = current == nullptr ? std::string() : current->metadata().uid;
    run.cached_revision = current == nullptr ? 0 : current->revision();
    if (request.verb == Verb::create) return std::nullopt;
    if (made != nullptr && made->object != nullptr) {
      request.resource_version = made->object->revision();
      request.uid = made->object->metadata().uid;
      restate_version(request);
    }
    const bool expects_something = request.resource_version != 0 || !request.uid.empty();
    if (!expects_something && current != nullptr) {
      request.uid = current->metadata().uid;
      if (request.verb != Verb::remove) request.resource_version = current->revision();
    } else if (!expects_something) {
      return "it says neither which version nor which UID it expects";
    }
    // A removal expects a UID only. Where another process may lead by the time it arrives, that is too little: it could
    // take away what the other has decided to keep.
    const bool is_bare_removal = request.verb == Verb::remove && request.resource_version == 0;
    if (is_bare_removal && edge_->is_elected() && current != nullptr && current->metadata().uid == request.uid)
      request.resource_version = current->revision();
    if (current == nullptr || (request.resource_version != 0 && request.resource_version != current->revision()))
      return std::nullopt;
    is_unneeded_ = changes_nothing(request, *current);
    return std::nullopt;
  }

  // The body speaks of the version the plan knew.
  static void restate_version(client::Write& request) {
    json::Value* metadata = request.body.find("metadata");
    if (metadata == nullptr) return;
    if (json::Value* version = metadata->find("resourceVersion")) *version = std::to_string(request.resource_version);
    if (json::Value* uid = metadata->find("uid")) *uid = request.uid;
  }

  [[nodiscard]] static const Made* find_made(const Run& run, const Write& write) {
    for (const Made& made : run.made) {
      if (made.side == write.side && made.key == write.request.key &&
          made.resource == write.request.resource.group_resource()) {
        return &made;
      }
    }
    return nullptr;
  }

  [[nodiscard]] kube::ObjectPtr current(const Run& run, const Write& write) const {
    if (const Made* made = find_made(run, write)) return made->object;
    const client::Write& request = write.request;
    if (auto cached = edge_->caches.get(collection_of(write), request.key)) return cached;
    const Answer* answer = view_.answer({.side = write.side, .resource = request.resource, .key = request.key});
    return answer == nullptr || !*answer || (*answer)->empty() ? nullptr : (*answer)->front();
  }

  // An agent works on two clusters: its lines say on which. The hub's controllers have one.
  [[nodiscard]] std::string describe(const Write& write) const {
    const client::Write& request = write.request;
    const bool is_agent = edge_->client(Side::hub) != nullptr && edge_->client(Side::member) != nullptr;
    const std::string_view where = !is_agent ? "" : write.side == Side::member ? " on the member" : " on the hub";
    return fmt::format("{} {} {}{}", word(request.verb), request.resource.group_resource().text(), request.key.text(),
                       where);
  }

  static Collection collection_of(const Write& write) { return {write.side, write.request.resource.group_resource()}; }

  void refuse(Run& run, const Write& write, std::string_view why) {
    log_.error("a plan wants to {} ({}), but {}: not sent", describe(write), write.why, why);
    ++edge_->counters.writes_failed;
    outcome_.add_failure(Outcome::Next::later);
    finish(run);
  }

  // True when the chain goes on.
  bool take_answer(Run& run) {
    const Write& write = run.chain[run.position];
    Result<kube::ObjectPtr> answer = std::move(*run.answer);
    run.answer.reset();
    // A removal of what is gone has succeeded.
    if (!answer && answer.error().reason == Reason::not_found && write.request.verb == Verb::remove) answer = nullptr;
    if (!answer) {
      fail_write(run, write, answer.error());
      return false;
    }
    succeed(run, write, std::move(*answer));
    ++run.position;
    return true;
  }

  void succeed(Run& run, const Write& write, kube::ObjectPtr answer) {
    const client::Write& request = write.request;
    const Collection collection = collection_of(write);
    ++edge_->counters.writes;
    log_.info("{}: {}", describe(write), write.why);
    const bool is_gone = request.verb == Verb::remove && !is_still_there(request, answer);
    // The server may find that nothing changes after defaulting: then there is nothing new to decide on.
    const bool is_changed =
        is_gone || answer == nullptr ||
        (answer->revision() != run.cached_revision && answer->revision() != request.resource_version);
    if (is_changed) ++outcome_.written;
    if (!is_changed && write.wants_answer) note(run, write, {});
    if (is_gone) {
      edge_->caches.put_gone(collection, request.key, request.uid.empty() ? run.cached_uid : request.uid);
      answer = nullptr;
    } else if (answer != nullptr) {
      edge_->caches.put(write.side, request.resource, answer);
    }
    for (Made& made : run.made) {
      if (made.side == write.side && made.key == request.key && made.resource == collection.resource) {
        made.object = std::move(answer);
        return;
      }
    }
    run.made.push_back({write.side, collection.resource, request.key, std::move(answer)});
  }

  void fail_write(Run& run, const Write& write, const Error& error) {
    const Outcome::Next next = next_after(write.request, error);
    const bool is_race = next == Outcome::Next::again;
    ++(is_race ? edge_->counters.writes_conflicted : edge_->counters.writes_failed);
    if (is_race) {
      log_.debug("cannot {} ({}): {}: looking at what is there now", describe(write), write.why, error.message);
      return read_back(run, write, error);
    }
    if (write.wants_answer && is_verdict(error)) {
      log_.info("cannot {} ({}): {}", describe(write), write.why, error.message);
      note(run, write, {.refusal = error});
      return finish(run);
    }
    if (next == Outcome::Next::later) {
      log_.warn("cannot {} ({}): {}", describe(write), write.why, error.message);
    } else {
      log_.info("cannot {} yet ({}): {}", describe(write), write.why, error.message);
    }
    outcome_.add_failure(next, error.retry_after);
    finish(run);
  }

  void note(const Run& run, const Write& write, Tried tried) {
    outcome_.tried.push_back({.side = write.side,
                              .resource = write.request.resource.group_resource(),
                              .key = write.request.key,
                              .hash = run.hash,
                              .resource_version = write.request.resource_version,
                              .tried = std::move(tried)});
  }

  // One live read of what a failed write was about, into the cache (design 4, "never spin on a stale cache").
  void read_back(Run& run, const Write& write, const Error& cause) {
    const Collection collection = collection_of(write);
    const std::string& version = edge_->caches.version(collection);
    if (version.empty() || edge_->is_stopped) {  // not cached: the controller reads it when it is called again
      outcome_.add_failure(Outcome::Next::again, cause.retry_after);
      return finish(run);
    }
    ++edge_->counters.reads;
    const kube::GroupVersionResource resource{collection.resource.group, version, collection.resource.resource};
    const kube::ObjectPtr cached = edge_->caches.get(collection, write.request.key);
    run.cached_uid = cached == nullptr ? std::string() : cached->metadata().uid;
    edge_->client(write.side)
        ->get(resource, write.request.key, [self = shared_from_this(), &run, resource](Result<kube::ObjectPtr> found) {
          self->take_read_back(run, resource, std::move(found));
        });
  }

  void take_read_back(Run& run, const kube::GroupVersionResource& resource, Result<kube::ObjectPtr> found) {
    const Write& write = run.chain[run.position];
    if (found) {
      edge_->caches.put(write.side, resource, std::move(*found));
      outcome_.add_failure(Outcome::Next::again);
    } else if (found.error().reason == Reason::not_found) {
      // Only what was known when the read began: a newer object of that name may have come meanwhile.
      if (!run.cached_uid.empty()) edge_->caches.put_gone(collection_of(write), write.request.key, run.cached_uid);
      outcome_.add_failure(Outcome::Next::again);
    } else {
      outcome_.add_failure(Outcome::Next::soon, found.error().retry_after);
    }
    finish(run);
  }

  void finish(Run& run) {
    run.chain.clear();
    --in_flight_;
    if (!is_starting_) start();
  }

  std::shared_ptr<Edge> edge_;
  const PassView& view_;
  Log log_;
  std::move_only_function<void(Outcome)> done_;
  std::vector<Run> runs_;
  std::size_t next_run_ = 0;
  std::size_t in_flight_ = 0;
  bool is_unneeded_ = false;
  bool is_starting_ = false;
  Outcome outcome_;
};

}  // namespace

void Outcome::add_failure(Next how, std::optional<std::chrono::seconds> wait) {
  ++failed;
  next = std::max(next, how);
  if (wait) retry_after = std::max(retry_after.value_or(std::chrono::seconds{0}), *wait);
}

void execute(std::shared_ptr<Edge> edge, const PassView& view, Log log, std::vector<Chain> chains,
             std::move_only_function<void(Outcome)> done) {
  std::make_shared<Execution>(std::move(edge), view, std::move(log), std::move(chains), std::move(done))->start();
}

}  // namespace slipway::engine
