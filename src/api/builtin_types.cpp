#include "api/builtin_types.h"

#include <algorithm>
#include <map>

#include "api/builtin_fields_table.h"

namespace slipway::api::fields {
namespace {

constexpr std::pair<std::string_view, Scalar> scalar_names[] = {
    {"string", Scalar::text},
    {"bool", Scalar::boolean},
    {"int32", Scalar::int32},
    {"int64", Scalar::int64},
    {"double", Scalar::real},
    {"bytes", Scalar::bytes},
    {"time", Scalar::time},
    {"microtime", Scalar::micro_time},
    {"quantity", Scalar::quantity},
    {"intorstring", Scalar::int_or_string},
    {"any", Scalar::any},
    {"schemaorbool", Scalar::schema_or_bool},
    {"schemaorarray", Scalar::schema_or_array},
    {"schemaorstrings", Scalar::schema_or_strings},
};

// The tables, read once.
class Catalogue {
 public:
  Catalogue() {
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>> lines;
    for (std::string_view text : {table_a_to_n, table_p_to_z}) {
      while (!text.empty()) {
        const std::string_view line = cut(text, '\n');
        std::string_view rest = line;
        const std::string_view first = cut(rest, ' ');  // "" on a line that goes on
        if (line.empty()) continue;
        if (!first.empty()) {
          index_.emplace(first, lines.size());
          lines.emplace_back(first, std::vector<std::string_view>{});
        }
        while (!rest.empty()) lines.back().second.push_back(cut(rest, ' '));
      }
    }
    for (const auto& [name, members] : lines) {
      Message message{.name = name, .fields = {}};
      for (const std::string_view member : members) message.fields.push_back(read_field(member));
      std::ranges::sort(message.fields, {}, &Field::name);
      messages_.push_back(std::move(message));
    }
  }

  [[nodiscard]] const Message* find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : &messages_[found->second];
  }
  [[nodiscard]] const Message& at(std::size_t index) const { return messages_[index]; }

 private:
  static std::string_view cut(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view head = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return head;
  }

  Field read_field(std::string_view member) const {
    Field field{.name = cut(member, ':')};
    if (field.name.ends_with('!')) {
      field.always = true;
      field.name.remove_suffix(1);
    }
    if (member.starts_with('*')) {
      field.pointer = true;
      member.remove_prefix(1);
    }
    if (member.starts_with("{}[]"))
      field.container = Container::map_of_lists;
    else if (member.starts_with("{}"))
      field.container = Container::map;
    else if (member.starts_with("[]"))
      field.container = Container::list;
    while (member.starts_with("{}") || member.starts_with("[]")) member.remove_prefix(2);
    const auto* scalar = std::ranges::find(scalar_names, member, &std::pair<std::string_view, Scalar>::first);
    if (scalar != std::end(scalar_names)) {
      field.scalar = scalar->second;
    } else {
      field.scalar = Scalar::message;
      field.message = index_.at(member);
    }
    return field;
  }

  std::map<std::string_view, std::size_t, std::less<>> index_;
  std::vector<Message> messages_;
};

const Catalogue& catalogue() {
  static const Catalogue read_once;
  return read_once;
}

}  // namespace

const Field* Message::find(std::string_view member) const {
  const auto found = std::ranges::lower_bound(fields, member, {}, &Field::name);
  return found != fields.end() && found->name == member ? &*found : nullptr;
}

const Message* find_message(std::string_view name) { return catalogue().find(name); }

const Message& message_at(std::size_t index) { return catalogue().at(index); }

}  // namespace slipway::api::fields
