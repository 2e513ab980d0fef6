#pragma once

#include <cstdint>
#include <string>

#include "core/ids.h"
#include "core/result.h"
#include "ports/random.h"

namespace storebridge::engine {

// Draws an id that no other record has. All records of a page are made within one millisecond, and
// the 20 bits of chance in an id are too few for that: with 10,000 products in pages of 100, one
// would take another's place at two first reads of five. `find` reads the record of an id, and
// gives kNotFound for one that is free.
template <typename Find>
Result<std::string> NewId(std::int64_t now_ms, ports::Random& random, const Find& find) {
  constexpr std::uint64_t kDrawsMax = 100;
  for (std::uint64_t draw = 0; draw < kDrawsMax; ++draw) {
    std::string id = EncodeId(MakeTimeOrderedId(now_ms, random.Next() + draw));
    const auto other = find(id);
    if (!other && other.error().code == Code::kNotFound) {
      return id;
    }
    if (!other) {
      return other.error();
    }
  }
  return Error{.code = Code::kInternal, .message = "no free id was drawn"};
}

}  // namespace storebridge::engine
