#pragma once

namespace storebridge::app {

// No core dumps and no reading by other processes: credentials are in memory.
void ForbidCoreDumps();

// Keeps SIGTERM and SIGINT for WaitForStop in all threads that are started later, and ignores
// SIGPIPE and SIGXFSZ. Call it first.
void HoldSignals();

// Waits for SIGTERM or SIGINT. After that the next one ends the process at once.
void WaitForStop();

}  // namespace storebridge::app
