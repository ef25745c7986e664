#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace slipway::api::testing {

// Files below test/data in order of path; the path is relative to it.
struct File {
  std::string path;
  std::string text;
};
std::vector<File> files_below(std::string_view folder, std::string_view extension);

// One object of a recorded file, with times made RFC 3339 and the messages and owners' UIDs that the recording left out
// put back as "".
struct Recorded {
  std::string file;
  std::string collection;  // "clusterresourceplacements"
  json::Value object;
};
const std::vector<Recorded>& recorded_objects();

// Without null members and without maps that are empty.
json::Value stripped(json::Value value);

// One line for each difference: path, left and right value.
std::string differences(const json::Value& left, const json::Value& right);

}  // namespace slipway::api::testing
