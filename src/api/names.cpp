#include "api/names.h"

#include <charconv>

#include "base/bytes.h"

namespace slipway::api {
namespace {

// What the reference keeps of each name in a binding's name (api 8.4).
constexpr std::size_t placement_part_max = 26;
constexpr std::size_t cluster_part_max = 27;
constexpr std::size_t binding_digits = 8;
constexpr std::size_t envelope_digits = 16;

}  // namespace

std::string policy_snapshot_name(std::string_view placement, std::int64_t index) {
  return fmt::format("{}-{}", placement, index);
}

std::string master_resource_snapshot_name(std::string_view placement, std::int64_t index) {
  return fmt::format("{}-{}-snapshot", placement, index);
}

std::string sub_resource_snapshot_name(std::string_view placement, std::int64_t index, std::int64_t subindex) {
  return fmt::format("{}-{}-{}", placement, index, subindex);
}

std::string override_snapshot_name(std::string_view override_name, std::int64_t index) {
  return fmt::format("{}-{}", override_name, index);
}

std::string binding_name(std::string_view placement, std::string_view cluster, std::string_view placement_uid,
                         std::string_view predecessor_uid) {
  const std::string digest = sha256_hex(fmt::format("{}\n{}\n{}", placement_uid, cluster, predecessor_uid));
  return fmt::format("{}-{}-{}", placement.substr(0, placement_part_max), cluster.substr(0, cluster_part_max),
                     std::string_view(digest).substr(0, binding_digits));
}

std::string work_base_name(const kube::NamespacedName& placement) {
  return placement.namespace_.empty() ? placement.name : fmt::format("{}.{}", placement.namespace_, placement.name);
}

std::string master_work_name(const kube::NamespacedName& placement) { return work_base_name(placement) + "-work"; }

std::string sub_work_name(const kube::NamespacedName& placement, std::int64_t subindex) {
  return fmt::format("{}-{}", work_base_name(placement), subindex);
}

std::string envelope_work_name(std::string_view parent_work, EnvelopeType type, std::string_view envelope_namespace,
                               std::string_view envelope_name) {
  const std::string digest = sha256_hex(fmt::format("{}/{}/{}", text(type), envelope_namespace, envelope_name));
  return fmt::format("{}-envelope-{}", parent_work, std::string_view(digest).substr(0, envelope_digits));
}

std::string approval_request_name(std::string_view run, std::string_view stage, bool before) {
  return fmt::format("{}-{}-{}", run, before ? "before" : "after", stage);
}

std::string member_namespace(std::string_view member_cluster) {
  return fmt::format("{}{}", member_namespace_prefix, member_cluster);
}

std::optional<std::string_view> member_of_namespace(std::string_view namespace_) {
  if (!namespace_.starts_with(member_namespace_prefix) || namespace_.size() == member_namespace_prefix.size()) {
    return std::nullopt;
  }
  return namespace_.substr(member_namespace_prefix.size());
}

std::string member_role_name(std::string_view member_cluster) { return fmt::format("fleet-role-{}", member_cluster); }

std::string member_role_binding_name(std::string_view member_cluster) {
  return fmt::format("fleet-rolebinding-{}", member_cluster);
}

bool is_reserved_namespace(std::string_view namespace_) {
  return namespace_.starts_with("fleet-") || namespace_.starts_with("kube-");
}

std::optional<std::int64_t> index_of(const kube::StringMap& map, std::string_view key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  const std::string& digits = found->second;
  std::int64_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc{} || end != digits.data() + digits.size() || index < 0) return std::nullopt;
  return index;
}

kube::OwnerReference owner_reference(const kube::GroupVersionKind& kind, const kube::ObjectMeta& owner,
                                     bool block_owner_deletion) {
  return {.api_version = kind.api_version(),
          .kind = kind.kind,
          .name = owner.name,
          .uid = owner.uid,
          .controller = true,
          .block_owner_deletion = block_owner_deletion ? std::optional<bool>(true) : std::nullopt};
}

}  // namespace slipway::api
