#include <string>

#include "sim/world.h"

// The invariants, asked from the store's side and by the people's own counting.
namespace storebridge::sim {
namespace {

namespace json = boost::json;

constexpr std::int64_t kIdleFlushes = 4;

// The states that an order may take next, written from the description of the states and not from
// the rules.
bool IsAllowed(v1::OrderState from, v1::OrderState to) {
  if (from == to) {
    return true;
  }
  if (from == v1::ORDER_STATE_SHIPPED) {
    return to == v1::ORDER_STATE_RETURNED;
  }
  if (from == v1::ORDER_STATE_COLLECTING) {
    return to == v1::ORDER_STATE_SHIPPED || to == v1::ORDER_STATE_CANCELLED;
  }
  if (to == v1::ORDER_STATE_COLLECTING) {
    return from == v1::ORDER_STATE_NEW;
  }
  return to != v1::ORDER_STATE_SHIPPED && to != v1::ORDER_STATE_RETURNED;
}

std::string Text(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

void World::OnChange(std::int64_t head) {
  while (seen_head_ < head) {
    std::vector<v1::Change> changes;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(changes, tx.changes().List("acme", seen_head_, 1000));
      for (const v1::Change& change : changes) {
        if (change.type() == v1::Change::TYPE_ORDER) {
          SB_TRY(
              const ports::OrderRecord record,
              tx.orders().Get("acme", change.resource().substr(change.resource().rfind('/') + 1)));
          CheckOrder(record.order);
        }
      }
      return Ok();
    });
    if (!read || changes.empty()) {
      return Violate("the change log cannot be read");
    }
    if (changes.front().sequence() != seen_head_ + 1) {
      Violate("the change log has a gap after " + std::to_string(seen_head_));
    }
    seen_head_ = changes.back().sequence();
  }
}

void World::CheckOrder(const v1::Order& order) {
  const auto known = states_.find(order.name());
  if (known != states_.end() && !IsAllowed(known->second, order.state())) {
    Violate("order " + order.order_number() + " went from " + v1::OrderState_Name(known->second) +
            " to " + v1::OrderState_Name(order.state()));
  }
  if (known == states_.end() || known->second != order.state()) {
    Note("order " + order.order_number() + " is " + v1::OrderState_Name(order.state()));
  }
  states_[order.name()] = order.state();
  if (order.state() == v1::ORDER_STATE_NEW && !paid_.contains(std::stoll(order.external_id()))) {
    Violate("order " + order.order_number() + " is NEW and was never paid");
  }
}

void World::CheckQuiet() {
  const json::object state = Ask("GET", "/demo/state");
  CheckOrders(state);
  CheckStock(state);
  // A quiet hour writes nothing, here and there.
  const std::int64_t commits = storage_->commits();
  Ask("POST", "/demo/reset_counters");
  executor_.Advance(std::chrono::minutes(10));
  const json::object after = Ask("GET", "/demo/state");
  const json::value* writes = after.at("counters").as_object().if_contains("writes");
  if (writes != nullptr && writes->is_int64() && writes->as_int64() > 0) {
    Violate(std::to_string(writes->as_int64()) + " writes to the store in a quiet time");
  }
  // Each flow writes what it counted once in 15 minutes.
  if (storage_->commits() > commits + kIdleFlushes) {
    Violate(std::to_string(storage_->commits() - commits) + " commits in a quiet time");
  }
}

void World::CheckOrders(const json::object& state) {
  std::map<std::string, v1::Order> ours;
  const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
    domain::MerchantChild after;
    while (true) {
      SB_TRY(const std::vector<v1::Order> page, tx.orders().List({.merchant = "acme"}, after, 500));
      for (const v1::Order& order : page) {
        if (!ours.emplace(order.external_id(), order).second) {
          Violate("order " + order.order_number() + " is there twice");
        }
        after = {.merchant = "acme", .id = order.name().substr(order.name().rfind('/') + 1)};
      }
      if (page.size() < 500) {
        return Ok();
      }
    }
  });
  if (!read) {
    Violate("orders cannot be read");
  }
  for (const json::value& item : state.at("orders").as_array()) {
    const json::object& theirs = item.as_object();
    const std::int64_t id = theirs.at("id").as_int64();
    const auto found = ours.find(std::to_string(id));
    if (found == ours.end()) {
      if (paid_.contains(id) && !cancelled_.contains(id)) {
        Violate("paid order " + std::to_string(id) + " was lost");
      }
      continue;
    }
    // Cancelled in the store while it was collected here is an issue for a person, not a promise.
    if (found->second.state() != v1::ORDER_STATE_SHIPPED || cancelled_.contains(id)) {
      continue;
    }
    const std::int64_t mails = theirs.at("shipping_mails").as_int64();
    if (mails != 1) {
      Violate("the customer of order " + std::to_string(id) + " got " + std::to_string(mails) +
              " mails about the shipment");
    }
    if (Text(theirs, "status") != "completed") {
      Violate("order " + std::to_string(id) + " is SHIPPED here and " + Text(theirs, "status") +
              " in the store");
    }
    const std::string tracking = json::serialize(theirs.at("tracking"));
    if (tracking.find(tracking_[found->first]) == std::string::npos) {
      Violate("order " + std::to_string(id) + " has tracking " + tracking +
              " in the store instead of " + tracking_[found->first]);
    }
  }
}

void World::CheckStock(const json::object& state) {
  // By the people's own counting: what lies on the shelf, less what open orders of the store still
  // need.
  std::map<std::string, std::int64_t> expected = shelf_;
  const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
    const ports::OrderFilter filter{.merchant = "acme",
                                    .states = {v1::ORDER_STATE_NEW,
                                               v1::ORDER_STATE_PENDING,
                                               v1::ORDER_STATE_DRAFT,
                                               v1::ORDER_STATE_ON_HOLD}};
    SB_TRY(const std::vector<v1::Order> open, tx.orders().List(filter, {}, 1000));
    for (const v1::Order& order : open) {
      for (const v1::OrderLine& line : order.lines()) {
        expected[line.product_code()] -= line.open_quantity();
      }
    }
    return Ok();
  });
  if (!read) {
    Violate("orders cannot be read");
  }
  for (const json::value& item : state.at("products").as_array()) {
    const json::object& product = item.as_object();
    const std::string code = Text(product, "sku");
    const auto wanted = expected.find(code);
    const json::value* shown = product.if_contains("stock_quantity");
    if (wanted == expected.end() || shown == nullptr || !shown->is_int64()) {
      continue;
    }
    if (shown->as_int64() != std::max<std::int64_t>(wanted->second, 0)) {
      Violate("the store shows " + std::to_string(shown->as_int64()) + " of " + code +
              ", there are " + std::to_string(wanted->second));
    }
  }
}

}  // namespace storebridge::sim
