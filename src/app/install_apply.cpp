#include "app/install_apply.h"

#include <algorithm>

namespace slipway::app {
namespace {

constexpr int tries_max = 5;
constexpr std::chrono::seconds established_timeout{30};

bool is_crd(const json::Value& object) { return object.text_at({"kind"}) == "CustomResourceDefinition"; }

const json::Value* version_named(const json::Value& crd, std::string_view name) {
  const json::Value* const versions = crd.find_path({"spec", "versions"});
  if (versions == nullptr || versions->array() == nullptr) return nullptr;
  for (const auto& version : *versions->array()) {
    if (version.text_at({"name"}) == name) return &version;
  }
  return nullptr;
}

// Fields of the schema `live` that `desired` does not have.
void add_unknown_fields(const json::Value& live, const json::Value& desired, const std::string& path,
                        std::vector<std::string>& out) {
  const json::Value* const live_fields = live.find("properties");
  const json::Value* const desired_fields = desired.find("properties");
  if (live_fields != nullptr && live_fields->object() != nullptr) {
    for (const auto& [name, schema] : *live_fields->object()) {
      const std::string field = path.empty() ? name : fmt::format("{}.{}", path, name);
      const json::Value* const known = desired_fields == nullptr ? nullptr : desired_fields->find(name);
      if (known != nullptr) {
        add_unknown_fields(schema, *known, field, out);
      } else if (desired_fields != nullptr) {  // without fields it takes anything
        out.push_back(field);
      }
    }
  }
  for (const std::string_view nested : {"items", "additionalProperties"}) {
    const json::Value* const inner = live.find(nested);
    const json::Value* const known = desired.find(nested);
    if (inner != nullptr && known != nullptr) add_unknown_fields(*inner, *known, path, out);
  }
}

Result<Outcome> try_once(ApiServer& server, const ObjectPlace& place, const json::Value& desired,
                         const ApplyOptions& options, bool& is_refused) {
  auto live = find(server, place.path());
  if (!live) return fail(std::move(live.error()));
  if (!*live) {
    if (options.dry_run) return Outcome::created;
    auto made = server.create(place.collection(), desired);
    if (!made) return fail(std::move(made.error()));
    return Outcome::created;
  }
  if (options.may_change) {
    if (auto may = options.may_change(place, **live); !may) {
      is_refused = true;
      return fail(std::move(may.error()));
    }
  }
  if (contains(**live, desired) || (options.keep_crds && is_crd(desired))) return Outcome::unchanged;
  if (options.dry_run) return Outcome::changed;
  auto written = server.replace(place.path(), merged(**live, desired));
  if (!written) return fail(std::move(written.error()));
  return Outcome::changed;
}

bool is_established(const json::Value* crd) {
  if (crd == nullptr) return false;
  const json::Value* const conditions = crd->find_path({"status", "conditions"});
  if (conditions == nullptr || conditions->array() == nullptr) return false;
  return std::ranges::any_of(*conditions->array(), [](const json::Value& condition) {
    return condition.text_at({"type"}) == "Established" && condition.text_at({"status"}) == "True";
  });
}

}  // namespace

bool contains(const json::Value& live, const json::Value& desired) {
  if (const json::Object* const members = desired.object()) {
    if (!live.is_object()) return members->empty() && live.is_null();
    return std::ranges::all_of(*members, [&](const json::Object::Member& member) {
      const json::Value* const there = live.find(member.first);
      return there == nullptr ? contains({}, member.second) : contains(*there, member.second);
    });
  }
  if (const json::Array* const wanted = desired.array()) {
    const json::Array* const there = live.array();
    if (there == nullptr) return wanted->empty() && live.is_null();
    return std::ranges::equal(*there, *wanted, contains);
  }
  return live == desired;
}

json::Value merged(json::Value live, const json::Value& desired) {
  const json::Object* const members = desired.object();
  if (members == nullptr || !live.is_object()) return desired;
  for (const auto& [key, value] : *members) {
    json::Value& target = live[key];
    target = merged(std::move(target), value);
  }
  return live;
}

std::vector<std::string> unknown_in_crd(const json::Value& live, const json::Value& desired) {
  std::vector<std::string> out;
  for (const std::string_view field : {"group", "scope"}) {
    const std::string_view is = live.text_at({"spec", field});
    if (is != desired.text_at({"spec", field})) out.push_back(fmt::format("{} {}", field, is));
  }
  const std::string_view kind = live.text_at({"spec", "names", "kind"});
  if (kind != desired.text_at({"spec", "names", "kind"})) out.push_back(fmt::format("kind {}", kind));
  const json::Value* const versions = live.find_path({"spec", "versions"});
  if (versions == nullptr || versions->array() == nullptr) return out;
  for (const auto& version : *versions->array()) {
    const std::string_view name = version.text_at({"name"});
    const json::Value* const known = version_named(desired, name);
    if (known == nullptr) {
      out.push_back(fmt::format("version {}", name));
      continue;
    }
    const json::Value* const schema = version.find_path({"schema", "openAPIV3Schema"});
    const json::Value* const known_schema = known->find_path({"schema", "openAPIV3Schema"});
    if (schema == nullptr || known_schema == nullptr) continue;
    std::vector<std::string> fields;
    add_unknown_fields(*schema, *known_schema, "", fields);
    for (const auto& field : fields) out.push_back(fmt::format("{}: {}", name, field));
  }
  return out;
}

Result<Outcome> apply(ApiServer& server, const json::Value& desired, const ApplyOptions& options) {
  const ObjectPlace place = place_of(desired);
  for (int tries = 1;; ++tries) {
    bool is_refused = false;
    auto outcome = try_once(server, place, desired, options, is_refused);
    if (outcome) return outcome;
    const Reason reason = outcome.error().reason;
    const bool is_undecided =
        reason == Reason::conflict || reason == Reason::already_exists || reason == Reason::server_timeout;
    if (is_refused || !is_undecided || tries == tries_max)
      return fail(with_context(std::move(outcome.error()), place.text()));
  }
}

Result<void> apply_all(ApiServer& server, const std::vector<json::Value>& objects, const ApplyOptions& options) {
  int created = 0;
  int changed = 0;
  int unchanged = 0;
  std::vector<ObjectPlace> new_crds;
  for (const auto& object : objects) {
    auto outcome = apply(server, object, options);
    if (!outcome) return fail(std::move(outcome.error()));
    const std::string text = place_of(object).text();
    switch (*outcome) {
      case Outcome::unchanged:
        ++unchanged;
        break;
      case Outcome::created:
        ++created;
        fmt::print(stderr, "  {}  {}\n", options.dry_run ? "would make" : "made", text);
        if (is_crd(object) && !options.dry_run) new_crds.push_back(place_of(object));
        break;
      case Outcome::changed:
        ++changed;
        fmt::print(stderr, "  {}  {}\n", options.dry_run ? "would change" : "changed", text);
        break;
    }
  }
  for (const auto& crd : new_crds) {
    auto done = server.wait_until(crd.resource, crd.key, established_timeout, is_established);
    if (!done) return fail(std::move(done.error()));
    if (!*done)
      return fail(Reason::unavailable, "{}: the API server does not serve it after {}s", crd.text(),
                  established_timeout.count());
  }
  if (created == 0 && changed == 0) {
    fmt::print(stderr, "✓ nothing to change: all {} objects are as they should be\n", unchanged);
  } else if (options.dry_run) {
    fmt::print(stderr, "– would make {}, change {}, leave {}; nothing was written\n", created, changed, unchanged);
  } else {
    fmt::print(stderr, "✓ made {}, changed {}, left {}\n", created, changed, unchanged);
  }
  return {};
}

}  // namespace slipway::app
