#pragma once

#include <gmock/gmock.h>

#include "test/engine/support.h"

namespace slipway::engine {

using namespace std::chrono_literals;
using namespace test;
using Call = FakeClient::Call;

inline std::string text_of(const client::Write& write) {
  constexpr std::string_view verbs[] = {"create",       "update",    "status", "patch",
                                        "patch status", "strategic", "json",   "remove"};
  return fmt::format("{} {} {}", verbs[static_cast<std::size_t>(write.verb)], write.resource.resource, write.key.name);
}

class Engine : public RunnerTest {
 protected:
  std::vector<std::string> written() {
    std::vector<std::string> texts;
    for (const auto& write : hub.writes) texts.push_back(text_of(write));
    hub.writes.clear();
    return texts;
  }
  // Fails the next `times` writes that `text` describes.
  void fail_writes(std::string text, int times, Error error) {
    hub.fault = [text = std::move(text), left = times,
                 error = std::move(error)](const Call& call) mutable -> std::optional<Error> {
      if (call.kind != Call::Kind::write || text_of(*call.write) != text || left == 0) return std::nullopt;
      --left;
      return error;
    };
  }
  static Error error(Reason reason) { return {.reason = reason, .message = "no", .causes = {}}; }
  // Grows a widget to size 3 and counts how often it is called.
  TestController::Decide grow() {
    return [this](const Key& key, const View& view, Memo&, Now now) {
      called.push_back(now.ticks.since_boot);
      const kube::ObjectPtr widget = view.get(hub_widgets, key);
      Plan plan;
      if (widget != nullptr && size_of(widget) < 3)
        plan.chains.push_back({resize(widgets_v1, *widget, size_of(widget) + 1)});
      return plan;
    };
  }

  std::vector<Duration> called;
};

}  // namespace slipway::engine
