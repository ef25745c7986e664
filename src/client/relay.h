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
#include <optional>
#include <string>

#include "base/loop.h"
#include "client/http.h"

// For tls_transport.cpp alone: it shows Asio, which is slow to compile.
namespace slipway::client {

// One part of an answer on its way to the core.
struct Piece {
  std::optional<HttpHead> head{};
  std::string bytes{};
  std::optional<Result<void>> end{};
};

// The way of one answer from the network thread to its sink. The core is woken once for any number of pieces.
class Relay final : public std::enable_shared_from_this<Relay> {
 public:
  Relay(Loop& core, std::shared_ptr<boost::asio::io_context> network, std::shared_ptr<HttpSink> sink,
        std::size_t queued_max)
      : core_(core),
        network_(std::move(network)),
        drained_(*network_),
        queued_max_(queued_max),
        sink_(std::move(sink)) {
    drained_.expires_at(boost::asio::steady_timer::time_point::max());
  }

  // Core thread: the sink hears nothing more.
  void abandon() { sink_.reset(); }

  // Network thread.
  void push(Piece piece) {
    {
      const std::lock_guard lock(mutex_);
      queued_bytes_ += piece.bytes.size();
      queue_.push_back(std::move(piece));
      if (queue_.size() > 1) return;  // already woken
    }
    core_.post([self = shared_from_this()] { self->deliver(); });
  }
  // Network thread: returns once the core has taken enough.
  boost::asio::awaitable<void> wait_for_room() {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (queued_bytes_ <= queued_max_ || abandoned_) co_return;
      }
      boost::system::error_code ignored;
      co_await drained_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
  }
  // Network thread: nobody takes anything any more.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    drained_.cancel();
  }

 private:
  void deliver() {
    std::deque<Piece> pieces;
    bool was_full = false;
    {
      const std::lock_guard lock(mutex_);
      pieces.swap(queue_);
      was_full = queued_bytes_ > queued_max_ && !abandoned_;
      queued_bytes_ = 0;
    }
    if (was_full) boost::asio::post(*network_, [self = shared_from_this()] { self->drained_.cancel(); });
    for (Piece& piece : pieces) {
      const auto sink = sink_;  // what is told may abandon the exchange
      if (sink == nullptr) return;
      if (piece.head) sink->on_head(*std::move(piece.head));
      if (!piece.bytes.empty()) sink->on_chunk(std::move(piece.bytes));
      if (piece.end) sink->on_end(*std::move(piece.end));
    }
  }

  Loop& core_;
  const std::shared_ptr<boost::asio::io_context> network_;
  boost::asio::steady_timer drained_;  // network thread
  const std::size_t queued_max_;
  std::shared_ptr<HttpSink> sink_;  // core thread
  std::mutex mutex_;
  std::deque<Piece> queue_;
  std::size_t queued_bytes_ = 0;
  bool abandoned_ = false;
};

}  // namespace slipway::client
