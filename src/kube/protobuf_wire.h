#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace slipway::kube::protobuf {

// One field as it stands on the wire: `number` for varint and the fixed types, `bytes` for a length-delimited one.
struct WireField {
  enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  std::uint32_t tag = 0;
  Type type = Type::varint;
  std::uint64_t number = 0;
  std::string_view bytes;  // of the reader's text
};

// Reads the fields of one message in order; groups (an encoding long gone) are skipped.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}
  // Nothing at the end. Error: bad_request (truncated, a tag or length that cannot be).
  [[nodiscard]] Result<std::optional<WireField>> next();
  [[nodiscard]] Result<std::uint64_t> varint();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  [[nodiscard]] Result<std::string_view> take(std::uint64_t count);
  std::string_view rest_;
};

}  // namespace slipway::kube::protobuf
