#include "client/tls_transport.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/http_front.h"
#include "base/thread_loop.h"

namespace slipway::client {
namespace {

using testing::HasSubstr;

constexpr auto patience = std::chrono::seconds{20};  // of a test that fails; none waits this long otherwise

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
  [[nodiscard]] ServerAccess access() const {
    const auto user = *apiserver::issue(
        authority_, {.common_name = "ann", .organizations = {}, .dns_names = {}, .addresses = {}}, clock_.wall());
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
    if (request.target == "/large") {
      for (int i = 0; i < 64; ++i) sink->on_chunk(std::string(100'000, 'l'));
    } else {
      sink->on_chunk(fmt::format("{} {} by {} as {}: {}", request.method, request.target, identity.user,
                                 request.headers.get("authorization"), request.body));
    }
    sink->on_end({});
    return nullptr;
  }
};

TEST_F(TlsTransportTest, CarriesRequestsAndAnswers) {
  serve();
  auto with_token = access();
  with_token.token = "secret";
  open(std::move(with_token), {.requests_max = 2, .idle_connections_max = 1});
  std::vector<std::shared_ptr<Heard>> all;
  for (int i = 0; i < 10; ++i) all.push_back(send("POST", fmt::format("/{}", i), "body"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(end_of(*all[i]));
    EXPECT_EQ(all[i]->status, 200);
    EXPECT_EQ(all[i]->body, fmt::format("POST /{} by ann as Bearer secret: body", i));
  }
  const auto large = send("GET", "/large");
  ASSERT_TRUE(end_of(*large));
  EXPECT_EQ(large->body.size(), 6'400'000U);
}

TEST_F(TlsTransportTest, StreamsPiecesAsTheyComeAndClosesWhatIsAbandoned) {
  serve();
  open(access(), {.queued_bytes_max = 1000});
  const auto watch = send("GET", "/stream?watch=true");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] { streams_.front()->on_chunk("one line\n"); });
  ASSERT_EQ(watch->first_chunk.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] {
    EXPECT_EQ(watch->body, "one line\n");
    exchanges_.clear();
  });
  EXPECT_EQ(gone_.get_future().wait_for(patience), std::future_status::ready);
}

TEST_F(TlsTransportTest, ReadsAreAskedAgainWhenAKeptConnectionWasClosed) {
  serve();
  open(access());
  const auto first = send("GET", "/first");
  ASSERT_TRUE(end_of(*first));
  const std::uint16_t port = front_->port();
  front_->stop(std::chrono::milliseconds{0});
  front_.reset();
  const auto refused = send("GET", "/second");
  const auto end = end_of(*refused);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::io);  // nothing was sent
  EXPECT_THAT(end.error().message, HasSubstr("cannot connect to 127.0.0.1"));
  serve(port);
  const auto third = send("POST", "/third");
  ASSERT_TRUE(end_of(*third));
}

TEST_F(TlsTransportTest, ALostAnswerLeavesOpenWhatHappened) {
  serve();
  open(access());
  const auto write = send("POST", "/stream");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  front_->stop(std::chrono::milliseconds{0});
  const auto end = end_of(*write);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::unavailable);
}

TEST_F(TlsTransportTest, TrustsOnlyWhatTheAuthoritySignedForTheName) {
  serve();
  auto other_authority = access();
  other_authority.authority = apiserver::make_authority("another", clock_.wall())->certificate;
  auto other_name = access();
  other_name.server_name = "hub.example.com";
  auto unverified = other_authority;
  unverified.skip_verification = true;
  for (const auto& [access, is_good] :
       {std::pair{other_authority, false}, std::pair{other_name, false}, std::pair{unverified, true}}) {
    open(access);
    const auto heard = send("GET", "/");
    const auto end = end_of(*heard);
    EXPECT_EQ(end.has_value(), is_good);
    if (!end) {
      EXPECT_EQ(end.error().reason, Reason::io);
      EXPECT_THAT(end.error().message, HasSubstr("is not trusted for the name"));
    }
    on_core([&] { exchanges_.clear(); });
  }
}

TEST_F(TlsTransportTest, RefusesWhatHasNoLimit) {
  serve();
  open(access());
  const auto heard = send("GET", "/long-head");
  EXPECT_FALSE(end_of(*heard));
  const auto smuggled = send("GET", "/a HTTP/1.1\r\nx-evil: 1\r\n\r\n");
  const auto end = end_of(*smuggled);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::io);
}

TEST_F(TlsTransportTest, FinishWaitsForWrites) {
  serve();
  open(access());
  transport_->finish(patience);  // nothing under way
  const auto write = send("POST", "/stream");
  ASSERT_EQ(streaming_.get_future().wait_for(patience), std::future_status::ready);
  on_core([&] { streams_.front()->on_end({}); });
  transport_->finish(patience);
  EXPECT_TRUE(end_of(*write));
}

TEST(TlsTransportOpenTest, BadCredentialsAreNamed) {
  SystemClock clock;
  ThreadLoop loop(clock);
  ServerAccess access;
  access.description = "context a of f";
  access.host = "127.0.0.1";
  access.certificate = "no certificate";
  access.key = "no key";
  const auto opened = TlsTransport::open({.core = loop, .access = access});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::usage);
  EXPECT_THAT(opened.error().message, HasSubstr("context a of f: the client certificate cannot be used"));
}

}  // namespace
}  // namespace slipway::client
