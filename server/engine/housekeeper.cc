#include "engine/housekeeper.h"

#include <chrono>
#include <utility>

namespace storebridge::engine {
namespace {

constexpr std::int64_t kPassMs = std::int64_t{60} * 60 * 1000;
constexpr std::int64_t kPauseMs = 20;
// What the API promises of request ids.
constexpr std::int64_t kAnswersMs = Retention::kDayMs;

}  // namespace

void Housekeeper::Start() {
  After(kPassMs, &Housekeeper::Pass);
}

void Housekeeper::Stop() {
  stopped_ = true;
  if (timer_ != 0) {
    ports_.executor.Cancel(std::exchange(timer_, 0));
  }
}

void Housekeeper::After(std::int64_t delay_ms, void (Housekeeper::*next)()) {
  timer_ = ports_.executor.PostAfter(std::chrono::milliseconds(delay_ms),
                                     [self = shared_from_this(), next] {
                                       self->timer_ = 0;
                                       (*self.*next)();
                                     });
}

std::int64_t Housekeeper::AgeMs(ports::Kept kind) const {
  switch (kind) {
    case ports::Kept::kSentShipments:
      return retention_.sent_shipments_ms;
    case ports::Kept::kResolvedIssues:
      return retention_.resolved_issues_ms;
    case ports::Kept::kStockEntries:
      return retention_.stock_entries_ms;
    case ports::Kept::kChanges:
      return retention_.changes_ms;
    case ports::Kept::kAnswers:
      return kAnswersMs;
  }
  return 0;
}

void Housekeeper::Pass() {
  if (kind_ == ports::kAllKept.size()) {
    kind_ = 0;
    after_.clear();
  }
  steps_ = 0;
  rows_ = 0;
  Step();
}

void Housekeeper::Step() {
  ++steps_;
  const ports::Kept kind = ports::kAllKept.at(kind_);
  const std::int64_t before_ms = ports_.clock.NowMs() - AgeMs(kind);
  auto forgotten = std::make_shared<ports::Forgotten>();
  ports_.storage.Submit(
      [kind, before_ms, after = after_, forgotten](ports::Tx& tx) -> Status {
        SB_TRY(*forgotten, tx.retention().Forget(kind, before_ms, after, kRowsPerStep));
        return Ok();
      },
      [self = shared_from_this(), forgotten](const Status& status) {
        self->Stepped(status, *forgotten);
      });
}

void Housekeeper::Stepped(const Status& status, const ports::Forgotten& forgotten) {
  if (stopped_) {
    return;
  }
  if (!status) {
    ports_.log.Write(ports::LogLevel::kWarning,
                     "old records were not forgotten; it is tried again in an hour",
                     {{"error", status.error().message}});
    return After(kPassMs, &Housekeeper::Pass);
  }
  rows_ += forgotten.rows;
  after_ = forgotten.last;
  if (!forgotten.more) {
    ++kind_;
    after_.clear();
  }
  if (kind_ < ports::kAllKept.size() && steps_ < kStepsPerPass) {
    return After(forgotten.rows > 0 ? kPauseMs : 0, &Housekeeper::Step);
  }
  if (rows_ > 0) {
    ports_.log.Write(ports::LogLevel::kInfo,
                     "old records were forgotten",
                     {{"rows", std::to_string(rows_)}, {"steps", std::to_string(steps_)}});
  }
  After(kPassMs, &Housekeeper::Pass);
}

}  // namespace storebridge::engine
