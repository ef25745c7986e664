#include "kube/protobuf_wire.h"

namespace slipway::kube::protobuf {
namespace {

constexpr std::uint32_t group_begins = 3;
constexpr std::uint32_t group_ends = 4;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) out = out << 8 | static_cast<std::uint8_t>(bytes[i]);
  return out;
}

}  // namespace

Result<std::uint64_t> WireReader::varint() {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return fail(Reason::bad_request, "unexpected EOF");
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    out |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return out;
  }
  return fail(Reason::bad_request, "proto: integer overflow");
}

Result<std::string_view> WireReader::take(std::uint64_t count) {
  if (count > rest_.size()) return fail(Reason::bad_request, "unexpected EOF");
  const std::string_view out = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return out;
}

Result<std::optional<WireField>> WireReader::next() {
  std::size_t groups = 0;  // how many we are inside of; their fields are read and dropped
  while (!rest_.empty()) {
    const auto key = varint();
    if (!key) return fail(key.error());
    const std::uint64_t tag = *key >> 3;
    const auto type = static_cast<std::uint32_t>(*key & 7);
    if (tag == 0 || tag > 0x1FFFFFFF)
      return fail(Reason::bad_request, "proto: illegal tag {} (wire type {})", tag, type);

    WireField field{.tag = static_cast<std::uint32_t>(tag), .type = WireField::Type::varint, .number = 0, .bytes = {}};
    if (type == group_begins) {
      ++groups;
      continue;
    }
    if (type == group_ends) {
      if (groups == 0) return fail(Reason::bad_request, "proto: unexpected end of group");
      --groups;
      continue;
    }
    if (type == 0) {
      const auto number = varint();
      if (!number) return fail(number.error());
      field.number = *number;
    } else if (type == 1 || type == 5) {
      const auto bytes = take(type == 1 ? 8 : 4);
      if (!bytes) return fail(bytes.error());
      field.type = type == 1 ? WireField::Type::fixed64 : WireField::Type::fixed32;
      field.number = little_endian(*bytes);
    } else if (type == 2) {
      const auto length = varint();
      if (!length) return fail(length.error());
      const auto bytes = take(*length);
      if (!bytes) return fail(bytes.error());
      field.type = WireField::Type::bytes;
      field.bytes = *bytes;
    } else {
      return fail(Reason::bad_request, "proto: illegal wireType {}", type);
    }
    if (groups == 0) return field;
  }
  if (groups > 0) return fail(Reason::bad_request, "unexpected EOF");
  return std::nullopt;
}

}  // namespace slipway::kube::protobuf
