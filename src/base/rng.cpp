#include "base/rng.h"

#include <bit>
#include <random>
#include <string_view>

namespace slipway {
namespace {

// splitmix64: spreads one seed over the whole state, so that neighbouring seeds give unrelated sequences.
std::uint64_t next_of(std::uint64_t& seed) {
  seed += 0x9e3779b97f4a7c15;
  std::uint64_t z = seed;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = next_of(seed);
}

Rng Rng::from_system() {
  std::random_device device;
  const std::uint64_t high = device();
  return Rng((high << 32) | device());
}

// xoshiro256** 1.0 (Blackman and Vigna, public domain algorithm).
Rng::result_type Rng::operator()() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// Draws again in the part of the range that would make small numbers likelier.
std::uint64_t Rng::below(std::uint64_t bound) {
  const std::uint64_t uneven = (max() - bound + 1) % bound;
  for (;;) {
    const std::uint64_t drawn = (*this)();
    if (drawn >= uneven) return drawn % bound;
  }
}

std::string Rng::text(std::size_t count, std::string_view alphabet) {
  std::string out;
  out.reserve(count);
  while (out.size() < count) out += alphabet[below(alphabet.size())];
  return out;
}

std::string Rng::uuid() {
  std::string out = text(36, "0123456789abcdef");
  for (const std::size_t dash : {8, 13, 18, 23}) out[dash] = '-';
  out[14] = '4';               // version
  out[19] = "89ab"[below(4)];  // variant
  return out;
}

}  // namespace slipway
