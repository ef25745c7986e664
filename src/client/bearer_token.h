#pragma once

#include <string>

#include "base/result.h"
#include "client/file_stamp.h"

namespace slipway::client {

// The token a client shows: a fixed one, or a file's content, read again whenever the file is another one than last
// time (kubelet and sidecars replace it before it expires) or the server refused what it said. One thread.
class BearerToken {
 public:
  // Both empty: no token.
  BearerToken(std::string token, std::string file) : token_(std::move(token)), file_(std::move(file)) {}

  // Without the white space around it. When the file is gone for a moment, the last one. Error: usage, when there never
  // was one.
  [[nodiscard]] Result<std::string> get();
  // The server answered 401.
  void refused() { seen_ = {}; }

 private:
  std::string token_;
  const std::string file_;
  FileStamp seen_;
};

}  // namespace slipway::client
