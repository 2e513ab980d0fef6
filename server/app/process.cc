#include "app/process.h"

#include <algorithm>
#include <csignal>
#include <ctime>

#include <absl/synchronization/mutex.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// Of tcmalloc, which a build with sanitizers does not have.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace storebridge::app {
namespace {

constexpr timespec kGiveBackEvery{.tv_sec = 60, .tv_nsec = 0};

// What many stores at once needed is kept by the allocator otherwise.
void GiveBackMemory() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) {
    MallocExtension_ReleaseFreeMemory();
  }
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

void ForbidCoreDumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  // The leak check reads its own process the way a debugger does.
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

void AllowManyFiles() {
  constexpr rlim_t kFilesMost = 65'536;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < kFilesMost) {
    files.rlim_cur = std::min(files.rlim_max, kFilesMost);
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

void SkipLockOrderChecks() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void HoldSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  // Whoever started us may ignore it; then nobody could tell how a connector's process ended.
  std::signal(SIGCHLD, SIG_DFL);
  // A file that may not grow is an error of the write, as on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void WaitForStop(const std::function<void()>& each_minute) {
  const sigset_t signals = StopSignals();
  while (sigtimedwait(&signals, nullptr, &kGiveBackEvery) < 0) {
    GiveBackMemory();
    each_minute();
  }
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace storebridge::app
