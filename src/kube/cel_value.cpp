#include "kube/cel_value.h"

#include <cmath>

#include "json/text.h"

namespace slipway::kube::cel {
namespace {

bool is_numeric(Kind kind) { return kind == Kind::integer || kind == Kind::unsigned_integer || kind == Kind::number; }

std::partial_ordering compare_numbers(const Val& a, const Val& b) {
  const auto* a_int = a.get<std::int64_t>();
  const auto* b_int = b.get<std::int64_t>();
  if (a_int != nullptr && b_int != nullptr) return *a_int <=> *b_int;
  const auto* a_uint = a.get<std::uint64_t>();
  const auto* b_uint = b.get<std::uint64_t>();
  if (a_uint != nullptr && b_uint != nullptr) return *a_uint <=> *b_uint;
  if (a_int != nullptr && b_uint != nullptr) {
    return *a_int < 0 ? std::partial_ordering::less : static_cast<std::uint64_t>(*a_int) <=> *b_uint;
  }
  if (a_uint != nullptr && b_int != nullptr) {
    return *b_int < 0 ? std::partial_ordering::greater : *a_uint <=> static_cast<std::uint64_t>(*b_int);
  }
  const auto widened = [](const Val& val) {
    if (const auto* i = val.get<std::int64_t>()) return static_cast<double>(*i);
    if (const auto* u = val.get<std::uint64_t>()) return static_cast<double>(*u);
    return *val.get<double>();
  };
  return widened(a) <=> widened(b);
}

bool equal_lists(const Val& a, const Val& b, Budget& budget) {
  const ListView left(a);
  const ListView right(b);
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!equal(left.at(i), right.at(i), budget)) return false;
  }
  return true;
}

bool equal_maps(const Val& a, const Val& b, Budget& budget) {
  const MapView left(a);
  const MapView right(b);
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto [key, value] = left.at(i);
    const auto other = right.find(key);
    if (!other || !equal(value, *other, budget)) return false;
  }
  return true;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null_type";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::unsigned_integer:
      return "uint";
    case Kind::number:
      return "double";
    case Kind::string:
      return "string";
    case Kind::bytes:
      return "bytes";
    case Kind::list:
      return "list";
    case Kind::map:
      return "map";
    case Kind::type:
      return "type";
    case Kind::optional:
      return "optional_type";
    case Kind::dyn:
      return "dyn";
  }
  std::unreachable();
}

Kind Val::kind() const {
  struct Visitor {
    Kind operator()(std::monostate) const { return Kind::null; }
    Kind operator()(bool) const { return Kind::boolean; }
    Kind operator()(std::int64_t) const { return Kind::integer; }
    Kind operator()(std::uint64_t) const { return Kind::unsigned_integer; }
    Kind operator()(double) const { return Kind::number; }
    Kind operator()(const Text&) const { return Kind::string; }
    Kind operator()(const Bytes&) const { return Kind::bytes; }
    Kind operator()(const json::Array*) const { return Kind::list; }
    Kind operator()(const std::shared_ptr<const List>&) const { return Kind::list; }
    Kind operator()(const json::Object*) const { return Kind::map; }
    Kind operator()(const std::shared_ptr<const Map>&) const { return Kind::map; }
    Kind operator()(Kind) const { return Kind::type; }
    Kind operator()(const Optional&) const { return Kind::optional; }
  };
  return std::visit(Visitor(), data);
}

std::optional<std::string_view> Val::text() const {
  const auto* text = get<Text>();
  return text != nullptr ? std::optional(text->view) : std::nullopt;
}

Val from_json(const json::Value& value) {
  switch (value.type()) {
    case json::Type::null:
      return {};
    case json::Type::boolean:
      return {*value.boolean()};
    case json::Type::integer:
      return {*value.integer()};
    case json::Type::number:
      return {*value.number()};
    case json::Type::string:
      return {Text{.view = *value.string(), .owner = nullptr}};
    case json::Type::array:
      return {value.array()};
    case json::Type::object:
      return {value.object()};
  }
  std::unreachable();
}

Val make_text(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const std::string_view view = *owner;
  return {Text{.view = view, .owner = std::move(owner)}};
}

Val make_list(List items) { return {std::make_shared<const List>(std::move(items))}; }

Val make_optional(std::optional<Val> value) {
  return {Optional{value ? std::make_shared<const Val>(std::move(*value)) : nullptr}};
}

ListView::ListView(const Val& val) {
  if (const auto* borrowed = val.get<const json::Array*>()) {
    borrowed_ = *borrowed;
  } else {
    owned_ = val.get<std::shared_ptr<const List>>()->get();
  }
}

MapView::MapView(const Val& val) {
  if (const auto* borrowed = val.get<const json::Object*>()) {
    borrowed_ = *borrowed;
  } else {
    owned_ = val.get<std::shared_ptr<const Map>>()->get();
  }
}

std::optional<Val> MapView::find(std::string_view key) const {
  if (borrowed_ == nullptr) return find(Val{Text{.view = key, .owner = nullptr}});
  const json::Value* value = borrowed_->find(key);
  return value != nullptr ? std::optional(from_json(*value)) : std::nullopt;
}

std::optional<Val> MapView::find(const Val& key) const {
  if (borrowed_ != nullptr) {
    const auto text = key.text();
    return text ? find(*text) : std::nullopt;
  }
  Budget free(1'000'000);  // keys are scalars: the scan is paid for by the caller, one unit an operation
  for (const auto& [candidate, value] : *owned_) {
    if (equal(candidate, key, free)) return value;
  }
  return std::nullopt;
}

std::pair<Val, Val> MapView::at(std::size_t i) const {
  if (borrowed_ == nullptr) return (*owned_)[i];
  const auto& [key, value] = *(borrowed_->begin() + static_cast<std::ptrdiff_t>(i));
  return {Val{Text{.view = key, .owner = nullptr}}, from_json(value)};
}

bool equal(const Val& a, const Val& b, Budget& budget) {
  if (!budget.spend(1)) return false;
  const Kind kind = a.kind();
  const Kind other = b.kind();
  if (is_numeric(kind) && is_numeric(other)) return compare_numbers(a, b) == 0;
  if (kind != other) return false;
  switch (kind) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return *a.get<bool>() == *b.get<bool>();
    case Kind::string: {
      const std::string_view left = a.get<Text>()->view;
      const std::string_view right = b.get<Text>()->view;
      return budget.spend(static_cast<std::int64_t>(std::min(left.size(), right.size()) / 10)) && left == right;
    }
    case Kind::bytes:
      return a.get<Bytes>()->text.view == b.get<Bytes>()->text.view;
    case Kind::list:
      return equal_lists(a, b, budget);
    case Kind::map:
      return equal_maps(a, b, budget);
    case Kind::type:
      return *a.get<Kind>() == *b.get<Kind>();
    case Kind::optional: {
      const Val* left = a.get<Optional>()->value.get();
      const Val* right = b.get<Optional>()->value.get();
      if (left == nullptr || right == nullptr) return left == right;
      return equal(*left, *right, budget);
    }
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::number:
    case Kind::dyn:
      break;
  }
  std::unreachable();
}

std::optional<std::partial_ordering> compare(const Val& a, const Val& b) {
  const Kind kind = a.kind();
  const Kind other = b.kind();
  if (is_numeric(kind) && is_numeric(other)) return compare_numbers(a, b);
  if (kind != other) return std::nullopt;
  if (kind == Kind::string) return a.get<Text>()->view <=> b.get<Text>()->view;
  if (kind == Kind::bytes) return a.get<Bytes>()->text.view <=> b.get<Bytes>()->text.view;
  if (kind == Kind::boolean) return static_cast<int>(*a.get<bool>()) <=> static_cast<int>(*b.get<bool>());
  return std::nullopt;
}

std::optional<std::string> to_text(const Val& val) {
  switch (val.kind()) {
    case Kind::boolean:
      return *val.get<bool>() ? "true" : "false";
    case Kind::integer:
      return std::to_string(*val.get<std::int64_t>());
    case Kind::unsigned_integer:
      return std::to_string(*val.get<std::uint64_t>());
    case Kind::number: {
      const double number = *val.get<double>();
      if (std::isnan(number)) return "NaN";
      if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
      return json::write(json::Value(number));
    }
    case Kind::string:
      return std::string(val.get<Text>()->view);
    case Kind::bytes:
      return std::string(val.get<Bytes>()->text.view);
    case Kind::null:
    case Kind::list:
    case Kind::map:
    case Kind::type:
    case Kind::optional:
    case Kind::dyn:
      return std::nullopt;
  }
  std::unreachable();
}

std::string shown(const Val& val) {
  if (auto text = to_text(val)) return std::move(*text);
  return std::string(kind_name(val.kind()));
}

}  // namespace slipway::kube::cel
