#include <algorithm>

#include "api/builtin_columns.h"
#include "api/builtin_values.h"

namespace slipway::api::builtin {
namespace {

bool is_sidecar(const json::Value* container) {
  return container != nullptr && container->text_at({"restartPolicy"}) == "Always";
}

bool has_true_condition(const json::Value& pod, std::string_view type) {
  const json::Value* found = find_by(list_at(pod, {"status", "conditions"}), "type", type);
  return found != nullptr && found->text_at({"status"}) == "True";
}

// Restarts of containers and when the last one was.
struct Restarts {
  std::int64_t count = 0;
  std::string last;  // RFC 3339 in UTC, so that later is greater

  void add(const json::Value& status) {
    count += integer_at(status, {"restartCount"});
    last = std::max(last, std::string(status.text_at({"lastState", "terminated", "finishedAt"})));
  }
};

// "Error", "Signal:9" or "ExitCode:3".
std::string end_reason(const json::Value& terminated) {
  if (const std::string_view reason = terminated.text_at({"reason"}); !reason.empty()) return std::string(reason);
  if (const std::int64_t signal = integer_at(terminated, {"signal"}); signal != 0)
    return fmt::format("Signal:{}", signal);
  return fmt::format("ExitCode:{}", integer_at(terminated, {"exitCode"}));
}

// What `kubectl get pods` says of a pod (kube-api 15.2): its phase, unless something below it says more.
class Summary {
 public:
  explicit Summary(const json::Value& pod) : pod_(pod), total_(list_at(pod, {"spec", "containers"}).size()) {
    reason_ = pod.text_at({"status", "phase"});
    if (const std::string_view reason = pod.text_at({"status", "reason"}); !reason.empty()) reason_ = reason;
    const json::Value* scheduled = find_by(list_at(pod, {"status", "conditions"}), "type", "PodScheduled");
    if (scheduled != nullptr && scheduled->text_at({"reason"}) == "SchedulingGated") reason_ = "SchedulingGated";
    const bool initializing = read_init_containers();
    if (!initializing || has_true_condition(pod, "Initialized")) read_containers();
    read_deletion();
  }

  [[nodiscard]] std::string ready() const { return fmt::format("{}/{}", ready_, total_); }
  [[nodiscard]] const std::string& status() const { return reason_; }
  [[nodiscard]] std::string restarts(WallTime now) const {
    if (restarts_.count == 0 || restarts_.last.empty()) return fmt::format("{}", restarts_.count);
    return fmt::format("{} ({} ago)", restarts_.count, since(restarts_.last, now));
  }

 private:
  // True when one of them is not done yet; that one names the reason.
  bool read_init_containers() {
    const json::Array& specs = list_at(pod_, {"spec", "initContainers"});
    total_ +=
        static_cast<std::size_t>(std::ranges::count_if(specs, [](const json::Value& one) { return is_sidecar(&one); }));
    std::size_t index = 0;
    for (const json::Value& status : list_at(pod_, {"status", "initContainerStatuses"})) {
      const bool sidecar = is_sidecar(find_by(specs, "name", status.text_at({"name"})));
      restarts_.add(status);
      if (sidecar) sidecar_restarts_.add(status);
      const json::Value* terminated = status.find_path({"state", "terminated"});
      const std::string_view waiting = status.text_at({"state", "waiting", "reason"});
      const bool done = terminated != nullptr && integer_at(*terminated, {"exitCode"}) == 0;
      const bool started = sidecar && flag_at(status, {"started"});
      if (!done && started && flag_at(status, {"ready"})) ++ready_;
      if (!done && !started) {
        if (terminated != nullptr)
          reason_ = "Init:" + end_reason(*terminated);
        else if (!waiting.empty() && waiting != "PodInitializing")
          reason_ = fmt::format("Init:{}", waiting);
        else
          reason_ = fmt::format("Init:{}/{}", index, specs.size());
        return true;
      }
      ++index;
    }
    return false;
  }

  // From the last to the first, so that the first one's reason stands.
  void read_containers() {
    restarts_ = sidecar_restarts_;
    bool has_running = false;
    const json::Array& statuses = list_at(pod_, {"status", "containerStatuses"});
    for (auto status = statuses.rbegin(); status != statuses.rend(); ++status) {
      restarts_.add(*status);
      const std::string_view waiting = status->text_at({"state", "waiting", "reason"});
      if (!waiting.empty()) {
        reason_ = waiting;
      } else if (const json::Value* terminated = status->find_path({"state", "terminated"})) {
        reason_ = end_reason(*terminated);
      } else if (flag_at(*status, {"ready"}) && status->find_path({"state", "running"}) != nullptr) {
        has_running = true;
        ++ready_;
      }
    }
    if (reason_ == "Completed" && has_running) reason_ = has_true_condition(pod_, "Ready") ? "Running" : "NotReady";
  }

  void read_deletion() {
    if (pod_.find_path({"metadata", "deletionTimestamp"}) == nullptr) return;
    const std::string_view phase = pod_.text_at({"status", "phase"});
    if (pod_.text_at({"status", "reason"}) == "NodeLost")
      reason_ = "Unknown";
    else if (phase != "Succeeded" && phase != "Failed")
      reason_ = "Terminating";
  }

  const json::Value& pod_;
  std::size_t total_;
  std::size_t ready_ = 0;
  std::string reason_;
  Restarts restarts_;
  Restarts sidecar_restarts_;
};

std::string readiness_gates(const json::Value& pod) {
  const json::Array& gates = list_at(pod, {"spec", "readinessGates"});
  if (gates.empty()) return "<none>";
  const auto open = std::ranges::count_if(
      gates, [&](const json::Value& gate) { return has_true_condition(pod, gate.text_at({"conditionType"})); });
  return fmt::format("{}/{}", open, gates.size());
}

}  // namespace

json::Array pod_cells(const json::Value& object, WallTime now) {
  const Summary summary(object);
  const auto or_none = [&](std::initializer_list<std::string_view> path) {
    const std::string_view text = object.text_at(path);
    return text.empty() ? std::string("<none>") : std::string(text);
  };
  const std::string first_ip = [&] {
    for (const json::Value& one : list_at(object, {"status", "podIPs"})) return std::string(one.text_at({"ip"}));
    return std::string(object.text_at({"status", "podIP"}));
  }();
  return {object.text_at({"metadata", "name"}),
          summary.ready(),
          summary.status(),
          summary.restarts(now),
          age(object, now),
          first_ip.empty() ? "<none>" : first_ip,
          or_none({"spec", "nodeName"}),
          or_none({"status", "nominatedNodeName"}),
          readiness_gates(object)};
}

}  // namespace slipway::api::builtin
