#pragma once

#include <string>

namespace storebridge::plugin_host {

// The program storebridge-runner that belongs to this program: of the same installation, wherever
// that was put, or of the same build. Where it should be when it is not there.
std::string FindRunnerProgram();

}  // namespace storebridge::plugin_host
