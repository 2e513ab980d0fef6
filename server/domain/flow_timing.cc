#include "domain/flow_timing.h"

#include <algorithm>

namespace storebridge::domain {
namespace {

constexpr std::int64_t kOrdersIntervalSeconds = 60;
constexpr std::int64_t kProductsIntervalSeconds = 900;
constexpr std::int64_t kStockIntervalSeconds = 900;
// An order is worth a look at once; each number of pieces that is written is news of its product.
constexpr std::int64_t kOrdersNewsGapMs = 2'000;
constexpr std::int64_t kNewsGapMs = 15'000;
constexpr std::int64_t kHourMs = std::int64_t{60} * 60 * 1000;
constexpr std::int64_t kOrdersSweepMs = std::int64_t{15} * 60 * 1000;
constexpr std::int64_t kProductsSweepMs = std::int64_t{24} * 60 * 60 * 1000;

}  // namespace

std::int64_t IntervalMs(Flow flow, const v1::StoreSettings& settings) {
  switch (flow) {
    case Flow::kProducts:
      return 1000 * (settings.has_products_interval_seconds() ? settings.products_interval_seconds()
                                                              : kProductsIntervalSeconds);
    case Flow::kOrders:
      return 1000 * (settings.has_orders_interval_seconds() ? settings.orders_interval_seconds()
                                                            : kOrdersIntervalSeconds);
    case Flow::kStock:
    case Flow::kShipments:
      return 1000 * (settings.has_stock_interval_seconds() ? settings.stock_interval_seconds()
                                                           : kStockIntervalSeconds);
  }
  return 0;
}

std::int64_t TurnsPerHour(const v1::StoreSettings& settings) {
  std::int64_t turns = 0;
  for (const Flow flow : {Flow::kProducts, Flow::kOrders, Flow::kStock}) {
    turns += kHourMs / std::max<std::int64_t>(IntervalMs(flow, settings), 1);
  }
  return turns;
}

std::int64_t NewsGapMs(Flow flow) {
  return flow == Flow::kOrders ? kOrdersNewsGapMs : kNewsGapMs;
}

bool IsFullDue(Flow flow, const v1::StoreSettings& settings, std::int64_t age_ms) {
  if (age_ms < 0) {
    return flow != Flow::kShipments;
  }
  switch (flow) {
    case Flow::kProducts:
      return age_ms >= kProductsSweepMs;
    case Flow::kOrders:
      return age_ms >= kOrdersSweepMs;
    case Flow::kStock:
      return age_ms >= IntervalMs(Flow::kStock, settings);
    case Flow::kShipments:
      return false;
  }
  return false;
}

}  // namespace storebridge::domain
