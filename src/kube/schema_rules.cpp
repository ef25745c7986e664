// x-kubernetes-validations: reading them, and evaluating them on an object (kube-api 8.5).
#include <array>

#include "kube/go_text.h"
#include "kube/schema_node.h"

namespace slipway::kube::structural {
namespace {

using json::Value;

constexpr std::int64_t kObjectUnitsMax = 10'000'000;
constexpr std::array<std::string_view, 4> kReasons = {"FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid",
                                                      "FieldValueRequired"};

class RuleReader {
 public:
  RuleReader(const std::string& path, bool may_use_old_self, const Node& node, std::vector<Cause>& causes)
      : path_(path), may_use_old_self_(may_use_old_self), node_(node), causes_(causes) {}

  Rule read(const Value& entry) {
    Rule rule;
    rule.text = entry.text_at({"rule"});
    rule.message = entry.text_at({"message"});
    if (rule.text.find_first_not_of(" \t\r\n") == std::string::npos) {
      add("FieldValueRequired", "rule", "Required value: rule is not specified");
      return rule;
    }
    check_message(entry, rule);
    read_reason(entry, rule);
    read_field_path(entry, rule);
    if (const Value* optional = entry.find("optionalOldSelf"))
      rule.has_optional_old_self = optional->boolean() != nullptr && *optional->boolean();
    rule.program = compile(rule.text, "rule", "bool");
    if (rule.program != nullptr) check_old_self(rule);
    if (const std::string expression(entry.text_at({"messageExpression"})); !expression.empty()) {
      rule.message_program = compile(expression, "messageExpression", "string");
    }
    return rule;
  }

 private:
  void add(std::string reason, std::string_view member, std::string message) {
    causes_.push_back({std::move(reason), fmt::format("{}.{}", path_, member), std::move(message)});
  }
  void invalid(std::string_view member, const Value& value, std::string_view why) {
    add("FieldValueInvalid", member, fmt::format("Invalid value: {}: {}", go_field_value(value), why));
  }

  void check_message(const Value& entry, const Rule& rule) {
    if (const Value* message = entry.find("message")) {
      if (rule.message.find_first_not_of(" \t\r\n") == std::string::npos) {
        invalid("message", *message, "message must be non-empty if specified");
      } else if (rule.message.find('\n') != std::string::npos) {
        invalid("message", *message, "message must not contain line breaks");
      }
    } else if (rule.text.find('\n') != std::string::npos) {
      add("FieldValueRequired", "message", "Required value: message must be specified if rule contains line breaks");
    }
  }

  void read_reason(const Value& entry, Rule& rule) {
    const Value* reason = entry.find("reason");
    if (reason == nullptr) return;
    if (reason->is_string() && std::ranges::find(kReasons, *reason->string()) != kReasons.end()) {
      rule.reason = *reason->string();
      return;
    }
    add("FieldValueNotSupported", "reason",
        fmt::format("Unsupported value: {}: supported values: \"{}\"", go_field_value(*reason),
                    fmt::join(kReasons, "\", \"")));
  }

  // ".a.b" or "['a'].b", below this node and described by the schema.
  void read_field_path(const Value& entry, Rule& rule) {
    const Value* member = entry.find("fieldPath");
    if (member == nullptr) return;
    const std::string_view whole = entry.text_at({"fieldPath"});
    std::string_view rest = whole;
    const Node* node = &node_;
    while (!rest.empty() && node != nullptr) {
      const std::string name = take_step(rest);
      const Node* property = node->find_property(name);
      if (property != nullptr) {
        rule.field_path += "." + name;
      } else {
        rule.field_path += "[" + name + "]";
      }
      node = name.empty() ? nullptr : property != nullptr ? property : node->additional.get();
    }
    if (node == nullptr || whole.empty()) invalid("fieldPath", *member, "fieldPath must be a valid path");
  }

  // The name of the first step, which is cut off; "" when it is malformed.
  static std::string take_step(std::string_view& rest) {
    std::string name;
    if (rest.starts_with("['") || rest.starts_with("[\"")) {
      const std::size_t end = rest.find(rest[1], 2);
      if (end != std::string_view::npos && rest.substr(end + 1).starts_with("]")) {
        name = rest.substr(2, end - 2);
        rest.remove_prefix(end + 2);
      }
    } else if (rest.starts_with(".")) {
      const std::size_t end = std::min(rest.find_first_of(".[", 1), rest.size());
      name = rest.substr(1, end - 1);
      rest.remove_prefix(end);
    }
    return name;
  }

  std::shared_ptr<const cel::Program> compile(const std::string& expression, std::string_view member,
                                              std::string_view wanted) {
    auto program = cel::Program::compile(expression);
    if (!program) {
      invalid(member, Value(expression), "compilation failed: " + program.error().message);
      return nullptr;
    }
    const std::string_view type = (*program)->result_type();
    if (type != "dyn" && type != wanted) {
      invalid(member, Value(expression), fmt::format("must evaluate to a {}, not to a {}", wanted, type));
      return nullptr;
    }
    return std::move(*program);
  }

  void check_old_self(const Rule& rule) {
    const bool uses_old_self = rule.program->uses_old_self();
    if (uses_old_self && !may_use_old_self_) {
      invalid("rule", Value(rule.text), "oldSelf cannot be used on the uncorrelatable portion of the schema");
    }
    if (!uses_old_self && rule.has_optional_old_self) {
      invalid("optionalOldSelf", Value(true), "may not be set if oldSelf is not used in rule");
    }
  }

  const std::string& path_;
  bool may_use_old_self_;
  const Node& node_;
  std::vector<Cause>& causes_;
};

class RuleWalk {
 public:
  explicit RuleWalk(std::vector<Cause>& causes) : causes_(causes) {}

  // `old` is null on create, and where old and new cannot be told to be the same.
  void visit(const Node& node, const Value& value, const Value* old, const Path& path) {
    if (!node.has_rules || value.is_null() || is_over_) return;
    if (old != nullptr && old->is_null()) old = nullptr;
    for (const Rule& rule : node.rules) {
      if (!is_over_) check(rule, node, value, old, path);
    }
    if (const auto* items = value.array()) {
      if (node.items == nullptr || !node.items->has_rules) return;
      const OldItems old_items(node, old);
      for (std::size_t i = 0; i < items->size(); ++i)
        visit(*node.items, (*items)[i], old_items.find((*items)[i]), path.index(i));
    } else if (const auto* object = value.object()) {
      for (const auto& [name, member_value] : *object) {
        const Node* member = node.find_member(name);
        if (member != nullptr) visit(*member, member_value, old_member(node, old, name), path.member(node, name));
      }
    }
  }

 private:
  void check(const Rule& rule, const Node& node, const Value& value, const Value* old, const Path& path) {
    const bool is_transition = rule.program->uses_old_self();
    if (is_transition && old == nullptr && !rule.has_optional_old_self) return;
    const cel::Input input{.self = value, .old_self = old, .is_old_self_optional = rule.has_optional_old_self};
    const auto holds = rule.program->evaluate(input, units_);
    if (holds && *holds) return;
    // What was wrong before and has not been touched does not stop an unrelated change.
    if (!is_transition && old != nullptr && *old == value) return;
    const std::string place = path.text(Path::KeyStyle::bracketed);
    if (!holds) {
      add_failure(rule, node, place, holds.error().message);
    } else {
      add(rule, node, place, message_of(rule, input));
    }
  }

  // The rule could not be evaluated.
  void add_failure(const Rule& rule, const Node& node, const std::string& place, const std::string& error) {
    const std::string& shown = rule.message.empty() ? rule.text : rule.message;
    std::string text = fmt::format("{} evaluating rule: {}", error, shown);
    if (units_ < 0) {
      is_over_ = true;
      text = "validation failed due to running out of cost budget, no further validation rules will be run";
    } else if (error.starts_with("operation cancelled")) {
      is_over_ = true;
      text = fmt::format("'{}': no further validation rules will be run due to call cost exceeds limit for rule: {}",
                         error, shown);
    } else if (error.starts_with("no such overload")) {
      text = fmt::format(
          "'{}': call arguments did not match a supported operator, function or macro signature for rule: {}", error,
          shown);
    }
    causes_.push_back(
        {"FieldValueInvalid", field_text(place), fmt::format("Invalid value: \"{}\": {}", type_name(node.type), text)});
  }

  void add(const Rule& rule, const Node& node, const std::string& place, const std::string& message) {
    std::string field = place + rule.field_path;
    if (field.starts_with('.')) field.erase(0, 1);
    std::string text;
    if (rule.reason == "FieldValueForbidden") {
      text = "Forbidden: " + message;
    } else if (rule.reason == "FieldValueRequired") {
      text = "Required value: " + message;
    } else if (rule.reason == "FieldValueDuplicate") {
      text = fmt::format("Duplicate value: \"{}\"", type_name(node.type));
    } else {
      text = fmt::format("Invalid value: \"{}\": {}", type_name(node.type), message);
    }
    causes_.push_back({rule.reason, field_text(std::move(field)), std::move(text)});
  }

  // messageExpression, or message where that gives no line of text, or the rule.
  std::string message_of(const Rule& rule, const cel::Input& input) {
    if (rule.message_program != nullptr) {
      auto message = rule.message_program->evaluate_text(input, units_);
      if (message && message->find_first_not_of(" \t\r\n") != std::string::npos &&
          message->find('\n') == std::string::npos) {
        return std::move(*message);
      }
    }
    return rule.message.empty() ? "failed rule: " + rule.text : rule.message;
  }

  std::vector<Cause>& causes_;
  std::int64_t units_ = kObjectUnitsMax;
  bool is_over_ = false;  // the budget is spent: nothing more is evaluated
};

}  // namespace

void compile_rules(const Value& validations, const std::string& path, bool may_use_old_self, Node& node,
                   std::vector<Cause>& causes) {
  const auto* entries = validations.array();
  if (entries == nullptr) {
    causes.push_back(
        {"FieldValueInvalid", path, fmt::format("Invalid value: {}: must be a list", go_field_value(validations))});
    return;
  }
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const std::string entry_path = fmt::format("{}[{}]", path, i);
    node.rules.push_back(RuleReader(entry_path, may_use_old_self, node, causes).read((*entries)[i]));
  }
}

void validate_rules(const Node& root, const Value& object, const Value* old, std::vector<Cause>& causes) {
  RuleWalk(causes).visit(root, object, old, Path());
}

}  // namespace slipway::kube::structural
