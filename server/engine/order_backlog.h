#pragma once

#include <deque>
#include <memory>
#include <string>

#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::engine {

// Goes on where one transaction has to stop: looks at all orders of a merchant that wait for stock,
// and at those that were wrong, OrderBook::kOrdersMax in a transaction. What is left to do is in
// the orders themselves: a start looks at those of all merchants, so that nothing is lost when the
// process dies in between. A look that changes nothing costs no commit. Lives on the executor, held
// by a shared_ptr.
class OrderBacklog : public std::enable_shared_from_this<OrderBacklog> {
 public:
  // After a transaction that could not be written.
  static constexpr std::int64_t kRetryMs = 5'000;

  struct Ports {
    ports::Storage& storage;
    ports::Clock& clock;
    ports::Random& random;
    ports::Executor& executor;
    ports::Log& log;
  };

  explicit OrderBacklog(Ports ports) : ports_(ports) {}

  // Looks at the orders of all merchants.
  void Start();
  // Looks at those of a merchant; once more from the beginning when that goes on already.
  void Add(const std::string& merchant);
  // Begins no other transaction.
  void Stop();

 private:
  void Next();
  void Step();
  void Stepped(const Status& status, const std::string& last);

  Ports ports_;
  // In the order of asking, each once.
  std::deque<std::string> waiting_;
  bool is_busy_ = false;
  bool stopped_ = false;
  ports::Executor::TimerId timer_ = 0;
  // Where it is.
  std::string merchant_;
  v1::OrderState state_ = v1::ORDER_STATE_PENDING;
  std::string after_;
};

}  // namespace storebridge::engine
