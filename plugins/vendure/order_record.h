#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "graphql.h"

namespace vendure {

// Fields of Order that MarkOf reads.
extern const std::string_view kMarkFields;
// Fields of Order that ReadOrder reads, with those of the mark.
extern const std::string kOrderFields;

// Text that differs when anything that matters differs. Vendure's updatedAt alone does not:
// payment, address edits, refunds, fulfilment and shipping leave it as it is.
std::string MarkOf(const sdk::Json& order);

// As MarkOf; of an order of which that cannot be read, text that differs when anything does.
std::string MarkOrRaw(const sdk::Json& order);

// Whether the merchant is editing the placed order now, or waits for the money of an edit. Its
// lines are not final: it counts as unpaid until that is done or given up.
bool IsBeingModified(const sdk::Json& order);

// Whether an order of kMarkFields was placed and paid before `from_ms`, for certain.
bool IsFromBefore(const sdk::Json& order, std::int64_t from_ms);

// Reads an order of kOrderFields.
sdk::Order ReadOrder(const sdk::Json& json);

}  // namespace vendure
