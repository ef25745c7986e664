#pragma once

#include "json/text.h"
#include "test/member/two_clusters.h"

namespace slipway::member {
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

inline constexpr std::string_view all_well = "Applied=True/AllManifestsApplied Available=True/AllManifestsAvailable";
inline constexpr std::string_view fine = "Applied=True/Applied Available=True/Available";

class Applier : public testing::TwoClusters {
 protected:
  Applier() {
    start_agent();
    ask("Join");
    to_hub->written.clear();
    to_member->written.clear();
  }
  // Writes of Work and AppliedWork status.
  static std::ptrdiff_t statuses(const testing::WatchedClient& client) {
    return std::ranges::count_if(client.written, [](const std::string& line) {
      return line.starts_with("status works") || line.starts_with("status appliedworks");
    });
  }
  static Error error(Reason reason, std::string message = "no") {
    return {.reason = reason, .message = std::move(message), .causes = {}};
  }
  void refuse(std::string resource, Reason reason) {
    to_member->fault = [=](const client::Write& write) -> std::optional<Error> {
      if (write.resource.resource != resource) return std::nullopt;
      return error(reason, "it is refused");
    };
  }
  std::string message(std::string_view name, std::size_t ordinal) const {
    return work(name).status.manifest_conditions.at(ordinal).conditions.at(0).message;
  }
};

}  // namespace slipway::member
