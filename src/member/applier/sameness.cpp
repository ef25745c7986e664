#include "member/applier/sameness.h"

#include <algorithm>
#include <array>

#include "kube/quantity.h"

namespace slipway::member::applier {
namespace {

using json::Value;

// Fields that hold amounts, or maps of them.
constexpr std::array<std::string_view, 10> amounts{"capacity", "default", "defaultRequest", "hard",      "limits",
                                                   "max",      "min",     "requests",       "sizeLimit", "storage"};

std::optional<kube::Quantity> amount(const Value& value) {
  if (const auto* integer = value.integer()) return kube::Quantity::from_integer(*integer);
  if (!value.is_string()) return std::nullopt;
  const auto parsed = kube::parse_quantity(*value.string());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

bool same(const Value& a, const Value& b, bool is_amount) {
  if (a.is_object() && b.is_object()) {
    const auto covered = [is_amount](const json::Object& one, const Value& other) {
      return std::ranges::all_of(one, [&](const json::Object::Member& member) {
        const Value* const twin = other.find(member.first);
        if (member.second.is_null() || twin == nullptr) return member.second.is_null() && (!twin || twin->is_null());
        return same(member.second, *twin, is_amount || std::ranges::find(amounts, member.first) != amounts.end());
      });
    };
    const auto has_no_more = [](const json::Object& one, const Value& other) {
      return std::ranges::all_of(one, [&other](const json::Object::Member& member) {
        return member.second.is_null() || other.find(member.first) != nullptr;
      });
    };
    return covered(*a.object(), b) && has_no_more(*b.object(), a);
  }
  if (a.is_array() && b.is_array()) {
    return std::ranges::equal(*a.array(), *b.array(),
                              [is_amount](const Value& x, const Value& y) { return same(x, y, is_amount); });
  }
  if (a == b) return true;
  if (!is_amount) return false;
  const auto left = amount(a);
  const auto right = amount(b);
  return left && right && *left == *right;
}

}  // namespace

bool means_the_same(const Value& a, const Value& b) { return same(a, b, false); }

}  // namespace slipway::member::applier
