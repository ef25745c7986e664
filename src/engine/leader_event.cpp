#include "engine/leader_event.h"

namespace slipway::engine {

client::Write became_leader_event(const kube::Object& lease, const std::string& identity, const std::string& component,
                                  std::chrono::nanoseconds now) {
  const kube::ObjectMeta& about = lease.metadata();
  const std::string name = fmt::format("{}.{:x}", about.name, now.count());
  const std::string time = to_rfc3339(WallTime{std::chrono::floor<std::chrono::seconds>(now).count()});
  client::Write request;
  request.verb = client::Write::Verb::create;
  request.resource = {"", "v1", "events"};
  request.key = {about.namespace_, name};
  request.field_manager = component;
  request.body = json::Object{{"apiVersion", "v1"},
                              {"kind", "Event"},
                              {"metadata", json::Object{{"name", name}, {"namespace", about.namespace_}}},
                              {"involvedObject", json::Object{{"apiVersion", "coordination.k8s.io/v1"},
                                                              {"kind", "Lease"},
                                                              {"name", about.name},
                                                              {"namespace", about.namespace_},
                                                              {"uid", about.uid},
                                                              {"resourceVersion", std::to_string(lease.revision())}}},
                              {"reason", "LeaderElection"},
                              {"message", fmt::format("{} became leader", identity)},
                              {"source", json::Object{{"component", component}}},
                              {"firstTimestamp", time},
                              {"lastTimestamp", time},
                              {"count", 1},
                              {"type", "Normal"},
                              {"reportingComponent", component}};
  return request;
}

}  // namespace slipway::engine
