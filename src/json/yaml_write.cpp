#include <algorithm>
#include <array>
#include <charconv>

#include "json/position.h"
#include "json/text.h"
#include "json/yaml.h"
#include "json/yaml_scalar.h"

// Writes YAML byte for byte as sigs.k8s.io/yaml does, which kubectl prints with: which texts are quoted and how, where
// long lines are folded, and in which order keys come.

namespace slipway::json {
namespace {

constexpr std::size_t indent_step = 2;
constexpr std::size_t line_width = 80;         // a text is folded at the first space beyond
constexpr std::size_t simple_key_bytes = 128;  // a longer key is written after "? "

enum class Style { plain, single_quoted, double_quoted, literal };

char32_t code_point_at(std::string_view text, std::size_t at, std::size_t& length) {
  const auto octet = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t first = octet(0);
  length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  switch (length) {
    case 1:
      return first;
    case 2:
      return (first & 0x1f) << 6 | (octet(1) & 0x3f);
    case 3:
      return (first & 0x0f) << 12 | (octet(1) & 0x3f) << 6 | (octet(2) & 0x3f);
    default:
      return (first & 0x07) << 18 | (octet(1) & 0x3f) << 12 | (octet(2) & 0x3f) << 6 | (octet(3) & 0x3f);
  }
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    points.push_back(code_point_at(text, at, length));
    at += length;
  }
  return points;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t octet) { out += static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

// Text that is not UTF-8 gets U+FFFD for each bad byte, as in JSON.
std::string valid_text(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t valid = valid_utf8_prefix(text);
    out.append(text, 0, valid);
    if (valid == text.size()) return out;
    append_utf8(out, 0xfffd);
    text.remove_prefix(valid + 1);
  }
}

bool is_printable(char32_t c) {
  return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) ||
         (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
}

bool is_line_separator(char32_t c) { return c == 0x2028 || c == 0x2029; }
bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || is_line_separator(c); }

// What a text allows (the analysis of libyaml's emitter for block context).
struct Allowed {
  bool plain = true;
  bool single_quoted = true;
  bool literal = true;
};

bool starts_like_syntax(const std::vector<char32_t>& text) {
  const auto is_marker = [&](char32_t c) { return text.size() >= 3 && text[0] == c && text[1] == c && text[2] == c; };
  if (is_marker('-') || is_marker('.')) return true;
  if (text[0] == '?' || text[0] == ':' || text[0] == '-') return text.size() == 1 || is_blank(text[1]);
  return text[0] < 0x80 &&
         std::string_view("#,[]{}&*!|>'\"%@`").find(static_cast<char>(text[0])) != std::string_view::npos;
}

Allowed analyze(const std::vector<char32_t>& text) {
  Allowed allowed;
  allowed.plain = !text.empty() && !starts_like_syntax(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    const bool is_last = i + 1 == text.size();
    const bool after_break = i > 0 && text[i - 1] == '\n';
    if (c == ':' && i > 0 && (is_last || is_blank(text[i + 1]))) allowed.plain = false;
    if (c == '#' && i > 0 && is_blank(text[i - 1])) allowed.plain = false;
    if (c == '\n') allowed.plain = false;
    if (c == ' ' && (i == 0 || is_last)) allowed.plain = false;
    if (c == ' ' && is_last) allowed.literal = false;
    if (c == ' ' && after_break) allowed.plain = allowed.single_quoted = false;
    const bool space_then_break = c == '\n' && i > 0 && text[i - 1] == ' ';
    // Line separators are breaks to YAML 1.1 and not to 1.2: escaped, they are read alike by both.
    if (space_then_break || !is_printable(c) || is_line_separator(c)) return {false, false, false};
  }
  return allowed;
}

// Numbers in base 60 (YAML 1.1's 1:30): no reader of ours takes them for numbers, others do.
bool is_base_60(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  text.remove_prefix(std::min(text.find_first_not_of("0123456789_"), text.size()));
  if (!text.starts_with(':')) return false;
  while (text.starts_with(':')) {
    text.remove_prefix(1);
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 2 || (digits == 2 && text[0] > '5')) return false;
    text.remove_prefix(digits);
  }
  if (text.starts_with('.')) text.remove_prefix(std::min(text.find_first_not_of("0123456789_", 1), text.size()));
  return text.empty();
}

Style style_of(const std::string& text, const std::vector<char32_t>& points, bool is_simple_key) {
  const Allowed allowed = analyze(points);
  if (text.find('\n') != std::string::npos)
    return allowed.literal && !is_simple_key ? Style::literal : Style::double_quoted;
  if (resolve_plain(text).kind != PlainKind::text || is_base_60(text) || text == "<<") return Style::double_quoted;
  if (allowed.plain) return Style::plain;
  return allowed.single_quoted ? Style::single_quoted : Style::double_quoted;
}

template <class T>
bool fits(const std::string& text) {
  T number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stopped == text.data() + text.size();
}

// What JSON writes as an integer of 64 bits, with or without sign, stays as it is. The rest is in Go's %g form: with an
// exponent below 1e-4 and from 1e6 on.
std::string number_text(const Value& value) {
  std::string text = write(value);
  if (fits<std::int64_t>(text) || fits<std::uint64_t>(text)) return text;
  std::array<char, 40> buffer;
  const double number = *value.number();
  const char* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific).ptr;
  std::string scientific(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  return exponent < -4 || exponent >= 6 ? scientific : text;
}

// Go's unicode.IsLetter, by the large blocks: keys beyond ASCII are too rare to carry its tables for.
bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (c < 0x2000) return c >= 0xc0 && c != 0xd7 && c != 0xf7;
  return (c >= 0x3040 && c < 0xd800) || (c >= 0xf900 && c < 0xfe00) || (c >= 0x10000 && c < 0x1d000) || c >= 0x20000;
}

// The order of keys: letters after everything else, runs of digits by their value.
bool natural_less(const std::string& left, const std::string& right) {
  const auto a = code_points(left);
  const auto b = code_points(right);
  const auto is_digit = [](char32_t c) { return c >= '0' && c <= '9'; };
  const auto [pa, pb] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (pa == a.end() || pb == b.end()) return a.size() < b.size();
  if (is_letter(*pa) && is_letter(*pb)) return *pa < *pb;
  if (is_letter(*pa) || is_letter(*pb)) return is_letter(*pb);
  // Inside a number that has begun with a digit other than 0, a 0 is a digit like others and not a leading zero.
  std::int64_t an = 0;
  std::int64_t bn = 0;
  if (*pa == '0' || *pb == '0') {
    for (auto p = pa; p != a.begin() && is_digit(*(p - 1)); --p) {
      if (*(p - 1) != '0') an = bn = 1;
    }
  }
  const auto value_of = [&](auto from, auto end, std::int64_t start) {
    auto number = static_cast<std::uint64_t>(start);
    auto p = from;
    for (; p != end && is_digit(*p); ++p) number = number * 10 + (*p - '0');
    return std::pair(static_cast<std::int64_t>(number), p - from);
  };
  const auto [a_value, a_length] = value_of(pa, a.end(), an);
  const auto [b_value, b_length] = value_of(pb, b.end(), bn);
  if (a_value != b_value) return a_value < b_value;
  if (a_length != b_length) return a_length < b_length;
  return *pa < *pb;
}

class Writer {
 public:
  std::string write_document(const Value& value) {
    write_value(value, 0, Place::root);
    end_line();
    return std::move(out_);
  }

 private:
  // What stands before a value: nothing, "- " (or "? ", ": ") on the same line, or "key:" on the same line.
  enum class Place { root, after_marker, after_key };

  // `indent` is the column of a mapping's keys, or of a sequence's dashes, if the value is one that needs lines of its
  // own.
  void write_value(const Value& value, std::size_t indent, Place place) {
    if (const Object* object = value.object(); object != nullptr && !object->empty())
      return write_mapping(*object, indent, place);
    if (const Array* array = value.array(); array != nullptr && !array->empty())
      return write_sequence(*array, indent, place);
    if (place == Place::after_key) put(" ");
    if (value.is_object()) return put("{}");
    if (value.is_array()) return put("[]");
    if (value.is_number()) return put(number_text(value));
    if (const std::string* text = value.string(); text != nullptr) {
      // A scalar's own lines stand one step in from what holds it.
      const std::size_t margin = place == Place::root ? indent_step : indent;
      return write_text(valid_text(*text), margin, false);
    }
    put(write(value));
  }

  void write_mapping(const Object& object, std::size_t indent, Place place) {
    std::vector<const Object::Member*> members;
    members.reserve(object.size());
    for (const Object::Member& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return natural_less(a->first, b->first); });
    bool is_inline = place == Place::after_marker;
    for (const Object::Member* member : members) {
      start_line(indent, is_inline);
      is_inline = false;
      write_key(valid_text(member->first), member->second, indent);
    }
  }

  void write_key(const std::string& key, const Value& value, std::size_t indent) {
    const bool is_simple = key.size() <= simple_key_bytes && key.find_first_of("\r\n") == std::string::npos;
    if (!is_simple) {
      put("? ");
      write_text(key, indent + indent_step, false);
      start_line(indent, false);
      put(": ");
      return write_value(value, indent + indent_step, Place::after_marker);
    }
    write_text(key, indent + indent_step, true);
    put(":");
    // The dashes of a sequence stand under its key, everything else one step in.
    write_value(value, value.is_array() && !value.array()->empty() ? indent : indent + indent_step, Place::after_key);
  }

  void write_sequence(const Array& array, std::size_t indent, Place place) {
    bool is_inline = place == Place::after_marker;
    for (const Value& element : array) {
      start_line(indent, is_inline);
      is_inline = false;
      put("- ");
      write_value(element, indent + indent_step, Place::after_marker);
    }
  }

  void write_text(const std::string& text, std::size_t margin, bool is_key) {
    const std::vector<char32_t> points = code_points(text);
    switch (style_of(text, points, is_key)) {
      case Style::plain:
        return write_plain(points, margin, is_key);
      case Style::single_quoted:
        return write_single_quoted(points, margin, is_key);
      case Style::double_quoted:
        return write_double_quoted(points, margin, is_key);
      case Style::literal:
        return write_literal(points, margin);
    }
  }

  // Whether the space at `i` becomes a line break: lone spaces beyond the width do.
  [[nodiscard]] bool folds_at(const std::vector<char32_t>& text, std::size_t i, bool is_key) const {
    return !is_key && column_ > line_width && i > 0 && i + 1 < text.size() && text[i] == ' ' && text[i - 1] != ' ';
  }

  void write_plain(const std::vector<char32_t>& text, std::size_t margin, bool is_key) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (folds_at(text, i, is_key) && text[i + 1] != ' ') {
        start_line(margin, false);
      } else {
        put(text[i]);
      }
    }
  }

  void write_single_quoted(const std::vector<char32_t>& text, std::size_t margin, bool is_key) {
    put("'");
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (folds_at(text, i, is_key) && text[i + 1] != ' ') {
        start_line(margin, false);
        continue;
      }
      if (text[i] == '\'') put("'");
      put(text[i]);
    }
    put("'");
  }

  void write_double_quoted(const std::vector<char32_t>& text, std::size_t margin, bool is_key) {
    put("\"");
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (folds_at(text, i, is_key)) {
        start_line(margin, false);
        if (text[i + 1] == ' ') put("\\");
      } else {
        put_escaped(text[i]);
      }
    }
    put("\"");
  }

  void put_escaped(char32_t c) {
    switch (c) {
      case '\0':
        return put("\\0");
      case '\a':
        return put("\\a");
      case '\b':
        return put("\\b");
      case '\t':
        return put("\\t");
      case '\n':
        return put("\\n");
      case '\v':
        return put("\\v");
      case '\f':
        return put("\\f");
      case '\r':
        return put("\\r");
      case 0x1b:
        return put("\\e");
      case '"':
        return put("\\\"");
      case '\\':
        return put("\\\\");
      case 0x85:
        return put("\\N");
      case 0x2028:
        return put("\\L");
      case 0x2029:
        return put("\\P");
      default:
        break;
    }
    if (is_printable(c)) return put(c);
    const auto code = static_cast<std::uint32_t>(c);
    put(code <= 0xff     ? fmt::format("\\x{:02X}", code)
        : code <= 0xffff ? fmt::format("\\u{:04X}", code)
                         : fmt::format("\\U{:08X}", code));
  }

  void write_literal(const std::vector<char32_t>& text, std::size_t margin) {
    put("|");
    if (text.front() == ' ' || text.front() == '\n') put(std::to_string(indent_step));
    const bool ends_with_break = text.back() == '\n';
    if (!ends_with_break) {
      put("-");
    } else if (text.size() == 1 || text[text.size() - 2] == '\n') {
      put("+");
    }
    put(U'\n');
    for (const char32_t c : text) {
      if (c != '\n' && column_ == 0) put(std::string(margin, ' '));
      put(c);
    }
  }

  void put(std::string_view ascii) {
    out_ += ascii;
    column_ += ascii.size();
  }
  void put(char32_t c) {
    append_utf8(out_, c);
    column_ = c == '\n' ? 0 : column_ + 1;
  }
  void end_line() {
    if (column_ > 0) put(U'\n');
  }
  // Goes on at column `indent`, on a new line unless `is_inline`.
  void start_line(std::size_t indent, bool is_inline) {
    if (is_inline) return;
    end_line();
    put(std::string(indent, ' '));
  }

  std::string out_;
  std::size_t column_ = 0;  // characters since the last line break
};

}  // namespace

std::string write_yaml(const Value& value) { return Writer().write_document(value); }

}  // namespace slipway::json
