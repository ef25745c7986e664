#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/rng.h"

// Runs a fuzz target without libFuzzer: every seed file, and mutations of it from a fixed seed, so that the targets are
// built and run by every test run. Real fuzzing is the preset `fuzz`.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int mutations_per_seed = 300;
constexpr std::string_view syntax = "{}[]\",:-'#&*!|>?\\ \n0e.";

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// One to four edits: bytes replaced, removed, inserted or copied from elsewhere in the input.
std::string mutated(std::string input, slipway::Rng& rng) {
  const auto random_byte = [&] {
    return rng.one_in(4) ? static_cast<char>(rng.below(256)) : syntax[rng.below(syntax.size())];
  };
  for (auto edits = 1 + rng.below(4); edits > 0; --edits) {
    const std::size_t at = rng.below(input.size() + 1);
    switch (rng.below(4)) {
      case 0:
        input.insert(at, 1, random_byte());
        break;
      case 1:
        input.erase(at, 1 + rng.below(3));
        break;
      case 2:
        input.replace(at, 1, 1, random_byte());
        break;
      default:
        input.insert(at, input.substr(rng.below(input.size() + 1), rng.below(16)));
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  slipway::Rng rng(1);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read the seed %s\n", argv[i]);
      return EXIT_FAILURE;
    }
    const std::string seed{std::istreambuf_iterator<char>(file), {}};
    run(seed);
    for (int k = 0; k < mutations_per_seed; ++k) run(mutated(seed, rng));
  }
  return EXIT_SUCCESS;
}
