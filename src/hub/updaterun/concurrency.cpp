#include "hub/updaterun/concurrency.h"

#include <algorithm>
#include <charconv>

namespace slipway::hub::updaterun {

Result<std::int64_t> allowed_in_flight(const std::optional<api::IntOrString>& max_concurrency,
                                       std::int64_t stage_size) {
  if (!max_concurrency) return fail(Reason::invalid, "maxConcurrency is missing");
  if (const auto* const count = max_concurrency->integer()) {
    if (*count < 1) return fail(Reason::invalid, "maxConcurrency {} is less than 1", *count);
    return *count;
  }
  const std::string& text = *max_concurrency->string();
  std::int64_t percent = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), percent);
  const bool is_percentage = code == std::errc{} && end == text.data() + text.size() - 1 && text.ends_with('%');
  if (!is_percentage || percent < 1 || percent > 100) {
    return fail(Reason::invalid, "maxConcurrency '{}' is neither a count nor a percentage from 1% to 100%", text);
  }
  return std::max<std::int64_t>(1, stage_size * percent / 100);
}

}  // namespace slipway::hub::updaterun
