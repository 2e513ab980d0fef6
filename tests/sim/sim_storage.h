#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "ports/storage.h"
#include "sim/guarded_executor.h"

namespace storebridge::sim {

// Something that leaves the server or becomes durable: where a crash matters.
enum class EffectKind { kWork, kSend };
// What becomes of one.
enum class Fate {
  kWell,
  kRefused,      // It fails, and nothing has happened.
  kLost,         // It happens, and the server is not told. For work: as kRefused.
  kLate,         // A write reaches the store after its time-out; else as kLost.
  kCrashBefore,  // The server dies before it.
  kCrashAfter,   // The server dies after it, before it learns of it.
};

// The storage as one life of the server sees it: the database stays when the server dies, what was
// not committed does not.
class SimStorage final : public ports::Storage {
 public:
  struct Hooks {
    std::function<Fate(EffectKind)> fate;
    // The server has died.
    std::function<void()> crash;
    // Something became durable.
    std::function<void()> committed;
  };

  // All outlive it.
  SimStorage(ports::Storage& inner, GuardedExecutor& executor, Hooks hooks);

  void Submit(Work work, Done done) override;
  Status Read(const std::function<Status(const ports::ReadTx&)>& work) override;
  [[nodiscard]] Result<std::unique_ptr<ports::Storage>> MakeScratch() const override {
    return inner_.MakeScratch();
  }
  [[nodiscard]] std::int64_t commits() const override { return inner_.commits(); }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) override;

  // Tells the dead that nothing they waited for has happened.
  void Bury();

 private:
  void Refuse(Done done);

  ports::Storage& inner_;
  GuardedExecutor& executor_;
  Hooks hooks_;
  std::map<std::uint64_t, Done> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace storebridge::sim
