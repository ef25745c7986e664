// The RBAC authorizer: roles and bindings, kept up to date by watches, looked up by subject.
#include "apiserver/rbac.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "apiserver/errors.h"
#include "apiserver/registry.h"
#include "apiserver/server.h"

namespace slipway::apiserver {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr std::string_view account_prefix = "system:serviceaccount:";

using kube::NamespacedName;

struct Role {
  std::vector<RbacRule> rules;
  std::vector<kube::LabelSelector> aggregates;  // ClusterRoles that are made of others
  kube::StringMap labels;
};

struct Subject {
  std::string key;   // how an identity is looked up: "User:alice", "Group:dev"
  std::string text;  // how a reason names it: `ServiceAccount "name/namespace"`
};

struct Binding {
  NamespacedName key;  // namespace "": a ClusterRoleBinding
  NamespacedName role;
  bool is_cluster_role = false;
  std::vector<Subject> subjects;
};

std::string user_key(std::string_view user) { return fmt::format("User:{}", user); }
std::string group_key(std::string_view group) { return fmt::format("Group:{}", group); }

std::optional<Subject> parse_subject(const json::Value& subject, std::string_view binding_namespace) {
  const std::string_view kind = subject.text_at({"kind"});
  const std::string_view name = subject.text_at({"name"});
  if (kind == "User") return Subject{user_key(name), fmt::format("User \"{}\"", name)};
  if (kind == "Group") return Subject{group_key(name), fmt::format("Group \"{}\"", name)};
  if (kind != "ServiceAccount") return std::nullopt;
  std::string_view namespace_ = subject.text_at({"namespace"});
  if (namespace_.empty()) namespace_ = binding_namespace;
  if (namespace_.empty()) return std::nullopt;
  return Subject{user_key(fmt::format("{}{}:{}", account_prefix, namespace_, name)),
                 fmt::format("ServiceAccount \"{}/{}\"", name, namespace_)};
}

Binding parse_binding(const kube::Object& object) {
  const json::Value value = object.to_value();
  Binding out{.key = object.key(), .role = {}, .subjects = {}};
  out.is_cluster_role = value.text_at({"roleRef", "kind"}) == "ClusterRole";
  out.role = {out.is_cluster_role ? std::string() : out.key.namespace_,
              std::string(value.text_at({"roleRef", "name"}))};
  const json::Value* subjects = value.find("subjects");
  if (subjects == nullptr || subjects->array() == nullptr) return out;
  for (const json::Value& subject : *subjects->array()) {
    if (auto parsed = parse_subject(subject, out.key.namespace_)) out.subjects.push_back(std::move(*parsed));
  }
  return out;
}

Role parse_role(const kube::Object& object) {
  const json::Value value = object.to_value();
  Role out{.rules = parse_rules(value), .aggregates = {}, .labels = object.metadata().labels};
  const json::Value* selectors = value.find_path({"aggregationRule", "clusterRoleSelectors"});
  if (selectors == nullptr || selectors->array() == nullptr) return out;
  for (const json::Value& selector : *selectors->array()) {
    if (auto parsed = kube::label_selector_from_json(&selector)) out.aggregates.push_back(std::move(*parsed));
  }
  return out;
}

// The state that watches keep: shared with their callbacks.
class Index {
 public:
  void on_role(const kube::ObjectPtr& before, const kube::ObjectPtr& after) {
    if (after != nullptr) {
      roles_.insert_or_assign(after->key(), parse_role(*after));
    } else {
      roles_.erase(before->key());
    }
  }

  void on_binding(const kube::ObjectPtr& before, const kube::ObjectPtr& after) {
    const NamespacedName key = (after != nullptr ? after : before)->key();
    if (const auto old = bindings_.find(key); old != bindings_.end()) {
      for (const Subject& subject : old->second->subjects) {
        const auto entry = by_subject_.find(subject.key);
        if (entry == by_subject_.end()) continue;
        entry->second[key.namespace_].erase(key.name);
        if (entry->second[key.namespace_].empty()) entry->second.erase(key.namespace_);
        if (entry->second.empty()) by_subject_.erase(entry);
      }
      bindings_.erase(old);
    }
    if (after == nullptr) return;
    auto binding = std::make_shared<const Binding>(parse_binding(*after));
    for (const Subject& subject : binding->subjects) by_subject_[subject.key][key.namespace_][key.name] = binding;
    bindings_[key] = std::move(binding);
  }

  // Calls `visit(binding, subject key)` for what concerns `identity` in `namespace_`, cluster-wide first, until it
  // returns true.
  template <class Visit>
  void visit_bindings(const Identity& identity, const std::string& namespace_, Visit visit) const {
    std::vector<std::string> keys{user_key(identity.user)};
    for (const std::string& group : identity.groups) keys.push_back(group_key(group));
    for (const std::string& where : {std::string(), namespace_}) {
      for (const std::string& key : keys) {
        const auto subject = by_subject_.find(key);
        if (subject == by_subject_.end()) continue;
        const auto bindings = subject->second.find(where);
        if (bindings == subject->second.end()) continue;
        for (const auto& [name, binding] : bindings->second) {
          if (visit(*binding, key)) return;
        }
      }
      if (namespace_.empty()) return;
    }
  }

  // Calls `visit(rules)` with the rules of a role and of what it is made of, until it returns true. False: no such
  // role.
  template <class Visit>
  bool visit_rules(const NamespacedName& key, Visit visit) const {
    const auto found = roles_.find(key);
    if (found == roles_.end()) return false;
    const Role& role = found->second;
    if (visit(role.rules) || role.aggregates.empty()) return true;
    for (const auto& [other_key, other] : roles_) {
      if (!other_key.namespace_.empty()) break;  // cluster roles come first
      if (other_key == key) continue;
      const bool is_part = std::ranges::any_of(
          role.aggregates, [&](const kube::LabelSelector& one) { return one.matches(other.labels); });
      if (is_part && visit(other.rules)) return true;
    }
    return true;
  }

 private:
  using ByName = std::map<std::string, std::shared_ptr<const Binding>>;
  std::map<NamespacedName, Role> roles_;
  std::map<NamespacedName, std::shared_ptr<const Binding>> bindings_;
  std::unordered_map<std::string, std::map<std::string, ByName>> by_subject_;  // subject → namespace → name
};

std::string reason(const Binding& binding, std::string_view subject_key) {
  std::string_view who;
  for (const Subject& subject : binding.subjects) {
    if (subject.key == subject_key) who = subject.text;
  }
  const std::string_view role_kind = binding.is_cluster_role ? "ClusterRole" : "Role";
  if (binding.key.namespace_.empty()) {
    return fmt::format("RBAC: allowed by ClusterRoleBinding \"{}\" of {} \"{}\" to {}", binding.key.name, role_kind,
                       binding.role.name, who);
  }
  return fmt::format("RBAC: allowed by RoleBinding \"{}/{}\" of {} \"{}\" to {}", binding.key.name,
                     binding.key.namespace_, role_kind, binding.role.name, who);
}

class RbacAuthorizer final : public Authorizer, public RuleSource {
 public:
  explicit RbacAuthorizer(Registry& registry) : registry_(registry) {}

  Decision authorize(const Attributes& attributes) const override;
  std::vector<RbacRule> rules_for(const Identity& identity, const std::string& namespace_) const override;
  std::optional<std::vector<RbacRule>> rules_of(const std::string& namespace_, const std::string& name) const override;

 private:
  void start() const;
  void follow(std::string_view resource,
              void (Index::*on_change)(const kube::ObjectPtr&, const kube::ObjectPtr&)) const;

  Registry& registry_;
  // Filled at the first question: by then the registry has what it was restored with.
  mutable std::shared_ptr<Index> index_;
  mutable std::vector<std::unique_ptr<client::WatchHandle>> watches_;
};

void RbacAuthorizer::follow(std::string_view resource,
                            void (Index::*on_change)(const kube::ObjectPtr&, const kube::ObjectPtr&)) const {
  const auto found = registry_.find({std::string(rbac_group), std::string(resource)});
  if (found == nullptr) return;
  const auto page = registry_.list(*found, {}, 0, "", std::nullopt);
  if (!page) return;
  for (const kube::ObjectPtr& object : page->items) (*index_.*on_change)(nullptr, object);
  Registry::Receiver receiver{
      .on_change = [index = index_, on_change](
                       const Registry::ChangeEvent& change) { ((*index).*on_change)(change.before, change.after); },
      .on_close = {}};
  if (auto watch = registry_.watch(*found, page->revision, std::move(receiver))) watches_.push_back(std::move(*watch));
}

void RbacAuthorizer::start() const {
  if (index_ != nullptr) return;
  index_ = std::make_shared<Index>();
  follow("clusterroles", &Index::on_role);
  follow("roles", &Index::on_role);
  follow("clusterrolebindings", &Index::on_binding);
  follow("rolebindings", &Index::on_binding);
}

Authorizer::Decision RbacAuthorizer::authorize(const Attributes& attributes) const {
  if (attributes.identity.is_master()) return {.allowed = true, .reason = ""};
  start();
  Decision out;
  index_->visit_bindings(
      attributes.identity, attributes.namespace_, [&](const Binding& binding, const std::string& key) {
        // A path belongs to no namespace: role bindings say nothing about it.
        if (attributes.resource.empty() && !binding.key.namespace_.empty()) return false;
        static_cast<void>(index_->visit_rules(binding.role, [&](const std::vector<RbacRule>& rules) {
          out.allowed = std::ranges::any_of(rules, [&](const RbacRule& rule) { return rule.allows(attributes); });
          return out.allowed;
        }));
        if (out.allowed) out.reason = reason(binding, key);
        return out.allowed;
      });
  return out;
}

std::vector<RbacRule> RbacAuthorizer::rules_for(const Identity& identity, const std::string& namespace_) const {
  start();
  std::vector<RbacRule> out;
  index_->visit_bindings(identity, namespace_, [&](const Binding& binding, const std::string&) {
    static_cast<void>(index_->visit_rules(binding.role, [&](const std::vector<RbacRule>& rules) {
      for (RbacRule rule : rules) {
        if (!binding.key.namespace_.empty()) rule.paths.clear();
        const bool is_empty = rule.paths.empty() && rule.resources.empty();
        if (!is_empty && std::ranges::find(out, rule) == out.end()) out.push_back(std::move(rule));
      }
      return false;
    }));
    return false;
  });
  return out;
}

std::optional<std::vector<RbacRule>> RbacAuthorizer::rules_of(const std::string& namespace_,
                                                              const std::string& name) const {
  start();
  std::vector<RbacRule> out;
  const bool is_there = index_->visit_rules({namespace_, name}, [&](const std::vector<RbacRule>& rules) {
    out.insert(out.end(), rules.begin(), rules.end());
    return false;
  });
  if (!is_there) return std::nullopt;
  return out;
}

}  // namespace

std::unique_ptr<Authorizer> make_rbac_authorizer(Registry& registry) {
  return std::make_unique<RbacAuthorizer>(registry);
}

}  // namespace slipway::apiserver
