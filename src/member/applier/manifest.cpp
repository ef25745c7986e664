#include "member/applier/manifest.h"

#include <algorithm>
#include <array>
#include <set>

#include "api/conditions.h"

namespace slipway::member::applier {
namespace {

namespace reason = api::manifest_reason;

// Kinds that controllers write all the time and fleets hardly ever place.
constexpr std::array<std::string_view, 8> noise{
    "componentstatuses", "controllerrevisions", "endpoints", "endpointslices", "events", "leases",
    "replicasets",       "selfsubjectreviews"};

bool is_noise(std::string_view resource) { return std::ranges::find(noise, resource) != noise.end(); }

const client::ApiResource* find_resource(const api::WorkResourceIdentifier& id, const engine::View& view) {
  const auto& served = view.discovery(engine::Side::member);
  const auto found = std::ranges::find_if(served, [&id](const client::ApiResource& resource) {
    return resource.kind == id.kind && resource.resource.version == id.version && resource.resource.group == id.group &&
           !resource.resource.resource.contains('/');
  });
  return found == served.end() ? nullptr : &*found;
}

Manifest read_manifest(std::size_t ordinal, const json::Value& content, const engine::View& view) {
  Manifest manifest{.ordinal = ordinal, .content = &content};
  auto& id = manifest.identifier;
  id.ordinal = static_cast<std::int64_t>(ordinal);
  const auto version = kube::parse_group_version(content.text_at({"apiVersion"}));
  const auto kind = content.text_at({"kind"});
  if (!version || kind.empty()) {
    manifest.problem = Verdict{reason::decoding_erred, "the manifest has no apiVersion or no kind"};
    return manifest;
  }
  id.group = version->group;
  id.version = version->version;
  id.kind = kind;
  id.namespace_ = content.text_at({"metadata", "namespace"});
  id.name = content.text_at({"metadata", "name"});
  manifest.resource = find_resource(id, view);
  if (manifest.resource == nullptr) {
    manifest.problem = Verdict{reason::decoding_erred,
                               fmt::format("the member cluster serves no kind {} of {}", kind, version->api_version())};
    return manifest;
  }
  id.resource = manifest.resource->resource.resource;
  if (id.name.empty() && !content.text_at({"metadata", "generateName"}).empty()) {
    manifest.problem = Verdict{reason::found_generate_name,
                               "a manifest needs a name of its own: generateName would make a new object every time"};
  }
  return manifest;
}

}  // namespace

bool Verdict::is_applied() const {
  return reason == api::manifest_reason::applied || reason == api::manifest_reason::applied_with_failed_drift_detection;
}

std::vector<Manifest> read_manifests(const api::Work& work, const engine::View& view) {
  std::vector<Manifest> manifests;
  manifests.reserve(work.spec.workload.manifests.size());
  std::set<std::string> seen;
  for (const json::Value& content : work.spec.workload.manifests) {
    Manifest& manifest = manifests.emplace_back(read_manifest(manifests.size(), content, view));
    if (manifest.problem || seen.insert(identity_of(manifest.identifier)).second) continue;
    manifest.problem = Verdict{reason::duplicated, "an earlier manifest of this Work is about the same object"};
  }
  return manifests;
}

std::string identity_of(const api::WorkResourceIdentifier& id) {
  if (id.group.empty() && id.version.empty()) return {};
  return fmt::format("GV={}/{}, Kind={}, Namespace={}, Name={}", id.group, id.version, id.kind, id.namespace_, id.name);
}

bool is_worth_following(const client::ApiResource& resource) {
  return !is_noise(resource.resource.resource) && !resource.resource.group.ends_with("kubernetes-fleet.io");
}

bool is_followed(const client::ApiResource& resource, const engine::View& view) {
  return resource.preferred && is_worth_following(resource) &&
         view.is_followed({engine::Side::member, resource.resource.group_resource()});
}

}  // namespace slipway::member::applier
