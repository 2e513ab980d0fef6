#include "domain/stable_hash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace storebridge::domain {
namespace {

constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;

// Spreads the bits over all 64 (the finisher of SplitMix64).
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");

std::uint64_t WholeWord(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Less than eight bytes as a number, the first one lowest; what is missing counts as 0.
std::uint64_t LastWord(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t StableHash(std::string_view bytes) {
  std::uint64_t hash = kBasis ^ bytes.size();
  while (bytes.size() >= sizeof hash) {
    hash = (hash ^ WholeWord(bytes.data())) * kOdd;
    hash ^= hash >> 32U;
    bytes.remove_prefix(sizeof hash);
  }
  return Mix((hash ^ LastWord(bytes)) * kOdd);
}

}  // namespace storebridge::domain
