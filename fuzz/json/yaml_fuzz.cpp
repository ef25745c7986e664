#include <cstdint>
#include <cstdlib>

#include "json/text.h"
#include "json/yaml.h"

// Laws: what was read is read again from what is written of it; JSON is YAML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipway::json;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto documents = parse_yaml(input, 10'000);
  if (!documents) return 0;
  for (const Value& document : *documents) {
    const auto again = parse_yaml_document(write_yaml(document));
    if (!again || *again != document) std::abort();
    const auto from_json = parse_yaml_document(write(document));
    if (!from_json || *from_json != document) std::abort();
  }
  return 0;
}
