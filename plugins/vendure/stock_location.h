#pragma once

#include <string>

#include "graphql.h"

// The one stock location whose stock is written and read: that of the setting or, when none is
// named, the channel's first by id.
namespace vendure {

// The part of a query that asks for it; empty when the setting names it.
std::string LocationField(sdk::Context& cx);

// Its id, by `data` of a query that has LocationField; empty when the channel has no location.
std::string LocationIn(sdk::Context& cx, const sdk::Json& data);

// Asks for its id. Throws Failure kConfig when the channel has no location.
sdk::Task<std::string> RequireLocation(sdk::Context& cx);

}  // namespace vendure
