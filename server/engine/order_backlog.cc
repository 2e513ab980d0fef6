#include "engine/order_backlog.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "domain/names.h"
#include "engine/ledger.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

constexpr int kMerchantsPerRead = 500;

}  // namespace

void OrderBacklog::Start() {
  std::string after;
  bool has_more = true;
  while (has_more) {
    std::vector<v1::Merchant> page;
    const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(page, tx.merchants().List(after, kMerchantsPerRead));
      return Ok();
    });
    if (!read) {
      ports_.log.Write(
          ports::LogLevel::kError, "merchants cannot be read", {{"error", read.error().message}});
    }
    for (const v1::Merchant& merchant : page) {
      after = IdOf(merchant.name());
      waiting_.push_back(after);
    }
    has_more = page.size() == kMerchantsPerRead;
  }
  Next();
}

void OrderBacklog::Add(const std::string& merchant) {
  if (std::find(waiting_.begin(), waiting_.end(), merchant) == waiting_.end()) {
    waiting_.push_back(merchant);
  }
  Next();
}

void OrderBacklog::Stop() {
  stopped_ = true;
  if (timer_ != 0) {
    ports_.executor.Cancel(std::exchange(timer_, 0));
  }
}

void OrderBacklog::Next() {
  if (is_busy_ || stopped_ || waiting_.empty()) {
    return;
  }
  is_busy_ = true;
  merchant_ = std::move(waiting_.front());
  waiting_.pop_front();
  // Those that wait for stock go before those that may be right now.
  state_ = v1::ORDER_STATE_PENDING;
  after_.clear();
  Step();
}

void OrderBacklog::Step() {
  auto last = std::make_shared<std::string>();
  ports_.storage.Submit(
      [merchant = merchant_,
       state = state_,
       after = after_,
       now_ms = ports_.clock.NowMs(),
       &random = ports_.random,
       last](ports::Tx& tx) -> Status {
        Ledger ledger(tx, merchant, now_ms);
        OrderBook book(ledger, random);
        SB_TRY(*last, book.LookAgain(state, after));
        return ledger.Finish();
      },
      [self = shared_from_this(), last](const Status& status) { self->Stepped(status, *last); });
}

void OrderBacklog::Stepped(const Status& status, const std::string& last) {
  if (stopped_) {
    return;
  }
  if (!status) {
    ports_.log.Write(ports::LogLevel::kWarning,
                     "orders that wait could not be looked at",
                     {{"merchant", merchant_}, {"error", status.error().message}});
  }
  const bool may_pass = !status && (status.error().code == Code::kUnavailable ||
                                    status.error().code == Code::kResourceExhausted);
  if (may_pass) {
    timer_ =
        ports_.executor.PostAfter(std::chrono::milliseconds(kRetryMs), [self = shared_from_this()] {
          self->timer_ = 0;
          self->Step();
        });
    return;
  }
  if (status && !last.empty()) {
    after_ = last;
    return Step();
  }
  if (status && state_ == v1::ORDER_STATE_PENDING) {
    state_ = v1::ORDER_STATE_DRAFT;
    after_.clear();
    return Step();
  }
  is_busy_ = false;
  Next();
}

}  // namespace storebridge::engine
