// CEL's string library. Positions and lengths count characters, not bytes.
#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>

#include "kube/cel_functions.h"
#include "kube/go_text.h"

namespace slipway::kube::cel {
namespace {

std::unexpected<Failure> out_of_range(std::int64_t position) {
  return failure(fmt::format("index out of range: {}", position));
}

// Byte offsets of the characters of a text, and one past the end.
std::vector<std::size_t> offsets(std::string_view text) {
  std::vector<std::size_t> starts;
  starts.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

// A piece of the receiver, sharing its bytes.
Val slice(const Val& of, std::size_t begin, std::size_t end) {
  const Text* text = of.get<Text>();
  return Val{Text{.view = text->view.substr(begin, end - begin), .owner = text->owner}};
}

bool spend(const Call& call) {
  std::size_t bytes = 0;
  for (const Val& argument : call.arguments) {
    if (const auto text = argument.text()) bytes += text->size();
  }
  return call.budget.spend(static_cast<std::int64_t>(bytes / 10));
}

// Whether all arguments from `first` up to `last` are text.
bool are_text(const Call& call, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    if (!call.arguments[i].text()) return false;
  }
  return true;
}

template <class Decide>
Outcome compare_texts(const Call& call, const Decide& decide) {
  if (!are_text(call, 0, 2)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  return Val{decide(*call.arguments[0].text(), *call.arguments[1].text())};
}
Outcome contains(const Call& call) {
  return compare_texts(
      call, [](std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; });
}
Outcome starts_with(const Call& call) {
  return compare_texts(call, [](std::string_view text, std::string_view part) { return text.starts_with(part); });
}
Outcome ends_with(const Call& call) {
  return compare_texts(call, [](std::string_view text, std::string_view part) { return text.ends_with(part); });
}

template <class Change>
Outcome change_letters(const Call& call, const Change& change) {
  if (!are_text(call, 0, 1)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  std::string text(*call.arguments[0].text());
  for (char& c : text) c = change(c);
  return make_text(std::move(text));
}
Outcome lower_ascii(const Call& call) {
  return change_letters(call, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}
Outcome upper_ascii(const Call& call) {
  return change_letters(call, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
}

Outcome char_at(const Call& call) {
  const auto* position = call.arguments[1].get<std::int64_t>();
  if (!are_text(call, 0, 1) || position == nullptr) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const auto starts = offsets(*call.arguments[0].text());
  const auto length = static_cast<std::int64_t>(starts.size()) - 1;
  if (*position < 0 || *position > length) return out_of_range(*position);
  if (*position == length) return make_text("");
  const auto i = static_cast<std::size_t>(*position);
  return slice(call.arguments[0], starts[i], starts[i + 1]);
}

Outcome substring(const Call& call) {
  if (!are_text(call, 0, 1)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const auto starts = offsets(*call.arguments[0].text());
  const auto length = static_cast<std::int64_t>(starts.size()) - 1;
  const auto* begin = call.arguments[1].get<std::int64_t>();
  const auto* end = call.arguments.size() == 3 ? call.arguments[2].get<std::int64_t>() : &length;
  if (begin == nullptr || end == nullptr) return no_overload();
  if (*begin < 0 || *begin > length) return out_of_range(*begin);
  if (*end < 0 || *end > length) return out_of_range(*end);
  if (*begin > *end) return failure(fmt::format("invalid substring range. start: {}, end: {}", *begin, *end));
  return slice(call.arguments[0], starts[static_cast<std::size_t>(*begin)], starts[static_cast<std::size_t>(*end)]);
}

Outcome index_in_list(const Call& call, bool is_last) {
  const ListView list(call.arguments[0]);
  std::int64_t found = -1;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!equal(list.at(i), call.arguments[1], call.budget)) continue;
    found = static_cast<std::int64_t>(i);
    if (!is_last) break;
  }
  return Val{found};
}

Outcome index_of(const Call& call) {
  if (call.arguments[0].kind() == Kind::list && call.arguments.size() == 2) return index_in_list(call, false);
  if (!are_text(call, 0, 2)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const std::string_view text = *call.arguments[0].text();
  const auto starts = offsets(text);
  std::int64_t from = 0;
  if (call.arguments.size() == 3) {
    const auto* given = call.arguments[2].get<std::int64_t>();
    if (given == nullptr) return no_overload();
    if (*given < 0 || *given >= static_cast<std::int64_t>(starts.size())) return out_of_range(*given);
    from = *given;
  }
  const std::size_t found = text.find(*call.arguments[1].text(), starts[static_cast<std::size_t>(from)]);
  if (found == std::string_view::npos) return Val{std::int64_t{-1}};
  return Val{static_cast<std::int64_t>(std::ranges::lower_bound(starts, found) - starts.begin())};
}

Outcome last_index_of(const Call& call) {
  if (call.arguments[0].kind() == Kind::list && call.arguments.size() == 2) return index_in_list(call, true);
  if (!are_text(call, 0, 2)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const std::string_view text = *call.arguments[0].text();
  const auto starts = offsets(text);
  std::size_t from = std::string_view::npos;
  if (call.arguments.size() == 3) {
    const auto* given = call.arguments[2].get<std::int64_t>();
    if (given == nullptr) return no_overload();
    if (*given < 0 || *given >= static_cast<std::int64_t>(starts.size())) return out_of_range(*given);
    from = starts[static_cast<std::size_t>(*given)];
  }
  const std::size_t found = text.rfind(*call.arguments[1].text(), from);
  if (found == std::string_view::npos) return Val{std::int64_t{-1}};
  return Val{static_cast<std::int64_t>(std::ranges::lower_bound(starts, found) - starts.begin())};
}

// The optional limit of replace and split: no limit when negative or absent.
std::optional<std::size_t> read_limit(const Call& call, std::size_t argument) {
  if (call.arguments.size() <= argument) return std::string_view::npos;
  const auto* limit = call.arguments[argument].get<std::int64_t>();
  if (limit == nullptr) return std::nullopt;
  return *limit < 0 ? std::string_view::npos : static_cast<std::size_t>(*limit);
}

Outcome replace(const Call& call) {
  const auto limit = read_limit(call, 3);
  if (!are_text(call, 0, 3) || !limit) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const std::string_view text = *call.arguments[0].text();
  const std::string_view from = *call.arguments[1].text();
  const std::string_view to = *call.arguments[2].text();
  std::string out;
  std::size_t at = 0;
  if (from.empty()) {  // between all characters, as Go's strings.Replace does
    const auto starts = offsets(text);
    std::size_t done = 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (done++ < *limit) out += to;
      if (i + 1 < starts.size()) out += text.substr(starts[i], starts[i + 1] - starts[i]);
      if (!call.budget.spend(static_cast<std::int64_t>(to.size() / 10))) return failure(std::string(kOutOfBudget));
    }
    return make_text(std::move(out));
  }
  for (std::size_t done = 0; done < *limit; ++done) {
    const std::size_t found = text.find(from, at);
    if (found == std::string_view::npos) break;
    if (!call.budget.spend(static_cast<std::int64_t>(to.size() / 10))) return failure(std::string(kOutOfBudget));
    out += text.substr(at, found - at);
    out += to;
    at = found + from.size();
  }
  out += text.substr(at);
  return make_text(std::move(out));
}

Outcome split(const Call& call) {
  const auto limit = read_limit(call, 2);
  if (!are_text(call, 0, 2) || !limit) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const Val& receiver = call.arguments[0];
  const std::string_view text = *receiver.text();
  const std::string_view separator = *call.arguments[1].text();
  List parts;
  if (*limit == 0) return make_list(std::move(parts));
  if (separator.empty()) {
    const auto starts = offsets(text);
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
      const bool is_last = parts.size() + 1 == *limit;
      parts.push_back(slice(receiver, starts[i], is_last ? text.size() : starts[i + 1]));
      if (is_last) break;
    }
    return make_list(std::move(parts));
  }
  std::size_t at = 0;
  while (parts.size() + 1 < *limit) {
    const std::size_t found = text.find(separator, at);
    if (found == std::string_view::npos) break;
    parts.push_back(slice(receiver, at, found));
    at = found + separator.size();
  }
  parts.push_back(slice(receiver, at, text.size()));
  return make_list(std::move(parts));
}

Outcome trim(const Call& call) {
  if (!are_text(call, 0, 1)) return no_overload();
  const std::string_view text = *call.arguments[0].text();
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return make_text("");
  return slice(call.arguments[0], begin, text.find_last_not_of(kSpace) + 1);
}

Outcome reverse(const Call& call) {
  if (!are_text(call, 0, 1)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  const std::string_view text = *call.arguments[0].text();
  const auto starts = offsets(text);
  std::string out;
  for (std::size_t i = starts.size() - 1; i > 0; --i) out += text.substr(starts[i - 1], starts[i] - starts[i - 1]);
  return make_text(std::move(out));
}

Outcome quote(const Call& call) {
  if (!are_text(call, 0, 1)) return no_overload();
  if (!spend(call)) return failure(std::string(kOutOfBudget));
  return make_text(go_quoted(*call.arguments[0].text()));
}

// %s of any value: text bare at the top, lists and maps in CEL's notation.
void append_shown(std::string& out, const Val& val) {
  if (val.kind() == Kind::list) {
    const ListView list(val);
    out += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out += ", ";
      append_shown(out, list.at(i));
    }
    out += ']';
  } else if (val.kind() == Kind::map) {
    const MapView map(val);
    out += '{';
    for (std::size_t i = 0; i < map.size(); ++i) {
      if (i > 0) out += ", ";
      const auto [key, value] = map.at(i);
      append_shown(out, key);
      out += ": ";
      append_shown(out, value);
    }
    out += '}';
  } else if (const auto* kind = val.get<Kind>()) {
    out += kind_name(*kind);
  } else if (val.kind() == Kind::null) {
    out += "null";
  } else {
    out += shown(val);
  }
}

// One clause of a format string after its '%' and precision; false when the value does not fit the verb.
bool append_formatted(std::string& out, char verb, std::optional<int> precision, const Val& val) {
  const auto* integer = val.get<std::int64_t>();
  const auto* natural = val.get<std::uint64_t>();
  const auto* number = val.get<double>();
  switch (verb) {
    case 's':
      append_shown(out, val);
      return true;
    case 'd':
      if (integer == nullptr && natural == nullptr && number == nullptr) return false;
      out += shown(val);
      return true;
    case 'f':
    case 'e': {
      if (integer == nullptr && natural == nullptr && number == nullptr) return false;
      double value = 0;
      if (number != nullptr) value = *number;
      if (integer != nullptr) value = static_cast<double>(*integer);
      if (natural != nullptr) value = static_cast<double>(*natural);
      out += verb == 'f' ? fmt::format("{:.{}f}", value, precision.value_or(6))
                         : fmt::format("{:.{}e}", value, precision.value_or(6));
      return true;
    }
    case 'b':
      if (const auto* flag = val.get<bool>()) {
        out += *flag ? "1" : "0";
        return true;
      }
      [[fallthrough]];
    case 'o':
    case 'x':
    case 'X':
      if (integer == nullptr && natural == nullptr) {
        const auto text = val.text();
        if (!text || verb == 'b' || verb == 'o') return false;
        for (const char c : *text)
          out += verb == 'x' ? fmt::format("{:02x}", static_cast<unsigned char>(c))
                             : fmt::format("{:02X}", static_cast<unsigned char>(c));
        return true;
      }
      if (integer != nullptr && *integer < 0) out += '-';
      {
        const std::uint64_t size = natural != nullptr ? *natural
                                   : *integer < 0     ? std::uint64_t{0} - std::bit_cast<std::uint64_t>(*integer)
                                                      : std::bit_cast<std::uint64_t>(*integer);
        if (verb == 'b') out += fmt::format("{:b}", size);
        if (verb == 'o') out += fmt::format("{:o}", size);
        if (verb == 'x') out += fmt::format("{:x}", size);
        if (verb == 'X') out += fmt::format("{:X}", size);
      }
      return true;
    default:
      return false;
  }
}

Outcome format(const Call& call) {
  if (!are_text(call, 0, 1) || call.arguments[1].kind() != Kind::list) return no_overload();
  const std::string_view text = *call.arguments[0].text();
  const ListView values(call.arguments[1]);
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) return failure("unexpected end of string");
    if (text[i] == '%') {
      out += '%';
      continue;
    }
    std::optional<int> precision;
    if (text[i] == '.') {
      int digits = 0;
      for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
        digits = std::min(digits * 10 + (text[i] - '0'), 1000);
      if (i == text.size()) return failure("unexpected end of string");
      precision = digits;
    }
    if (next >= values.size()) return failure(fmt::format("index {} out of range", next));
    const std::size_t before = out.size();
    if (!append_formatted(out, text[i], precision, values.at(next++))) {
      return failure(fmt::format("error during formatting: %{} does not fit its value", text[i]));
    }
    if (!call.budget.spend(static_cast<std::int64_t>((out.size() - before) / 10 + 1)))
      return failure(std::string(kOutOfBudget));
  }
  return make_text(std::move(out));
}

constexpr std::array kFunctions = {
    Function{"contains", true, 2, Kind::boolean, contains},
    Function{"startsWith", true, 2, Kind::boolean, starts_with},
    Function{"endsWith", true, 2, Kind::boolean, ends_with},
    Function{"lowerAscii", true, 1, Kind::string, lower_ascii},
    Function{"upperAscii", true, 1, Kind::string, upper_ascii},
    Function{"charAt", true, 2, Kind::string, char_at},
    Function{"substring", true, 2, Kind::string, substring},
    Function{"substring", true, 3, Kind::string, substring},
    Function{"indexOf", true, 2, Kind::integer, index_of},
    Function{"indexOf", true, 3, Kind::integer, index_of},
    Function{"lastIndexOf", true, 2, Kind::integer, last_index_of},
    Function{"lastIndexOf", true, 3, Kind::integer, last_index_of},
    Function{"replace", true, 3, Kind::string, replace},
    Function{"replace", true, 4, Kind::string, replace},
    Function{"split", true, 2, Kind::list, split},
    Function{"split", true, 3, Kind::list, split},
    Function{"trim", true, 1, Kind::string, trim},
    Function{"reverse", true, 1, Kind::string, reverse},
    Function{"format", true, 2, Kind::string, format},
    Function{"strings.quote", false, 1, Kind::string, quote},
};

}  // namespace

std::span<const Function> string_functions() { return kFunctions; }

}  // namespace slipway::kube::cel
