#include "domain/explain_order.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "domain/explanation.h"
#include "domain/order_record.h"
#include "domain/order_state.h"
#include "domain/shipment_update.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

using Report = v1::StoreReport;

// Orders and products that a text names.
constexpr std::size_t kNamedMax = 5;

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(texts.size(), kNamedMax); ++i) {
    joined += fmt::format("{}{}", joined.empty() ? "" : ", ", texts[i]);
  }
  if (texts.size() > kNamedMax) {
    joined += fmt::format(" and {} more", texts.size() - kNamedMax);
  }
  return joined;
}

void AddIssues(v1::Explanation& explanation,
               const std::vector<v1::Issue>& issues,
               v1::Issue::RecordType type) {
  for (const v1::Issue& issue : issues) {
    if (issue.record_type() == type) {
      AddIssue(explanation, issue);
    }
  }
}

// What is done in the store is seen by its flow of orders.
void AddReading(v1::Explanation& explanation, const OrderFacts& facts) {
  if (facts.store) {
    AddHindrance(explanation, *facts.store, Flow::kOrders);
  } else {
    AddCause(explanation,
             "STORE_DELETED",
             "the order's store was deleted: what is done there is not seen any more",
             facts.order.store());
  }
}

// ---- one function for each state

void AwaitingPayment(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(fmt::format("Order {} waits for its payment.", order.order_number()));
  const std::string method =
      order.payment().method().empty()
          ? ""
          : fmt::format(", to be paid by '{}'", Shown(order.payment().method()));
  const bool is_promised = order.payment().state() == v1::PAYMENT_STATE_AUTHORIZED;
  v1::Cause& cause = AddCause(explanation,
                              is_promised ? "PAYMENT_NOT_TAKEN" : "PAYMENT_MISSING",
                              fmt::format("the store has it as '{}'{}{}",
                                          Shown(order.store_state()),
                                          method,
                                          is_promised ? ": the money is promised, not taken" : ""),
                              order.store());
  *cause.mutable_time() = order.create_time();
  AddReading(explanation, facts);
  AddAction(explanation,
            "Settle the payment in the store; then the order is taken over by itself.");
}

void Draft(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  const int problems = order.problems_size();
  explanation.set_summary(
      fmt::format("Order {} is a DRAFT: {} wrong.",
                  order.order_number(),
                  problems == 1 ? "a detail is" : fmt::format("{} details are", problems)));
  for (const v1::OrderProblem& problem : order.problems()) {
    AddCause(explanation, problem.reason(), problem.message(), order.name());
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_PRODUCT);
  AddReading(explanation, facts);
  AddAction(explanation, "Correct what the causes name; the order is checked again by itself.");
}

std::int64_t MissingOf(const NeededStock& need) {
  return need.on_hand ? need.needed - (*need.on_hand - need.reserved) : need.needed;
}

// ` for 1001 (2), 1002 (1)`; nothing where no order is known.
std::string ReservedFor(const NeededStock& need) {
  std::vector<std::string> orders;
  for (const v1::StockClaim& claim : need.claims) {
    if (claim.kind() == v1::StockClaim::KIND_RESERVED) {
      orders.push_back(fmt::format("{} ({})", claim.order_number(), claim.quantity()));
    }
  }
  return orders.empty() ? "" : " for " + Joined(orders);
}

void AddMissing(v1::Explanation& explanation, const NeededStock& need) {
  if (!need.on_hand) {
    AddCause(explanation,
             "STOCK_NOT_SET",
             fmt::format("{} of {} are needed, and nobody has said how many are on the shelf",
                         need.needed,
                         need.product_code),
             need.product);
    AddAction(explanation, fmt::format("Set the stock of {} with SetStock.", need.product_code));
    return;
  }
  AddCause(explanation,
           "STOCK_MISSING",
           fmt::format("{} of {} are needed, {} can be promised: {} on the shelf, {} reserved{}",
                       need.needed,
                       need.product_code,
                       *need.on_hand - need.reserved,
                       *need.on_hand,
                       need.reserved,
                       ReservedFor(need)),
           need.product);
  AddAction(
      explanation,
      fmt::format(
          "Take in {} of {}, and write it with AdjustStock.", MissingOf(need), need.product_code));
}

void Pending(const OrderFacts& facts, v1::Explanation& explanation) {
  const std::string& number = facts.order.order_number();
  std::vector<std::string> missing;
  for (const NeededStock& need : facts.needs) {
    if (!need.on_hand || MissingOf(need) > 0) {
      AddMissing(explanation, need);
      missing.push_back(need.product_code);
    }
  }
  if (missing.empty()) {
    explanation.set_summary(fmt::format("Order {} is about to become NEW.", number));
    AddCause(explanation,
             "ORDER_WAITS_ITS_TURN",
             "there is stock for it; orders that waited longer are looked at first",
             facts.order.name());
  } else {
    explanation.set_summary(
        fmt::format("Order {} waits for stock of {}.", number, Joined(missing)));
    AddAction(explanation, "The order becomes NEW by itself then.");
  }
  AddReading(explanation, facts);
}

void OnHold(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(fmt::format("Order {} is on hold.", order.order_number()));
  v1::Cause& cause =
      AddCause(explanation,
               "ORDER_HELD",
               order.state_reason().empty() ? "somebody holds it" : order.state_reason(),
               order.name());
  *cause.mutable_time() = order.update_time();
  AddReading(explanation, facts);
  AddAction(explanation, "Call ReleaseOrder when it may go on.");
}

void New(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(
      fmt::format("Order {} is ready; the warehouse has not begun it.", order.order_number()));
  bool is_short = false;
  for (const NeededStock& need : facts.needs) {
    if (need.on_hand.value_or(0) < need.needed) {
      AddCause(explanation,
               "STOCK_NOT_ENOUGH",
               fmt::format("{} of {} are needed, {} are on the shelf: its stock was set to less "
                           "since the order came, and CollectOrder is refused",
                           need.needed,
                           need.product_code,
                           need.on_hand.value_or(0)),
               need.product);
      AddAction(explanation,
                fmt::format("Count {}, and correct it with SetStock.", need.product_code));
      is_short = true;
    }
  }
  if (!is_short) {
    v1::Cause& cause = AddCause(explanation,
                                "ORDER_NOT_COLLECTED",
                                "its stock is reserved, and nobody has called CollectOrder",
                                order.name());
    *cause.mutable_time() = order.update_time();
  }
  AddReading(explanation, facts);
  AddAction(explanation, "Collect it: CollectOrder, then ShipOrder.");
}

void Collecting(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  std::int64_t open = 0;
  for (const v1::OrderLine& line : order.lines()) {
    open += OpenQuantity(line);
  }
  explanation.set_summary(fmt::format("Order {} is being collected: {} {} not left yet.",
                                      order.order_number(),
                                      open,
                                      open == 1 ? "piece has" : "pieces have"));
  const int shipments = order.shipments_size();
  v1::Cause& cause = AddCause(
      explanation,
      "ORDER_NOT_SHIPPED",
      shipments == 0
          ? std::string("the warehouse has recorded no shipment")
          : fmt::format("the warehouse has recorded a part only: shipments: {}", shipments),
      order.name());
  *cause.mutable_time() = order.update_time();
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
  AddAction(explanation, "Call ShipOrder when the rest has left.");
}

// Whether the store knows all of a shipment.
bool IsTold(const v1::Shipment& shipment) {
  return StoreHas(shipment) && !IsBehind(shipment);
}

void AddUntold(v1::Explanation& explanation, const v1::Shipment& shipment) {
  const Report& report = shipment.store_report();
  const std::string why =
      report.last_error().empty() ? "" : fmt::format("; the last attempt: {}", report.last_error());
  std::string_view reason = "SHIPMENT_WAITING";
  std::string message = fmt::format("the store was not told of it yet{}", why);
  if (IsBehind(shipment)) {
    reason = "SHIPMENT_OUTDATED";
    message = fmt::format("the store may show tracking codes of before UpdateShipment{}", why);
  } else if (report.state() == Report::STATE_SENDING) {
    reason = "SHIPMENT_SENDING";
    message = fmt::format(
        "the store may or may not have been told; it is looked for there before it is sent "
        "again{}",
        why);
  } else if (report.state() == Report::STATE_REFUSED) {
    reason = "SHIPMENT_REFUSED";
    message = fmt::format("the store refused it for good{}", why);
  } else if (report.state() == Report::STATE_NOT_SUPPORTED) {
    reason = "SHIPMENT_NOT_SUPPORTED";
    message = "the store cannot be told: its connector does not know how, or it was deleted";
    AddAction(explanation, "Mark the order as sent in the store by hand, if it still exists.");
  }
  v1::Cause& cause = AddCause(explanation, reason, std::move(message), shipment.name());
  *cause.mutable_time() = report.has_attempt_time() ? report.attempt_time() : shipment.ship_time();
}

// What there is to say of the shipments of an order, in whatever state.
void AddShipments(const OrderFacts& facts, v1::Explanation& explanation) {
  bool is_waiting = false;
  for (const v1::Shipment& shipment : facts.order.shipments()) {
    if (!IsTold(shipment)) {
      AddUntold(explanation, shipment);
      is_waiting = is_waiting || shipment.store_report().state() != Report::STATE_NOT_SUPPORTED;
    }
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_SHIPMENT);
  if (is_waiting && facts.store) {
    AddHindrance(explanation, *facts.store, Flow::kShipments);
  }
}

void Shipped(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  const auto& shipments = order.shipments();
  const auto untold = shipments.size() - std::count_if(shipments.begin(), shipments.end(), IsTold);
  std::string summary = fmt::format("Order {} has left", order.order_number());
  if (IsClosedShort(order)) {
    summary += fmt::format(", but for what was cancelled ({})", order.state_reason());
  }
  if (untold == 0) {
    summary += "; its store knows.";
  } else if (untold == shipments.size()) {
    summary += "; its store does not know yet.";
  } else {
    summary +=
        fmt::format("; its store does not know of {} of {} shipments.", untold, shipments.size());
  }
  explanation.set_summary(std::move(summary));
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
}

void Ended(const OrderFacts& facts, std::string_view how, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(
      fmt::format("Order {} {}; nothing of it is sent.", order.order_number(), how));
  if (!order.state_reason().empty()) {
    v1::Cause& cause = AddCause(explanation, "ORDER_CANCELLED", order.state_reason(), order.name());
    *cause.mutable_time() = order.update_time();
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
}

// The flow of orders of a store runs, and has not found the order.
void AddNotSeen(v1::Explanation& explanation, const v1::Store& store) {
  using google::protobuf::util::TimeUtil;
  v1::Cause& cause = AddCause(
      explanation,
      "ORDER_NOT_SEEN",
      fmt::format("'{}' showed none of this number; orders are taken over when they are paid, and "
                  "if they were paid since {}",
                  store.name(),
                  TimeUtil::ToString(store.settings().orders_from())),
      store.name());
  for (const v1::FlowHealth& health : store.flows()) {
    if (health.flow() == v1::FLOW_ORDERS) {
      *cause.mutable_time() = std::max(health.last_success_time(), health.last_idle_time());
    }
  }
}

}  // namespace

Result<v1::Explanation> ExplainOrder(const OrderFacts& facts) {
  SB_TRY(const OrderState state, OrderStateFrom(facts.order.state()));
  v1::Explanation explanation;
  switch (state) {
    case OrderState::kAwaitingPayment:
      AwaitingPayment(facts, explanation);
      break;
    case OrderState::kDraft:
      Draft(facts, explanation);
      break;
    case OrderState::kNew:
      New(facts, explanation);
      break;
    case OrderState::kPending:
      Pending(facts, explanation);
      break;
    case OrderState::kOnHold:
      OnHold(facts, explanation);
      break;
    case OrderState::kCollecting:
      Collecting(facts, explanation);
      break;
    case OrderState::kShipped:
      Shipped(facts, explanation);
      break;
    case OrderState::kCancelled:
      Ended(facts, "was cancelled", explanation);
      break;
    case OrderState::kReturned:
      Ended(facts, "came back", explanation);
      break;
  }
  AddShipments(facts, explanation);
  return explanation;
}

v1::Explanation ExplainMissingOrder(const MissingOrderFacts& facts) {
  v1::Explanation explanation;
  const std::string number = Shown(facts.order_number);
  explanation.set_summary(fmt::format("No order {} was taken over.", number));
  for (const v1::Issue& issue : facts.issues) {
    AddIssue(explanation, issue);
  }
  if (!facts.issues.empty()) {
    return explanation;
  }
  bool is_hindered = false;
  for (const v1::Store& store : facts.stores) {
    const std::optional<Hindrance> hindrance = HindranceOf(store, Flow::kOrders);
    if (hindrance) {
      AddHindrance(explanation, store, Flow::kOrders);
      is_hindered = true;
      continue;
    }
    AddNotSeen(explanation, store);
  }
  if (facts.stores.empty()) {
    AddCause(explanation, "NO_STORES", "the merchant has no stores", "");
    AddAction(explanation, "Connect the store with CreateStore.");
  } else if (!is_hindered) {
    AddAction(explanation,
              "Look in the store whether the order is there and paid, and since when; to take "
              "older ones over, set orders_from of the store with UpdateStore.");
  }
  return explanation;
}

}  // namespace storebridge::domain
