#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace slipway {

// A seeded generator (xoshiro256**); satisfies std::uniform_random_bit_generator. Not for secrets: keys come from
// OpenSSL.
class Rng {
 public:
  using result_type = std::uint64_t;
  explicit Rng(std::uint64_t seed);
  // Seeded from the operating system.
  [[nodiscard]] static Rng from_system();

  [[nodiscard]] static constexpr result_type min() { return 0; }
  [[nodiscard]] static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // True once in `n` draws on average; n > 0.
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // `count` characters drawn from `alphabet`.
  std::string text(std::size_t count, std::string_view alphabet);
  // A random UUID version 4 in lower case: metadata.uid.
  std::string uuid();

 private:
  std::uint64_t state_[4];
};

}  // namespace slipway
