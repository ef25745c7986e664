#include "engine/reads.h"

#include <algorithm>

#include "client/backoff.h"

namespace slipway::engine {
namespace {

// What a server says that was ahead of itself before: no answer, and worth asking again.
std::unexpected<Error> too_old(const Read& read, std::uint64_t revision, std::uint64_t known) {
  return fail(Reason::unavailable, "{} {} was read at revision {}, which is older than what was seen of it ({})",
              read.resource.group_resource().text(), read.key.text(), revision, known);
}

struct Batch {
  PassView& view;
  std::move_only_function<void(Result<void>)> done;
  std::size_t open = 1;  // the one that is starting them
  Result<void> result{};

  void take(const Read& read, Answer answer) {
    if (!answer && client::is_transient(answer.error().reason)) {
      if (result) result = fail(std::move(answer.error()));
      return finish_one();
    }
    this->answer(read, std::move(answer));
  }
  // Whatever it says.
  void answer(const Read& read, Answer answer) {
    view.set_answer(read, std::move(answer));
    finish_one();
  }
  void finish_one() {
    if (--open == 0) std::exchange(done, nullptr)(std::move(result));
  }
};

}  // namespace

void perform(const std::shared_ptr<Edge>& edge, PassView& view, const std::vector<Read>& reads,
             std::move_only_function<void(Result<void>)> done) {
  auto batch = std::make_shared<Batch>(Batch{.view = view, .done = std::move(done)});
  for (const Read& read : reads) {
    client::Client* client = edge->client(read.side);
    ++batch->open;
    if (client == nullptr) {
      batch->take(read, fail(Reason::internal, "this process has no client for that side"));
      continue;
    }
    ++edge->counters.reads;
    if (read.kind == Read::Kind::ready) {
      client->check_ready([batch, read](Result<void> ready) {
        batch->answer(read, ready ? Answer(std::vector<kube::ObjectPtr>()) : Answer(fail(std::move(ready.error()))));
      });
    } else if (read.kind == Read::Kind::version) {
      client->version([batch, read](Result<kube::ObjectPtr> version) {
        batch->answer(read,
                      version ? Answer(std::vector{std::move(*version)}) : Answer(fail(std::move(version.error()))));
      });
    } else if (read.kind == Read::Kind::get) {
      const kube::ObjectPtr cached = edge->caches.get(Collection{read.side, read.resource.group_resource()}, read.key);
      client->get(read.resource, read.key, [batch, edge, read, cached](Result<kube::ObjectPtr> found) {
        if (!found) {
          // Only what was known when the read began: a newer object of that name may have come meanwhile.
          const bool is_gone = found.error().reason == Reason::not_found && cached != nullptr;
          if (is_gone)
            edge->caches.put_gone({read.side, read.resource.group_resource()}, read.key, cached->metadata().uid);
          return batch->take(read, fail(std::move(found.error())));
        }
        const bool is_older = cached != nullptr && cached->metadata().uid == (*found)->metadata().uid &&
                              (*found)->revision() < cached->revision();
        if (is_older) return batch->take(read, too_old(read, (*found)->revision(), cached->revision()));
        edge->caches.put(read.side, read.resource, *found);
        batch->take(read, std::vector{std::move(*found)});
      });
    } else {
      const client::ListOptions options{
          .namespace_ = read.key.namespace_, .label_selector = read.label_selector, .field_selector = {}};
      const std::uint64_t known = edge->caches.revision({read.side, read.resource.group_resource()});
      client->list(read.resource, options, [batch, edge, read, known](Result<client::ListResult> found) {
        if (!found) return batch->take(read, fail(std::move(found.error())));
        // Not after a backup was put back: the cache will have noticed.
        const bool is_older =
            found->revision < std::min(known, edge->caches.revision({read.side, read.resource.group_resource()}));
        if (is_older) return batch->take(read, too_old(read, found->revision, known));
        batch->take(read, std::move(found->items));
      });
    }
  }
  batch->finish_one();
}

}  // namespace slipway::engine
