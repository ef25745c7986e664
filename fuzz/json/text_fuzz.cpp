#include <cstdint>
#include <cstdlib>

#include "json/text.h"

// Laws: canonical text is a fixed point of read and write; pretty text reads as the same value; a text is refused for
// duplicate keys exactly when some are reported.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipway::json;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> duplicates;
  const auto lenient = parse(input, {.duplicate_keys = &duplicates});
  const auto strict = parse(input);
  if (strict.has_value() != (lenient.has_value() && duplicates.empty())) std::abort();
  if (!lenient) return 0;
  if (strict && *strict != *lenient) std::abort();

  const std::string text = write(*lenient);
  const auto again = parse(text);
  if (!again || *again != *lenient || write(*again) != text) std::abort();
  const auto pretty = parse(write_pretty(*lenient));
  if (!pretty || *pretty != *lenient) std::abort();
  return 0;
}
