#include "sim/workloads/images.h"

#include <gtest/gtest.h>

namespace slipway::sim::workloads {
namespace {

using std::chrono::seconds;

TEST(Images, S6WhichCanBePulled) {
  struct Row {
    const char* image;
    const char* override;
    ImageOutcome want;
  };
  const Row rows[] = {
      {"nginx", "", ImageOutcome::ok},
      {"nginx:1.20", "", ImageOutcome::ok},
      {"registry.corp:5000/team/app_x:v1.2-rc", "", ImageOutcome::ok},
      {"localhost/app", "", ImageOutcome::ok},
      {"nginx@sha256:0123", "", ImageOutcome::ok},
      {"nginx:1.20@sha256:0123", "", ImageOutcome::ok},
      {"random-image-name", "", ImageOutcome::not_found},
      {"random-image-name:v1", "", ImageOutcome::not_found},
      {"random-image-names", "", ImageOutcome::ok},
      {"nginx:does-not-exist", "", ImageOutcome::not_found},
      {"team/doesnotexist:v1", "", ImageOutcome::not_found},
      {"ghcr.io/team/nonexistent", "", ImageOutcome::not_found},
      {"nginx:invalid", "", ImageOutcome::not_found},
      {"nginx:bad-tag", "", ImageOutcome::not_found},
      {"registry.invalid/app:v1", "", ImageOutcome::timeout},
      {"registry.example:5000/app", "", ImageOutcome::timeout},
      {"nginx:1.20", "notFound", ImageOutcome::not_found},
      {"nginx:1.20", "denied", ImageOutcome::denied},
      {"nginx:1.20", "timeout", ImageOutcome::timeout},
      {"nginx:1.20", "whatever", ImageOutcome::ok},
      {"nginx:bad-tag", "ok", ImageOutcome::ok},
      {"Nginx:1.20", "ok", ImageOutcome::invalid_name},
      {"nginx:", "", ImageOutcome::invalid_name},
      {"nginx:a b", "", ImageOutcome::invalid_name},
      {"nginx:-1", "", ImageOutcome::invalid_name},
      {"", "", ImageOutcome::invalid_name},
      {"team//app", "", ImageOutcome::invalid_name},
      {"team/app-", "", ImageOutcome::invalid_name},
      {"team/app?", "", ImageOutcome::invalid_name},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.image);
    EXPECT_EQ(image_outcome(row.image, row.override), row.want);
    EXPECT_EQ(describe_failure(row.image, row.want).empty(), row.want == ImageOutcome::ok);
  }
}

// Tries begin at 0, 10, 30, 70, 150, 310 and then every 300 seconds.
TEST(Images, S6TriesAndBacksOff) {
  struct Row {
    int at;
    bool is_backing_off;
    int since;
    int until;
  };
  const Row rows[] = {
      {0, false, 0, 5},
      {4, false, 0, 5},
      {5, true, 5, 10},
      {10, false, 10, 15},
      {29, true, 15, 30},
      {30, false, 30, 35},
      {70, false, 70, 75},
      {309, true, 155, 310},
      {310, false, 310, 315},
      {609, true, 315, 610},
      {610, false, 610, 615},
      {86'400, true, 86'115, 86'410},
      {3'000'310, false, 3'000'310, 3'000'315},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.at);
    const PullState state = pull_state(seconds{row.at});
    EXPECT_EQ(state.is_backing_off, row.is_backing_off);
    EXPECT_EQ(state.since, seconds{row.since});
    EXPECT_EQ(state.until, seconds{row.until});
  }
}

}  // namespace
}  // namespace slipway::sim::workloads
