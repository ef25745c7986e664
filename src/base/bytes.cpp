#include "base/bytes.h"

#include <algorithm>
#include <openssl/sha.h>

namespace slipway {
namespace {

constexpr std::string_view standard_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

unsigned octet(char c) { return static_cast<unsigned char>(c); }

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = octet(bytes[i]) << 16;
    if (count > 1) group |= octet(bytes[i + 1]) << 8;
    if (count > 2) group |= octet(bytes[i + 2]);
    for (std::size_t digit = 0; digit <= count; ++digit) out += alphabet[(group >> (18 - 6 * digit)) & 63];
    if (padded) out.append(3 - count, '=');
  }
  return out;
}

constexpr std::int8_t no_digit = -1;

std::array<std::int8_t, 256> values_of(std::string_view alphabet) {
  std::array<std::int8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) values[octet(alphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}

std::unexpected<Error> illegal(std::size_t position) {
  return fail(Reason::bad_request, "illegal base64 data at input byte {}", position);
}

// The padded form is read as Go reads it, because manifests rely on it: line breaks are skipped and bits that are cut
// off at the end may be anything. The unpadded form is strict, so that a token has exactly one text.
Result<std::string> decode(std::string_view text, std::string_view alphabet, bool padded) {
  const std::array<std::int8_t, 256> values = values_of(alphabet);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  unsigned bits = 0;
  int bit_count = 0;
  std::size_t digits = 0;
  std::size_t pads = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (padded && (text[i] == '\n' || text[i] == '\r')) continue;
    if (padded && text[i] == '=' && digits % 4 >= 2 && digits % 4 + pads < 4) {
      ++pads;
      continue;
    }
    const std::int8_t value = values[octet(text[i])];
    if (value == no_digit || pads > 0) return illegal(i);
    ++digits;
    bits = (bits << 6) | static_cast<unsigned>(value);
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      out += static_cast<char>((bits >> bit_count) & 0xff);
      bits &= (1U << bit_count) - 1;
    }
  }
  const bool complete = padded ? (digits + pads) % 4 == 0 : digits % 4 != 1 && bits == 0;
  if (!complete) return illegal(text.size());
  return out;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) {
    hash ^= octet(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += digits[octet(c) >> 4];
    out += digits[octet(c) & 15];
  }
  return out;
}

std::string base64(std::string_view bytes) { return encode(bytes, standard_alphabet, true); }
Result<std::string> decode_base64(std::string_view text) { return decode(text, standard_alphabet, true); }
std::string base64url(std::string_view bytes) { return encode(bytes, url_alphabet, false); }
Result<std::string> decode_base64url(std::string_view text) { return decode(text, url_alphabet, false); }

}  // namespace slipway
