#pragma once

#include <gmock/gmock.h>
#include <ostream>
#include <type_traits>

#include "base/result.h"

namespace slipway {

// So that a failed expectation prints words instead of bytes (found by GoogleTest through argument-dependent lookup).
inline void PrintTo(const Error& error, std::ostream* out) {
  *out << "error " << static_cast<int>(error.reason) << ": " << error.message;
}

inline void PrintTo(Reason reason, std::ostream* out) { *out << "reason " << static_cast<int>(reason); }

template <class T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (!result) {
    PrintTo(result.error(), out);
  } else if constexpr (std::is_void_v<T>) {
    *out << "success";
  } else {
    *out << testing::PrintToString(*result);
  }
}

// EXPECT_THAT(result, Ok()): has a value; on failure the error's message is printed.
MATCHER(Ok, negation ? "is an error" : "has a value") { return arg.has_value(); }

// EXPECT_THAT(result, OkAnd(Eq(5))): has a value that the inner matcher (or equality) accepts.
MATCHER_P(OkAnd, inner, "has a value that is " + testing::PrintToString(inner)) {
  return arg.has_value() && testing::ExplainMatchResult(inner, *arg, result_listener);
}

// EXPECT_THAT(result, FailsWith(Reason::conflict)): is an error for that reason. There is no matcher for "some error".
MATCHER_P(FailsWith, reason,
          std::string(negation ? "does not fail" : "fails") + " with " + testing::PrintToString(reason)) {
  return !arg.has_value() && arg.error().reason == reason;
}

// FailsWith(reason, "part of the message").
MATCHER_P2(FailsWith, reason, part,
           "fails with " + testing::PrintToString(reason) + " and a message that contains " +
               testing::PrintToString(part)) {
  return !arg.has_value() && arg.error().reason == reason && arg.error().message.find(part) != std::string::npos;
}

}  // namespace slipway
