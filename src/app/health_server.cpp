#include "app/health_server.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <deque>
#include <optional>
#include <set>
#include <thread>

namespace slipway::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;
using Answer = HealthServer::Answer;

// "" for every interface, of both families where the machine has both.
struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> parse(std::string_view address) {
  const auto wrong = [&] {
    return fail(Reason::usage, "'{}' is no address to listen on: write it as :8081 or 127.0.0.1:8081", address);
  };
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  HostAndPort parsed{.host = std::string(address.substr(0, colon))};
  const std::string_view digits = address.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return wrong();
  if (parsed.host.starts_with('[') && parsed.host.ends_with(']')) {
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  } else if (parsed.host.contains(':')) {
    return wrong();
  }
  if (parsed.host == "localhost") parsed.host = "127.0.0.1";
  return parsed;
}

Code listen_on(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool both_families) {
  Code code;
  code = acceptor.open(endpoint.protocol(), code);
  if (!code) code = acceptor.set_option(asio::socket_base::reuse_address(true), code);
  if (!code && both_families) code = acceptor.set_option(asio::ip::v6_only(false), code);
  if (!code) code = acceptor.bind(endpoint, code);
  if (!code) code = acceptor.listen(64, code);
  if (code) {
    Code ignored;
    ignored = acceptor.close(ignored);
  }
  return code;
}

Result<void> listen_on(tcp::acceptor& acceptor, const std::string& address) {
  const auto parsed = parse(address);
  if (!parsed) return fail(parsed.error());
  Code code;
  if (parsed->host.empty()) {
    code = listen_on(acceptor, {tcp::v6(), parsed->port}, true);
    // A machine without IPv6.
    if (code && code != asio::error::address_in_use) code = listen_on(acceptor, {tcp::v4(), parsed->port}, false);
  } else {
    const auto ip = asio::ip::make_address(parsed->host, code);
    if (code) return fail(Reason::usage, "'{}': '{}' is no IP address", address, parsed->host);
    code = listen_on(acceptor, {ip, parsed->port}, false);
  }
  if (code == asio::error::address_in_use)
    return fail(Reason::usage, "cannot serve health and metrics on {}: the port is in use; give another, or 0 for none",
                address);
  if (code) return fail(Reason::usage, "cannot serve health and metrics on {}: {}", address, code.message());
  return {};
}

// One question to the core.
struct Question {
  explicit Question(const std::shared_ptr<asio::io_context>& of) : network(of), answered(*of) {}
  const std::shared_ptr<asio::io_context> network;
  asio::steady_timer answered;
  std::optional<Answer> answer;  // network thread
};

class Server final : public HealthServer {
 public:
  explicit Server(Options options) : options_(std::move(options)), slots_(*network_) {
    slots_.expires_at(asio::steady_timer::time_point::max());
  }
  ~Server() override {
    *stopped_ = true;
    asio::post(*network_, [this] { stop(); });
    if (thread_.joinable()) thread_.join();
  }

  Result<void> start() {
    for (std::size_t at = 0; at < options_.listeners.size(); ++at) {
      auto& acceptor = acceptors_.emplace_back(*network_);
      if (auto listens = listen_on(acceptor, options_.listeners[at].address); !listens) return listens;
      Code ignored;
      ports_.push_back(acceptor.local_endpoint(ignored).port());
    }
    for (std::size_t at = 0; at < acceptors_.size(); ++at)
      asio::co_spawn(*network_, accept(acceptors_[at], options_.listeners[at].handler), asio::detached);
    thread_ = std::jthread([this] { network_->run(); });
    return {};
  }

  [[nodiscard]] std::vector<std::uint16_t> ports() const override { return ports_; }

 private:
  void stop() {
    stopping_ = true;
    Code ignored;
    for (auto& acceptor : acceptors_) ignored = acceptor.close(ignored);
    slots_.cancel();
    for (beast::tcp_stream* const stream : streams_) stream->close();
    for (Question* const question : questions_) question->answered.cancel();
  }

  asio::awaitable<void> accept(tcp::acceptor& acceptor, const Handler& handler) {
    while (!stopping_) {
      Code code;
      while (streams_.size() >= options_.limits.connections_max && !stopping_) {
        co_await slots_.async_wait(asio::redirect_error(asio::use_awaitable, code));
      }
      if (stopping_) break;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, code));
      if (stopping_) break;
      if (code) {  // out of descriptors, most likely
        asio::steady_timer pause(*network_, std::chrono::seconds{1});
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, code));
        continue;
      }
      asio::co_spawn(*network_, serve(std::move(socket), handler), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, const Handler& handler) {
    beast::tcp_stream stream(std::move(socket));
    streams_.insert(&stream);
    beast::flat_buffer buffer(options_.limits.head_bytes_max + 4096);
    while (!stopping_ && co_await serve_one(stream, buffer, handler)) {
    }
    Code ignored;
    ignored = stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    streams_.erase(&stream);
    slots_.cancel();
  }

  // False: the connection is done.
  asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer, const Handler& handler) {
    Code code;
    if (buffer.size() == 0) {
      stream.expires_after(options_.limits.idle_timeout);
      const auto size =
          co_await stream.async_read_some(buffer.prepare(1024), asio::redirect_error(asio::use_awaitable, code));
      if (code) co_return false;
      buffer.commit(size);
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(options_.limits.head_bytes_max);
    stream.expires_after(options_.limits.request_timeout);
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, code));
    if (code == http::error::header_limit || code == http::error::buffer_overflow)
      co_return co_await write(stream, {.status = 431, .body = "the request's head is too large\n"}, false, false);
    if (code == beast::error::timeout || code == http::error::end_of_stream || code == asio::error::operation_aborted)
      co_return false;
    if (code) co_return co_await write(stream, {.status = 400, .body = "no HTTP request\n"}, false, false);
    const auto& request = parser.get();
    const bool is_head = request.method() == http::verb::head;
    if (!is_head && request.method() != http::verb::get)
      co_return co_await write(stream, {.status = 405, .body = "only GET\n"}, false, false);
    if (!parser.is_done()) co_return co_await write(stream, {.status = 413, .body = "no body, please\n"}, false, false);
    const std::string_view target(request.target().data(), request.target().size());
    Answer answer = co_await ask(handler, std::string(target.substr(0, target.find('?'))));
    if (stopping_) co_return false;
    co_return co_await write(stream, std::move(answer), request.keep_alive(), is_head);
  }

  asio::awaitable<Answer> ask(const Handler& handler, std::string path) {
    auto question = std::make_shared<Question>(network_);
    question->answered.expires_after(options_.limits.answer_timeout);
    options_.core.post([question, stopped = stopped_, handler, path = std::move(path)]() mutable {
      if (*stopped) return;
      auto answer = handler(path);
      auto& network = *question->network;
      asio::post(network, [question = std::move(question), answer = std::move(answer)]() mutable {
        question->answer = std::move(answer);
        question->answered.cancel();
      });
    });
    questions_.insert(question.get());
    Code ignored;
    co_await question->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    questions_.erase(question.get());
    if (question->answer) co_return *std::move(question->answer);
    co_return Answer{.status = 503, .body = "the program does not get to answering\n"};
  }

  asio::awaitable<bool> write(beast::tcp_stream& stream, Answer answer, bool keep_alive, bool is_head) {
    std::string out =
        fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {}\r\n",
                    answer.status, std::string_view(http::obsolete_reason(static_cast<http::status>(answer.status))),
                    answer.content_type, answer.body.size());
    if (!keep_alive) out += "Connection: close\r\n";
    out += "\r\n";
    if (!is_head) out += answer.body;
    Code code;
    stream.expires_after(options_.limits.write_timeout);
    co_await asio::async_write(stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, code));
    co_return !code && keep_alive;
  }

  Options options_;
  std::shared_ptr<asio::io_context> network_ = std::make_shared<asio::io_context>(1);
  std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
  std::deque<tcp::acceptor> acceptors_;
  asio::steady_timer slots_;  // woken when a connection ends
  std::vector<std::uint16_t> ports_;
  std::set<beast::tcp_stream*> streams_;  // network thread
  std::set<Question*> questions_;         // network thread
  bool stopping_ = false;                 // network thread
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<HealthServer>> HealthServer::open(Options options) {
  auto server = std::make_unique<Server>(std::move(options));
  if (auto started = server->start(); !started) return fail(std::move(started.error()));
  return std::unique_ptr<HealthServer>(std::move(server));
}

}  // namespace slipway::app
