#include "apiserver/http_front.h"

#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "base/thread_loop.h"
#include "test/apiserver/tls_client.h"

namespace slipway::apiserver {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto patience = std::chrono::seconds{20};  // of a test that fails; none waits this long otherwise

LeafRequest client_request(std::string user, std::vector<std::string> groups) {
  return {.common_name = std::move(user), .organizations = std::move(groups), .dns_names = {}, .addresses = {}};
}
LeafRequest server_request(std::string address) {
  return {.common_name = "server", .organizations = {}, .dns_names = {}, .addresses = {std::move(address)}};
}

// Says on the core thread's side that the front let it go.
class Exchange final : public client::HttpExchange {
 public:
  explicit Exchange(std::promise<void>& gone) : gone_(gone) {}
  ~Exchange() override { gone_.set_value(); }

 private:
  std::promise<void>& gone_;
};

// A front whose handler answers by path: /echo at once with what it was asked; /stream gives the head and leaves the
// rest to the test.
class HttpFrontTest : public testing::Test {
 protected:
  HttpFrontTest() : loop_(clock_) {
    authority_ = *make_authority("test authority", clock_.wall());
    server_ = *issue(authority_, server_request("127.0.0.1"), clock_.wall());
    admin_ = *issue(authority_, client_request("ann", {"ops", "dev"}), clock_.wall());
    loop_.start();
  }
  ~HttpFrontTest() override {
    if (front_ != nullptr) front_->stop(std::chrono::milliseconds{0});
    loop_.stop();
  }

  [[nodiscard]] Result<std::unique_ptr<HttpFront>> make(HttpFront::Limits limits, std::uint16_t port = 0,
                                                        std::string address = "127.0.0.1") {
    return HttpFront::open(
        {.address = std::move(address),
         .port = port,
         .server = server_,
         .client_authority = authority_.certificate,
         .core = loop_,
         .handler =
             [this](client::HttpRequest request, Identity identity, std::shared_ptr<client::HttpSink> sink) {
               return answer(std::move(request), identity, std::move(sink));
             },
         .limits = limits});
  }
  void open(HttpFront::Limits limits = {}) {
    auto opened = make(limits);
    ASSERT_TRUE(opened) << opened.error().message;
    front_ = *std::move(opened);
  }
  [[nodiscard]] TlsClient connect(const Credential* credential = nullptr, int version_max = TLS1_3_VERSION) const {
    return TlsClient({.port = front_->port(),
                      .authority = authority_.certificate,
                      .credential = credential,
                      .version_max = version_max});
  }
  // Runs on the core thread, and waits until it has.
  void on_core(std::function<void()> task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  [[nodiscard]] bool exchange_is_gone() { return gone_.get_future().wait_for(patience) == std::future_status::ready; }

  SystemClock clock_;
  ThreadLoop loop_;
  Credential authority_, server_, admin_;
  std::unique_ptr<HttpFront> front_;
  std::shared_ptr<client::HttpSink> sink_;  // core thread: of the last /stream
  std::promise<void> gone_;                 // of the exchange of /stream

 private:
  std::unique_ptr<client::HttpExchange> answer(client::HttpRequest request, const Identity& identity,
                                               std::shared_ptr<client::HttpSink> sink) {
    client::HttpHead head;
    head.headers.add("X-Test", "yes");
    if (request.target == "/cut") {
      sink->on_end(fail(Reason::unavailable, "cut"));
      return nullptr;
    }
    sink->on_head(std::move(head));
    if (request.target == "/stream") {
      sink_ = std::move(sink);
      return std::make_unique<Exchange>(gone_);
    }
    sink->on_chunk(fmt::format("{} {} by {}", request.method, request.target, identity.user));
    for (const auto& group : identity.groups) sink->on_chunk("," + group);
    sink->on_chunk(fmt::format(" a={} {}", request.headers.get("x-a"), request.body));
    sink->on_end({});
    return nullptr;
  }
};

TEST_F(HttpFrontTest, AnswersOneRequestAfterTheOtherOnOneConnection) {
  open();
  TlsClient peer = connect(&admin_);
  ASSERT_TRUE(peer.write("GET /echo?x=%20 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n"));
  std::string answer = peer.read_answer();
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Test: yes\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("GET /echo?x=%20 by ann,ops,dev,system:authenticated a=1 "));

  ASSERT_TRUE(peer.write("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("X-Test: yes\r\n"));  // and no body: the next answer follows

  ASSERT_TRUE(peer.write(
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  answer = peer.read_answer();
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("a= abcde"));

  // Two at once are answered in order.
  ASSERT_TRUE(peer.write("GET /one HTTP/1.1\r\nHost: h\r\n\r\nGET /two HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(peer.read_answer(), HasSubstr("GET /one"));
  EXPECT_THAT(peer.read_answer(), HasSubstr("GET /two"));

  ASSERT_TRUE(peer.write("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(peer.read_to_end(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(peer.is_closed_by_server());
}

// kube-api 11.1: no certificate is anonymous; a wrong one never is.
TEST_F(HttpFrontTest, CertificateNamesTheUser) {
  open();
  TlsClient anonymous = connect();
  ASSERT_TRUE(anonymous.write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(anonymous.read_answer(), HasSubstr("by system:anonymous,system:unauthenticated"));

  const Credential other_authority = *make_authority("test authority", clock_.wall());
  const WallTime long_ago = clock_.wall() + -std::chrono::days{800};
  const Credential refused[] = {
      *issue(other_authority, client_request("ann", {"system:masters"}), clock_.wall()),
      *issue(authority_, client_request("ann", {}), long_ago),  // expired
      server_,                                                  // not for clients
  };
  for (const auto& credential : refused) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      TlsClient peer = connect(&credential, version);
      peer.write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
      EXPECT_EQ(peer.read_to_end(), "");
    }
  }
  EXPECT_FALSE(connect(&admin_, TLS1_1_VERSION).is_connected());
  EXPECT_TRUE(connect(&admin_, TLS1_2_VERSION).is_connected());
}

TEST_F(HttpFrontTest, StreamsEachPieceAsItComes) {
  open();
  TlsClient peer = connect(&admin_);
  ASSERT_TRUE(peer.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));  // before any piece exists
  on_core([this] { sink_->on_chunk("first event"); });
  EXPECT_EQ(peer.read_until("event\r\n"), "b\r\nfirst event\r\n");
  on_core([this] {
    sink_->on_chunk("");  // would end the body
    sink_->on_chunk("second");
    sink_->on_end({});
  });
  EXPECT_EQ(peer.read_until("0\r\n\r\n"), "6\r\nsecond\r\n0\r\n\r\n");
  EXPECT_TRUE(exchange_is_gone());
  ASSERT_TRUE(peer.write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"));  // the connection lives on
  EXPECT_THAT(peer.read_answer(), HasSubstr("GET /echo"));
}

TEST_F(HttpFrontTest, LetsTheExchangeGoWhenThePeerGoes) {
  open();
  TlsClient peer = connect(&admin_);
  ASSERT_TRUE(peer.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  peer.read_until("\r\n\r\n");
  peer.close();
  EXPECT_TRUE(exchange_is_gone());
}

TEST_F(HttpFrontTest, CutsAnAnswerThatFails) {
  open();
  TlsClient before = connect(&admin_);  // nothing was said yet: a proper error
  ASSERT_TRUE(before.write("GET /cut HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(before.read_to_end(), testing::AllOf(HasSubstr("HTTP/1.1 500 "), HasSubstr("InternalError")));

  TlsClient within = connect(&admin_);
  ASSERT_TRUE(within.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  within.read_until("\r\n\r\n");
  on_core([this] {
    sink_->on_chunk("half");
    sink_->on_end(fail(Reason::unavailable, "cut"));
  });
  EXPECT_EQ(within.read_to_end(), "4\r\nhalf\r\n");  // no last chunk: the peer sees that it is not whole
}

TEST_F(HttpFrontTest, CutsOffAReaderThatIsTooSlow) {
  open({.queued_bytes_max = 1000});
  TlsClient peer = connect(&admin_);
  ASSERT_TRUE(peer.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  peer.read_until("\r\n\r\n");
  on_core([this] {
    sink_->on_chunk(std::string(600, 'x'));
    sink_->on_chunk(std::string(1001, 'x'));  // whatever was taken meanwhile, this is too much
    sink_->on_chunk(std::string(10, 'x'));
  });
  EXPECT_THAT(peer.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_TRUE(peer.is_closed_by_server());
  EXPECT_TRUE(exchange_is_gone());
}

TEST_F(HttpFrontTest, RefusesWhatIsTooLargeOrNoHttp) {
  open({.head_bytes_max = 8192, .body_bytes_max = 100'000});
  const std::string body(200'000, 'b');
  struct Row {
    std::string request;
    std::string_view want, reason;
  };
  const Row rows[] = {
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + body, "HTTP/1.1 413 ",
       "Request entity too large: limit is 100000"},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n" + body + "\r\n0\r\n\r\n",
       "HTTP/1.1 413 ", "RequestEntityTooLarge"},
      {"GET /echo HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(10'000, 'h') + "\r\n\r\n", "HTTP/1.1 431 ",
       "RequestHeaderFieldsTooLarge"},
      {"GET /" + std::string(10'000, 'p') + " HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 431 ",
       "RequestHeaderFieldsTooLarge"},
      {"nonsense\r\n\r\n", "HTTP/1.1 400 ", "malformed HTTP request"},
      {"GET /echo HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", "HTTP/1.1 400 ", "BadRequest"},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 ", "BadRequest"},
      {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400 ", "BadRequest"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.request.substr(0, 80));
    TlsClient peer = connect(&admin_);
    ASSERT_TRUE(peer.write(row.request));
    const std::string answer = peer.read_answer();
    EXPECT_THAT(answer, testing::StartsWith(std::string(row.want)));
    EXPECT_THAT(answer, HasSubstr(std::string(row.reason)));
  }
}

TEST_F(HttpFrontTest, TellsACautiousPeerToGoOn) {
  open({.body_bytes_max = 10});
  TlsClient peer = connect(&admin_);
  ASSERT_TRUE(peer.write("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(peer.write("abc"));
  EXPECT_THAT(peer.read_answer(), testing::EndsWith(" abc"));
  // One that would be refused is told so before it sends.
  ASSERT_TRUE(peer.write("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n"));
  EXPECT_THAT(peer.read_answer(), testing::StartsWith("HTTP/1.1 413 "));
}

// Every phase has an end, however slowly the peer speaks. The limits are whole seconds: one, here.
TEST_F(HttpFrontTest, EndsConnectionsThatStandStill) {
  constexpr std::chrono::seconds soon{1};
  constexpr std::chrono::hours never{1};
  struct Row {
    HttpFront::Limits limits;
    std::string_view sent;
  };
  const Row rows[] = {
      {{.request_timeout = never, .idle_timeout = soon}, ""},
      {{.request_timeout = soon, .idle_timeout = never}, "GET /ec"},
      {{.request_timeout = soon, .idle_timeout = never},
       "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.sent);
    open(row.limits);
    TlsClient peer = connect(&admin_);
    if (!row.sent.empty()) ASSERT_TRUE(peer.write(row.sent));
    EXPECT_EQ(peer.read_to_end(), "");
    EXPECT_TRUE(peer.is_closed_by_server());
  }
  open({.handshake_timeout = soon});  // says nothing at all
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(front_->port()), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(silent, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ASSERT_EQ(::connect(silent, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  char byte = 0;
  EXPECT_EQ(::recv(silent, &byte, 1, 0), 0);
  ::close(silent);
}

TEST_F(HttpFrontTest, FurtherConnectionsWaitForAFreeOne) {
  open({.connections_max = 1});
  auto first = std::make_unique<TlsClient>(
      TlsClient::Options{.port = front_->port(), .authority = authority_.certificate, .credential = &admin_});
  ASSERT_TRUE(first->is_connected());
  auto second = std::async(std::launch::async, [this] {
    TlsClient peer = connect(&admin_);
    peer.write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    return peer.read_answer();
  });
  ASSERT_TRUE(first->write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(first->read_answer(), HasSubstr("GET /echo"));
  first.reset();
  EXPECT_THAT(second.get(), HasSubstr("GET /echo"));
}

TEST_F(HttpFrontTest, StopEndsIdleConnectionsAtOnceAndStreamsWithinTheGrace) {
  open();
  TlsClient idle = connect(&admin_);
  ASSERT_TRUE(idle.write("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"));
  idle.read_answer();
  TlsClient stream = connect(&admin_);
  ASSERT_TRUE(stream.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  stream.read_until("\r\n\r\n");
  auto stopped = std::async(std::launch::async, [this] { front_->stop(std::chrono::hours{1}); });
  EXPECT_EQ(idle.read_to_end(), "");
  on_core([this] {
    sink_->on_chunk("the last");
    sink_->on_end({});
  });
  EXPECT_EQ(stream.read_to_end(), "8\r\nthe last\r\n0\r\n\r\n");
  EXPECT_EQ(stopped.wait_for(patience), std::future_status::ready);  // long before the grace ends
  EXPECT_FALSE(connect(&admin_).is_connected());
}

TEST_F(HttpFrontTest, StopCutsStreamsAfterTheGrace) {
  // Also one whose peer has sent its next request already, so that no read notices the closing.
  for (const std::string_view more : {"", "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    SCOPED_TRACE(more);
    gone_ = {};
    open();
    TlsClient peer = connect(&admin_);
    ASSERT_TRUE(peer.write("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(more)));
    peer.read_until("\r\n\r\n");
    auto stopped = std::async(std::launch::async, [this] { front_->stop(std::chrono::milliseconds{1}); });
    ASSERT_EQ(stopped.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(peer.read_to_end(), "");
    EXPECT_TRUE(exchange_is_gone());
  }
}

TEST_F(HttpFrontTest, SaysWhyItCannotListen) {
  open();
  const auto taken = make({}, front_->port());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().reason, Reason::usage);
  EXPECT_THAT(taken.error().message, testing::AllOf(HasSubstr("in use"), HasSubstr("--port 0")));
  const auto nowhere = make({}, 0, "localhost");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().reason, Reason::usage);
}

}  // namespace
}  // namespace slipway::apiserver
