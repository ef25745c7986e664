#include "sim/pipe.h"

#include <algorithm>
#include <vector>

namespace slipway::sim {
namespace {

std::unexpected<Error> broken(std::string_view why) { return fail(Reason::unavailable, "connection broken: {}", why); }

}  // namespace

class Wire;

// Shared by the pipe and its exchanges, which may outlive it.
class PipeState {
 public:
  explicit PipeState(Pipe::Options with) : options(std::move(with)) {}
  [[nodiscard]] Duration delay() {
    const auto max = static_cast<std::uint64_t>(options.faults.latency_max.count());
    return Duration{max == 0 ? 0 : static_cast<std::int64_t>(options.rng.below(max + 1))};
  }
  [[nodiscard]] bool happens(std::uint64_t one_in) { return one_in != 0 && options.rng.one_in(one_in); }

  Pipe::Options options;
  bool partitioned = false;
  std::vector<std::weak_ptr<Wire>> wires;
};

// One exchange: what the server says travels to the client's sink, in order, each piece not before its time.
class Wire final : public client::HttpSink, public std::enable_shared_from_this<Wire> {
 public:
  Wire(std::shared_ptr<PipeState> state, std::shared_ptr<client::HttpSink> sink)
      : state_(std::move(state)), sink_(std::move(sink)), free_at_(state_->options.loop.now().ticks) {}

  void deliver(client::HttpRequest request) {
    if (state_->partitioned || state_->happens(state_->options.faults.refuse_one_in)) {
      return arrive([](Wire& wire) { wire.finish(broken("refused")); });
    }
    lose_answer_ = state_->happens(state_->options.faults.lose_answer_one_in);
    arrive([request = std::move(request)](Wire& wire) mutable {
      if (wire.cut_) return;
      auto exchange =
          wire.state_->options.server(std::move(request), wire.state_->options.identity, wire.shared_from_this());
      if (!wire.ended_) wire.exchange_ = std::move(exchange);
    });
  }
  // The client is no longer interested, or the network is gone.
  void abandon() {
    sink_.reset();
    cut_ = true;
    close_server_side();
  }
  void cut(std::string_view why) {
    if (cut_) return;
    cut_ = true;
    close_server_side();
    if (sink_ != nullptr) std::exchange(sink_, nullptr)->on_end(broken(why));
  }

  void on_head(client::HttpHead head) override {
    if (lose_answer_) return arrive([](Wire& wire) { wire.cut("the answer was lost"); });
    arrive([head = std::move(head)](Wire& wire) mutable {
      if (wire.sink_ != nullptr && !wire.cut_) wire.sink_->on_head(std::move(head));
    });
  }
  void on_chunk(std::string bytes) override {
    if (state_->happens(state_->options.faults.cut_stream_one_in)) {
      bytes.resize(bytes.size() / 2);
      return arrive([bytes = std::move(bytes)](Wire& wire) mutable {
        if (wire.sink_ != nullptr && !wire.cut_) wire.sink_->on_chunk(std::move(bytes));
        wire.cut("in the middle of a chunk");
      });
    }
    arrive([bytes = std::move(bytes)](Wire& wire) mutable {
      if (wire.sink_ != nullptr && !wire.cut_) wire.sink_->on_chunk(std::move(bytes));
    });
  }
  void on_end(Result<void> end) override {
    ended_ = true;
    arrive([end = std::move(end)](Wire& wire) mutable { wire.finish(std::move(end)); });
  }

 private:
  void arrive(std::move_only_function<void(Wire&)> piece) {
    Loop& loop = state_->options.loop;
    free_at_ = std::max(free_at_, loop.now().ticks + state_->delay());
    loop.at(free_at_, [self = shared_from_this(), piece = std::move(piece)]() mutable { piece(*self); });
  }
  void finish(Result<void> end) {
    close_server_side();
    if (sink_ != nullptr && !cut_) std::exchange(sink_, nullptr)->on_end(std::move(end));
  }
  void close_server_side() {
    // Never from inside the server's own call: it may be the one that ends this exchange.
    if (exchange_ != nullptr) state_->options.loop.post([exchange = std::shared_ptr(std::move(exchange_))] {});
  }

  std::shared_ptr<PipeState> state_;
  std::shared_ptr<client::HttpSink> sink_;
  std::unique_ptr<client::HttpExchange> exchange_;
  Ticks free_at_;  // the earliest moment for the next piece
  bool lose_answer_ = false;
  bool cut_ = false;
  bool ended_ = false;
};

namespace {

class ClientEnd final : public client::HttpExchange {
 public:
  explicit ClientEnd(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}
  ~ClientEnd() override { wire_->abandon(); }

 private:
  std::shared_ptr<Wire> wire_;
};

}  // namespace

Pipe::Pipe(Options options) : state_(std::make_shared<PipeState>(std::move(options))) {}
Pipe::~Pipe() = default;

std::unique_ptr<client::HttpExchange> Pipe::send(client::HttpRequest request, std::shared_ptr<client::HttpSink> sink) {
  auto wire = std::make_shared<Wire>(state_, std::move(sink));
  std::erase_if(state_->wires, [](const std::weak_ptr<Wire>& one) { return one.expired(); });
  state_->wires.push_back(wire);
  wire->deliver(std::move(request));
  return std::make_unique<ClientEnd>(std::move(wire));
}

void Pipe::set_faults(const PipeFaults& faults) { state_->options.faults = faults; }

void Pipe::set_partitioned(bool partitioned) {
  state_->partitioned = partitioned;
  if (!partitioned) return;
  for (const auto& weak : std::exchange(state_->wires, {})) {
    if (const auto wire = weak.lock()) wire->cut("partitioned");
  }
}

}  // namespace slipway::sim
