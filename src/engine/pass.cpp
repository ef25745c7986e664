#include "engine/pass.h"

#include <algorithm>

#include "engine/reads.h"

namespace slipway::engine {
namespace {

// A controller that still asks for reads after so many rounds does not understand its answers.
constexpr int rounds_max = 16;

class Pass : public std::enable_shared_from_this<Pass> {
 public:
  Pass(std::shared_ptr<Edge> edge, const Controller& controller, KeyState& state, Log log,
       std::move_only_function<void(PassResult)> done)
      : edge_(std::move(edge)),
        controller_(controller),
        state_(state),
        log_(std::move(log)),
        done_(std::move(done)),
        view_(edge_->caches, &state_.tried, log_) {}

  void decide() {
    if (edge_->is_stopped) return finish({});
    ++edge_->counters.reconciles;
    plan_ = controller_.reconcile(*state_.key, view_, state_.memo, edge_->loop.now());
    if (!plan_.reads.empty()) return read();
    std::erase_if(plan_.chains, [](const Chain& chain) { return chain.empty(); });
    wants_writes_ = !plan_.chains.empty() || plan_.report;
    if (plan_.chains.empty()) return report();
    execute(edge_, view_, log_, std::move(plan_.chains), [self = shared_from_this()](const Outcome& outcome) {
      if (outcome.written + outcome.failed + outcome.tried.size() > 0 || self->edge_->is_stopped)
        return self->finish(outcome);
      self->report();  // every write turned out unneeded
    });
  }

 private:
  void read() {
    std::erase_if(plan_.reads, [this](const Read& read) { return view_.answer(read) != nullptr; });
    if (plan_.reads.empty() || ++rounds_ > rounds_max) {
      log_.error("asks for the same reads again and again: left alone for a while");
      Outcome outcome;
      outcome.add_failure(Outcome::Next::later);
      plan_ = {};
      return finish(outcome);
    }
    perform(edge_, view_, plan_.reads, [self = shared_from_this()](Result<void> result) {
      if (result) return self->decide();
      self->log_.info("cannot read yet: {}", result.error().message);
      Outcome outcome;
      outcome.add_failure(Outcome::Next::soon, result.error().retry_after);
      self->plan_ = {};
      self->finish(outcome);
    });
  }

  void report() {
    if (!plan_.report) return finish({});
    std::vector<Chain> chains(1);
    chains.front().push_back(std::move(*plan_.report));
    execute(edge_, view_, log_, std::move(chains),
            [self = shared_from_this()](const Outcome& outcome) { self->finish(outcome); });
  }

  void finish(const Outcome& outcome) {
    PassResult result{
        .outcome = outcome, .has_refused_read = has_refused_read(), .look_again = plan_.look_again, .events = {}};
    const bool took_effect = outcome.failed == 0 && (outcome.written > 0 || !wants_writes_);
    if (took_effect && !edge_->is_stopped) result.events = std::move(plan_.events);
    result.used_discovery[0] = view_.used_discovery(Side::hub);
    result.used_discovery[1] = view_.used_discovery(Side::member);
    std::exchange(done_, nullptr)(std::move(result));
  }

  [[nodiscard]] bool has_refused_read() const {
    return std::ranges::any_of(view_.answers(), [](const auto& entry) {
      return !entry.second && entry.second.error().reason != Reason::not_found;
    });
  }

  std::shared_ptr<Edge> edge_;
  const Controller& controller_;
  KeyState& state_;
  Log log_;
  std::move_only_function<void(PassResult)> done_;
  PassView view_;
  Plan plan_;
  int rounds_ = 0;
  bool wants_writes_ = false;
};

}  // namespace

void run_pass(std::shared_ptr<Edge> edge, const Controller& controller, KeyState& state, Log log,
              std::move_only_function<void(PassResult)> done) {
  std::make_shared<Pass>(std::move(edge), controller, state, std::move(log), std::move(done))->decide();
}

}  // namespace slipway::engine
