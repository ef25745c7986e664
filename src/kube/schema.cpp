#include "kube/schema.h"

#include "kube/schema_node.h"

namespace slipway::kube {
namespace {

using structural::Node;

// Kubernetes does not evaluate CEL on an object with one of these (8.4): the rules could not rely on the schema.
bool blocks_rules(const Cause& cause) {
  return cause.reason == "FieldValueRequired" || cause.reason == "FieldValueNotSupported" ||
         cause.reason == "FieldValueTypeInvalid" || cause.reason == "FieldValueTooLong" ||
         cause.reason == "FieldValueTooMany";
}

std::vector<Cause> validate_all(const Node& root, const json::Value& object, const json::Value* old) {
  std::vector<Cause> causes;
  structural::validate_structure(root, object, old, causes);
  structural::validate_embedded_resources(root, object, old, causes);
  structural::validate_lists(root, object, old, causes);
  return causes;
}

class CompiledSchema final : public Schema {
 public:
  explicit CompiledSchema(std::unique_ptr<const Node> root) : root_(std::move(root)) {}

  void prune(json::Value& object, std::vector<std::string>* unknown) const override {
    structural::prune(*root_, object, unknown);
  }
  void apply_defaults(json::Value& object) const override { structural::apply_defaults(*root_, object); }

  [[nodiscard]] std::vector<Cause> validate(const json::Value& object, const json::Value* old) const override {
    // Nearly every object is valid: only a wrong one pays for the comparison with its old state.
    std::vector<Cause> causes = validate_all(*root_, object, nullptr);
    if (!causes.empty() && old != nullptr) causes = validate_all(*root_, object, old);
    if (!root_->has_rules) return causes;
    if (std::ranges::any_of(causes, blocks_rules)) {
      causes.push_back(
          {"FieldValueInvalid", "<nil>",
           "Invalid value: \"null\": some validation rules were not checked because the object was invalid; "
           "correct the existing errors to complete validation"});
    } else {
      structural::validate_rules(*root_, object, old, causes);
    }
    return causes;
  }

 private:
  std::unique_ptr<const Node> root_;
};

}  // namespace

Result<std::shared_ptr<const Schema>> Schema::compile(const json::Value& open_api, std::string_view path) {
  std::vector<Cause> causes;
  std::unique_ptr<Node> root = structural::compile_root(open_api, path, causes);
  if (!causes.empty()) {
    std::string message;
    for (const Cause& cause : causes)
      message += fmt::format("{}{}: {}", message.empty() ? "" : ", ", cause.field, cause.message);
    return fail(Error{.reason = Reason::invalid, .message = std::move(message), .causes = std::move(causes)});
  }
  return std::make_shared<CompiledSchema>(std::move(root));
}

}  // namespace slipway::kube
