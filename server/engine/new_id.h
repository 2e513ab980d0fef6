#pragma once

#include <cstdint>
#include <string>

#include "core/ids.h"
#include "core/result.h"
#include "ports/random.h"

namespace storebridge::engine {

// Draws an id that no other record has. All records of a page are made within one millisecond, and
// the 20 bits of chance in an id are too few for that: with 10,000 products in pages of 100, one
// would take another's place at two first reads of five. `is_taken` says whether an id is, or why
// that cannot be seen.
template <typename IsTaken>
Result<std::string> NewId(std::int64_t now_ms, ports::Random& random, const IsTaken& is_taken) {
  constexpr std::uint64_t kDrawsMax = 100;
  for (std::uint64_t draw = 0; draw < kDrawsMax; ++draw) {
    std::string id = EncodeId(MakeTimeOrderedId(now_ms, random.Next() + draw));
    SB_TRY(const bool is_known, is_taken(id));
    if (!is_known) {
      return id;
    }
  }
  return Error{.code = Code::kInternal, .message = "no free id was drawn"};
}

// Whether a record was found: kNotFound says that it was not.
template <typename Record>
Result<bool> WasFound(const Result<Record>& record) {
  if (!record && record.error().code != Code::kNotFound) {
    return record.error();
  }
  return record.has_value();
}

}  // namespace storebridge::engine
