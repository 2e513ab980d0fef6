#pragma once

#include <atomic>
#include <string>

namespace storebridge::storage {

// What the disk of the test does wrong. Safe from any thread.
struct DiskFaults {
  // SQLite result codes; 0 for none.
  std::atomic<int> write{0};
  std::atomic<int> sync{0};
  std::atomic<int> open{0};
};

// A SQLite VFS that works like the default one until its faults are set. One per process.
class FaultVfs {
 public:
  // The name to open a database with.
  static std::string Name();

  // Faults of all files that are opened through it.
  static DiskFaults& Faults();
};

// Resets the faults at the end of a test.
class FaultScope {
 public:
  FaultScope() = default;
  ~FaultScope() { Clear(); }
  FaultScope(const FaultScope&) = delete;
  FaultScope& operator=(const FaultScope&) = delete;

  static void Clear() {
    FaultVfs::Faults().write = 0;
    FaultVfs::Faults().sync = 0;
    FaultVfs::Faults().open = 0;
  }
};

}  // namespace storebridge::storage
