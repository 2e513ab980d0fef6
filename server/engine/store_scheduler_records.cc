#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/timestamp.h"
#include "engine/store_scheduler.h"

// Single records that a store is asked for in between: products that it does not have, and orders
// that are to be read again.
namespace storebridge::engine {
namespace {

using domain::Flow;

// How long until a product that a store does not have is asked for again. Its stock is tried every
// 15 minutes.
constexpr std::int64_t kAskGoneAgainMs = std::int64_t{25} * 60 * 1000;
// Orders that wait to be read again, and those of them that are read in one run. What is too much
// is left to the next look at all open orders.
constexpr std::size_t kAskedOrdersMax = 1000;
constexpr std::size_t kOrdersAtOnceMax = 100;

}  // namespace

void StoreScheduler::NoteGone(const FlowRun& run) {
  if (run.gone_products().empty()) {
    return;
  }
  const std::int64_t now = ports_.clock.SteadyMs();
  std::erase_if(asked_gone_ms_,
                [&](const auto& asked) { return now - asked.second >= kAskGoneAgainMs; });
  for (const std::string& id : run.gone_products()) {
    if (gone_.size() < kGoneProductsMax && !asked_gone_ms_.contains(id)) {
      gone_.insert(id);
    }
  }
}

void StoreScheduler::AskForGone() {
  FlowWork& products = Of(Flow::kProducts);
  const bool is_free = !products.run && !products.again && !products.was_cancelled;
  if (gone_.empty() || !is_free || !CanRun(Flow::kProducts) ||
      products.journal->health().failures() > 0) {
    return;
  }
  if (!TakePlace(products)) {
    return AwaitSlot();
  }
  const std::set<std::string> ids = std::exchange(gone_, {});
  for (const std::string& id : ids) {
    asked_gone_ms_[id] = ports_.clock.SteadyMs();
  }
  if (!Begin(products, v1::SyncRun::TRIGGER_CHANGE, false, {ids.begin(), ids.end()})) {
    return GivePlace(products);  // They are refused again, and asked for then.
  }
  StartRun(products);
}

void StoreScheduler::ReadOrder(const std::string& external_id) {
  if (asked_orders_.size() < kAskedOrdersMax) {
    asked_orders_.insert(external_id);
    AskForOrders();
  }
}

void StoreScheduler::AskForOrders() {
  FlowWork& orders = Of(Flow::kOrders);
  const v1::FlowHealth& health = orders.journal->health();
  const bool is_due =
      orders.again || (orders.timer != 0 && health.has_next_run_time() &&
                       domain::MsFromTimestamp(health.next_run_time()) <= ports_.clock.NowMs());
  if (asked_orders_.empty() || orders.run || is_due || orders.was_cancelled ||
      health.failures() > 0 || !CanRun(Flow::kOrders) || MustWait(orders)) {
    return;
  }
  if (!TakePlace(orders)) {
    return AwaitSlot();
  }
  std::vector<std::string> ids;
  while (ids.size() < kOrdersAtOnceMax && !asked_orders_.empty()) {
    ids.push_back(std::move(asked_orders_.extract(asked_orders_.begin()).value()));
  }
  if (!Begin(orders, v1::SyncRun::TRIGGER_CHANGE, false, std::move(ids))) {
    return GivePlace(orders);  // The next look at all open orders reads them.
  }
  StartRun(orders);
}

}  // namespace storebridge::engine
