#pragma once

#include <string>

#include "api.h"

// The one stock location that is written and read: that of the setting or, when none is named, the
// oldest.
namespace medusa {

// Asks for its id; empty when there is none.
sdk::Task<std::string> AskLocation(sdk::Context& cx);
// As AskLocation. Throws Failure kConfig when there is none.
sdk::Task<std::string> RequireLocation(sdk::Context& cx);

}  // namespace medusa
