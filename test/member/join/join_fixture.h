#pragma once

#include <string>

#include "test/member/two_clusters.h"

namespace slipway::member::testing {

class Join : public TwoClusters {
 protected:
  void put_node(std::string_view name, std::string_view cpu, std::string_view memory, std::string_view free_cpu,
                std::string_view free_memory) {
    put(fmt::format(R"({{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{}"}}}})", name));
    merge("nodes", name,
          fmt::format(R"({{"status":{{"capacity":{{"cpu":"{}","memory":"{}","pods":"110"}},
                      "allocatable":{{"cpu":"{}","memory":"{}","pods":"110"}}}}}})",
                      cpu, memory, free_cpu, free_memory),
          true);
  }
  void put_pod(std::string_view name, std::string_view node, std::string_view cpu, std::string_view memory) {
    put(fmt::format(R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{}","namespace":"default"}},
                    "spec":{{"nodeName":"{}","containers":[{{"name":"c","image":"i",
                    "resources":{{"requests":{{"cpu":"{}","memory":"{}"}}}}}}]}}}})",
                    name, node, cpu, memory));
  }
  // As some other agent would.
  void set_status(const api::InternalMemberCluster& member) {
    to_hub->write({.verb = client::Write::Verb::update_status,
                   .resource = api::storage_resource_of<api::InternalMemberCluster>(api::Scope::namespaced),
                   .key = {std::string(member_namespace), std::string(member_name)},
                   .body = api::to_value(member),
                   .resource_version = member.metadata.resource_version},
                  [](Result<kube::ObjectPtr> result) { EXPECT_TRUE(result.has_value()); });
  }
  static std::string amounts(const api::ResourceList& list) {
    std::string text;
    for (const auto& [name, amount] : list)
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, amount.text());
    return text;
  }
  // "k8s-version=v1.33.1 node-count=2", in order and without their domains.
  std::string properties() const {
    std::string text;
    for (const auto& [name, property] : internal_member().status.properties)
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", name.substr(name.find('/') + 1), property.value);
    return text;
  }
  // "Type=True/Reason@1 …" of the properties' conditions, in order of type.
  std::string conditions() const {
    auto all = internal_member().status.conditions;
    std::ranges::sort(all, {}, &kube::Condition::type);
    std::string text;
    for (const auto& one : all)
      text += fmt::format("{}{}={}/{}@{}", text.empty() ? "" : " ", one.type, kube::text(one.status), one.reason,
                          one.observed_generation);
    return text;
  }
  std::string agent_state() const {
    std::string text;
    for (const auto& agent : internal_member().status.agent_status) {
      for (const auto& condition : agent.conditions) {
        text += fmt::format("{} {}={}/{}@{} ", agent.type, condition.type, kube::text(condition.status),
                            condition.reason, condition.observed_generation);
      }
    }
    return text;
  }
  WallTime heartbeat() const { return internal_member().status.agent_status.at(0).last_received_heartbeat.value(); }
};

}  // namespace slipway::member::testing
