#include <algorithm>
#include <optional>
#include <utility>

#include "sim/people.h"
#include "sim/times.h"

// The warehouse and its stock keeper: they count for themselves what lies on the shelf.
namespace storebridge::sim {
namespace {

engine::OrderRef RefOf(const v1::Order& order) {
  return {.merchant = kStore.merchant,
          .order = order.name().substr(order.name().rfind('/') + 1),
          .order_number = {}};
}

// Of every fourth order the tracking code turns out to be wrong, while the store is told of it or
// up to some hours later.
std::optional<std::int64_t> CorrectedAfterMs(std::int64_t order) {
  constexpr std::int64_t kDelays[] = {1, 4'000, 70'000, 3 * kHourMs};
  return order % 4 == 0 ? std::optional(kDelays[(order / 4) % 4]) : std::nullopt;
}

// Every seventh order is given back once after collecting began.
bool IsGivenBack(const v1::Order& order) {
  return std::stoll(order.external_id()) % 7 == 3;
}

}  // namespace

void People::Adjust(const std::string& code, std::int64_t delta) {
  const std::string request = "adjust-" + std::to_string(++last_request_);
  Send([this, code, delta, request](engine::Commands& commands, const Answer& answer) {
    commands.AdjustStock(
        {.merchant = kStore.merchant, .product = {}, .product_code = code},
        delta,
        "received",
        {.id = request, .hash = 1},
        [this, code, delta, answer](Result<v1::Stock> stock) {
          if (stock) {
            parts_.oracle.OnShelf(code, delta);
            ++counts_.stock_changes;
            parts_.log.Note("stock of " + code + " changes by " + std::to_string(delta));
          }
          answer(stock ? nullptr : &stock.error());
        });
  });
}

void People::StockKeeper() {
  const std::string code = AnyCode();
  const std::int64_t lies = parts_.oracle.ShelfOf(code);
  const bool empties = random_.Below(6) == 0 && lies > 0;
  Adjust(code, empties ? -lies : static_cast<std::int64_t>(1 + random_.Below(20)));
  After(5 * kMinuteMs, 45 * kMinuteMs, &People::StockKeeper);
}

void People::CountAllDay() {
  Adjust(AnyCode(), 1);
  After(kMinuteMs, kMinuteMs, &People::CountAllDay);
}

void People::Collect(const v1::Order& order) {
  Send([this, order](engine::Commands& commands, const Answer& answer) {
    commands.CollectOrder(RefOf(order), "", [this, order, answer](Result<v1::Order> collected) {
      if (!collected && IsPassing(collected.error())) {
        return answer(&collected.error());
      }
      under_way_.erase(order.name());
      if (collected && collected_.insert(order.name()).second) {
        parts_.log.Note("collected " + collected->order_number());
        for (const v1::OrderLine& line : collected->lines()) {
          parts_.oracle.OnShelf(line.product_code(), -line.open_quantity());
        }
      }
      answer(collected ? nullptr : &collected.error());
    });
  });
}

// What the store cancelled meanwhile is shipped all the same, as by a warehouse that did not hear.
void People::PutBack(const v1::Order& order) {
  parts_.oracle.OnGivingBack(order.external_id());
  Send([this, order](engine::Commands& commands, const Answer& answer) {
    commands.PutBackOrder(
        RefOf(order), "no time", "", [this, order, answer](Result<v1::Order> back) {
          if (!back && IsPassing(back.error())) {
            return answer(&back.error());
          }
          under_way_.erase(order.name());
          parts_.oracle.OnGivenBack(order.external_id());
          if (back && collected_.erase(order.name()) == 1) {
            parts_.log.Note("put back " + order.order_number());
            for (const v1::OrderLine& line : order.lines()) {
              parts_.oracle.OnShelf(line.product_code(), line.open_quantity());
            }
          }
          answer(back ? nullptr : &back.error());
        });
  });
}

void People::Ship(const v1::Order& order) {
  engine::Commands::ShipRequest request{
      .order = RefOf(order), .parcels = {}, .lines = {}, .etag = {}};
  // As TrackingOf looks for it.
  const std::string code = "T" + order.external_id();
  request.parcels.emplace_back().set_tracking_code(code + "-1");
  const engine::RequestKey key{.id = "ship-" + order.external_id(), .hash = 1};
  Send([this, request, code, key, order](engine::Commands& commands, const Answer& answer) {
    commands.ShipOrder(request, key, [this, code, order, answer](Result<v1::Order> shipped) {
      if (!shipped && IsPassing(shipped.error())) {
        return answer(&shipped.error());
      }
      under_way_.erase(order.name());
      if (shipped) {
        parts_.log.Note("shipped " + shipped->order_number());
        parts_.oracle.OnShipped(order.external_id(), code + "-1");
        ++counts_.shipped;
        const std::int64_t id = std::stoll(order.external_id());
        if (const std::optional<std::int64_t> ms = CorrectedAfterMs(id)) {
          Later(*ms, [this, order] {
            if (!resting_) {
              Correct(order);
            }
          });
        }
      }
      answer(shipped ? nullptr : &shipped.error());
    });
  });
}

void People::Correct(const v1::Order& order) {
  v1::Parcel parcel;
  const std::string code = "T" + order.external_id() + "-2";
  parcel.set_tracking_code(code);
  parts_.oracle.OnCorrecting(order.external_id());
  Send([this, parcel, code, order](engine::Commands& commands, const Answer& answer) {
    commands.UpdateShipment(
        RefOf(order), "", {parcel}, "", [this, code, order, answer](Result<v1::Order> updated) {
          if (updated) {
            parts_.log.Note("tracking of " + updated->order_number() + " is " + code);
            parts_.oracle.OnShipped(order.external_id(), code);
          }
          answer(updated ? nullptr : &updated.error());
        });
  });
}

void People::WarehouseRound(int orders_max, bool gives_back) {
  std::vector<v1::Order> orders;
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(orders,
           tx.orders().List({.merchant = kStore.merchant,
                             .states = {v1::ORDER_STATE_NEW, v1::ORDER_STATE_COLLECTING}},
                            {},
                            orders_max));
    return Ok();
  });
  if (!read) {
    return;
  }
  for (const v1::Order& order : orders) {
    if (!under_way_.insert(order.name()).second) {
      continue;
    }
    if (order.state() == v1::ORDER_STATE_NEW) {
      Collect(order);
    } else if (gives_back && IsGivenBack(order) && put_back_.insert(order.name()).second) {
      PutBack(order);
    } else {
      Ship(order);
    }
  }
}

void People::Warehouse() {
  constexpr int kOrders = 100;
  WarehouseRound(kOrders, true);
  After(5 * kMinuteMs, 40 * kMinuteMs, &People::Warehouse);
}

}  // namespace storebridge::sim
