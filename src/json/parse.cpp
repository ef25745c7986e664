#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <simdjson.h>
#include <span>

#include "json/position.h"
#include "json/text.h"

// Reads JSON with simdjson's on-demand walk, which keeps members in document order and numbers as text: that is how
// duplicate keys are seen and how integers beyond int64 become doubles instead of errors.

namespace slipway::json {
namespace {

namespace od = simdjson::ondemand;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the walk is, to name a duplicate key: a key, or an index when `key` has no data.
struct Step {
  std::string_view key;
  std::size_t index = 0;
  bool is_index = false;
};

// A key that came again, and where; sorted by place they are in document order.
struct Duplicate {
  std::size_t offset = 0;
  std::string path;
};

bool skip_digits(std::string_view& text) {
  const auto count = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  text.remove_prefix(count);
  return count > 0;
}

// RFC 8259 section 6. `is_integer` says that there is neither fraction nor exponent.
bool is_number(std::string_view text, bool& is_integer) {
  is_integer = true;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0')) {
    text.remove_prefix(1);
  } else if (!skip_digits(text)) {
    return false;
  }
  if (text.starts_with('.')) {
    is_integer = false;
    text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    is_integer = false;
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

class Reader {
 public:
  Reader(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  Result<Value> read() {
    // The text is read as the only element of an array, so that a lone scalar needs no code of its own.
    buffer_.reserve(text_.size() + 2 + simdjson::SIMDJSON_PADDING);
    buffer_.append("[").append(text_).append("]");
    const std::size_t length = buffer_.size();
    buffer_.append(simdjson::SIMDJSON_PADDING, '\0');

    if (const auto error = parser_.allocate(length, options_.depth_max + 2); error) return refuse(error, 0);
    od::document document;
    if (const auto error = parser_.iterate(buffer_.data(), length, buffer_.size()).get(document); error) {
      return refuse(error, first_bad_byte(error));
    }
    document_ = &document;
    Value value;
    if (!read_document(value)) return std::unexpected(std::move(*error_));
    if (!report_duplicates()) return std::unexpected(std::move(*error_));
    return value;
  }

 private:
  bool read_document(Value& out) {
    od::array elements;
    if (const auto error = document_->get_array().get(elements); error) return stop(error);
    std::size_t count = 0;
    for (auto element : elements) {
      od::value value;
      if (const auto error = std::move(element).get(value); error) return count == 0 ? stop(error) : stop_trailing();
      if (++count > 1) return stop_trailing();
      if (!read_value(value, out, 0)) return false;
    }
    if (count == 0) return stop("there is no JSON value", here());
    // A bracket in the text closed the array: what follows is too much.
    if (document_->current_location().error() != simdjson::OUT_OF_BOUNDS)
      return stop("there is more text after the JSON value", here());
    return true;
  }

  bool read_value(od::value& value, Value& out, std::size_t depth) {
    switch (const std::string_view token = value.raw_json_token(); token.empty() ? '\0' : token.front()) {
      case '{':
        return depth < options_.depth_max ? read_object(value, out, depth) : stop_too_deep();
      case '[':
        return depth < options_.depth_max ? read_array(value, out, depth) : stop_too_deep();
      case '"': {
        const std::size_t start = here();
        std::string_view text;
        if (const auto error = value.get_string().get(text); error) {
          return stop("invalid escape in a string", start);
        }
        out = Value(text);
        return true;
      }
      default:
        return read_word(token, out);
    }
  }

  bool read_array(od::value& value, Value& out, std::size_t depth) {
    od::array elements;
    if (const auto error = value.get_array().get(elements); error) return stop(error);
    const std::size_t first = pending_elements_.size();
    path_.push_back({.key = {}, .index = 0, .is_index = true});
    for (auto element : elements) {
      od::value child;
      if (const auto error = std::move(element).get(child); error) return stop(error);
      path_.back().index = pending_elements_.size() - first;
      Value item;
      if (!read_value(child, item, depth + 1)) return false;
      pending_elements_.push_back(std::move(item));
    }
    path_.pop_back();
    out = Value(take_from(pending_elements_, first));
    return true;
  }

  bool read_object(od::value& value, Value& out, std::size_t depth) {
    od::object fields;
    if (const auto error = value.get_object().get(fields); error) return stop(error);
    const std::size_t first = pending_members_.size();
    bool is_sorted = true;  // strictly, which also means without duplicates
    path_.emplace_back();
    for (auto element : fields) {
      od::field field;
      if (const auto error = std::move(element).get(field); error) return stop(error);
      const std::size_t start = here();
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key); error) return stop("invalid escape in a key", start);
      if (pending_members_.size() > first && path_.back().key >= key) is_sorted = false;
      path_.back().key = key;
      od::value child = field.value();
      Value item;
      if (!read_value(child, item, depth + 1)) return false;
      pending_members_.emplace_back(std::string(key), std::move(item));
      pending_offsets_.push_back(start);
    }
    path_.pop_back();
    std::vector<Object::Member> members = take_from(pending_members_, first);
    if (!is_sorted) note_duplicates(members, std::span(pending_offsets_).subspan(first));
    pending_offsets_.resize(first);
    out = Value(Object::from_members(std::move(members)));
    return true;
  }

  // Moves what lies above `first` on one of the stacks into a vector of exactly that size.
  template <class T>
  static std::vector<T> take_from(std::vector<T>& stack, std::size_t first) {
    const auto begin = stack.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<T> taken(std::make_move_iterator(begin), std::make_move_iterator(stack.end()));
    stack.erase(begin, stack.end());
    return taken;
  }

  // A number, true, false or null. The token reaches to the next structural character, so it may end in white space.
  bool read_word(std::string_view token, Value& out) {
    while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
    bool is_integer = false;
    if (token == "null") {
      out = Value();
    } else if (token == "true" || token == "false") {
      out = Value(token == "true");
    } else if (is_number(token, is_integer)) {
      return read_number(token, is_integer, out);
    } else if (here() >= text_.size()) {
      return stop("the text ends where a value is expected", here());
    } else {
      return stop(
          token.size() <= 1 ? "a value is expected here" : "neither a number nor true, false, null or a quoted text",
          here());
    }
    return true;
  }

  bool read_number(std::string_view token, bool is_integer, Value& out) {
    const char* const end = token.data() + token.size();
    if (std::int64_t integer = 0; is_integer && std::from_chars(token.data(), end, integer).ec == std::errc()) {
      out = Value(static_cast<long long>(integer));
      return true;
    }
    double number = 0;
    if (std::from_chars(token.data(), end, number).ec != std::errc()) {
      // Out of range is said of numbers too large and too small alike; the latter are zero (or denormal), as in Go.
      number = std::strtod(std::string(token).c_str(), nullptr);
      if (!std::isfinite(number)) return stop("the number is beyond what a 64-bit float holds", here());
    }
    out = Value(number);
    return true;
  }

  void note_duplicates(const std::vector<Object::Member>& members, std::span<const std::size_t> offsets) {
    std::vector<std::size_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int keys = members[a].first.compare(members[b].first);
      return keys != 0 ? keys < 0 : a < b;
    });
    bool is_repeated = false;
    for (std::size_t i = 1; i < order.size(); ++i) {
      const bool is_same = members[order[i]].first == members[order[i - 1]].first;
      if (is_same && !is_repeated) duplicates_.push_back({offsets[order[i]], path_to(members[order[i]].first)});
      is_repeated = is_same;
    }
  }

  bool report_duplicates() {
    if (duplicates_.empty()) return true;
    std::sort(duplicates_.begin(), duplicates_.end(),
              [](const Duplicate& a, const Duplicate& b) { return a.offset < b.offset; });
    if (options_.duplicate_keys == nullptr) {
      return stop(fmt::format("duplicate key \"{}\"", duplicates_.front().path), duplicates_.front().offset);
    }
    std::vector<std::string>& paths = *options_.duplicate_keys;
    for (Duplicate& duplicate : duplicates_) {
      if (std::find(paths.begin(), paths.end(), duplicate.path) == paths.end())
        paths.push_back(std::move(duplicate.path));
    }
    return true;
  }

  [[nodiscard]] std::string path_to(std::string_view key) const {
    std::string path;
    for (const Step& step : path_) {
      if (step.is_index) {
        path += fmt::format("[{}]", step.index);
      } else {
        path.append(path.empty() ? "" : ".").append(step.key);
      }
    }
    return path.append(path.empty() ? "" : ".").append(key);
  }

  // The walk's place as an offset into the text (the buffer has one byte more in front).
  [[nodiscard]] std::size_t here() const {
    const char* at = nullptr;
    if (document_ == nullptr || document_->current_location().get(at) != simdjson::SUCCESS) return text_.size();
    const auto offset = static_cast<std::size_t>(at - buffer_.data());
    return std::min(offset == 0 ? 0 : offset - 1, text_.size());
  }

  // The first pass refuses without a place: bytes that are not UTF-8, control characters in strings, strings without
  // end.
  [[nodiscard]] std::size_t first_bad_byte(simdjson::error_code error) const {
    if (error == simdjson::UTF8_ERROR) return valid_utf8_prefix(text_);
    std::size_t start = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '"') {
        in_string = !in_string;
        start = i;
      } else if (in_string && text_[i] == '\\') {
        ++i;
      } else if (in_string && error == simdjson::UNESCAPED_CHARS && static_cast<unsigned char>(text_[i]) < 0x20) {
        return i;
      }
    }
    return start;
  }

  bool stop(std::string_view what, std::size_t offset) {
    error_ = Error{
        .reason = Reason::bad_request, .message = fmt::format("{}: {}", place(text_, offset), what), .causes = {}};
    return false;
  }
  bool stop(simdjson::error_code error) {
    const std::size_t offset = here();
    if (offset >= text_.size()) return stop("the text ends too early", offset);
    return stop(words_for(error), offset);
  }
  // Past the end lies only the bracket that read() added, which a missing one in the text has used up.
  bool stop_trailing() {
    const std::size_t offset = here();
    return stop(offset < text_.size() ? "there is more text after the JSON value" : "the text ends too early", offset);
  }
  bool stop_too_deep() { return stop(fmt::format("nested deeper than {} levels", options_.depth_max), here()); }

  [[nodiscard]] std::unexpected<Error> refuse(simdjson::error_code error, std::size_t offset) const {
    return fail(Reason::bad_request, "{}: {}", place(text_, offset), words_for(error));
  }

  static std::string_view words_for(simdjson::error_code error) {
    switch (error) {
      case simdjson::UTF8_ERROR:
        return "the text is not valid UTF-8";
      case simdjson::UNESCAPED_CHARS:
        return "a control character inside a string must be escaped";
      case simdjson::UNCLOSED_STRING:
        return "the string that starts here has no end";
      case simdjson::EMPTY:
        return "there is no JSON value";
      case simdjson::CAPACITY:
        return "the text is too long";
      case simdjson::MEMALLOC:
        return "there is not enough memory for the text";
      default:
        return "not well-formed: a comma, colon, bracket, brace or quoted key is missing or misplaced";
    }
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::string buffer_;
  od::parser parser_;
  od::document* document_ = nullptr;
  std::vector<Step> path_;
  // What open arrays and objects hold so far, one above the other: their own vectors are made once, at their exact
  // size.
  std::vector<Value> pending_elements_;
  std::vector<Object::Member> pending_members_;
  std::vector<std::size_t> pending_offsets_;  // where each pending member starts
  std::vector<Duplicate> duplicates_;
  std::optional<Error> error_;
};

}  // namespace

Result<Value> parse(std::string_view text, const ParseOptions& options) { return Reader(text, options).read(); }

}  // namespace slipway::json
