#pragma once

#include <functional>
#include <memory>

#include "apiserver/identity.h"
#include "base/loop.h"
#include "base/rng.h"
#include "client/http.h"

namespace slipway::sim {

// What a simulated network does to exchanges. All draws come from one seed (design 1.5); zero turns a fault off.
struct PipeFaults {
  Duration latency_max{0};               // each direction, drawn uniformly per message
  std::uint64_t refuse_one_in = 0;       // the request never arrives (unavailable)
  std::uint64_t lose_answer_one_in = 0;  // the request arrives, its answer does not: a write may have happened
  std::uint64_t cut_stream_one_in = 0;   // a chunk of a streamed answer is cut in the middle and the stream ends
  friend bool operator==(const PipeFaults&, const PipeFaults&) = default;
};

class PipeState;

// Joins a client's Transport and a server's handle() without sockets (design 5): the same request handling and
// reflectors that the sockets use, in virtual time. Messages of one exchange keep their order.
class Pipe final : public client::Transport {
 public:
  using Handler = std::function<std::unique_ptr<client::HttpExchange>(client::HttpRequest, apiserver::Identity,
                                                                      std::shared_ptr<client::HttpSink>)>;
  struct Options {
    Loop& loop;
    Rng rng;
    Handler server;
    apiserver::Identity identity;  // what the connection's certificate says
    PipeFaults faults{};
  };
  explicit Pipe(Options options);
  ~Pipe() override;

  [[nodiscard]] std::unique_ptr<client::HttpExchange> send(client::HttpRequest request,
                                                           std::shared_ptr<client::HttpSink> sink) override;

  void set_faults(const PipeFaults& faults);
  // Nothing gets through until healed; exchanges under way are cut (a partition).
  void set_partitioned(bool partitioned);

 private:
  std::shared_ptr<PipeState> state_;
};

}  // namespace slipway::sim
