#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ports/repositories.h"

namespace storebridge::storage {

// The number of a kind in the tables.
int NumberOf(ports::ClaimKind kind);
ports::ClaimKind ClaimKindOf(std::int64_t number);

// The claims of an order as the text that its row keeps: `product:kind:quantity`, one after the
// other, with a space between them. kInvalidArgument for a claim of less than one piece.
Result<std::string> ClaimsText(const std::vector<ports::Claim>& claims);

// The other way round. kInternal for a text that ClaimsText did not make.
Result<std::vector<ports::Claim>> ClaimsFrom(std::string_view text);

}  // namespace storebridge::storage
