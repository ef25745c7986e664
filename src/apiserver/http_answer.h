#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "base/loop.h"
#include "client/http.h"

// Part of the HTTP front alone (it brings Asio along): what passes between the core thread and a connection.
namespace slipway::apiserver {

// What the core tells a connection about the answer under way.
struct Outgoing {
  enum class Kind { head, chunk, end, abort };
  Kind kind = Kind::chunk;
  client::HttpHead head{};
  std::string bytes{};
};

// The two ends of one request's answer: the core pushes, the connection's coroutine pulls. The network thread is woken
// once for any number of pushes between two pulls. The exchange is touched on the core thread only.
class SocketAnswer final : public client::HttpSink, public std::enable_shared_from_this<SocketAnswer> {
 public:
  SocketAnswer(Loop& core, std::shared_ptr<boost::asio::io_context> network, std::size_t queued_bytes_max)
      : core_(core), network_(std::move(network)), wake_(*network_), queued_bytes_max_(queued_bytes_max) {
    wake_.expires_at(boost::asio::steady_timer::time_point::max());
  }

  // Core thread.
  void keep(std::unique_ptr<client::HttpExchange> exchange) {
    if (!ended_) exchange_ = std::move(exchange);
  }
  void on_head(client::HttpHead head) override { push({.kind = Outgoing::Kind::head, .head = std::move(head)}); }
  void on_chunk(std::string bytes) override { push({.kind = Outgoing::Kind::chunk, .bytes = std::move(bytes)}); }
  void on_end(Result<void> end) override {
    ended_ = true;
    push({.kind = end ? Outgoing::Kind::end : Outgoing::Kind::abort});
    // Not destroyed here: this call comes from inside the exchange.
    core_.post([self = shared_from_this()] { self->exchange_.reset(); });
  }

  // Network thread: the peer is gone.
  void abandon() {
    core_.post([self = shared_from_this()] {
      self->ended_ = true;
      self->exchange_.reset();
    });
  }

  // Network thread: everything pushed since the last call; waits for the first piece, or until `peer_closed` wakes it.
  boost::asio::awaitable<std::deque<Outgoing>> pull() {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (!queue_.empty() || woken_by_peer_) {
          queued_bytes_ = 0;
          co_return std::exchange(queue_, {});
        }
      }
      boost::system::error_code ignored;
      co_await wake_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
  }
  void wake_for_peer() {
    {
      const std::lock_guard lock(mutex_);
      woken_by_peer_ = true;
    }
    wake_.cancel();
  }

 private:
  void push(Outgoing piece) {
    {
      const std::lock_guard lock(mutex_);
      queued_bytes_ += piece.bytes.size();
      if (queued_bytes_ > queued_bytes_max_) {
        // A reader this slow would hold the fleet's history in our memory; it will watch again from where it was.
        queue_.clear();
        queue_.push_back({.kind = Outgoing::Kind::abort});
      } else {
        queue_.push_back(std::move(piece));
      }
      if (queue_.size() > 1) return;  // already woken
    }
    boost::asio::post(*network_, [self = shared_from_this()] { self->wake_.cancel(); });
  }

  Loop& core_;
  const std::shared_ptr<boost::asio::io_context> network_;  // shared: the core may push after the front is gone
  boost::asio::steady_timer wake_;                          // network thread
  const std::size_t queued_bytes_max_;
  std::mutex mutex_;
  std::deque<Outgoing> queue_;
  std::size_t queued_bytes_ = 0;
  bool woken_by_peer_ = false;
  std::unique_ptr<client::HttpExchange> exchange_;  // core thread
  bool ended_ = false;                              // core thread
};

}  // namespace slipway::apiserver
