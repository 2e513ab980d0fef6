#include "sim/sim_storage.h"

#include <utility>

namespace storebridge::sim {
namespace {

Error DiskFull() {
  return Error{.code = Code::kUnavailable,
               .reason = "DISK_FULL",
               .message = "nothing was written: database or disk is full"};
}

}  // namespace

SimStorage::SimStorage(ports::Storage& inner, GuardedExecutor& executor, Hooks hooks)
    : inner_(inner), executor_(executor), hooks_(std::move(hooks)) {}

void SimStorage::Refuse(Done done) {
  executor_.Post([done = std::move(done)] { done(DiskFull()); });
}

void SimStorage::Submit(Work work, Done done) {
  if (!executor_.alive()) {
    return Refuse(std::move(done));
  }
  const Fate fate = hooks_.fate(EffectKind::kWork);
  if (fate == Fate::kCrashBefore) {
    hooks_.crash();
    return Refuse(std::move(done));
  }
  if (fate == Fate::kRefused || fate == Fate::kLost || fate == Fate::kLate) {
    work = [inner = std::move(work)](ports::Tx& tx) -> Status {
      SB_CHECK(inner(tx));
      return DiskFull();
    };
  }
  const std::uint64_t id = ++last_;
  waiting_.emplace(id, std::move(done));
  const std::int64_t before = inner_.commits();
  inner_.Submit(std::move(work), [this, life = executor_.life(), id](Status status) {
    const auto alive = life.lock();
    if (!alive || !alive->alive()) {
      return;
    }
    const auto found = waiting_.find(id);
    const Done told = std::move(found->second);
    waiting_.erase(found);
    told(std::move(status));
  });
  if (inner_.commits() == before) {
    return;
  }
  hooks_.committed();
  if (fate == Fate::kCrashAfter) {
    hooks_.crash();
  }
}

Status SimStorage::Read(const std::function<Status(const ports::ReadTx&)>& work) {
  return executor_.alive() ? inner_.Read(work) : Status(DiskFull());
}

void SimStorage::SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) {
  inner_.SetCommitListener(
      [life = executor_.life(), listener = std::move(listener)](const ports::CommitNotice& notice) {
        const auto alive = life.lock();
        if (alive && alive->alive()) {
          listener(notice);
        }
      });
}

void SimStorage::Bury() {
  for (auto& [id, done] : std::exchange(waiting_, {})) {
    Refuse(std::move(done));
  }
}

}  // namespace storebridge::sim
