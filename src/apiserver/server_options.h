#pragma once

#include <optional>
#include <string>

#include "apiserver/negotiation.h"
#include "apiserver/registry.h"
#include "apiserver/request_info.h"

// The options of requests, as query parameters and DeleteOptions (kube-api 6.1 step 3, 9.1, 10.2, 10.5). Pure.
namespace slipway::apiserver {

enum class WriteKind { create, update, patch };

// Error: invalid, as `CreateOptions.meta.k8s.io "" is invalid: …`.
[[nodiscard]] Result<WriteContext> parse_write_options(const Query& query, WriteKind kind);

// `options` is the decoded body, null when there was none. Error: invalid, bad_request.
[[nodiscard]] Result<DeleteContext> parse_delete_options(const Query& query, const json::Value& options);

struct ListParameters {
  Selection selection;
  std::size_t limit = 0;  // 0: all
  std::string continue_token;
  std::optional<std::uint64_t> revision_exact;
  std::uint64_t revision_at_least = 0;
};
// Errors: bad_request, invalid.
[[nodiscard]] Result<ListParameters> parse_list_options(const Query& query, std::string namespace_);

struct WatchParameters {
  Selection selection;
  std::uint64_t revision = 0;  // changes after this one; 0: from now
  bool sends_present = false;  // the present state comes first
  bool marks_end_of_present = false;
  bool wants_bookmarks = false;
  std::optional<std::chrono::seconds> timeout;
};
[[nodiscard]] Result<WatchParameters> parse_watch_options(const Query& query, std::string namespace_);

}  // namespace slipway::apiserver
