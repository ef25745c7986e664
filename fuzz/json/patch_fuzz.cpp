#include <cstdint>
#include <cstdlib>

#include "json/patch.h"
#include "json/text.h"

// The input is {"from": …, "to": …, "patch": [JSON Patch]}. Laws: a patched document can be written and read; a merge
// patch leads to its target (targets with null cannot be said by one); a difference is found exactly where values
// differ.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipway::json;
  const auto input = parse({reinterpret_cast<const char*>(data), size}, {.depth_max = 64});
  if (!input) return 0;
  const Value* from = input->find("from");
  const Value* to = input->find("to");
  const Value* patch = input->find("patch");
  if (from != nullptr && patch != nullptr) {
    if (const auto patched = apply_json_patch(*from, *patch, 10'000)) {
      const auto again = parse(write(*patched));
      if (!again || *again != *patched) std::abort();
    }
  }
  if (from == nullptr || to == nullptr) return 0;
  if (diff(*from, *to).empty() != (*from == *to)) std::abort();
  const bool has_null = write(*to).find("null") != std::string::npos;
  if (!has_null && apply_merge_patch(*from, make_merge_patch(*from, *to)) != *to) std::abort();
  return 0;
}
