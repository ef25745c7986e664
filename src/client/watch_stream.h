#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "client/client.h"

namespace slipway::client {

// One line of a watch (kube-api 10.5): an event, or the Error that an ERROR event carries and that ends the stream.
// Pure. Error (of the Result): internal, when the line is not what a server sends.
[[nodiscard]] Result<std::variant<WatchEvent, Error>> parse_watch_line(std::string_view line,
                                                                       const kube::GroupVersionKind& kind,
                                                                       bool metadata_only);

// An object as a client keeps it: with `metadata_only` without body and status.
[[nodiscard]] Result<kube::ObjectPtr> parse_object(const json::Value& value, const kube::GroupVersionKind& kind,
                                                   bool metadata_only);

// metadata.resourceVersion of an object or list. Error: internal, when it is no number above zero.
[[nodiscard]] Result<std::uint64_t> revision_of(const json::Value& value);

}  // namespace slipway::client
