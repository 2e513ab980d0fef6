#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge {

// Our ids: 13 characters of Crockford base32 (digits and lower-case letters without i, l, o, u) of
// a 63-bit number. Text order is number order.
std::string EncodeId(std::uint64_t id);
Result<std::uint64_t> DecodeId(std::string_view text);

// Makes a 63-bit id that sorts by time: 43 bits of milliseconds since 1970, 20 of chance.
std::uint64_t MakeTimeOrderedId(std::int64_t now_ms, std::uint64_t chance);

// Whether `id` has the form of an id that a person chose; ours have it too.
bool CheckChosenIdFormat(std::string_view id);

// Checks an id that a person chose (merchant, store): 1 to 32 of a-z, 0-9 and '-', beginning with a
// letter or digit.
Status CheckChosenId(std::string_view what, std::string_view id);

}  // namespace storebridge
