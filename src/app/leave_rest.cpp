#include "app/leave_rest.h"

#include "app/install_manifests.h"
#include "app/join_manifests.h"
#include "client/resource_path.h"

namespace slipway::app {
namespace {

constexpr std::string_view token_type = "kubernetes.io/service-account-token";

std::string_view label(const json::Value& object, std::string_view name) {
  return object.text_at({"metadata", "labels", name});
}

bool is_token_of(const json::Value& secret, const std::string& member) {
  return secret.text_at({"type"}) == token_type && label(secret, managed_by_label) == managed_by &&
         label(secret, member_label) == member;
}

// Why the object is to stay; "": it is ours.
std::string reason_to_stay(const json::Value& object, const ObjectPlace& place, const std::string& member) {
  if (label(object, managed_by_label) != managed_by) return "slipway did not make it";
  // Two members may have one account.
  const std::string_view of = label(object, member_label);
  if (place.kind == "secret" && !of.empty() && of != member) return fmt::format("it was made for the member {}", of);
  return {};
}

}  // namespace

Result<std::vector<ObjectPlace>> tokens_made_for(ApiServer& hub, const std::string& member, Findings& findings) {
  std::string path = client::resource_path({"", "v1", "secrets"}, {});
  client::add_query(path, "labelSelector",
                    fmt::format("{}={},{}={}", managed_by_label, managed_by, member_label, member));
  const auto listed = hub.get(path);
  std::vector<ObjectPlace> places;
  if (!listed && listed.error().reason == Reason::forbidden) {
    findings.warning("token",
                     fmt::format("you may not list Secrets on {}: if {} had an account that join did not make, "
                                 "a token of it may stay",
                                 hub.description(), member));
    return places;
  }
  if (!listed) return fail(listed.error());
  const json::Value* const items = listed->find("items");
  if (items == nullptr || items->array() == nullptr) return places;
  for (const auto& secret : *items->array()) {
    if (!is_token_of(secret, member)) continue;
    places.push_back({.resource = {"", "v1", "secrets"},
                      .key = {std::string(secret.text_at({"metadata", "namespace"})),
                              std::string(secret.text_at({"metadata", "name"}))},
                      .kind = "secret"});
  }
  return places;
}

Result<void> remove_ours(ApiServer& server, const std::vector<ObjectPlace>& places, const std::string& member) {
  for (const auto& place : places) {
    auto live = find(server, place.path());
    if (!live) return fail(std::move(live.error()));
    if (!*live) continue;
    if (const auto why = reason_to_stay(**live, place, member); !why.empty()) {
      fmt::print(stderr, "  left     {}: {}\n", place.text(), why);
      continue;
    }
    if (auto removed = server.remove(place.path(), (*live)->text_at({"metadata", "uid"})); !removed)
      return fail(with_context(std::move(removed.error()), place.text()));
    fmt::print(stderr, "  removed  {}\n", place.text());
  }
  return {};
}

}  // namespace slipway::app
