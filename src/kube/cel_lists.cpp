// The list functions that Kubernetes adds to CEL, and those of CEL's string library that make text of a list. indexOf
// and lastIndexOf, which lists and strings share, are in cel_strings.cpp.
#include <array>

#include "kube/cel_functions.h"

namespace slipway::kube::cel {
namespace {

// Calls `use` with the receiver, which must be a list; spends one unit for each element.
template <class Use>
Outcome with_list(const Call& call, const Use& use) {
  if (call.arguments[0].kind() != Kind::list) return no_overload();
  const ListView list(call.arguments[0]);
  if (!call.budget.spend(static_cast<std::int64_t>(list.size()))) return failure(std::string(kOutOfBudget));
  return use(list);
}

Outcome is_sorted(const Call& call) {
  return with_list(call, [](const ListView& list) {
    for (std::size_t i = 1; i < list.size(); ++i) {
      const auto order = compare(list.at(i - 1), list.at(i));
      if (!order) return Outcome(no_overload());
      if (*order > 0) return Outcome(Val{false});
    }
    return Outcome(Val{true});
  });
}

// The element that comes first in `direction` (less: the smallest).
Outcome extreme(const Call& call, std::partial_ordering direction, std::string_view name) {
  return with_list(call, [direction, name](const ListView& list) {
    if (list.size() == 0) return Outcome(failure(std::string(name) + " called on empty list"));
    Val best = list.at(0);
    for (std::size_t i = 1; i < list.size(); ++i) {
      Val next = list.at(i);
      const auto order = compare(next, best);
      if (!order) return Outcome(no_overload());
      if (*order == direction) best = std::move(next);
    }
    return Outcome(std::move(best));
  });
}
Outcome min(const Call& call) { return extreme(call, std::partial_ordering::less, "min"); }
Outcome max(const Call& call) { return extreme(call, std::partial_ordering::greater, "max"); }

Outcome sum(const Call& call) {
  return with_list(call, [](const ListView& list) {
    std::int64_t whole = 0;
    double broken = 0;
    bool is_whole = true;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Val item = list.at(i);
      if (const auto* integer = item.get<std::int64_t>()) {
        if (__builtin_add_overflow(whole, *integer, &whole)) return Outcome(failure("integer overflow"));
      } else if (const auto* number = item.get<double>()) {
        is_whole = false;
        broken += *number;
      } else {
        return Outcome(no_overload());
      }
    }
    return Outcome(is_whole ? Val{whole} : Val{broken + static_cast<double>(whole)});
  });
}

Outcome join(const Call& call) {
  return with_list(call, [&call](const ListView& list) {
    std::string_view separator;
    if (call.arguments.size() == 2) {
      const auto text = call.arguments[1].text();
      if (!text) return Outcome(no_overload());
      separator = *text;
    }
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Val item = list.at(i);
      const auto text = item.text();
      if (!text) return Outcome(no_overload());
      if (!call.budget.spend(static_cast<std::int64_t>(text->size() / 10)))
        return Outcome(failure(std::string(kOutOfBudget)));
      if (i > 0) out += separator;
      out += *text;
    }
    return Outcome(make_text(std::move(out)));
  });
}

constexpr std::array kFunctions = {
    Function{"isSorted", true, 1, Kind::boolean, is_sorted},
    Function{"sum", true, 1, Kind::dyn, sum},
    Function{"min", true, 1, Kind::dyn, min},
    Function{"max", true, 1, Kind::dyn, max},
    Function{"join", true, 1, Kind::string, join},
    Function{"join", true, 2, Kind::string, join},
};

}  // namespace

std::span<const Function> list_functions() { return kFunctions; }

}  // namespace slipway::kube::cel
