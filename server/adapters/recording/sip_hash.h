#pragma once

#include <cstdint>
#include <string_view>

namespace storebridge::recording {

// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash from which the key cannot be told.
std::uint64_t SipHash(std::uint64_t key0, std::uint64_t key1, std::string_view bytes);

}  // namespace storebridge::recording
