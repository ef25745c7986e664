#include <algorithm>
#include <array>

#include "kube/cel_ast.h"

namespace slipway::kube::cel {
namespace {

// Words that are no identifiers. The first four are no field names either.
constexpr std::array<std::string_view, 21> kReserved = {
    "true", "false",  "null", "in",   "as",      "break",     "const",  "continue", "else", "for",  "function",
    "if",   "import", "let",  "loop", "package", "namespace", "return", "var",      "void", "while"};

struct TypeName {
  std::string_view name;
  Kind kind;
};
constexpr std::array<TypeName, 11> kTypeNames = {{{"bool", Kind::boolean},
                                                  {"int", Kind::integer},
                                                  {"uint", Kind::unsigned_integer},
                                                  {"double", Kind::number},
                                                  {"string", Kind::string},
                                                  {"bytes", Kind::bytes},
                                                  {"list", Kind::list},
                                                  {"map", Kind::map},
                                                  {"null_type", Kind::null},
                                                  {"type", Kind::type},
                                                  {"optional_type", Kind::optional}}};

}  // namespace

bool is_reserved(std::string_view word) { return std::ranges::find(kReserved, word) != kReserved.end(); }

bool is_no_field(std::string_view word) {
  const auto end = kReserved.begin() + 4;
  return std::find(kReserved.begin(), end, word) != end;
}

std::optional<Kind> find_type(std::string_view word) {
  const auto found = std::ranges::find(kTypeNames, word, &TypeName::name);
  return found != kTypeNames.end() ? std::optional(found->kind) : std::nullopt;
}

std::string unescape_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEscapes = {
      {{"__underscores__", "__"}, {"__dot__", "."}, {"__dash__", "-"}, {"__slash__", "/"}}};
  if (name.size() > 4 && name.starts_with("__") && name.ends_with("__")) {
    const std::string_view word = name.substr(2, name.size() - 4);
    if (is_reserved(word)) return std::string(word);
  }
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const auto escape =
        std::ranges::find_if(kEscapes, [&](const auto& e) { return name.substr(i).starts_with(e.first); });
    if (escape != kEscapes.end()) {
      out += escape->second;
      i += escape->first.size();
    } else {
      out += name[i++];
    }
  }
  return out;
}

}  // namespace slipway::kube::cel
