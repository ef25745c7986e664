#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/result.h"

namespace slipway::app {

// Plain HTTP/1.1 for probes and scrapers: GET and HEAD of a few pages, on a network thread of its own. Nobody has to
// say who asks, so nothing secret is served here, and a peer gets little: a small head, no body, few connections,
// little time.
class HealthServer {
 public:
  struct Answer {
    int status = 200;
    std::string body{};
    std::string content_type = "text/plain; charset=utf-8";
  };
  // On the core loop's thread. `path` is without query. A core that does not call it in time answers 503: it hangs.
  using Handler = std::function<Answer(std::string_view path)>;

  struct Limits {
    std::uint32_t head_bytes_max = 8 << 10;
    std::size_t connections_max = 64;  // further ones wait in the kernel's backlog
    std::chrono::milliseconds request_timeout{10'000};
    std::chrono::milliseconds idle_timeout{60'000};  // between requests
    std::chrono::milliseconds answer_timeout{5'000};
    std::chrono::milliseconds write_timeout{10'000};
  };
  struct Listener {
    std::string address;  // as Go has it: ":8081" (every interface), "127.0.0.1:8081", "[::1]:0" (any free port)
    Handler handler;
  };
  struct Options {
    Loop& core;
    std::vector<Listener> listeners;
    Limits limits = {};
  };

  // Binds and begins to accept. Error: usage; the message names the address.
  [[nodiscard]] static Result<std::unique_ptr<HealthServer>> open(Options options);
  // Closes everything; no handler is called afterwards that has not begun.
  virtual ~HealthServer() = default;
  // Of each listener.
  [[nodiscard]] virtual std::vector<std::uint16_t> ports() const = 0;
};

}  // namespace slipway::app
