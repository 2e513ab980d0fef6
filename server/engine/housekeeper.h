#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/storage.h"

namespace storebridge::engine {

// How long things are kept that are not needed for ever, in milliseconds.
struct Retention {
  static constexpr std::int64_t kDayMs = std::int64_t{24} * 60 * 60 * 1000;

  std::int64_t sent_shipments_ms = 30 * kDayMs;
  std::int64_t resolved_issues_ms = 90 * kDayMs;
  std::int64_t stock_entries_ms = 400 * kDayMs;
  std::int64_t changes_ms = 30 * kDayMs;
};

// Forgets what has been kept long enough: a pass each hour, in small transactions with pauses
// between them, so that other work is not kept waiting. A pass that finds nothing costs no commit.
// Lives on the executor, held by a shared_ptr.
class Housekeeper : public std::enable_shared_from_this<Housekeeper> {
 public:
  // Rows that one transaction forgets at most.
  static constexpr int kRowsPerStep = 200;
  // Steps of one pass at most; the next goes on from there.
  static constexpr int kStepsPerPass = 2'000;

  struct Ports {
    ports::Storage& storage;
    ports::Clock& clock;
    ports::Executor& executor;
    ports::Log& log;
  };

  Housekeeper(Ports ports, Retention retention) : ports_(ports), retention_(retention) {}

  // The first pass comes an hour later.
  void Start();
  // Begins no other step.
  void Stop();

 private:
  void Pass();
  void Step();
  void Stepped(const Status& status, const ports::Forgotten& forgotten);
  void After(std::int64_t delay_ms, void (Housekeeper::*next)());
  [[nodiscard]] std::int64_t AgeMs(ports::Kept kind) const;

  Ports ports_;
  Retention retention_;
  ports::Executor::TimerId timer_ = 0;
  bool stopped_ = false;
  // Where the pass is.
  std::size_t kind_ = 0;
  std::string after_;
  int steps_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace storebridge::engine
