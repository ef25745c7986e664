#include <array>
#include <re2/re2.h>

#include "kube/cel_functions.h"

namespace slipway::kube::cel {
namespace {

// Calls `use` with the pattern of the call, compiled now when it is no literal.
template <class Use>
Outcome with_pattern(const Call& call, const Use& use) {
  const auto text = call.arguments[0].text();
  const auto pattern = call.arguments[1].text();
  if (!text || !pattern) return no_overload();
  if (!call.budget.spend(static_cast<std::int64_t>((text->size() / 10 + 1) * (pattern->size() / 4 + 1)))) {
    return failure(std::string(kOutOfBudget));
  }
  if (call.pattern != nullptr) return use(*text, *call.pattern);
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 compiled(re2::StringPiece(pattern->data(), pattern->size()), options);
  if (!compiled.ok()) return failure("error parsing regexp: " + compiled.error());
  return use(*text, compiled);
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

Outcome matches(const Call& call) {
  return with_pattern(call, [](std::string_view text, const re2::RE2& pattern) {
    return Outcome(Val{re2::RE2::PartialMatch(piece(text), pattern)});
  });
}

Outcome find(const Call& call) {
  return with_pattern(call, [](std::string_view text, const re2::RE2& pattern) {
    re2::StringPiece found;
    if (!pattern.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, &found, 1)) return Outcome(make_text(""));
    return Outcome(make_text(std::string(found.data(), found.size())));
  });
}

Outcome find_all(const Call& call) {
  std::size_t count_max = std::string_view::npos;
  if (call.arguments.size() == 3) {
    const auto* limit = call.arguments[2].get<std::int64_t>();
    if (limit == nullptr) return no_overload();
    if (*limit >= 0) count_max = static_cast<std::size_t>(*limit);
  }
  return with_pattern(call, [&call, count_max](std::string_view text, const re2::RE2& pattern) {
    List all;
    std::size_t at = 0;
    re2::StringPiece found;
    while (all.size() < count_max && at <= text.size() &&
           pattern.Match(piece(text), at, text.size(), re2::RE2::UNANCHORED, &found, 1)) {
      if (!call.budget.spend(1)) return Outcome(failure(std::string(kOutOfBudget)));
      all.push_back(make_text(std::string(found.data(), found.size())));
      at = static_cast<std::size_t>(found.data() - text.data()) + found.size();
      if (found.empty()) ++at;
    }
    return Outcome(make_list(std::move(all)));
  });
}

constexpr std::array kFunctions = {
    Function{"matches", false, 2, Kind::boolean, matches, 1}, Function{"matches", true, 2, Kind::boolean, matches, 1},
    Function{"find", true, 2, Kind::string, find, 1},         Function{"findAll", true, 2, Kind::list, find_all, 1},
    Function{"findAll", true, 3, Kind::list, find_all, 1},
};

}  // namespace

std::span<const Function> regex_functions() { return kFunctions; }

}  // namespace slipway::kube::cel
