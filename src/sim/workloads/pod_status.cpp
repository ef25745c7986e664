#include "sim/workloads/pod_status.h"

#include <algorithm>
#include <array>

#include "api/builtin_values.h"
#include "base/bytes.h"

namespace slipway::sim::workloads {
namespace {

using api::builtin::find_by;
using api::builtin::list_at;
using std::chrono::seconds;

struct Condition {
  std::string_view type;
  bool holds = true;
  std::string_view reason = "";
  std::string message{};
  WallTime since{};
};

// The transition time of a condition that already has this status stays.
json::Value conditions_json(const json::Value& pod, const std::vector<Condition>& conditions) {
  json::Array out;
  for (const Condition& one : conditions) {
    const std::string_view status = one.holds ? "True" : "False";
    const json::Value* before = find_by(list_at(pod, {"status", "conditions"}), "type", one.type);
    std::string since = to_rfc3339(one.since);
    if (before != nullptr && before->text_at({"status"}) == status) since = before->text_at({"lastTransitionTime"});
    json::Object made{{"lastTransitionTime", std::move(since)}, {"status", status}, {"type", one.type}};
    if (!one.reason.empty()) made.set("reason", one.reason);
    if (!one.message.empty()) made.set("message", one.message);
    out.emplace_back(std::move(made));
  }
  return out;
}

std::string names(const std::vector<std::string>& containers) {
  return fmt::format("[{}]", fmt::join(containers, " "));
}

seconds whole_seconds(Duration duration) { return std::chrono::ceil<seconds>(std::max(duration, Duration{0})); }

std::string_view annotation(const json::Value& pod, std::string_view name) {
  return pod.text_at({"metadata", "annotations", name});
}

seconds delay_of(const json::Value& pod, std::string_view name, Duration otherwise) {
  const auto own = parse_go_duration(annotation(pod, name));
  return whole_seconds(own ? *own : otherwise);
}

json::Value waiting(std::string_view reason, std::string message) {
  json::Object detail{{"reason", reason}};
  if (!message.empty()) detail.set("message", std::move(message));
  return json::Object{{"waiting", std::move(detail)}};
}

json::Value started_state(std::string_view which, json::Object detail) {
  return json::Object{{std::string(which), std::move(detail)}};
}

std::string container_id(const json::Value& pod, std::string_view name) {
  return "containerd://" + sha256_hex(fmt::format("{}/{}", pod.text_at({"metadata", "uid"}), name));
}

json::Object container_status(const json::Value& container, bool is_ready, json::Value state) {
  return json::Object{{"image", container.text_at({"image"})},
                      {"imageID", ""},
                      {"name", container.text_at({"name"})},
                      {"ready", is_ready},
                      {"restartCount", 0},
                      {"started", false},
                      {"state", std::move(state)}};
}

// Containers as far as they have come, and what keeps them.
struct Containers {
  json::Array statuses;
  std::vector<std::string> unready;  // names
  bool is_waiting = false;
};

class Life {
 public:
  Life(const json::Value& pod, const PodPlan& plan, WallTime now) : pod_(pod), plan_(plan), now_(now) {}

  [[nodiscard]] bool has_started() const { return now_ >= plan_.started; }
  [[nodiscard]] bool is_ready_time() const { return !plan_.is_never_ready && now_ >= plan_.ready; }

  // Init containers are over as soon as they can be.
  Containers init_containers(PodState& state) {
    return each("initContainers", state, [&](const json::Value& container, json::Object& status) {
      json::Object detail{{"containerID", container_id(pod_, container.text_at({"name"}))},
                          {"exitCode", 0},
                          {"finishedAt", to_rfc3339(plan_.started)},
                          {"reason", "Completed"},
                          {"startedAt", to_rfc3339(plan_.started)}};
      status.set("ready", true);
      status.set("state", started_state("terminated", std::move(detail)));
      return true;
    });
  }

  Containers containers(PodState& state, bool is_initialized) {
    return each("containers", state, [&](const json::Value&, json::Object& status) {
      if (!is_initialized) {
        status.set("state", waiting("PodInitializing", ""));
        return false;
      }
      status.set("started", true);
      status.set("ready", is_ready_time());
      status.set("state", started_state("running", {{"startedAt", to_rfc3339(plan_.started)}}));
      return is_ready_time();
    });
  }

 private:
  // `run` completes the status of a container that has its image and says whether it is ready.
  template <class Run>
  Containers each(std::string_view list, PodState& state, const Run& run) {
    Containers all;
    for (const json::Value& container : list_at(pod_, {"spec", list})) {
      json::Object status = container_status(container, false, waiting("ContainerCreating", ""));
      bool is_ready = false;
      const ImageOutcome outcome = outcome_of(container);
      if (!has_started()) {
        all.is_waiting = true;
      } else if (outcome != ImageOutcome::ok) {
        all.is_waiting = true;
        status.set("state", stuck(container, outcome, state));
      } else {
        const std::string image(container.text_at({"image"}));
        status.set("containerID", container_id(pod_, container.text_at({"name"})));
        status.set("imageID", fmt::format("{}@sha256:{}", image.substr(0, image.find('@')), sha256_hex(image)));
        is_ready = run(container, status);
        all.is_waiting = all.is_waiting || status.find("state")->find("waiting") != nullptr;
      }
      if (!is_ready) all.unready.emplace_back(container.text_at({"name"}));
      all.statuses.emplace_back(std::move(status));
    }
    return all;
  }

  // An image that is never pulled must be there already: nobody can say that it is not.
  [[nodiscard]] ImageOutcome outcome_of(const json::Value& container) const {
    const ImageOutcome outcome = image_outcome(container.text_at({"image"}), plan_.image_override);
    const bool is_local = container.text_at({"imagePullPolicy"}) == "Never" && outcome != ImageOutcome::invalid_name;
    return is_local ? ImageOutcome::ok : outcome;
  }

  json::Value stuck(const json::Value& container, ImageOutcome outcome, PodState& state) const {
    const std::string image(container.text_at({"image"}));
    if (outcome == ImageOutcome::invalid_name) {
      state.happenings.push_back({"InspectFailed", describe_failure(image, outcome), true});
      return waiting("InvalidImageName", describe_failure(image, outcome));
    }
    const PullState pull = pull_state(now_ - plan_.started);
    const WallTime until = plan_.started + pull.until;
    state.changes_at = std::min(state.changes_at.value_or(until), until);
    if (pull.is_backing_off) {
      const std::string message = fmt::format("Back-off pulling image \"{}\"", image);
      state.happenings.push_back({"BackOff", message, false});
      return waiting("ImagePullBackOff", message);
    }
    state.happenings.push_back({"Pulling", fmt::format("Pulling image \"{}\"", image), false});
    state.happenings.push_back({"Failed", describe_failure(image, outcome), true});
    return waiting("ErrImagePull", describe_failure(image, outcome));
  }

  const json::Value& pod_;
  const PodPlan& plan_;
  WallTime now_;
};

json::Value basic_status(const json::Value& pod) {
  json::Value status = json::Object{};
  if (const json::Value* qos = pod.find_path({"status", "qosClass"})) status["qosClass"] = *qos;
  return status;
}

}  // namespace

PodPlan plan_of(const json::Value& pod, Duration start_time) {
  PodPlan plan;
  plan.created = parse_rfc3339(pod.text_at({"metadata", "creationTimestamp"})).value_or(WallTime{});
  plan.started = plan.created + delay_of(pod, "sim.fleet/start-delay", start_time);
  plan.ready = plan.started + delay_of(pod, "sim.fleet/ready-delay", Duration{0});
  plan.is_never_ready = annotation(pod, "sim.fleet/never-ready") == "true";
  // It goes as quickly as it comes, but within its grace period.
  plan.stop_time = std::min(whole_seconds(start_time),
                            seconds{api::builtin::integer_at(pod, {"metadata", "deletionGracePeriodSeconds"})});
  plan.image_override = annotation(pod, "sim.fleet/image-outcome");
  return plan;
}

PodState state_of(const json::Value& pod, const PodPlan& plan, std::string_view address, std::string_view host_address,
                  WallTime now) {
  PodState state{.status = basic_status(pod), .changes_at = {}, .happenings = {}};
  Life life(pod, plan, now);
  const Containers init = life.init_containers(state);
  const bool is_initialized = init.unready.empty();
  const Containers main = life.containers(state, is_initialized);
  const bool is_ready = is_initialized && main.unready.empty();
  if (!life.has_started()) {
    state.changes_at = plan.started;
  } else if (!is_ready && !init.is_waiting && !main.is_waiting && !plan.is_never_ready) {
    state.changes_at = plan.ready;
  }

  const std::string unready = main.unready.empty() ? "" : "containers with unready status: " + names(main.unready);
  const std::string_view not_ready = is_ready ? "" : "ContainersNotReady";
  const std::string uninitialized = is_initialized ? "" : "containers with incomplete status: " + names(init.unready);
  json::Value& status = state.status;
  status["conditions"] = conditions_json(
      pod, {{.type = "PodReadyToStartContainers", .holds = life.has_started(), .since = now},
            {.type = "Initialized",
             .holds = is_initialized,
             .reason = is_initialized ? "" : "ContainersNotInitialized",
             .message = uninitialized,
             .since = now},
            {.type = "Ready", .holds = is_ready, .reason = not_ready, .message = unready, .since = now},
            {.type = "ContainersReady", .holds = is_ready, .reason = not_ready, .message = unready, .since = now},
            {.type = "PodScheduled", .since = now}});
  const bool is_pending = init.is_waiting || main.is_waiting;
  status["phase"] = is_pending ? "Pending" : "Running";
  status["startTime"] = to_rfc3339(plan.created);
  status["hostIP"] = host_address;
  status["hostIPs"] = json::Array{json::Object{{"ip", host_address}}};
  if (life.has_started()) {
    status["podIP"] = address;
    status["podIPs"] = json::Array{json::Object{{"ip", address}}};
  }
  status["containerStatuses"] = main.statuses;
  if (!init.statuses.empty()) status["initContainerStatuses"] = init.statuses;
  if (!is_pending && pod.text_at({"status", "phase"}) != "Running") {
    for (const json::Value& container : list_at(pod, {"spec", "containers"})) {
      state.happenings.push_back({"Started", fmt::format("Started container {}", container.text_at({"name"})), false});
    }
  }
  return state;
}

json::Value unschedulable_status(const json::Value& pod, std::string_view message, WallTime now) {
  json::Value status = basic_status(pod);
  status["phase"] = "Pending";
  status["conditions"] = conditions_json(pod, {{.type = "PodScheduled",
                                                .holds = false,
                                                .reason = "Unschedulable",
                                                .message = std::string(message),
                                                .since = now}});
  return status;
}

}  // namespace slipway::sim::workloads
