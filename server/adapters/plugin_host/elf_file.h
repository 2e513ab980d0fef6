#pragma once

#include <string>

#include "core/result.h"

namespace storebridge::plugin_host {

// Whether a file is a shared library that is there to its end. The dynamic loader does not look: it
// maps what a broken copy lacks, and the process dies of SIGBUS. kFailedPrecondition says what is
// wrong.
Status CheckLibraryIsWhole(const std::string& path);

}  // namespace storebridge::plugin_host
