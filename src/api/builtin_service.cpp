// What the server gives to services: addresses, node ports, families (kube-api 15.4, 15.6).

#include <algorithm>
#include <set>

#include "api/builtin_prepare.h"
#include "api/builtin_values.h"
#include "base/bytes.h"

namespace slipway::api::builtin {
namespace {

constexpr std::uint32_t first_address = (10U << 24U) | (96U << 16U);  // 10.96.0.0/12, Kubernetes' own default
constexpr std::uint32_t addresses = 1U << 20U;
constexpr std::uint32_t kept_addresses = 16;  // the first few stay free for the cluster's own services
constexpr std::int64_t first_node_port = 30000;
constexpr std::int64_t node_ports = 2768;

std::string dotted(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U, address & 255U);
}

std::string address_claim(std::string_view address) { return fmt::format("address/{}", address); }
// Two protocols may share a number.
std::string port_claim(std::string_view protocol, std::int64_t port) {
  return fmt::format("port/{}/{}", protocol, port);
}

bool has_cluster_address(const json::Value& spec) { return spec.text_at({"type"}) != "ExternalName"; }
bool has_node_ports(const json::Value& spec) {
  const std::string_view type = spec.text_at({"type"});
  const json::Value* wanted = spec.find("allocateLoadBalancerNodePorts");
  const bool declined = wanted != nullptr && wanted->boolean() != nullptr && !*wanted->boolean();
  return type == "NodePort" || (type == "LoadBalancer" && !declined);
}

std::uint64_t name_hash(const json::Value& object) {
  return fnv1a(fmt::format("{}/{}", object.text_at({"metadata", "namespace"}), object.text_at({"metadata", "name"})));
}

using Taken = std::function<bool(std::string_view claim)>;

// clusterIP and clusterIPs say the same: each is filled from the other.
void align_addresses(json::Value& spec) {
  const std::string one(spec.text_at({"clusterIP"}));
  const std::vector<std::string> all = texts_at(spec, {"clusterIPs"});
  if (one.empty() && !all.empty()) spec["clusterIP"] = all.front();
  if (!one.empty() && all.empty()) spec["clusterIPs"] = json::Array{one};
}

std::vector<Cause> allocate_address(json::Value& object, const Taken& taken) {
  json::Value& spec = object["spec"];
  if (!has_cluster_address(spec)) return {};
  align_addresses(spec);
  const std::string chosen(spec.text_at({"clusterIP"}));
  if (chosen == "None") {
    // Without a selector nobody knows which families its endpoints will have.
    set_default(spec, "ipFamilyPolicy", map_at(spec, {"selector"}).empty() ? "RequireDualStack" : "SingleStack");
    if (spec.find("ipFamilies") == nullptr) {
      spec["ipFamilies"] = map_at(spec, {"selector"}).empty() ? json::Array{"IPv4", "IPv6"} : json::Array{"IPv4"};
    }
    return {};
  }
  set_default(spec, "ipFamilyPolicy", "SingleStack");
  if (list_at(spec, {"ipFamilies"}).empty()) spec["ipFamilies"] = json::Array{is_ipv6(chosen) ? "IPv6" : "IPv4"};
  if (!chosen.empty()) {
    if (!taken(address_claim(chosen))) return {};
    return {
        {"FieldValueInvalid", "spec.clusterIPs",
         fmt::format("Invalid value: []string{{\"{0}\"}}: failed to allocate IP {0}: provided IP is already allocated",
                     chosen)}};
  }
  const std::uint32_t span = addresses - kept_addresses - 1;
  const auto start = static_cast<std::uint32_t>(name_hash(object) % span);
  for (std::uint32_t step = 0; step < span; ++step) {
    const std::string address = dotted(first_address + kept_addresses + (start + step) % span);
    if (taken(address_claim(address))) continue;
    spec["clusterIP"] = address;
    spec["clusterIPs"] = json::Array{address};
    return {};
  }
  return {{"InternalError", "spec.clusterIPs", "Internal error: failed to allocate a serviceIP: range is full"}};
}

std::vector<Cause> allocate_ports(json::Value& object, const Taken& taken) {
  json::Value& spec = object["spec"];
  std::vector<Cause> causes;
  json::Value* ports = spec.find("ports");
  if (!has_node_ports(spec) || ports == nullptr || ports->array() == nullptr) return causes;
  std::set<std::string> own;
  for (const json::Value& port : *ports->array()) {
    if (const std::int64_t number = integer_at(port, {"nodePort"}); number != 0)
      own.insert(port_claim(port.text_at({"protocol"}), number));
  }
  std::size_t index = 0;
  for (json::Value& port : *ports->array()) {
    const std::string protocol(port.text_at({"protocol"}));
    if (const std::int64_t number = integer_at(port, {"nodePort"}); number != 0) {
      const std::string field = fmt::format("spec.ports[{}].nodePort", index);
      if (number < first_node_port || number >= first_node_port + node_ports) {
        causes.push_back(
            {"FieldValueInvalid", field,
             fmt::format(
                 "Invalid value: {}: provided port is not in the valid range. The range of valid ports is {}-{}",
                 number, first_node_port, first_node_port + node_ports - 1)});
      } else if (taken(port_claim(protocol, number))) {
        causes.push_back(
            {"FieldValueInvalid", field, fmt::format("Invalid value: {}: provided port is already allocated", number)});
      }
    } else if (port.is_object()) {
      const std::uint64_t start = name_hash(object) + index;
      bool found = false;
      for (std::int64_t step = 0; step < node_ports && !found; ++step) {
        const auto candidate =
            first_node_port + static_cast<std::int64_t>((start + static_cast<std::uint64_t>(step)) % node_ports);
        const std::string claim = port_claim(protocol, candidate);
        if (own.contains(claim) || taken(claim)) continue;
        port["nodePort"] = candidate;
        own.insert(claim);
        found = true;
      }
      if (!found) {
        causes.push_back({"InternalError", fmt::format("spec.ports[{}].nodePort", index),
                          "Internal error: failed to allocate a nodePort: range is full"});
      }
    }
    ++index;
  }
  return causes;
}

// The port of the stored service that this one goes on: by name, or the only one.
const json::Value* same_port(const json::Array& ports, const json::Value& port) {
  for (const json::Value& one : ports) {
    if (one.text_at({"name"}) == port.text_at({"name"}) && one.text_at({"protocol"}) == port.text_at({"protocol"}) &&
        integer_at(one, {"port"}) == integer_at(port, {"port"})) {
      return &one;
    }
  }
  return nullptr;
}

}  // namespace

void prepare_service(json::Value& object) {
  align_addresses(object["spec"]);
  object["status"] = json::Object{{"loadBalancer", json::Object{}}};
}

std::vector<std::string> service_claims(const json::Value& object) {
  std::vector<std::string> claims;
  const json::Value* spec = object.find("spec");
  if (spec == nullptr) return claims;
  for (const std::string& address : texts_at(*spec, {"clusterIPs"})) {
    if (address != "None") claims.push_back(address_claim(address));
  }
  for (const json::Value& port : list_at(*spec, {"ports"})) {
    if (const std::int64_t number = integer_at(port, {"nodePort"}); number != 0) {
      claims.push_back(port_claim(port.text_at({"protocol"}), number));
    }
  }
  return claims;
}

std::vector<Cause> allocate_service(json::Value& object, const Taken& taken) {
  std::vector<Cause> causes = allocate_address(object, taken);
  std::ranges::move(allocate_ports(object, taken), std::back_inserter(causes));
  return causes;
}

void keep_service(json::Value& object, const json::Value& old) {
  json::Value& spec = object["spec"];
  const json::Value* before = old.find("spec");
  if (before == nullptr) return;
  const bool had_address = has_cluster_address(*before);
  if (!has_cluster_address(spec)) {
    // An external name has nothing of this cluster's: what was only carried over goes.
    if (had_address) {
      for (const char* key : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"}) {
        if (const json::Value* value = before->find(key);
            value != nullptr && spec.find(key) != nullptr && *spec.find(key) == *value) {
          spec.object()->erase(key);
        }
      }
    }
  } else if (had_address) {
    const bool asks = is_set(spec, {"clusterIP"}) || !list_at(spec, {"clusterIPs"}).empty();
    if (!asks) {
      for (const char* key : {"clusterIP", "clusterIPs"}) {
        if (const json::Value* value = before->find(key)) spec[key] = *value;
      }
    }
    for (const char* key : {"ipFamilies", "ipFamilyPolicy"}) {
      if (const json::Value* value = before->find(key)) set_default(spec, key, *value);
    }
  }
  align_addresses(spec);
  json::Value* ports = spec.find("ports");
  if (ports == nullptr || ports->array() == nullptr) return;
  const json::Array& old_ports = list_at(*before, {"ports"});
  const bool wants = has_node_ports(spec);
  for (json::Value& port : *ports->array()) {
    const json::Value* same = same_port(old_ports, port);
    const std::int64_t number = same == nullptr ? 0 : integer_at(*same, {"nodePort"});
    if (number == 0) continue;
    if (wants && integer_at(port, {"nodePort"}) == 0) port["nodePort"] = number;
    if (!wants && integer_at(port, {"nodePort"}) == number) port.object()->erase("nodePort");
  }
}

}  // namespace slipway::api::builtin
