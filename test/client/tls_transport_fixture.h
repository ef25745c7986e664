#pragma once

#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "apiserver/http_front.h"
#include "base/thread_loop.h"
#include "client/tls_transport.h"

namespace slipway::client {

inline constexpr auto patience = std::chrono::seconds{20};  // of a test that fails; none waits this long otherwise

// What a requester was told; filled on the loop's thread.
class Heard final : public HttpSink {
 public:
  void on_head(HttpHead head) override { status = head.status; }
  void on_chunk(std::string bytes) override {
    body += bytes;
    if (!first_chunk_told_) first_chunk.set_value();
    first_chunk_told_ = true;
  }
  void on_end(Result<void> how) override { end.set_value(std::move(how)); }

  int status = 0;
  std::string body;
  std::promise<void> first_chunk;
  std::promise<Result<void>> end;

 private:
  bool first_chunk_told_ = false;
};

class ServerExchange final : public HttpExchange {
 public:
  explicit ServerExchange(std::promise<void>& gone) : gone_(gone) {}
  ~ServerExchange() override { gone_.set_value(); }

 private:
  std::promise<void>& gone_;
};

// The transport against the product's own HTTP front, whose handler answers by path.
class TlsTransportTest : public testing::Test {
 protected:
  TlsTransportTest() : loop_(clock_) {
    authority_ = *apiserver::make_authority("test authority", clock_.wall());
    loop_.start();
  }
  ~TlsTransportTest() override {
    transport_.reset();
    if (front_ != nullptr) front_->stop(std::chrono::milliseconds{0});
    loop_.stop();
  }

  void serve(std::uint16_t port = 0) {
    auto opened = apiserver::HttpFront::open(
        {.port = port,
         .server = *apiserver::issue(
             authority_, {.common_name = "server", .organizations = {}, .dns_names = {}, .addresses = {"127.0.0.1"}},
             clock_.wall()),
         .client_authority = authority_.certificate,
         .core = loop_,
         .handler = [this](HttpRequest request, const apiserver::Identity& identity, std::shared_ptr<HttpSink> sink) {
           return answer(std::move(request), identity, std::move(sink));
         }});
    ASSERT_TRUE(opened) << opened.error().message;
    front_ = *std::move(opened);
  }
  [[nodiscard]] apiserver::Credential credential_of(const std::string& name) const {
    return *apiserver::issue(authority_, {.common_name = name, .organizations = {}, .dns_names = {}, .addresses = {}},
                             clock_.wall());
  }
  [[nodiscard]] ServerAccess access() const {
    const auto user = credential_of("ann");
    ServerAccess access;
    access.description = "test";
    access.host = "127.0.0.1";
    access.port = front_->port();
    access.authority = authority_.certificate;
    access.certificate = user.certificate;
    access.key = user.key;
    return access;
  }
  void open(ServerAccess access, TlsTransport::Limits limits = {}) {
    auto opened = TlsTransport::open({.core = loop_, .access = std::move(access), .limits = limits});
    ASSERT_TRUE(opened) << opened.error().message;
    transport_ = *std::move(opened);
  }
  std::shared_ptr<Heard> send(std::string method, std::string target, std::string body = "") {
    auto heard = std::make_shared<Heard>();
    on_core([&] {
      exchanges_.push_back(transport_->send(
          {.method = std::move(method), .target = std::move(target), .headers = {}, .body = std::move(body)}, heard));
    });
    return heard;
  }
  static Result<void> end_of(Heard& heard) {
    auto future = heard.end.get_future();
    if (future.wait_for(patience) != std::future_status::ready) return fail(Reason::internal, "nothing was heard");
    return future.get();
  }
  void on_core(std::function<void()> task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  SystemClock clock_;
  ThreadLoop loop_;
  apiserver::Credential authority_;
  std::unique_ptr<apiserver::HttpFront> front_;
  std::unique_ptr<TlsTransport> transport_;
  std::vector<std::unique_ptr<HttpExchange>> exchanges_;  // core thread
  std::vector<std::shared_ptr<HttpSink>> streams_;        // core thread: of /stream
  std::promise<void> gone_;                               // an exchange of /stream was let go
  std::promise<void> streaming_;                          // /stream was asked

 private:
  std::unique_ptr<HttpExchange> answer(HttpRequest request, const apiserver::Identity& identity,
                                       std::shared_ptr<HttpSink> sink) {
    HttpHead head;
    if (request.target == "/401") head.status = 401;
    if (request.target == "/long-head") head.headers.add("x-long", std::string(100'000, 'x'));
    sink->on_head(std::move(head));
    if (request.target.starts_with("/stream")) {
      streams_.push_back(std::move(sink));
      streaming_.set_value();
      return std::make_unique<ServerExchange>(gone_);
    }
    if (request.target == "/host") {
      sink->on_chunk(std::string(request.headers.get("host")));
    } else if (request.target == "/large") {
      for (int i = 0; i < 64; ++i) sink->on_chunk(std::string(100'000, 'l'));
    } else {
      sink->on_chunk(fmt::format("{} {} by {} as {}: {}", request.method, request.target, identity.user,
                                 request.headers.get("authorization"), request.body));
    }
    sink->on_end({});
    return nullptr;
  }
};

}  // namespace slipway::client
