#include "member/applier/left_overs.h"

#include <algorithm>
#include <map>
#include <set>

#include "member/applier/ownership.h"
#include "member/applier/waves.h"
#include "member/writes.h"

namespace slipway::member::applier {
namespace {

// The resource an entry names, or the one its kind has now; empty when the member never had such a kind.
std::string resource_of(const api::WorkResourceIdentifier& id, const engine::View& view) {
  if (!id.resource.empty()) return id.resource;
  for (const auto& served : view.discovery(engine::Side::member)) {
    if (served.kind == id.kind && served.resource.group == id.group && served.resource.version == id.version)
      return served.resource.resource;
  }
  return {};
}

std::optional<engine::Write> let_go(const kube::Object& live, const kube::GroupVersionResource& resource,
                                    const kube::OwnerReference& owner) {
  if (live.metadata().is_deleting() || !is_owned(live.metadata(), owner)) return std::nullopt;
  auto others = live.metadata().owner_references;
  std::erase_if(others, [&owner](const auto& reference) { return is_same_owner(reference, owner); });
  if (others.empty()) {
    return remove_object(resource, live, client::Propagation::background,
                         fmt::format("Work {} no longer lists it", owner.name));
  }
  return change_object(client::Write::Verb::merge_patch, resource, live,
                       json::Object{{"metadata", json::Object{{"ownerReferences", to_json(others)}}}},
                       fmt::format("Work {} no longer lists it, and others own it too", owner.name));
}

}  // namespace

bool are_identified(const std::vector<Manifest>& manifests) {
  return std::ranges::none_of(manifests,
                              [](const Manifest& manifest) { return identity_of(manifest.identifier).empty(); });
}

std::vector<api::WorkResourceIdentifier> left_overs(const api::Work& work, const api::AppliedWork& applied_work,
                                                    const std::vector<Manifest>& manifests) {
  std::set<std::string> known;
  for (const Manifest& manifest : manifests) known.insert(identity_of(manifest.identifier));
  std::vector<api::WorkResourceIdentifier> found;
  const auto consider = [&](const api::WorkResourceIdentifier& id) {
    std::string identity = identity_of(id);
    if (identity.empty() || id.name.empty() || !known.insert(std::move(identity)).second) return;
    found.push_back(id);
  };
  for (const auto& entry : work.status.manifest_conditions) consider(entry.identifier);
  for (const auto& entry : applied_work.status.applied_resources) consider(entry.resource);
  return found;
}

Removal remove_left_overs(const std::vector<api::WorkResourceIdentifier>& left_overs, const kube::OwnerReference& owner,
                          const engine::View& view) {
  Removal removal;
  std::map<int, std::vector<engine::Chain>, std::greater<>> by_wave;
  for (const auto& id : left_overs) {
    const kube::GroupVersionResource resource{id.group, id.version, resource_of(id, view)};
    if (resource.resource.empty()) continue;
    const engine::Read read{.side = engine::Side::member, .resource = resource, .key = {id.namespace_, id.name}};
    const engine::Answer* const answer = view.answer(read);
    if (answer == nullptr) {
      removal.reads.push_back(read);
    } else if (!*answer) {
      removal.is_blocked |= answer->error().reason != Reason::not_found;
    } else if (!(*answer)->empty()) {
      if (auto write = let_go(*(*answer)->front(), resource, owner))
        by_wave[wave_of(resource.group_resource())].push_back({*std::move(write)});
    }
  }
  if (!by_wave.empty()) removal.chains = std::move(by_wave.begin()->second);
  return removal;
}

}  // namespace slipway::member::applier
