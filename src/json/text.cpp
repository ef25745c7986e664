#include "json/text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "json/position.h"

namespace slipway::json {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// What must be escaped inside a string; "" when `c` stands for itself.
std::string escape_of(unsigned char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return c < 0x20 ? fmt::format("\\u{:04x}", static_cast<unsigned>(c)) : std::string();
  }
}

// As Go's encoding/json: the fewest digits that read back as the same number; positional between 1e-6 and 1e21, else
// with an exponent. Built from the scientific form, whose digits are the shortest ones also for large numbers.
void write_number_to(std::string& out, double number) {
  if (!std::isfinite(number)) {  // JSON has no such numbers
    out += "null";
    return;
  }
  if (number == 0) {  // -0 would read back as the integer 0
    out += '0';
    return;
  }
  std::array<char, 40> buffer;
  const char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific).ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + mark + (text[mark + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  if (exponent < -6 || exponent >= 21) {
    out += fmt::format("{}e{}{}", text.substr(0, mark), exponent < 0 ? '-' : '+', std::abs(exponent));
    return;
  }
  std::string digits(1, text[0]);
  if (mark > 2) digits += text.substr(2, mark - 2);
  if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    out.append(digits).append(whole - digits.size(), '0');
  } else {
    out.append(digits, 0, whole).append(".").append(digits, whole);
  }
}

// A value that has no parts.
void write_scalar_to(std::string& out, const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      out += *value.boolean() ? "true" : "false";
      return;
    case Type::integer:
      fmt::format_to(std::back_inserter(out), "{}", *value.integer());
      return;
    case Type::number:
      write_number_to(out, *value.number());
      return;
    case Type::string:
      write_string_to(out, *value.string());
      return;
    case Type::null:
    case Type::array:
    case Type::object:
      out += "null";
      return;
  }
}

void write_pretty_to(std::string& out, const Value& value, std::size_t indent, std::size_t margin) {
  const auto new_line = [&](std::size_t width) { out.append("\n").append(width, ' '); };
  if (const Array* array = value.array(); array != nullptr && !array->empty()) {
    out += '[';
    for (const Value& element : *array) {
      if (&element != &array->front()) out += ',';
      new_line(margin + indent);
      write_pretty_to(out, element, indent, margin + indent);
    }
    new_line(margin);
    out += ']';
  } else if (const Object* object = value.object(); object != nullptr && !object->empty()) {
    out += '{';
    bool is_first = true;
    for (const auto& [key, member] : *object) {
      if (!is_first) out += ',';
      is_first = false;
      new_line(margin + indent);
      write_string_to(out, key);
      out += ": ";
      write_pretty_to(out, member, indent, margin + indent);
    }
    new_line(margin);
    out += '}';
  } else {
    write_to(out, value);
  }
}

}  // namespace

void write_string_to(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    // What is not UTF-8 may not leave as JSON: each bad byte becomes U+FFFD.
    const std::size_t valid = valid_utf8_prefix(text);
    std::size_t plain = 0;  // start of the stretch that needs no escape
    for (std::size_t i = 0; i < valid; ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out.append(text, plain, i - plain).append(escape_of(c));
      plain = i + 1;
    }
    out.append(text, plain, valid - plain);
    text.remove_prefix(valid);
    if (!text.empty()) {
      out += replacement;
      text.remove_prefix(1);
    }
  }
  out += '"';
}

void write_to(std::string& out, const Value& value) {
  if (const Array* array = value.array(); array != nullptr) {
    out += '[';
    for (const Value& element : *array) {
      if (&element != &array->front()) out += ',';
      write_to(out, element);
    }
    out += ']';
  } else if (const Object* object = value.object(); object != nullptr) {
    out += '{';
    bool is_first = true;
    for (const auto& [key, member] : *object) {
      if (!is_first) out += ',';
      is_first = false;
      write_string_to(out, key);
      out += ':';
      write_to(out, member);
    }
    out += '}';
  } else {
    write_scalar_to(out, value);
  }
}

std::string write(const Value& value) {
  std::string out;
  write_to(out, value);
  return out;
}

std::string write_pretty(const Value& value, int indent) {
  std::string out;
  write_pretty_to(out, value, static_cast<std::size_t>(indent < 0 ? 0 : indent), 0);
  return out;
}

}  // namespace slipway::json
