#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "client/client.h"
#include "client/http.h"
#include "json/value.h"

namespace slipway::client {

// One request and its whole answer, with a time limit. Owns its exchange; destroying it abandons it.
class HttpCall {
 public:
  struct Options {
    Loop& loop;
    Transport& transport;
    Duration timeout;
    // A request that may have been carried out although no answer came.
    bool is_write = false;
    // The answer is no JSON; it becomes one string.
    bool is_text = false;
  };
  // The body of a 2xx answer, as JSON; else the Status as an Error.
  using Done = Callback<Result<json::Value>>;

  [[nodiscard]] static std::shared_ptr<HttpCall> send(const Options& options, HttpRequest request, Done done);
  virtual ~HttpCall() = default;
};

// For a Transport, which may keep a sink as long as it likes: passes on what is heard while `sink` lives.
[[nodiscard]] std::shared_ptr<HttpSink> pass_on_to(std::weak_ptr<HttpSink> sink);

// What an answer with this status, Retry-After header and body says went wrong.
[[nodiscard]] Error error_of(const HttpHead& head, std::string_view body, bool is_write);

}  // namespace slipway::client
