#pragma once

#include <sys/syscall.h>
#include <unistd.h>

namespace storebridge::testing {

// Whether connectors can run in their sandbox on this machine. Debian 12's kernel can; that of a
// container's host may be older, or have Landlock switched off.
inline bool HasLandlock() {
  // LANDLOCK_CREATE_RULESET_VERSION of <linux/landlock.h>.
  constexpr unsigned kAskVersion = 1;
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion) > 0;
}

}  // namespace storebridge::testing
