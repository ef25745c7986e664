#include "client/tls_transport.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <deque>
#include <future>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <set>
#include <sys/socket.h>
#include <thread>

#include "client/host_port.h"
#include "client/proxy_tunnel.h"
#include "client/relay.h"
#include "client/tls_identity.h"

namespace slipway::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;
using Stream = beast::ssl_stream<beast::tcp_stream>;
using Limits = TlsTransport::Limits;

constexpr std::size_t piece_bytes = 32 << 10;

// What every connection needs, on the network thread.
struct Network {
  explicit Network(ServerAccess to, Limits within) : access(std::move(to)), limits(within) {}
  const ServerAccess access;
  const Limits limits;
  const std::shared_ptr<asio::io_context> context = std::make_shared<asio::io_context>(1);
  TlsIdentity identity{access, context, limits.plugin_runs_apart};
};

// How one request on a connection went.
struct Outcome {
  Result<void> end{};
  bool heard = false;  // any part of an answer came
  bool reusable = false;
};

// One TLS connection, on the network thread.
class Connection {
 public:
  explicit Connection(Network& network)
      : network_(network),
        tls_(network.identity.context()),
        resolver_(*network.context),
        stream_(*network.context, *tls_) {}

  asio::awaitable<Result<void>> open();
  // `token` is shown with it; "": none.
  asio::awaitable<Outcome> exchange(const HttpRequest& request, const std::string& token, Relay& relay);
  // Whatever is under way fails at once.
  void close() {
    closed_ = true;
    resolver_.cancel();
    beast::get_lowest_layer(stream_).close();
  }
  // While nobody asks, a server says nothing: anything to read is its farewell. And it knows us as somebody we no
  // longer are when the identity has changed.
  [[nodiscard]] bool is_still_good() {
    if (tls_ != network_.identity.current()) return false;
    char byte = 0;
    const auto size =
        ::recv(beast::get_lowest_layer(stream_).socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

 private:
  [[nodiscard]] std::unexpected<Error> refuse(std::string_view what, const Code& code) const {
    const auto& access = network_.access;
    return fail(Reason::io, "cannot {} {}: {}", what, host_port_text(access.host, access.port),
                code == beast::error::timeout ? "no answer in time" : code.message());
  }
  // The first machine on the way.
  [[nodiscard]] std::unexpected<Error> refuse_peer(std::string_view what, const Code& code) const {
    const auto& proxy = network_.access.proxy;
    if (!proxy) return refuse(what, code);
    return fail(Reason::io, "cannot {} the proxy {} of {}: {}", what, host_port_text(proxy->host, proxy->port),
                proxy->source, code == beast::error::timeout ? "no answer in time" : code.message());
  }
  asio::awaitable<Result<void>> shake_hands();
  void watch_for_dead_peer();

  Network& network_;
  const TlsIdentity::Context tls_;
  tcp::resolver resolver_;
  Stream stream_;
  beast::flat_buffer buffer_{std::size_t{network_.limits.head_bytes_max} + piece_bytes};
  bool closed_ = false;
};

asio::awaitable<Result<void>> Connection::open() {
  Code code;
  auto& socket = beast::get_lowest_layer(stream_);
  const auto& access = network_.access;
  const std::string& peer = access.proxy ? access.proxy->host : access.host;
  const std::uint16_t port = access.proxy ? access.proxy->port : access.port;
  const auto found =
      co_await resolver_.async_resolve(peer, std::to_string(port), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return refuse_peer("find", code);
  if (closed_) co_return refuse_peer("connect to", asio::error::operation_aborted);
  socket.expires_after(network_.limits.connect_timeout);
  co_await socket.async_connect(found, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return refuse_peer("connect to", code);
  watch_for_dead_peer();
  if (access.proxy) {
    if (auto opened = co_await open_tunnel(socket, access, network_.limits.head_bytes_max); !opened) co_return opened;
  }
  co_return co_await shake_hands();
}

asio::awaitable<Result<void>> Connection::shake_hands() {
  Code code;
  const auto& access = network_.access;
  const std::string& name = access.server_name.empty() ? access.host : access.server_name;
  asio::ip::make_address(name, code);
  const bool is_address = !code;
  if (!is_address && SSL_set_tlsext_host_name(stream_.native_handle(), name.c_str()) != 1)
    co_return fail(Reason::io, "'{}' is no server name", name);
  if (!access.skip_verification) {
    stream_.set_verify_mode(asio::ssl::verify_peer, code);
    stream_.set_verify_callback(asio::ssl::host_name_verification(name), code);
  }
  co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, code));
  if (!code) co_return Result<void>();
  const long verdict = SSL_get_verify_result(stream_.native_handle());
  if (!access.skip_verification && code.category() == asio::error::get_ssl_category() && verdict != X509_V_OK) {
    co_return fail(Reason::io, "the certificate of {}:{} is not trusted for the name '{}': {}", access.host,
                   access.port, name, X509_verify_cert_error_string(verdict));
  }
  co_return refuse("agree on TLS with", code);
}

void Connection::watch_for_dead_peer() {
  // A watch may be silent for long: the kernel asks whether the peer is still there.
  constexpr int idle_seconds = 30;
  constexpr int interval_seconds = 10;
  constexpr int tries = 3;
  constexpr unsigned unacknowledged_milliseconds = 60'000;
  Code ignored;
  auto& socket = beast::get_lowest_layer(stream_).socket();
  (void)socket.set_option(tcp::no_delay(true), ignored);
  (void)socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const int handle = socket.native_handle();
  ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
  ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPINTVL, &interval_seconds, sizeof interval_seconds);
  ::setsockopt(handle, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
  ::setsockopt(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_milliseconds, sizeof unacknowledged_milliseconds);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// Whether the text can stand in a head without beginning a line of its own.
bool is_one_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos && !text.contains('\0');
}

Result<std::string> to_bytes(const HttpRequest& request, const ServerAccess& access, std::string_view token) {
  // Not tls-server-name, which is for the certificate alone: what stands before the server goes by the Host.
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.target,
                                host_port_text(access.host, access.port));
  const auto add = [&out](std::string_view key, std::string_view value) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", key, value);
    return is_one_line(key) && is_one_line(value);
  };
  bool is_good = is_one_line(request.target);
  for (const auto& [key, value] : request.headers.fields) is_good &= add(key, value);
  for (const auto& [key, value] : access.headers) is_good &= add(key, value);
  if (!token.empty()) is_good &= add("authorization", fmt::format("Bearer {}", token));
  if (!is_good) return fail(Reason::io, "the request's head has a line break where none may be");
  if (!request.body.empty() || request.method != "GET")
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
  out += "\r\n";
  out += request.body;
  return out;
}

asio::awaitable<Outcome> Connection::exchange(const HttpRequest& request, const std::string& token, Relay& relay) {
  Outcome outcome;
  Code code;
  const auto cut = [&outcome, &code](std::string_view what) {
    outcome.end = fail(Reason::unavailable, "the connection was lost while {}: {}", what, code.message());
    return std::move(outcome);
  };
  const auto bytes = to_bytes(request, network_.access, token);
  if (!bytes) {
    outcome.end = fail(bytes.error());
    co_return outcome;
  }
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_after(network_.limits.write_timeout);
  co_await asio::async_write(stream_, asio::buffer(*bytes), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return cut("the request was sent");

  socket.expires_never();
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(network_.limits.head_bytes_max);
  parser.body_limit(boost::none);  // a watch has no end; who asked counts
  co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, code));
  outcome.heard = parser.got_some() || buffer_.size() != 0;
  if (code) co_return cut("the answer began");
  HttpHead head{.status = static_cast<int>(parser.get().result_int()), .headers = {}};
  for (const auto& field : parser.get()) head.headers.add(lower(field.name_string()), std::string(field.value()));
  const bool is_refused = head.status == 401;
  if (is_refused) network_.identity.refused();
  relay.push({.head = std::move(head)});
  while (!parser.is_done()) {
    std::string piece(piece_bytes, '\0');
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    co_await http::async_read_some(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, code));
    piece.resize(piece.size() - body.size);
    if (!piece.empty()) {
      piece.shrink_to_fit();
      relay.push({.bytes = std::move(piece)});
    }
    if (code && code != http::error::need_buffer) co_return cut("the answer came");
    co_await relay.wait_for_room();
  }
  outcome.reusable = parser.get().keep_alive() && buffer_.size() == 0 && !is_refused;
  co_return outcome;
}

// One request on its way, on the network thread.
struct Call {
  HttpRequest request;
  std::shared_ptr<Relay> relay;
  bool is_watch = false;
  bool abandoned = false;
  std::shared_ptr<Connection> connection{};  // that carries it now
};

class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(ServerAccess access, Limits limits) : network_(std::move(access), limits), prune_(*network_.context) {}

  Result<void> open() { return network_.identity.open(); }
  [[nodiscard]] const std::shared_ptr<asio::io_context>& context() const { return network_.context; }
  [[nodiscard]] const Limits& limits() const { return network_.limits; }

  // Any thread: the network thread is about to end, or has; nothing may be posted to it.
  void mark_ended() { ended_ = true; }
  [[nodiscard]] bool has_ended() const { return ended_; }

  // Network thread.
  void begin(const std::shared_ptr<Call>& call) {
    if (call->abandoned || stopping_) return;
    if (!call->is_watch && running_ >= network_.limits.requests_max) return waiting_.push_back(call);
    if (!call->is_watch) ++running_;
    calls_.insert(call);
    asio::co_spawn(*network_.context, [self = shared_from_this(), call] { return self->carry(call); }, asio::detached);
  }
  static void abandon(Call& call) {
    call.abandoned = true;
    call.relay->close();
    if (call.connection != nullptr) call.connection->close();
  }
  // `quiet` is made ready once only watches are under way.
  void tell_when_quiet(std::shared_ptr<std::promise<void>> quiet) {
    if (running_ == 0) return quiet->set_value();
    quiet_ = std::move(quiet);
  }
  void stop() {
    stopping_ = true;
    waiting_.clear();
    prune_.cancel();
    network_.identity.stop();
    for (auto& [connection, since] : idle_) connection->close();
    idle_.clear();
    for (const auto& call : calls_) abandon(*call);
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  asio::awaitable<void> carry(std::shared_ptr<Call> call);
  asio::awaitable<Outcome> try_once(Call& call, bool on_new_connection, bool& was_kept);
  std::shared_ptr<Connection> take_idle();
  void keep(std::shared_ptr<Connection> connection);
  void drop_old();

  Network network_;
  asio::steady_timer prune_;
  std::deque<std::pair<std::shared_ptr<Connection>, Time>> idle_;  // the oldest first
  std::set<std::shared_ptr<Call>> calls_;                          // that have begun
  std::deque<std::shared_ptr<Call>> waiting_;
  std::size_t running_ = 0;  // of calls_, watches aside
  std::shared_ptr<std::promise<void>> quiet_;
  bool stopping_ = false;
  std::atomic<bool> ended_ = false;
};

std::shared_ptr<Connection> Pool::take_idle() {
  drop_old();
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back().first);
    idle_.pop_back();
    if (connection->is_still_good()) return connection;
    connection->close();
  }
  return nullptr;
}

void Pool::keep(std::shared_ptr<Connection> connection) {
  if (stopping_ || network_.limits.idle_connections_max == 0) return connection->close();
  if (idle_.size() >= network_.limits.idle_connections_max) {
    idle_.front().first->close();
    idle_.pop_front();
  }
  idle_.emplace_back(std::move(connection), std::chrono::steady_clock::now());
  if (idle_.size() > 1) return;
  drop_old();
}

// Closes what was idle too long, and comes back when the next one may be.
void Pool::drop_old() {
  const Time now = std::chrono::steady_clock::now();
  while (!idle_.empty() && idle_.front().second + network_.limits.idle_timeout <= now) {
    idle_.front().first->close();
    idle_.pop_front();
  }
  if (idle_.empty() || stopping_) return;
  prune_.expires_at(idle_.front().second + network_.limits.idle_timeout);
  prune_.async_wait([self = weak_from_this()](Code code) {
    const auto pool = self.lock();
    if (pool != nullptr && !code) pool->drop_old();
  });
}

asio::awaitable<Outcome> Pool::try_once(Call& call, bool on_new_connection, bool& was_kept) {
  const auto token = co_await network_.identity.token();
  if (!token) co_return Outcome{.end = fail(Reason::io, "{}", token.error().message)};
  if (call.abandoned || stopping_) co_return Outcome{.end = fail(Reason::io, "nobody waits for it any more")};
  auto connection = on_new_connection ? nullptr : take_idle();
  was_kept = connection != nullptr;
  if (!was_kept) {
    connection = std::make_shared<Connection>(network_);
    call.connection = connection;
    if (auto opened = co_await connection->open(); !opened) co_return Outcome{.end = std::move(opened)};
  }
  call.connection = connection;
  Outcome outcome = co_await connection->exchange(call.request, *token, *call.relay);
  call.connection = nullptr;
  if (outcome.end && outcome.reusable && !call.abandoned) {
    keep(std::move(connection));
  } else {
    connection->close();
  }
  co_return outcome;
}

asio::awaitable<void> Pool::carry(std::shared_ptr<Call> call) {
  bool was_kept = false;
  Outcome outcome = co_await try_once(*call, false, was_kept);
  // The server closed a kept connection just when we used it: a read may be asked again, a write might be done twice.
  if (!outcome.end && was_kept && !outcome.heard && call->request.method == "GET" && !call->abandoned)
    outcome = co_await try_once(*call, true, was_kept);
  call->connection = nullptr;
  if (!call->abandoned) call->relay->push({.end = std::move(outcome.end)});
  calls_.erase(call);
  if (call->is_watch) co_return;
  --running_;
  while (!waiting_.empty() && running_ < network_.limits.requests_max) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    begin(next);
  }
  if (running_ == 0 && quiet_ != nullptr) std::exchange(quiet_, nullptr)->set_value();
}

// Core thread: a requester's hold on its call.
class Exchange final : public HttpExchange {
 public:
  Exchange(std::shared_ptr<Call> call, std::shared_ptr<Pool> pool) : call_(std::move(call)), pool_(std::move(pool)) {}
  ~Exchange() override {
    call_->relay->abandon();
    if (pool_->has_ended()) return;
    asio::post(*pool_->context(), [call = std::move(call_)] { Pool::abandon(*call); });
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

 private:
  std::shared_ptr<Call> call_;
  const std::shared_ptr<Pool> pool_;
};

class SocketTransport final : public TlsTransport {
 public:
  explicit SocketTransport(Options options)
      : core_(options.core), pool_(std::make_shared<Pool>(std::move(options.access), options.limits)) {}
  ~SocketTransport() override {
    pool_->mark_ended();
    if (!thread_.joinable()) return;
    asio::post(*pool_->context(), [this] {
      pool_->stop();
      work_.reset();
    });
    thread_.join();
  }
  SocketTransport(const SocketTransport&) = delete;
  SocketTransport& operator=(const SocketTransport&) = delete;

  Result<void> start() {
    if (auto ready = pool_->open(); !ready) return ready;
    thread_ = std::jthread([this] { pool_->context()->run(); });
    return {};
  }

  void finish(std::chrono::milliseconds grace) override {
    auto quiet = std::make_shared<std::promise<void>>();
    const auto future = quiet->get_future();
    asio::post(*pool_->context(), [pool = pool_, quiet] { pool->tell_when_quiet(quiet); });
    future.wait_for(grace);
  }

  std::unique_ptr<HttpExchange> send(HttpRequest request, std::shared_ptr<HttpSink> sink) override {
    auto call = std::make_shared<Call>();
    call->is_watch = request.target.contains("watch=true");
    call->request = std::move(request);
    call->relay = std::make_shared<Relay>(core_, pool_->context(), std::move(sink), pool_->limits().queued_bytes_max);
    asio::post(*pool_->context(), [pool = pool_, call] { pool->begin(call); });
    return std::make_unique<Exchange>(std::move(call), pool_);
  }

 private:
  Loop& core_;
  const std::shared_ptr<Pool> pool_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{pool_->context()->get_executor()};
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<TlsTransport>> TlsTransport::open(Options options) {
  auto transport = std::make_unique<SocketTransport>(std::move(options));
  if (auto started = transport->start(); !started) return fail(std::move(started.error()));
  return std::unique_ptr<TlsTransport>(std::move(transport));
}

}  // namespace slipway::client
