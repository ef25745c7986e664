#include "client/bearer_token.h"

#include "client/kubeconfig.h"

namespace slipway::client {

Result<std::string> BearerToken::get() {
  if (file_.empty()) return token_;
  const FileStamp now = stamp_of(file_);
  if (now == seen_ && !token_.empty()) return token_;
  auto content = read_credential_file(file_);
  if (!content) {
    if (!token_.empty()) return token_;
    return fail(std::move(content.error()));
  }
  constexpr std::string_view white = " \t\r\n";
  const std::size_t first = content->find_first_not_of(white);
  if (first == std::string::npos) {  // being written
    if (!token_.empty()) return token_;
    return fail(Reason::usage, "the token file {} is empty", file_);
  }
  token_ = content->substr(first, content->find_last_not_of(white) - first + 1);
  seen_ = now;
  return token_;
}

}  // namespace slipway::client
