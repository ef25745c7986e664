#include "client/bearer_token.h"

#include <sys/stat.h>

#include "client/kubeconfig.h"

namespace slipway::client {

BearerToken::Stamp BearerToken::stamp() const {
  struct stat info = {};
  if (::stat(file_.c_str(), &info) != 0) return {};
  return {.inode = info.st_ino,
          .modified = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
          .size = info.st_size};
}

Result<std::string> BearerToken::get() {
  if (file_.empty()) return token_;
  const Stamp now = stamp();
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
