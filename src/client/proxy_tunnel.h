#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "base/result.h"
#include "client/server_access.h"

// For tls_transport.cpp alone: it shows Asio, which is slow to compile.
namespace slipway::client {

// Asks the proxy at the other end of `stream` to connect it with the server of `access`, which has a proxy: afterwards
// the server is the peer. The stream's own deadline counts. What the proxy answers may have `head_bytes_max`. Error:
// io; it tells the status and nothing else of the answer.
[[nodiscard]] boost::asio::awaitable<Result<void>> open_tunnel(boost::beast::tcp_stream& stream,
                                                               const ServerAccess& access,
                                                               std::uint32_t head_bytes_max);

}  // namespace slipway::client
