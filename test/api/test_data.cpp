#include "test/api/test_data.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "base/time.h"
#include "json/patch.h"
#include "json/text.h"

namespace slipway::api::testing {
namespace {

// "T+41s" is 41 seconds after the earliest time of the recording.
void put_times(json::Value& value) {
  if (std::string* text = value.string(); text != nullptr && text->starts_with("T+") && text->ends_with("s")) {
    *text = to_rfc3339(WallTime{1'700'000'000 + std::stoll(text->substr(2))});
  }
  if (json::Array* elements = value.array()) std::ranges::for_each(*elements, put_times);
  if (json::Object* members = value.object()) {
    for (auto& [key, member] : *members) put_times(member);
  }
}

void put_back_removed(json::Value& value) {
  if (json::Array* elements = value.array()) std::ranges::for_each(*elements, put_back_removed);
  json::Object* members = value.object();
  if (members == nullptr) return;
  for (auto& [key, member] : *members) put_back_removed(member);
  const bool is_condition = members->contains("lastTransitionTime") && members->contains("status");
  if (is_condition && !members->contains("message")) members->set("message", "");
  const bool is_owner = members->contains("apiVersion") && members->contains("name") && members->contains("kind");
  if (is_owner && !members->contains("uid")) members->set("uid", "");
}

}  // namespace

std::vector<File> files_below(std::string_view folder, std::string_view extension) {
  const std::filesystem::path root = SLIPWAY_TEST_DATA;
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (entry.path().extension() != extension) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), root).string(), text.str()});
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

const std::vector<Recorded>& recorded_objects() {
  static const std::vector<Recorded> all = [] {
    std::vector<Recorded> objects;
    for (const File& file : files_below("recorded", ".json")) {
      auto whole = json::parse(file.text);
      if (!whole) {
        ADD_FAILURE() << file.path << ": " << whole.error().message;
        continue;
      }
      for (auto& [collection, list] : *whole->object()) {
        for (json::Value& object : *list.array()) {
          put_times(object);
          put_back_removed(object);
          objects.push_back({file.path, collection.substr(0, collection.find(' ')), std::move(object)});
        }
      }
    }
    return objects;
  }();
  return all;
}

json::Value stripped(json::Value value) {
  if (json::Array* elements = value.array()) {
    for (json::Value& element : *elements) element = stripped(std::move(element));
  }
  if (json::Object* members = value.object()) {
    json::Object kept;
    for (auto& [key, member] : *members) {
      json::Value clean = stripped(std::move(member));
      const bool is_empty_map = clean.is_object() && clean.object()->empty();
      if (!clean.is_null() && !is_empty_map) kept.append(key, std::move(clean));
    }
    return kept;
  }
  return value;
}

std::string differences(const json::Value& left, const json::Value& right) {
  std::string lines;
  for (const json::Difference& one : json::diff(left, right)) {
    lines += fmt::format("{}: {} != {}\n", one.path, one.left != nullptr ? json::write(*one.left) : "(absent)",
                         one.right != nullptr ? json::write(*one.right) : "(absent)");
  }
  return lines;
}

}  // namespace slipway::api::testing
