#pragma once

#include <functional>

namespace storebridge::app {

// No core dumps and no reading by other processes: credentials are in memory.
void ForbidCoreDumps();

// Lets the process open as many files as the system allows it, at most 65,536: each store keeps a
// connection, and 1024, the usual number to begin with, would be too few for a thousand stores.
void AllowManyFiles();

// Ends Abseil's look for cycles of locks, which Debian's build of it has and gRPC pays for with
// each lock. Call it before gRPC is used.
void SkipLockOrderChecks();

// Keeps SIGTERM and SIGINT for WaitForStop in all threads that are started later, and ignores
// SIGPIPE and SIGXFSZ. Call it first.
void HoldSignals();

// Waits for SIGTERM or SIGINT. After that the next one ends the process at once. Until then it
// gives memory that nothing uses back to the system once a minute, and calls `each_minute`.
void WaitForStop(const std::function<void()>& each_minute);

}  // namespace storebridge::app
