#include <arpa/inet.h>
#include <future>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/health_addresses.h"
#include "app/health_server.h"
#include "app/metrics_text.h"
#include "app/request_counts.h"
#include "base/thread_loop.h"

namespace slipway::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HealthAddresses, InAPodTheyAreKubeFleetsElsewhereOnlyWhatWasSaid) {
  struct Row {
    const char* rule;
    cli::ProbeChoice choice;
    bool is_agent, in_pod;
    std::vector<HealthAddress> want;
  };
  const Row rows[] = {
      {"controllers in a pod", {}, false, true, {{":8081", true, false}, {":8080", false, true}}},
      {"controllers by hand", {}, false, false, {}},
      {"by hand, metrics wanted", {.metrics = "127.0.0.1:1"}, false, false, {{"127.0.0.1:1", false, true}}},
      {"0 and nothing are off", {.health = "0", .metrics = ""}, false, true, {}},
      {"one for both", {.health = ":9", .metrics = ":9"}, false, false, {{":9", true, true}}},
      {"an agent in a pod",
       {},
       true,
       true,
       {{":8081", true, false}, {":8091", true, false}, {":8080", false, true}, {":8090", false, true}}},
      {"an agent by hand", {.hub_health = ":5"}, true, false, {{":5", true, false}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.rule);
    EXPECT_EQ(row.is_agent ? health_addresses_of_agent(row.choice, row.in_pod)
                           : health_addresses_of_controllers(row.choice, row.in_pod),
              row.want);
  }
}

// Sends bytes and returns all that comes back until the server closes, or `enough` has come.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view bytes) const { (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  [[nodiscard]] std::string receive(std::string_view enough = "\x01") const {
    std::string got;
    char piece[4096];
    while (!got.contains(enough)) {
      const auto size = ::recv(socket_, piece, sizeof piece, 0);
      if (size <= 0) break;
      got.append(piece, static_cast<std::size_t>(size));
    }
    return got;
  }
  bool is_connected = false;

 private:
  int socket_;
};

class Health : public testing::Test {
 protected:
  void open(HealthServer::Limits limits = {}) {
    loop.start();
    auto opened =
        HealthServer::open({.core = loop,
                            .listeners = {{"127.0.0.1:0",
                                           [](std::string_view path) {
                                             if (path == "/healthz") return HealthServer::Answer{.body = "ok\n"};
                                             return HealthServer::Answer{.status = 404, .body = "not found\n"};
                                           }}},
                            .limits = limits});
    ASSERT_TRUE(opened) << opened.error().message;
    server = *std::move(opened);
  }
  [[nodiscard]] std::string ask(std::string_view request) const {
    const Peer peer(server->ports().front());
    peer.send(request);
    return peer.receive();
  }
  SystemClock clock;
  ThreadLoop loop{clock};
  std::unique_ptr<HealthServer> server;
};

TEST_F(Health, AnswersGetAndHeadOnAConnectionThatIsKept) {
  open();
  const Peer peer(server->ports().front());
  for (int i = 0; i < 3; ++i) {
    peer.send("GET /healthz?verbose HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(peer.receive("ok\n"), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Length: 3\r\n")));
  }
  peer.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.receive(), AllOf(HasSubstr("Content-Length: 3\r\n"), Not(HasSubstr("ok\n"))));
}

TEST_F(Health, RefusesWhatAProbeDoesNotSend) {
  open();
  const std::string close = "Connection: close\r\n\r\n";
  EXPECT_THAT(ask("GET /secrets HTTP/1.1\r\n" + close), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(ask("POST /healthz HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
}

TEST_F(Health, APeerThatSaysNothingIsCutOffAndMakesRoomForTheNext) {
  open({.connections_max = 2, .request_timeout = 50ms, .idle_timeout = 50ms});
  const Peer silent(server->ports().front());
  const Peer slow(server->ports().front());
  slow.send("GET /heal");
  const Peer third(server->ports().front());
  third.send("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(third.receive(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(silent.receive(), "");
  EXPECT_EQ(slow.receive(), "");
}

TEST_F(Health, ACoreThatHangsIsNotHealthy) {
  open({.answer_timeout = 50ms});
  std::promise<void> go;
  loop.post([held = go.get_future()] { held.wait(); });
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 503"));
  go.set_value();
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(Health, EndsWhileAPeerWaitsForItsAnswer) {
  open();
  std::promise<void> go;
  loop.post([held = go.get_future()] { held.wait(); });
  const Peer peer(server->ports().front());
  peer.send("GET /healthz HTTP/1.1\r\n\r\n");
  server.reset();
  EXPECT_EQ(peer.receive(), "");
  go.set_value();
}

TEST_F(Health, AnAddressThatCannotBeUsedIsNamed) {
  open();
  for (const std::string& address :
       {std::string("8081"), std::string("nowhere.example:80"), std::string("::1:80"), std::string(":x"),
        std::string(":70000"), fmt::format("127.0.0.1:{}", server->ports().front())}) {
    SCOPED_TRACE(address);
    const auto opened = HealthServer::open({.core = loop, .listeners = {{address, {}}}});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, Reason::usage);
    EXPECT_THAT(opened.error().message, HasSubstr(address));
  }
}

TEST(MetricsText, IsPrometheusTextFormat) {
  MetricsText text;
  text.family("a_total", "counter", "How many.");
  text.sample({}, std::uint64_t{3});
  text.sample({{"name", "x\"y\\z\n"}, {"", "left out"}, {"code", "200"}}, 0.5);
  text.family("t_seconds", "histogram", "How long.");
  constexpr double bounds[] = {0.1, 1};
  constexpr std::uint64_t counts[] = {2, 0, 1};
  text.histogram({{"of", "me"}}, bounds, counts, 7.25);
  EXPECT_EQ(text.take(),
            "# HELP a_total How many.\n# TYPE a_total counter\n"
            "a_total 3\n"
            "a_total{name=\"x\\\"y\\\\z\\n\",code=\"200\"} 0.5\n"
            "# HELP t_seconds How long.\n# TYPE t_seconds histogram\n"
            "t_seconds_bucket{of=\"me\",le=\"0.1\"} 2\n"
            "t_seconds_bucket{of=\"me\",le=\"1\"} 2\n"
            "t_seconds_bucket{of=\"me\",le=\"+Inf\"} 3\n"
            "t_seconds_sum{of=\"me\"} 7.25\n"
            "t_seconds_count{of=\"me\"} 3\n");
  add_process_metrics(text);
  const std::string process = text.take();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"})
    EXPECT_THAT(process, testing::ContainsRegex(fmt::format("\n{} [1-9.e+0]+", name)));
}

struct Ignore final : client::HttpSink {
  void on_head(client::HttpHead) override {}
  void on_chunk(std::string) override {}
  void on_end(Result<void>) override {}
};
struct Canned final : client::Transport {
  std::unique_ptr<client::HttpExchange> send(client::HttpRequest request,
                                             std::shared_ptr<client::HttpSink> sink) override {
    if (request.target == "/away") {
      sink->on_end(fail(Reason::io, "away"));
    } else {
      sink->on_head({.status = 201, .headers = {}});
      sink->on_end({});
    }
    return nullptr;
  }
};

TEST(RequestCounts, CountsAnswersByCodeMethodAndHost) {
  Canned under;
  const auto counts = std::make_shared<RequestCounts>();
  const auto transport = count_requests(under, counts, "h:443");
  for (const char* target : {"/here", "/here", "/away"})
    (void)transport->send({.method = "PUT", .target = target, .headers = {}, .body = {}}, std::make_shared<Ignore>());
  MetricsText text;
  counts->add_to(text);
  EXPECT_THAT(text.take(), AllOf(HasSubstr("{code=\"201\",host=\"h:443\",method=\"PUT\"} 2\n"),
                                 HasSubstr("{code=\"<error>\",host=\"h:443\",method=\"PUT\"} 1\n")));
}

}  // namespace
}  // namespace slipway::app
