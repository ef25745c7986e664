#include <algorithm>
#include <cctype>
#include <set>

#include "api/builtin_columns.h"
#include "api/builtin_values.h"

namespace slipway::api::builtin {
namespace {

constexpr std::size_t shown_max = 3;  // of a list of addresses or ports

std::string_view name_of(const json::Value& object) { return object.text_at({"metadata", "name"}); }

json::Value count(std::size_t number) { return static_cast<std::int64_t>(number); }

std::string or_none(std::string_view text) { return text.empty() ? "<none>" : std::string(text); }

// "a,b,c + 2 more...": the first `shown_max` of `all`.
std::string first_few(const std::vector<std::string>& all) {
  const std::size_t shown = std::min(all.size(), shown_max);
  std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), ","));
  if (all.size() > shown_max) text += fmt::format(" + {} more...", all.size() - shown_max);
  return text;
}

std::string join_host_port(std::string_view host, std::int64_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string joined(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ",")); }

// Addresses and host names of a load balancer, each once, sorted.
std::set<std::string> ingress_points(const json::Value& service) {
  std::set<std::string> out;
  for (const json::Value& one : list_at(service, {"status", "loadBalancer", "ingress"})) {
    const std::string_view ip = one.text_at({"ip"});
    const std::string_view host = one.text_at({"hostname"});
    if (!ip.empty())
      out.emplace(ip);
    else if (!host.empty())
      out.emplace(host);
  }
  return out;
}

std::string external_address(const json::Value& service) {
  const std::string_view type = service.text_at({"spec", "type"});
  const std::vector<std::string> external = texts_at(service, {"spec", "externalIPs"});
  if (type == "ClusterIP" || type == "NodePort") return or_none(joined(external));
  if (type == "LoadBalancer") {
    const std::set<std::string> points = ingress_points(service);
    std::vector<std::string> all(points.begin(), points.end());
    all.insert(all.end(), external.begin(), external.end());
    return all.empty() ? "<pending>" : joined(all);
  }
  return type == "ExternalName" ? std::string(service.text_at({"spec", "externalName"})) : "<unknown>";
}

std::string service_ports(const json::Value& service) {
  std::vector<std::string> parts;
  for (const json::Value& port : list_at(service, {"spec", "ports"})) {
    std::string part = fmt::format("{}", integer_at(port, {"port"}));
    if (const std::int64_t node_port = integer_at(port, {"nodePort"}); node_port > 0)
      part += fmt::format(":{}", node_port);
    parts.push_back(fmt::format("{}/{}", part, port.text_at({"protocol"})));
  }
  return joined(parts);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\n\r\v\f";
  const std::size_t first = text.find_first_not_of(space);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string_view first_not_empty(std::string_view a, std::string_view b) { return a.empty() ? b : a; }

std::string event_source(const json::Value& event) {
  const std::string_view component =
      first_not_empty(event.text_at({"source", "component"}), event.text_at({"reportingComponent"}));
  const std::string_view host =
      first_not_empty(event.text_at({"source", "host"}), event.text_at({"reportingInstance"}));
  return host.empty() ? std::string(component) : fmt::format("{}, {}", component, host);
}

std::string node_roles(const json::Value& node) {
  constexpr std::string_view prefix = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  for (const auto& [key, value] : map_at(node, {"metadata", "labels"})) {
    if (key.starts_with(prefix) && key.size() > prefix.size()) roles.insert(key.substr(prefix.size()));
    if (key == "kubernetes.io/role" && value.string() != nullptr && !value.string()->empty())
      roles.insert(*value.string());
  }
  return or_none(fmt::format("{}", fmt::join(roles, ",")));
}

std::string node_status(const json::Value& node) {
  const json::Value* ready = find_by(list_at(node, {"status", "conditions"}), "type", "Ready");
  std::string status = "Unknown";
  if (ready != nullptr) status = ready->text_at({"status"}) == "True" ? "Ready" : "NotReady";
  return flag_at(node, {"spec", "unschedulable"}) ? status + ",SchedulingDisabled" : status;
}

std::string node_address(const json::Value& node, std::string_view type) {
  const json::Value* found = find_by(list_at(node, {"status", "addresses"}), "type", type);
  return or_none(found == nullptr ? "" : found->text_at({"address"}));
}

std::string node_info(const json::Value& node, std::string_view key) {
  const std::string_view text = node.text_at({"status", "nodeInfo", key});
  return text.empty() ? "<unknown>" : std::string(text);
}

}  // namespace

json::Array namespace_cells(const json::Value& object, WallTime now) {
  return {name_of(object), object.text_at({"status", "phase"}), age(object, now)};
}

json::Array config_map_cells(const json::Value& object, WallTime now) {
  return {name_of(object), count(map_at(object, {"data"}).size() + map_at(object, {"binaryData"}).size()),
          age(object, now)};
}

json::Array secret_cells(const json::Value& object, WallTime now) {
  return {name_of(object), object.text_at({"type"}), count(map_at(object, {"data"}).size()), age(object, now)};
}

json::Array service_account_cells(const json::Value& object, WallTime now) {
  return {name_of(object), count(list_at(object, {"secrets"}).size()), age(object, now)};
}

json::Array service_cells(const json::Value& object, WallTime now) {
  const std::vector<std::string> addresses = texts_at(object, {"spec", "clusterIPs"});
  return {name_of(object),
          object.text_at({"spec", "type"}),
          addresses.empty() ? "<none>" : addresses.front(),
          external_address(object),
          or_none(service_ports(object)),
          age(object, now),
          labels_text(map_at(object, {"spec", "selector"}))};
}

json::Array event_cells(const json::Value& object, WallTime now) {
  const std::string_view event_time = object.text_at({"eventTime"});
  const std::string first = since(first_not_empty(object.text_at({"firstTimestamp"}), event_time), now);
  std::string last = first;
  if (const std::string_view time = object.text_at({"lastTimestamp"}); !time.empty()) last = since(time, now);
  std::int64_t number = integer_at(object, {"count"});
  if (object.find("series") != nullptr) {
    last = since(object.text_at({"series", "lastObservedTime"}), now);
    number = integer_at(object, {"series", "count"});
  } else if (number == 0) {
    number = 1;
  }
  std::string about = lower(object.text_at({"involvedObject", "kind"}));
  if (const std::string_view name = object.text_at({"involvedObject", "name"}); !name.empty())
    about += fmt::format("/{}", name);
  return {last,
          object.text_at({"type"}),
          object.text_at({"reason"}),
          about,
          object.text_at({"involvedObject", "fieldPath"}),
          event_source(object),
          trimmed(object.text_at({"message"})),
          first,
          number,
          name_of(object)};
}

json::Array node_cells(const json::Value& object, WallTime now) {
  return {name_of(object),
          node_status(object),
          node_roles(object),
          age(object, now),
          object.text_at({"status", "nodeInfo", "kubeletVersion"}),
          node_address(object, "InternalIP"),
          node_address(object, "ExternalIP"),
          node_info(object, "osImage"),
          node_info(object, "kernelVersion"),
          node_info(object, "containerRuntimeVersion")};
}

json::Array endpoints_cells(const json::Value& object, WallTime now) {
  const json::Array& subsets = list_at(object, {"subsets"});
  std::vector<std::string> all;
  for (const json::Value& subset : subsets) {
    const json::Array& ports = list_at(subset, {"ports"});
    const json::Array& addresses = list_at(subset, {"addresses"});
    if (ports.empty()) {
      for (const json::Value& address : addresses) all.emplace_back(address.text_at({"ip"}));
    }
    for (const json::Value& port : ports) {
      for (const json::Value& address : addresses) {
        all.push_back(join_host_port(address.text_at({"ip"}), integer_at(port, {"port"})));
      }
    }
  }
  return {name_of(object), subsets.empty() ? "<none>" : first_few(all), age(object, now)};
}

json::Array endpoint_slice_cells(const json::Value& object, WallTime now) {
  std::vector<std::string> ports;
  for (const json::Value& port : list_at(object, {"ports"})) {
    const json::Value* number = port.find("port");
    if (number != nullptr && number->integer() != nullptr)
      ports.push_back(fmt::format("{}", *number->integer()));
    else
      ports.emplace_back(port.find("name") == nullptr ? "*" : port.text_at({"name"}));
  }
  std::vector<std::string> addresses;
  for (const json::Value& endpoint : list_at(object, {"endpoints"})) {
    for (std::string& address : texts_at(endpoint, {"addresses"})) addresses.push_back(std::move(address));
  }
  const auto or_unset = [](const std::string& text) { return text.empty() ? std::string("<unset>") : text; };
  return {name_of(object), object.text_at({"addressType"}), or_unset(first_few(ports)), or_unset(first_few(addresses)),
          age(object, now)};
}

json::Array lease_cells(const json::Value& object, WallTime now) {
  return {name_of(object), object.text_at({"spec", "holderIdentity"}), age(object, now)};
}

json::Array role_binding_cells(const json::Value& object, WallTime now) {
  std::vector<std::string> users, groups, accounts;
  for (const json::Value& subject : list_at(object, {"subjects"})) {
    const std::string_view kind = subject.text_at({"kind"});
    const std::string name(subject.text_at({"name"}));
    if (kind == "User")
      users.push_back(name);
    else if (kind == "Group")
      groups.push_back(name);
    else if (kind == "ServiceAccount")
      accounts.push_back(fmt::format("{}/{}", subject.text_at({"namespace"}), name));
  }
  const auto list = [](const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, ", ")); };
  return {
      name_of(object),  fmt::format("{}/{}", object.text_at({"roleRef", "kind"}), object.text_at({"roleRef", "name"})),
      age(object, now), list(users),
      list(groups),     list(accounts)};
}

}  // namespace slipway::api::builtin
