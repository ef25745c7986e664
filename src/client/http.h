#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace slipway::client {

// An HTTP exchange without sockets: what travels between a client and a server, in process, through the simulation's
// pipe, or over TLS (design 5, "sans I/O"). Header names are lower case.
struct Headers {
  std::vector<std::pair<std::string, std::string>> fields;
  [[nodiscard]] std::string_view get(std::string_view name) const {  // "" when absent; the first of several
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
  void add(std::string name, std::string value) { fields.emplace_back(std::move(name), std::move(value)); }
};

struct HttpRequest {
  std::string method;  // "GET"
  std::string target;  // path and query, percent-encoded: "/api/v1/namespaces?limit=500"
  Headers headers;
  std::string body;
};

struct HttpHead {
  int status = 200;
  Headers headers;
};

// What a requester is told, in this order: one head, any number of chunks, one end. After an error end nothing follows.
// All on the loop's thread.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual void on_head(HttpHead head) = 0;
  virtual void on_chunk(std::string bytes) = 0;
  // An error when the exchange was cut short (Reason::unavailable: nothing is known about what the server did;
  // Reason::io: nothing reached it).
  virtual void on_end(Result<void> end) = 0;
};

// A request under way; destroying it abandons it (the sink hears nothing more).
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
};

// Carries requests to one server. Loop thread only.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual std::unique_ptr<HttpExchange> send(HttpRequest request, std::shared_ptr<HttpSink> sink) = 0;
};

}  // namespace slipway::client
