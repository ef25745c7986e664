// Services, endpoints and endpoint slices.

#include <algorithm>
#include <set>

#include "api/builtin_validation.h"
#include "api/builtin_values.h"
#include "kube/names.h"

namespace slipway::api::builtin {
namespace {

void check_protocol(Errors& errors, const std::string& path, std::string_view protocol) {
  errors.check_one_of(path, protocol, {"SCTP", "TCP", "UDP"});
}

// An address that traffic can be sent to.
void check_usable_ip(Errors& errors, const std::string& path, std::string_view text) {
  const auto refuse = [&](std::string_view why) { errors.invalid_text(path, text, why); };
  errors.check_ip(path, text);
  if (text == "0.0.0.0" || text == "::")
    refuse("may not be unspecified (0.0.0.0 or ::)");
  else if ((is_ipv4(text) && text.starts_with("127.")) || text == "::1")
    refuse("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  else if (is_ipv4(text) && text.starts_with("169.254."))
    refuse("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  else if (is_ipv4(text) && text.starts_with("224.0.0."))
    refuse("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size() || text.size() - slash > 4) return false;
  int bits = 0;
  for (const char c : text.substr(slash + 1)) {
    if (c < '0' || c > '9') return false;
    bits = bits * 10 + (c - '0');
  }
  const std::string_view address = text.substr(0, slash);
  return (is_ipv4(address) && bits <= 32) || (is_ipv6(address) && bits <= 128);
}

std::string go_service_port(const json::Value& port) {
  // Only what tells ports apart, as Kubernetes shows a duplicate.
  return fmt::format(
      "core.ServicePort{{Name:\"\", Protocol:{}, AppProtocol:(*string)(nil), Port:{}, "
      "TargetPort:intstr.IntOrString{{Type:0, IntVal:0, StrVal:\"\"}}, NodePort:0}}",
      quoted(port.text_at({"protocol"})), integer_at(port, {"port"}));
}

void check_service_ports(Errors& errors, const json::Value& spec) {
  const json::Array& ports = list_at(spec, {"ports"});
  std::set<std::string> names;
  std::size_t index = 0;
  for (const json::Value& port : ports) {
    const std::string here = fmt::format("spec.ports[{}]", index++);
    const std::string_view name = port.text_at({"name"});
    if (name.empty()) {
      if (ports.size() > 1) errors.required(here + ".name");
    } else {
      errors.check_rule(here + ".name", name, kube::check_dns1123_label(name));
      if (!names.insert(std::string(name)).second) errors.duplicate(here + ".name", quoted(name));
    }
    errors.check_port(here + ".port", integer_at(port, {"port"}));
    check_protocol(errors, here + ".protocol", port.text_at({"protocol"}));
    check_port_reference(errors, here + ".targetPort", port.find("targetPort"));
  }
}

void check_port_clashes(Errors& errors, const json::Value& spec) {
  const std::string_view type = spec.text_at({"type"});
  const json::Array& ports = list_at(spec, {"ports"});
  if (type == "ClusterIP") {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (integer_at(ports[i], {"nodePort"}) != 0) {
        errors.forbidden(fmt::format("spec.ports[{}].nodePort", i), "may not be used when `type` is 'ClusterIP'");
      }
    }
  }
  std::set<std::pair<std::string, std::int64_t>> node_ports, numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string protocol(ports[i].text_at({"protocol"}));
    const std::int64_t node_port = integer_at(ports[i], {"nodePort"});
    if (node_port != 0 && !node_ports.emplace(protocol, node_port).second) {
      errors.duplicate(fmt::format("spec.ports[{}].nodePort", i), fmt::format("{}", node_port));
    }
  }
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (!numbers.emplace(ports[i].text_at({"protocol"}), integer_at(ports[i], {"port"})).second) {
      errors.duplicate(fmt::format("spec.ports[{}]", i), go_service_port(ports[i]));
    }
  }
}

void check_cluster_ips(Errors& errors, const json::Value& spec, const json::Value* old) {
  const std::vector<std::string> addresses = texts_at(spec, {"clusterIPs"});
  const bool is_external_name = spec.text_at({"type"}) == "ExternalName";
  if (is_external_name) {
    if (!addresses.empty()) errors.forbidden("spec.clusterIPs", "may not be set for ExternalName services");
    return;
  }
  if (!addresses.empty() && spec.text_at({"clusterIP"}) != addresses.front()) {
    errors.invalid("spec.clusterIPs", go_strings(addresses), "first value must match `clusterIP`");
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (addresses[i] == "None") {
      if (addresses.size() > 1)
        errors.invalid_text(fmt::format("spec.clusterIPs[{}]", i), addresses[i],
                            "'None' must be the first and only value");
    } else {
      errors.check_ip(fmt::format("spec.clusterIPs[{}]", i), addresses[i]);
    }
  }
  if (old == nullptr || old->text_at({"spec", "type"}) == "ExternalName") return;
  const std::vector<std::string> before = texts_at(*old, {"spec", "clusterIPs"});
  if (before.empty()) return;
  if (addresses.empty())
    errors.invalid("spec.clusterIPs[0]", go_strings(addresses), "primary clusterIP can not be unset");
  else if (addresses.front() != before.front())
    errors.invalid("spec.clusterIPs[0]", go_strings(addresses), "may not change once set");
}

void check_affinity(Errors& errors, const json::Value& spec) {
  constexpr std::int64_t seconds_max = 86400;
  errors.check_one_of("spec.sessionAffinity", spec.text_at({"sessionAffinity"}), {"ClientIP", "None"});
  const json::Value* timeout = spec.find_path({"sessionAffinityConfig", "clientIP", "timeoutSeconds"});
  if (timeout == nullptr || timeout->integer() == nullptr) return;
  if (*timeout->integer() <= 0 || *timeout->integer() > seconds_max) {
    errors.invalid_number("spec.sessionAffinityConfig.clientIP.timeoutSeconds", *timeout->integer(),
                          "must be greater than 0 and less than 86400");
  }
}

void check_endpoint_addresses(Errors& errors, const std::string& path, const json::Array& addresses) {
  std::size_t index = 0;
  for (const json::Value& address : addresses) {
    const std::string here = fmt::format("{}[{}]", path, index++);
    check_usable_ip(errors, here + ".ip", address.text_at({"ip"}));
    if (const std::string_view host = address.text_at({"hostname"}); !host.empty()) {
      errors.check_rule(here + ".hostname", host, kube::check_dns1123_label(host));
    }
  }
}

}  // namespace

std::vector<Cause> validate_service(const json::Value& object, const json::Value* old) {
  Errors errors;
  static const json::Value nothing;
  const json::Value* found = object.find("spec");
  const json::Value& spec = found == nullptr ? nothing : *found;
  const std::string_view type = spec.text_at({"type"});
  const bool is_headless = spec.text_at({"clusterIP"}) == "None";
  if (list_at(spec, {"ports"}).empty() && !is_headless && type != "ExternalName") errors.required("spec.ports");
  if (is_headless && (type == "NodePort" || type == "LoadBalancer")) {
    errors.invalid_text("spec.clusterIPs[0]", "None", fmt::format("may not be set to 'None' for {} services", type));
  }
  if (type == "ExternalName") {
    const std::string_view name = spec.text_at({"externalName"});
    if (name.empty())
      errors.required("spec.externalName");
    else
      errors.check_rule("spec.externalName", name, kube::check_dns1123_subdomain(name));
  }
  check_service_ports(errors, spec);
  check_labels(errors, "spec.selector", map_at(spec, {"selector"}));
  check_affinity(errors, spec);
  check_cluster_ips(errors, spec, old);
  const std::vector<std::string> external = texts_at(spec, {"externalIPs"});
  for (std::size_t i = 0; i < external.size(); ++i)
    check_usable_ip(errors, fmt::format("spec.externalIPs[{}]", i), external[i]);
  errors.check_one_of("spec.type", type, {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"});
  check_port_clashes(errors, spec);
  const std::vector<std::string> ranges = texts_at(spec, {"loadBalancerSourceRanges"});
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!is_cidr(ranges[i])) {
      errors.invalid_text(fmt::format("spec.LoadBalancerSourceRanges[{}]", i), ranges[i],
                          "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }
  }
  errors.check_one_of("spec.externalTrafficPolicy", spec.text_at({"externalTrafficPolicy"}), {"Cluster", "Local"},
                      false);
  errors.check_one_of("spec.internalTrafficPolicy", spec.text_at({"internalTrafficPolicy"}), {"Cluster", "Local"},
                      false);
  return errors.take();
}

std::vector<Cause> validate_endpoints(const json::Value& object, const json::Value*) {
  Errors errors;
  std::size_t index = 0;
  for (const json::Value& subset : list_at(object, {"subsets"})) {
    const std::string here = fmt::format("subsets[{}]", index++);
    const json::Array& ready = list_at(subset, {"addresses"});
    const json::Array& not_ready = list_at(subset, {"notReadyAddresses"});
    if (ready.empty() && not_ready.empty()) errors.required(here, "must specify `addresses` or `notReadyAddresses`");
    check_endpoint_addresses(errors, here + ".addresses", ready);
    check_endpoint_addresses(errors, here + ".notReadyAddresses", not_ready);
    const json::Array& ports = list_at(subset, {"ports"});
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const std::string port = fmt::format("{}.ports[{}]", here, i);
      const std::string_view name = ports[i].text_at({"name"});
      if (name.empty()) {
        if (ports.size() > 1) errors.required(port + ".name");
      } else {
        errors.check_rule(port + ".name", name, kube::check_dns1123_label(name));
      }
      errors.check_port(port + ".port", integer_at(ports[i], {"port"}));
      check_protocol(errors, port + ".protocol", ports[i].text_at({"protocol"}));
    }
  }
  return errors.take();
}

std::vector<Cause> validate_endpoint_slice(const json::Value& object, const json::Value* old) {
  Errors errors;
  const std::string_view type = object.text_at({"addressType"});
  errors.check_one_of("addressType", type, {"FQDN", "IPv4", "IPv6"});
  std::set<std::string> names;
  const json::Array& ports = list_at(object, {"ports"});
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string here = fmt::format("ports[{}]", i);
    const std::string_view name = ports[i].text_at({"name"});
    if (!name.empty()) errors.check_rule(here + ".name", name, kube::check_dns1123_label(name));
    if (!names.insert(std::string(name)).second) errors.duplicate(here + ".name", quoted(name));
    check_protocol(errors, here + ".protocol", ports[i].text_at({"protocol"}));
  }
  const json::Array& endpoints = list_at(object, {"endpoints"});
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const std::string here = fmt::format("endpoints[{}].addresses", i);
    const std::vector<std::string> addresses = texts_at(endpoints[i], {"addresses"});
    if (addresses.empty()) errors.required(here, "must contain at least 1 address");
    for (std::size_t k = 0; k < addresses.size(); ++k) {
      const std::string& address = addresses[k];
      const std::string one = fmt::format("{}[{}]", here, k);
      if (type == "FQDN") {
        errors.check_rule(one, address, kube::check_dns1123_subdomain(address));
      } else if (!is_ipv4(address) && !is_ipv6(address)) {
        errors.check_ip(one, address);
      } else if (type == "IPv4" && !is_ipv4(address)) {
        errors.invalid_text(here, address, "must be an IPv4 address");
      } else if (type == "IPv6" && !is_ipv6(address)) {
        errors.invalid_text(here, address, "must be an IPv6 address");
      }
    }
  }
  if (old != nullptr)
    errors.check_immutable("addressType", object.find("addressType"), old->find("addressType"), quoted(type));
  return errors.take();
}

}  // namespace slipway::api::builtin
