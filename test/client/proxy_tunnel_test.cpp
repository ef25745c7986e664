#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "test/client/tls_transport_fixture.h"

namespace slipway::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view connected = "HTTP/1.1 200 Connection established\r\nVia: little\r\n\r\n";

// A proxy for one connection at a time. It answers each CONNECT as it is told to, and, if that says 200, passes bytes
// on between the client and 127.0.0.1:`port`.
class LittleProxy {
 public:
  explicit LittleProxy(std::uint16_t server_port) : server_port_(server_port) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
    thread_ = std::jthread([this] {
      for (int client = ::accept(listener_, nullptr, nullptr); client >= 0;
           client = ::accept(listener_, nullptr, nullptr)) {
        serve(client);
        ::close(client);
      }
    });
  }
  // After the clients' connections have been closed.
  ~LittleProxy() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  LittleProxy(const LittleProxy&) = delete;
  LittleProxy& operator=(const LittleProxy&) = delete;

  void answer(std::string with) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(with);
  }
  std::string asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

  std::uint16_t port = 0;

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static bool pass_on(int from, int to) {
    std::array<char, 16384> piece;
    const auto size = ::recv(from, piece.data(), piece.size(), 0);
    return size > 0 && ::send(to, piece.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
  }
  void serve(int client) {
    std::string head;
    for (char byte = 0; !head.ends_with("\r\n\r\n"); head += byte) {
      if (::recv(client, &byte, 1, 0) != 1) return;
    }
    std::string with;
    {
      const std::scoped_lock lock(mutex_);
      asked_ = head;
      with = answer_;
    }
    (void)::send(client, with.data(), with.size(), MSG_NOSIGNAL);
    if (with != connected) return;
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(server_port_);
    bool is_open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (is_open) {
      pollfd both[] = {{.fd = client, .events = POLLIN, .revents = 0}, {.fd = server, .events = POLLIN, .revents = 0}};
      if (::poll(both, 2, -1) < 0) break;
      if (both[0].revents != 0) is_open = pass_on(client, server);
      if (is_open && both[1].revents != 0) is_open = pass_on(server, client);
    }
    ::close(server);
  }

  const std::uint16_t server_port_;
  const int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::mutex mutex_;
  std::string answer_{connected};  // under mutex_
  std::string asked_;              // under mutex_
  std::jthread thread_;
};

class ProxyTunnelTest : public TlsTransportTest {
 protected:
  ProxyTunnelTest() {
    serve();
    proxy_ = std::make_unique<LittleProxy>(front_->port());
  }
  ~ProxyTunnelTest() override { transport_.reset(); }
  // The name is for the proxy to find; nobody else knows it.
  [[nodiscard]] ServerAccess access_through() const {
    ServerAccess through = access();
    through.host = "hub.invalid";
    through.server_name = "127.0.0.1";
    through.proxy =
        Proxy{.host = "127.0.0.1", .port = proxy_->port, .credentials = base64("ann:hunter2"), .source = "HTTPS_PROXY"};
    return through;
  }
  std::unique_ptr<LittleProxy> proxy_;
};

TEST_F(ProxyTunnelTest, CarriesRequestsToTheServer) {
  open(access_through());
  const auto heard = send("GET", "/host");
  const auto end = end_of(*heard);
  ASSERT_TRUE(end) << end.error().message;
  const std::string server = fmt::format("hub.invalid:{}", front_->port());
  EXPECT_EQ(heard->body, server) << "the Host is the server's, whatever its certificate is to name";
  EXPECT_EQ(proxy_->asked(), fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\nProxy-Authorization: Basic {1}\r\n\r\n",
                                         server, base64("ann:hunter2")));
  const auto large = send("GET", "/large");
  ASSERT_TRUE(end_of(*large));
  EXPECT_EQ(large->body.size(), 6'400'000U);
}

TEST_F(ProxyTunnelTest, TheServerIsVerifiedBehindItToo) {
  auto through = access_through();
  through.server_name.clear();
  open(std::move(through));
  const auto heard = send("GET", "/");
  const auto end = end_of(*heard);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message, HasSubstr("is not trusted for the name 'hub.invalid'"));
}

TEST_F(ProxyTunnelTest, WhatTheProxyAnswersInstead) {
  struct Row {
    const char* rule;
    std::string answer;
    const char* words;
  };
  const Row rows[] = {
      {"it wants to know who we are", "HTTP/1.1 407 hunter2\r\nContent-Length: 7\r\nConnection: close\r\n\r\nhunter2",
       "it answers 407 Proxy Authentication Required"},
      {"it may not", "HTTP/1.1 403 Forbidden\r\n\r\n", "it answers 403 Forbidden"},
      {"only 200 connects", "HTTP/1.1 204 No Content\r\n\r\n", "it answers 204"},
      {"nothing", "", "does not connect to hub.invalid"},
      {"no HTTP", "SSH-2.0-hunter2\r\n\r\n", "bad version"},
      {"a head without end", "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), "does not connect to hub.invalid"},
      {"more than an answer", "HTTP/1.1 200 OK\r\n\r\nhunter2", "it speaks where the server should"},
  };
  open(access_through());
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    proxy_->answer(row.answer);
    const auto heard = send("POST", "/");
    const auto end = end_of(*heard);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().reason, Reason::io);  // nothing of the request was sent
    EXPECT_THAT(end.error().message,
                AllOf(HasSubstr(fmt::format("the proxy 127.0.0.1:{} of HTTPS_PROXY", proxy_->port)),
                      HasSubstr(row.words), Not(HasSubstr("hunter2")), Not(HasSubstr(base64("ann:hunter2")))));
  }
}

TEST_F(ProxyTunnelTest, AProxyThatIsNotThereIsNamed) {
  auto through = access_through();
  proxy_.reset();
  open(std::move(through));
  const auto heard = send("GET", "/");
  const auto end = end_of(*heard);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, Reason::io);
  EXPECT_THAT(end.error().message, HasSubstr("cannot connect to the proxy 127.0.0.1:"));
}

}  // namespace
}  // namespace slipway::client
