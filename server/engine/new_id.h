#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
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

// Draws ids for records that one transaction makes in one table of a merchant, and is the only one
// that does until it ends. The table is asked once whether it has any of this millisecond; nearly
// always it has none, and then only what was drawn here can be drawn again.
class NewIds {
 public:
  NewIds(std::int64_t now_ms, ports::Random& random) : now_ms_(now_ms), random_(random) {}

  // `has_any(first, last)` says whether the table has an id from `first` to `last`, or why that
  // cannot be seen.
  template <typename HasAny>
  Result<std::string> Draw(const HasAny& has_any) {
    if (!has_others_) {
      SB_TRY(const bool has_others,
             has_any(IdAt(0), IdAt(std::numeric_limits<std::uint64_t>::max())));
      has_others_ = has_others;
    }
    SB_TRY(std::string id, NewId(now_ms_, random_, [&](const std::string& drawn) -> Result<bool> {
             if (drawn_.contains(drawn)) {
               return true;
             }
             if (!*has_others_) {
               return false;
             }
             return has_any(drawn, drawn);
           }));
    drawn_.insert(id);
    return id;
  }

 private:
  [[nodiscard]] std::string IdAt(std::uint64_t chance) const {
    return EncodeId(MakeTimeOrderedId(now_ms_, chance));
  }

  std::int64_t now_ms_;
  ports::Random& random_;
  std::optional<bool> has_others_;
  std::set<std::string> drawn_;
};

// Whether a record was found: kNotFound says that it was not.
template <typename Record>
Result<bool> WasFound(const Result<Record>& record) {
  if (!record && record.error().code != Code::kNotFound) {
    return record.error();
  }
  return record.has_value();
}

}  // namespace storebridge::engine
