#pragma once

#include <cstdint>
#include <string_view>

namespace storebridge::domain {

// 64-bit hash of bytes, eight at a time; the same on every machine and in every version, because it
// is kept on disk and in tokens. Against chance, not against people.
std::uint64_t StableHash(std::string_view bytes);

}  // namespace storebridge::domain
