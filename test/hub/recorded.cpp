#include "test/hub/recorded.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "base/time.h"
#include "json/patch.h"
#include "json/text.h"

namespace slipway::hub::testing {
namespace {

// "T+41s" is 41 seconds after the earliest time of the recording.
void put_times(json::Value& value) {
  if (std::string* const text = value.string(); text != nullptr && text->starts_with("T+") && text->ends_with("s")) {
    *text = to_rfc3339(WallTime{1'700'000'000 + std::stoll(text->substr(2))});
  }
  if (json::Array* const elements = value.array()) std::ranges::for_each(*elements, put_times);
  if (json::Object* const members = value.object()) {
    for (auto& [key, member] : *members) put_times(member);
  }
}

constexpr std::array<std::string_view, 6> not_compared{"lastTransitionTime", "creationTimestamp", "uid",
                                                       "resourceVersion",    "message",           "observationTime"};

}  // namespace

Recording::Recording(std::string_view step) {
  std::ostringstream text;
  text << std::ifstream(fmt::format("{}/recorded/{}.json", SLIPWAY_TEST_DATA, step)).rdbuf();
  auto whole = json::parse(text.str());
  if (!whole || !whole->is_object()) {
    ADD_FAILURE() << step << " cannot be read";
    return;
  }
  for (auto& [plural, list] : *whole->object()) {
    std::vector<json::Value> objects;
    for (json::Value& object : *list.array()) {
      put_times(object);
      objects.push_back(std::move(object));
    }
    objects_.emplace_back(plural, std::move(objects));
  }
}

const std::vector<json::Value>& Recording::all(std::string_view plural) const {
  static const std::vector<json::Value> none;
  const auto found = std::ranges::find_if(objects_, [&](const auto& entry) { return entry.first == plural; });
  return found == objects_.end() ? none : found->second;
}

const json::Value& Recording::one(std::string_view plural, std::string_view name) const {
  static const json::Value none;
  for (const auto& object : all(plural)) {
    if (object.text_at({"metadata", "name"}) == name) return object;
  }
  ADD_FAILURE() << plural << " " << name << " is not recorded";
  return none;
}

json::Value comparable(json::Value value) {
  if (json::Array* const elements = value.array()) {
    for (json::Value& element : *elements) element = comparable(std::move(element));
  }
  json::Object* const members = value.object();
  if (members == nullptr) return value;
  json::Object kept;
  for (auto& [key, member] : *members) {
    json::Value rest = comparable(std::move(member));
    const bool is_nothing = rest.is_null() || (rest.is_object() && rest.object()->empty());
    if (!is_nothing && std::ranges::find(not_compared, key) == not_compared.end()) kept.append(key, std::move(rest));
  }
  return kept;
}

std::string differences(const json::Value& expected, const json::Value& actual) {
  std::string lines;
  for (const auto& [path, left, right] : json::diff(expected, actual)) {
    const auto text = [](const json::Value* side) {
      return side == nullptr ? std::string("nothing") : json::write(*side);
    };
    lines += fmt::format("{}: expected {}, is {}\n", path, text(left), text(right));
  }
  return lines;
}

}  // namespace slipway::hub::testing
