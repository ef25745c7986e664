#include "apiserver/http_front.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <deque>
#include <map>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <thread>

#include "apiserver/http_answer.h"

namespace slipway::apiserver {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;
using Stream = beast::ssl_stream<beast::tcp_stream>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// The peer's certificate, already verified against the client authority, as an identity; anonymous without one.
Result<Identity> identity_of_peer(Stream& stream) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(stream.native_handle()),
                                                                &X509_free);
  if (certificate == nullptr) return Identity{};
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return fail(Reason::unauthorized, "Unauthorized");
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return identity_of(bytes);
}

class Front;

// One TLS connection, on the network thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Front& front, tcp::socket socket, asio::ssl::context& tls)
      : front_(front), stream_(std::move(socket), tls) {}
  asio::awaitable<void> run();
  void close() {
    Code ignored;
    (void)beast::get_lowest_layer(stream_).socket().close(ignored);
    peer_closed_ = true;
    if (peer_read_done_ != nullptr) peer_read_done_->cancel();
    // No read watches the peer when it has sent more than one request: nothing else would wake the answer.
    if (answer_ != nullptr) answer_->wake_for_peer();
  }
  [[nodiscard]] bool is_answering() const { return answer_ != nullptr; }

 private:
  // Reads one request. False: the connection is done.
  asio::awaitable<bool> read_request(client::HttpRequest& request, bool& keep_alive);
  // Writes one answer as it arrives. False: the connection is done.
  asio::awaitable<bool> write_answer(SocketAnswer& answer, bool keep_alive, bool is_head_request);
  asio::awaitable<bool> write_refusal(http::status status, std::string_view reason, std::string_view message);
  asio::awaitable<bool> write_bytes(std::string bytes);
  // Takes and forgets what the peer still sends, for a moment: closing with bytes unread resets the connection, and the
  // peer would never see why it was refused.
  asio::awaitable<void> linger();
  // While an answer is streamed, notices that the peer closes. What a pipelining peer sends meanwhile stays in the
  // buffer.
  void watch_peer(const std::shared_ptr<SocketAnswer>& answer);
  asio::awaitable<void> settle_peer_read();

  Front& front_;
  Stream stream_;
  beast::flat_buffer buffer_;
  Identity identity_;
  bool peer_read_pending_ = false;
  bool peer_closed_ = false;
  std::shared_ptr<SocketAnswer> answer_;  // under way; null between requests
  bool refused_ = false;
  std::unique_ptr<asio::steady_timer> peer_read_done_;
};

class Front final : public HttpFront {
 public:
  explicit Front(Options options)
      : options_(std::move(options)),
        tls_(asio::ssl::context::tls_server),
        acceptor_(*network_),
        slots_(*network_),
        deadline_(*network_),
        shared_(std::make_shared<Shared>(options_.handler)) {}
  ~Front() override { stop(std::chrono::milliseconds{0}); }

  Result<void> start();
  [[nodiscard]] std::uint16_t port() const override { return port_; }
  void stop(std::chrono::milliseconds grace) override;

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] asio::io_context& network() { return *network_; }
  [[nodiscard]] bool is_stopping() const { return stopping_; }
  std::shared_ptr<SocketAnswer> begin(client::HttpRequest request, const Identity& identity);
  void closed(Connection* connection);

 private:
  asio::awaitable<void> accept();

  // What requests on their way to the core need; outlives the front.
  struct Shared {
    explicit Shared(Handler to) : handler(std::move(to)) {}
    Handler handler;
    std::atomic<bool> stopped{false};
  };

  Options options_;
  std::shared_ptr<asio::io_context> network_ = std::make_shared<asio::io_context>(1);
  asio::ssl::context tls_;
  tcp::acceptor acceptor_;
  asio::steady_timer slots_;     // woken when a connection ends
  asio::steady_timer deadline_;  // of answers under way when stopping
  std::shared_ptr<Shared> shared_;
  std::uint16_t port_ = 0;
  std::map<Connection*, std::weak_ptr<Connection>> connections_;
  bool stopping_ = false;  // network thread
  std::jthread thread_;
};

Result<void> Front::start() {
  try {
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                     asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls_.use_certificate_chain(asio::buffer(options_.server.certificate));
    tls_.use_private_key(asio::buffer(options_.server.key), asio::ssl::context::pem);
    tls_.add_certificate_authority(asio::buffer(options_.client_authority));
    tls_.set_verify_mode(asio::ssl::verify_peer);  // a certificate is optional, but a bad one ends the handshake
    SSL_CTX_set_session_cache_mode(tls_.native_handle(), SSL_SESS_CACHE_OFF);  // TLS 1.3 tickets serve; no server state
    static constexpr unsigned char session_context[] = "slipway";
    SSL_CTX_set_session_id_context(tls_.native_handle(), session_context, sizeof session_context - 1);
  } catch (const std::exception& error) {
    return fail(Reason::internal, "cannot set up TLS: {}", error.what());
  }
  Code code;
  const auto address = asio::ip::make_address(options_.address, code);
  if (code)
    return fail(Reason::usage, "'{}' is no IP address: give --bind an address of this machine", options_.address);
  const tcp::endpoint endpoint(address, options_.port);
  (void)acceptor_.open(endpoint.protocol(), code);
  if (!code) (void)acceptor_.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) (void)acceptor_.bind(endpoint, code);
  if (!code) (void)acceptor_.listen(1024, code);
  if (code == asio::error::address_in_use) {
    return fail(Reason::usage,
                "port {} is in use by another process: use another (--port {}) or any free one (--port 0)",
                options_.port, options_.port == 65535 ? 7443 : options_.port + 1);
  }
  if (code == asio::error::access_denied) {
    return fail(Reason::usage,
                "port {} needs more rights than this user has: use one above 1023, or any free one (--port 0)",
                options_.port);
  }
  if (code) return fail(Reason::usage, "cannot listen on {}:{}: {}", options_.address, options_.port, code.message());
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(*network_, accept(), asio::detached);
  thread_ = std::jthread([this] { network_->run(); });
  return {};
}

asio::awaitable<void> Front::accept() {
  while (!stopping_) {
    while (connections_.size() >= options_.limits.connections_max && !stopping_) {
      Code ignored;
      slots_.expires_at(asio::steady_timer::time_point::max());
      co_await slots_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    Code code;
    tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, code));
    if (stopping_) break;
    if (code) {
      // Out of descriptors, most likely: wait until a connection ends, or a second, rather than spin.
      Code ignored;
      slots_.expires_after(std::chrono::seconds{1});
      co_await slots_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      continue;
    }
    (void)socket.set_option(tcp::no_delay(true), code);
    const auto connection = std::make_shared<Connection>(*this, std::move(socket), tls_);
    connections_.emplace(connection.get(), connection);
    asio::co_spawn(*network_, [connection]() -> asio::awaitable<void> { co_await connection->run(); }, asio::detached);
  }
}

void Front::closed(Connection* connection) {
  connections_.erase(connection);
  slots_.cancel();
  if (stopping_ && connections_.empty()) deadline_.cancel();
}

std::shared_ptr<SocketAnswer> Front::begin(client::HttpRequest request, const Identity& identity) {
  auto answer = std::make_shared<SocketAnswer>(options_.core, network_, options_.limits.queued_bytes_max);
  options_.core.post([shared = shared_, request = std::move(request), who = Identity(identity), answer]() mutable {
    if (shared->stopped) return;
    answer->keep(shared->handler(std::move(request), std::move(who), answer));
  });
  return answer;
}

void Front::stop(std::chrono::milliseconds grace) {
  if (shared_->stopped.exchange(true) || !thread_.joinable()) return;
  asio::post(*network_, [this, grace] {
    stopping_ = true;
    Code ignored;
    (void)acceptor_.close(ignored);
    slots_.cancel();
    // Idle connections end at once; those in the middle of an answer get the grace.
    const auto close_all = [this](bool also_answering) {
      for (auto& [key, weak] : connections_) {
        const auto connection = weak.lock();
        if (connection != nullptr && (also_answering || !connection->is_answering())) connection->close();
      }
    };
    close_all(false);
    if (connections_.empty()) return;
    deadline_.expires_after(grace);
    deadline_.async_wait([close_all](Code) { close_all(true); });
  });
  thread_.join();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  Code code;
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_after(front_.options().limits.handshake_timeout);
  co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, code));
  if (!code) {
    if (auto identity = identity_of_peer(stream_)) {
      identity_ = *std::move(identity);
    } else {
      code = asio::error::access_denied;
    }
  }
  while (!code && !front_.is_stopping()) {
    client::HttpRequest request;
    bool keep_alive = true;
    if (!co_await read_request(request, keep_alive)) break;
    const bool is_head_request = request.method == "HEAD";
    const auto answer = front_.begin(std::move(request), identity_);
    answer_ = answer;
    watch_peer(answer);
    const bool go_on = co_await write_answer(*answer, keep_alive, is_head_request);
    answer_ = nullptr;
    if (!go_on || !keep_alive) {
      answer->abandon();
      break;
    }
    co_await settle_peer_read();
    if (peer_closed_) break;
  }
  if (refused_) co_await linger();
  // A closing peer may never answer our close_notify; a short wait, then the socket closes.
  socket.expires_after(std::chrono::seconds{1});
  if (!peer_closed_ && !peer_read_pending_)
    co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, code));
  close();
  front_.closed(this);
}

asio::awaitable<bool> Connection::read_request(client::HttpRequest& request, bool& keep_alive) {
  const auto& limits = front_.options().limits;
  auto& socket = beast::get_lowest_layer(stream_);
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
  parser.body_limit(limits.body_bytes_max);
  Code code;
  if (buffer_.size() == 0) {  // the request begins with its first byte; until then the connection is idle
    socket.expires_after(limits.idle_timeout);
    const auto size =
        co_await stream_.async_read_some(buffer_.prepare(4096), asio::redirect_error(asio::use_awaitable, code));
    if (code) co_return false;
    buffer_.commit(size);
  }
  socket.expires_after(limits.request_timeout);
  co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, code));
  if (code == http::error::header_limit) {
    co_return co_await write_refusal(http::status::request_header_fields_too_large, "RequestHeaderFieldsTooLarge",
                                     fmt::format("the request's head is larger than {} bytes", limits.head_bytes_max));
  }
  if (!code) {
    if (beast::iequals(parser.get()[http::field::expect], "100-continue") && !parser.is_done()) {
      if (!co_await write_bytes("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
    }
    socket.expires_after(limits.request_timeout);
    co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, code));
  }
  if (code == http::error::body_limit) {
    co_return co_await write_refusal(http::status::payload_too_large, "RequestEntityTooLarge",
                                     fmt::format("Request entity too large: limit is {}", limits.body_bytes_max));
  }
  if (code.category() == http::make_error_code(http::error::end_of_stream).category() &&
      code != http::error::end_of_stream && code != http::error::partial_message) {
    co_return co_await write_refusal(http::status::bad_request, "BadRequest",
                                     fmt::format("malformed HTTP request: {}", code.message()));
  }
  if (code) co_return false;
  auto message = parser.release();
  keep_alive = message.keep_alive();
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) request.headers.add(lower(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  co_return true;
}

asio::awaitable<bool> Connection::write_bytes(std::string bytes) {
  Code code;
  beast::get_lowest_layer(stream_).expires_after(front_.options().limits.write_timeout);
  co_await asio::async_write(stream_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, code));
  co_return !code;
}

asio::awaitable<bool> Connection::write_refusal(http::status status, std::string_view reason,
                                                std::string_view message) {
  const std::string body = fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":"{}","reason":"{}","code":{}}})",
      message, reason, static_cast<unsigned>(status));
  refused_ = true;
  co_await write_bytes(fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      static_cast<unsigned>(status), std::string_view(http::obsolete_reason(status)), body.size(), body));
  co_return false;
}

asio::awaitable<void> Connection::linger() {
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_after(std::chrono::seconds{1});
  std::array<char, 16384> unread;
  for (Code code; !code && !peer_closed_ && !peer_read_pending_;)
    co_await socket.async_read_some(asio::buffer(unread), asio::redirect_error(asio::use_awaitable, code));
}

void append_chunk(std::string& out, std::string_view bytes) {
  if (bytes.empty()) return;  // an empty chunk would end the body
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", bytes.size());
  out.append(bytes);
  out += "\r\n";
}

asio::awaitable<bool> Connection::write_answer(SocketAnswer& answer, bool keep_alive, bool is_head_request) {
  bool head_written = false;
  bool chunked = false;
  for (;;) {
    std::deque<Outgoing> pieces = co_await answer.pull();
    if (peer_closed_) co_return false;
    const bool complete = !pieces.empty() && pieces.back().kind == Outgoing::Kind::end;
    std::string out;
    bool ended = false;
    bool aborted = false;
    for (auto& piece : pieces) {
      switch (piece.kind) {
        case Outgoing::Kind::head: {
          head_written = true;
          const int status = piece.head.status;
          fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", status,
                         std::string_view(http::obsolete_reason(static_cast<http::status>(status))));
          for (const auto& [name, value] : piece.head.headers.fields)
            fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
          const bool has_body = status >= 200 && status != 204 && status != 304;
          if (complete && has_body) {  // everything is here: no need for chunks
            std::size_t size = 0;
            for (const auto& part : pieces) size += part.kind == Outgoing::Kind::chunk ? part.bytes.size() : 0;
            fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", size);
          } else if (has_body) {
            chunked = true;
            out += "Transfer-Encoding: chunked\r\n";
          }
          if (!keep_alive) out += "Connection: close\r\n";
          out += "\r\n";
          break;
        }
        case Outgoing::Kind::chunk:
          if (is_head_request) break;
          if (chunked) {
            append_chunk(out, piece.bytes);
          } else {
            out += piece.bytes;
          }
          break;
        case Outgoing::Kind::end:
          ended = true;
          break;
        case Outgoing::Kind::abort:
          aborted = true;
          break;
      }
    }
    if (aborted && !head_written) {
      co_return co_await write_refusal(http::status::internal_server_error, "InternalError",
                                       "the request was cut short");
    }
    if (ended && chunked && !is_head_request) out += "0\r\n\r\n";
    if (!out.empty() && !co_await write_bytes(std::move(out))) co_return false;
    if (aborted) co_return false;
    if (ended) co_return true;
    beast::get_lowest_layer(stream_).expires_never();  // a watch may be silent for minutes
  }
}

void Connection::watch_peer(const std::shared_ptr<SocketAnswer>& answer) {
  if (peer_read_pending_ || buffer_.size() != 0) return;
  peer_read_pending_ = true;
  beast::get_lowest_layer(stream_).expires_never();  // this read lasts as long as the answer
  peer_read_done_ = std::make_unique<asio::steady_timer>(front_.network(), asio::steady_timer::time_point::max());
  stream_.async_read_some(buffer_.prepare(4096), [self = shared_from_this(), answer](Code code, std::size_t size) {
    self->peer_read_pending_ = false;
    self->buffer_.commit(size);
    if (code) {
      self->peer_closed_ = true;
      answer->wake_for_peer();
    }
    self->peer_read_done_->cancel();
  });
}

asio::awaitable<void> Connection::settle_peer_read() {
  // The read that watched the peer is still waiting: what it brings is the next request.
  if (!peer_read_pending_) co_return;
  Code woken;
  peer_read_done_->expires_after(front_.options().limits.idle_timeout);
  if (!front_.is_stopping()) co_await peer_read_done_->async_wait(asio::redirect_error(asio::use_awaitable, woken));
  peer_closed_ = peer_closed_ || peer_read_pending_;  // the time is up
}

}  // namespace

Result<std::unique_ptr<HttpFront>> HttpFront::open(Options options) {
  auto front = std::make_unique<Front>(std::move(options));
  if (auto started = front->start(); !started) return fail(std::move(started).error());
  return std::unique_ptr<HttpFront>(std::move(front));
}

}  // namespace slipway::apiserver
