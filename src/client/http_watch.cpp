#include "client/http_watch.h"

#include "client/http_call.h"
#include "client/line_splitter.h"
#include "client/watch_stream.h"

namespace slipway::client {
namespace {

// API servers refuse objects above 3 MiB (kube-api 6.1); escapes may make their text longer.
constexpr std::size_t line_max = std::size_t{16} << 20U;
constexpr std::size_t error_body_max = std::size_t{1} << 20U;

class Stream final : public HttpSink, public std::enable_shared_from_this<Stream> {
 public:
  Stream(const HttpWatchOptions& options, WatchHandlers handlers) : options_(options), handlers_(std::move(handlers)) {}

  void begin(HttpRequest request) {
    timer_ = options_.loop.at(options_.loop.clock().ticks() + options_.timeout, [weak = weak_from_this()] {
      if (const auto self = weak.lock())
        self->end(fail(Reason::unavailable, "the watch was not heard to end: the connection is lost"));
    });
    auto exchange = options_.transport.send(std::move(request), pass_on_to(weak_from_this()));
    if (is_open_) exchange_ = std::move(exchange);
  }

  void close() {
    is_open_ = false;
    exchange_.reset();
    if (timer_) options_.loop.cancel(*timer_);
    timer_.reset();
  }

  void on_head(HttpHead head) override { head_ = std::move(head); }

  void on_chunk(std::string bytes) override {
    if (!is_open_) return;
    if (head_.status != 200) {
      if (error_body_.size() < error_body_max) error_body_ += bytes;
      return;
    }
    const auto self = shared_from_this();  // an event's receiver may close the stream
    if (!lines_.feed(bytes, [this](std::string_view line) { return take(line); })) {
      end(fail(Reason::internal, "the server sent a watch event of more than {} MiB", line_max >> 20U));
    }
  }

  void on_end(Result<void> how) override {
    if (!is_open_) return;
    if (!how) return end(fail(Reason::unavailable, "{}", how.error().message));
    if (head_.status != 200) return end(fail(error_of(head_, error_body_, false)));
    if (lines_.has_rest()) return end(fail(Reason::unavailable, "the watch was cut in the middle of an event"));
    end({});
  }

 private:
  bool take(std::string_view line) {
    auto parsed = parse_watch_line(line, options_.kind, options_.metadata_only);
    if (!parsed) {
      end(fail(std::move(parsed.error())));
    } else if (auto* error = std::get_if<Error>(&*parsed)) {
      end(fail(std::move(*error)));
    } else {
      handlers_.on_event(std::move(std::get<WatchEvent>(*parsed)));
    }
    return is_open_;
  }

  void end(Result<void> how) {
    if (!is_open_) return;
    // The exchange ends after the callback of its own that brought us here.
    if (exchange_) options_.loop.post([exchange = std::move(exchange_)]() mutable { exchange.reset(); });
    close();
    handlers_.on_end(std::move(how));
  }

  HttpWatchOptions options_;
  WatchHandlers handlers_;
  std::unique_ptr<HttpExchange> exchange_;
  std::optional<Loop::TimerId> timer_;
  HttpHead head_;
  LineSplitter lines_{line_max};
  std::string error_body_;
  bool is_open_ = true;
};

class Handle final : public WatchHandle {
 public:
  explicit Handle(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  ~Handle() override { stream_->close(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 private:
  std::shared_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<WatchHandle> start_http_watch(const HttpWatchOptions& options, HttpRequest request,
                                              WatchHandlers handlers) {
  auto stream = std::make_shared<Stream>(options, std::move(handlers));
  auto handle = std::make_unique<Handle>(stream);
  stream->begin(std::move(request));
  return handle;
}

}  // namespace slipway::client
