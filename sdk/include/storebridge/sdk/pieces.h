#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storebridge/sdk/json.h"

namespace storebridge::sdk {

inline constexpr std::int64_t kPiecesMax = 1'000'000'000;

// Reads a number of pieces, an integer from -kPiecesMax to kPiecesMax: what a store lists of it can
// be added up and multiplied without a check. Throws as Json::Int.
inline std::int64_t Pieces(const Json& json, Where where = Where::current()) {
  const std::int64_t pieces = json.Int(where);
  if (pieces < -kPiecesMax || pieces > kPiecesMax) {
    throw json.Unexpected("a number of pieces up to 1000000000", where);
  }
  return pieces;
}

// The member of that name; 0 when it is absent or null.
inline std::int64_t OptionalPieces(const Json& json,
                                   std::string_view key,
                                   Where where = Where::current()) {
  const std::optional<Json> found = json.Find(key, where);
  return found ? Pieces(*found, where) : 0;
}

}  // namespace storebridge::sdk
