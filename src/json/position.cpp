#include "json/position.h"

#include <algorithm>
#include <fmt/format.h>

namespace slipway::json {
namespace {

unsigned octet(char c) { return static_cast<unsigned char>(c); }

// How many bytes the character at the front of `text` takes, 0 if it is not valid (Unicode 15, table 3-7).
std::size_t character_length(std::string_view text) {
  const unsigned first = octet(text.front());
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned second_min = 0x80;
  unsigned second_max = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) second_min = 0xa0;
    if (first == 0xed) second_max = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) second_min = 0x90;
    if (first == 0xf4) second_max = 0x8f;
  }
  if (length == 0 || text.size() < length) return 0;
  if (octet(text[1]) < second_min || octet(text[1]) > second_max) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((octet(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (octet(text[at]) < 0x80) {  // nearly all text
      ++at;
      continue;
    }
    const std::size_t length = character_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::string place(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::string_view row = before.substr(before.rfind('\n') + 1);  // npos + 1 == 0
  const auto column = std::count_if(row.begin(), row.end(), [](char c) { return (octet(c) & 0xc0) != 0x80; }) + 1;
  return fmt::format("line {}, column {}", line, column);
}

}  // namespace slipway::json
