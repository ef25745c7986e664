#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

// The recorded truth below test/data/recorded: what the reference's objects were after each step of the how-to.
namespace slipway::hub::testing {

class Recording {
 public:
  // `step`: "cluster/c01-placement". Times are made RFC 3339.
  explicit Recording(std::string_view step);
  // The objects of a plural name ("clusterresourcebindings"), none if there is none.
  [[nodiscard]] const std::vector<json::Value>& all(std::string_view plural) const;
  // The object of that name; null, with a failed expectation, when there is none.
  [[nodiscard]] const json::Value& one(std::string_view plural, std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::vector<json::Value>>> objects_;
};

// Without what is not to be compared: times, uids, versions, sentences, null members, empty maps.
[[nodiscard]] json::Value comparable(json::Value value);
// A line for each difference of two comparable values; "" when there is none.
[[nodiscard]] std::string differences(const json::Value& expected, const json::Value& actual);

}  // namespace slipway::hub::testing
