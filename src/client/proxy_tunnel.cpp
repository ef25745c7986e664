#include "client/proxy_tunnel.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "client/host_port.h"

namespace slipway::client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

asio::awaitable<Result<void>> open_tunnel(beast::tcp_stream& stream, const ServerAccess& access,
                                          std::uint32_t head_bytes_max) {
  const Proxy& proxy = *access.proxy;
  const std::string server = host_port_text(access.host, access.port);
  const auto refuse = [&](std::string_view why) {
    return fail(Reason::io, "the proxy {} of {} does not connect to {}: {}", host_port_text(proxy.host, proxy.port),
                proxy.source, server, why);
  };
  const auto lost = [&](const boost::system::error_code& code) {
    return refuse(code == beast::error::timeout ? "no answer in time" : code.message());
  };
  std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", server);
  if (!proxy.credentials.empty()) request += fmt::format("Proxy-Authorization: Basic {}\r\n", proxy.credentials);
  request += "\r\n";
  boost::system::error_code code;
  co_await asio::async_write(stream, asio::buffer(request), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return lost(code);
  beast::flat_buffer buffer{head_bytes_max};
  http::response_parser<http::empty_body> parser;
  parser.header_limit(head_bytes_max);
  parser.skip(true);  // an answer that connects has no body, and no other is read
  co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return lost(code);
  if (const unsigned status = parser.get().result_int(); status != 200)
    co_return refuse(
        fmt::format("it answers {} {}", status, std::string_view(http::obsolete_reason(parser.get().result()))));
  // The server waits for us to begin: whoever speaks first is not the server.
  if (buffer.size() != 0) co_return refuse("it speaks where the server should");
  co_return Result<void>();
}

}  // namespace slipway::client
