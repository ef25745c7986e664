#include "client/http_call.h"

#include <charconv>

#include "json/text.h"
#include "kube/status.h"

namespace slipway::client {
namespace {

constexpr std::size_t body_max = std::size_t{256} << 20U;  // a page of 500 objects of half a megabyte each

class PassOn final : public HttpSink {
 public:
  explicit PassOn(std::weak_ptr<HttpSink> sink) : sink_(std::move(sink)) {}
  void on_head(HttpHead head) override {
    if (const auto sink = sink_.lock()) sink->on_head(std::move(head));
  }
  void on_chunk(std::string bytes) override {
    if (const auto sink = sink_.lock()) sink->on_chunk(std::move(bytes));
  }
  void on_end(Result<void> end) override {
    if (const auto sink = sink_.lock()) sink->on_end(std::move(end));
  }

 private:
  std::weak_ptr<HttpSink> sink_;
};

class Call final : public HttpCall, public HttpSink, public std::enable_shared_from_this<Call> {
 public:
  Call(const Options& options, Done done) : options_(options), done_(std::move(done)) {}
  ~Call() override { cancel_timer(); }

  void begin(HttpRequest request) {
    timer_ = options_.loop.at(options_.loop.clock().ticks() + options_.timeout, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->timer_.reset();
      self->finish(self->no_answer("the server did not answer in time"));
    });
    auto exchange = options_.transport.send(std::move(request), pass_on_to(weak_from_this()));
    if (done_) exchange_ = std::move(exchange);
  }

  void on_head(HttpHead head) override { head_ = std::move(head); }

  void on_chunk(std::string bytes) override {
    if (!done_) return;
    if (body_.size() + bytes.size() > body_max) {
      return finish(
          fail(Reason::request_entity_too_large, "the server's answer is larger than {} MiB", body_max >> 20U));
    }
    if (body_.empty()) {
      body_ = std::move(bytes);
    } else {
      body_ += bytes;
    }
  }

  void on_end(Result<void> end) override {
    if (!done_) return;
    if (!end && end.error().reason == Reason::io) return finish(fail(Reason::unavailable, "{}", end.error().message));
    if (!end) return finish(no_answer(end.error().message));
    if (head_.status < 200 || head_.status > 299) return finish(fail(error_of(head_, body_, options_.is_write)));
    if (options_.is_text) return finish(json::Value(std::move(body_)));
    auto value = json::parse(body_);
    if (!value) return finish(fail(Reason::internal, "the server's answer cannot be read: {}", value.error().message));
    finish(std::move(*value));
  }

 private:
  [[nodiscard]] std::unexpected<Error> no_answer(std::string_view why) const {
    return fail(options_.is_write ? Reason::server_timeout : Reason::unavailable, "{}", why);
  }

  void finish(Result<json::Value> result) {
    if (!done_) return;
    cancel_timer();
    const auto self = shared_from_this();  // `done` may drop the call
    // The exchange ends after the callback of its own that brought us here.
    if (exchange_) options_.loop.post([exchange = std::move(exchange_)]() mutable { exchange.reset(); });
    std::exchange(done_, nullptr)(std::move(result));
  }

  void cancel_timer() {
    if (timer_) options_.loop.cancel(*timer_);
    timer_.reset();
  }

  Options options_;
  Done done_;
  std::unique_ptr<HttpExchange> exchange_;
  std::optional<Loop::TimerId> timer_;
  HttpHead head_;
  std::string body_;
};

}  // namespace

std::shared_ptr<HttpCall> HttpCall::send(const Options& options, HttpRequest request, Done done) {
  auto call = std::make_shared<Call>(options, std::move(done));
  call->begin(std::move(request));
  return call;
}

std::shared_ptr<HttpSink> pass_on_to(std::weak_ptr<HttpSink> sink) { return std::make_shared<PassOn>(std::move(sink)); }

Error error_of(const HttpHead& head, std::string_view body, bool is_write) {
  const auto status = json::parse(body);
  Error error = kube::from_status(head.status, status ? &*status : nullptr);
  const std::string_view retry = head.headers.get("retry-after");
  std::int64_t seconds = 0;
  const auto [end, code] = std::from_chars(retry.data(), retry.data() + retry.size(), seconds);
  const bool is_number = code == std::errc() && end == retry.data() + retry.size() && seconds > 0;
  if (!error.retry_after && is_number) error.retry_after = std::chrono::seconds{seconds};
  // A proxy that lost its server: nobody knows what became of the request.
  if (is_write && (head.status == 502 || head.status == 504)) error.reason = Reason::server_timeout;
  return error;
}

}  // namespace slipway::client
