#include "domain/explain_order.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/explanation.h"
#include "domain/order_notices.h"
#include "domain/order_record.h"
#include "domain/order_state.h"
#include "domain/shipment_update.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

using Report = v1::StoreReport;

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (std::size_t i = 0; i < std::min(texts.size(), kNamedMax); ++i) {
    joined += fmt::format("{}{}", joined.empty() ? "" : ", ", texts[i]);
  }
  return joined;
}

// Adds the open issues of a type; false when there is none.
bool AddIssues(v1::Explanation& explanation,
               const std::vector<v1::Issue>& issues,
               v1::Issue::RecordType type) {
  bool any = false;
  for (const v1::Issue& issue : issues) {
    // The problems of a DRAFT say the same.
    if (issue.record_type() == type && issue.reason() != kDraftReason) {
      AddIssue(explanation, issue);
      any = true;
    }
  }
  return any;
}

bool IsOfCollecting(const v1::Issue& issue) {
  return std::find(kNoticesWhileCollecting.begin(),
                   kNoticesWhileCollecting.end(),
                   issue.reason()) != kNoticesWhileCollecting.end();
}

// Of an order that follows the store: false when there is none that has to be seen to first. What
// was told while it was collected is over; the store's version is being read again.
bool AddOpenIssues(v1::Explanation& explanation, const OrderFacts& facts) {
  std::vector<v1::Issue> to_do;
  for (const v1::Issue& issue : facts.issues) {
    if (IsOfCollecting(issue)) {
      AddCause(explanation,
               "ORDER_BEING_READ",
               fmt::format("it was put back, and is being read again: {}", issue.message()),
               issue.name());
    } else {
      to_do.push_back(issue);
    }
  }
  return AddIssues(explanation, to_do, v1::Issue::RECORD_TYPE_ORDER);
}

bool HasIssue(const std::vector<v1::Issue>& issues, std::string_view reason) {
  return std::any_of(issues.begin(), issues.end(), [&](const v1::Issue& issue) {
    return issue.reason() == reason;
  });
}

bool IsGone(const OrderFacts& facts) {
  return !facts.store || facts.store->state() == v1::Store::STATE_DELETING;
}

// What is done in the store is seen by its flow of orders. False when the store is gone.
bool AddReading(v1::Explanation& explanation, const OrderFacts& facts) {
  if (IsGone(facts)) {
    AddCause(explanation,
             "STORE_DELETED",
             "the order's store was deleted: what is done there is not seen any more",
             facts.order.store());
    AddAction(explanation, "Call CancelOrder, or connect the store anew under another id.");
    return false;
  }
  AddHindrance(explanation, *facts.store, Flow::kOrders);
  return true;
}

// For an order that goes on without its store, unless its store's version is being read.
void AddReadingBeside(v1::Explanation& explanation, const OrderFacts& facts) {
  if (IsGone(facts)) {
    AddCause(explanation,
             "STORE_DELETED",
             "the order's store was deleted: it will not be told of the shipment",
             facts.order.store());
    AddAction(explanation, "Tell the customer yourself when it has left.");
    return;
  }
  if (std::any_of(facts.issues.begin(), facts.issues.end(), IsOfCollecting)) {
    AddHindrance(explanation, *facts.store, Flow::kOrders);
  } else {
    AddBystander(explanation, *facts.store, Flow::kOrders);
  }
}

// ---- one function for each state

void AwaitingPayment(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(fmt::format("Order {} waits for its payment.", order.order_number()));
  const bool has_issue = AddOpenIssues(explanation, facts);
  const std::string method =
      order.payment().method().empty()
          ? ""
          : fmt::format(", to be paid by '{}'", Shown(order.payment().method()));
  const bool is_promised = order.payment().state() == v1::PAYMENT_STATE_AUTHORIZED;
  AddCause(explanation,
           is_promised ? "PAYMENT_NOT_TAKEN" : "PAYMENT_MISSING",
           fmt::format("the store has it as '{}'{}{}",
                       Shown(order.store_state()),
                       method,
                       is_promised ? ": the money is promised, not taken" : ""),
           order.store());
  if (AddReading(explanation, facts) && !has_issue) {
    AddAction(explanation,
              "Settle the payment in the store, or finish what is going on with the order there; "
              "then it is taken over by itself.");
  }
}

void Draft(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  const int problems = order.problems_size();
  explanation.set_summary(
      fmt::format("Order {} is a DRAFT: {} wrong.",
                  order.order_number(),
                  problems == 1 ? "a detail is" : fmt::format("{} details are", problems)));
  AddOpenIssues(explanation, facts);
  bool is_about_products = false;
  for (const v1::OrderProblem& problem : order.problems()) {
    AddCause(explanation, problem.reason(), problem.message(), order.name());
    is_about_products = is_about_products || problem.field().ends_with(".product_code");
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_PRODUCT);
  const bool is_followed = AddReading(explanation, facts);
  if (is_about_products && is_followed) {
    AddHindrance(explanation, *facts.store, Flow::kProducts);
  }
  if (is_followed) {
    AddAction(explanation, "Correct what the causes name; the order is checked again by itself.");
  }
}

// ` for 1001 (2), 1002 (1)`; nothing where no order is known.
std::string ReservedFor(const NeededStock& need) {
  std::vector<std::string> orders;
  for (const v1::StockClaim& claim : need.reserved_by) {
    orders.push_back(fmt::format("{} ({})", claim.order_number(), claim.quantity()));
  }
  if (orders.empty()) {
    return {};
  }
  const bool is_cut = need.more_reserved_by || orders.size() > kNamedMax;
  return fmt::format(" for {}{}", Joined(orders), is_cut ? " and others" : "");
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
                       std::max<std::int64_t>(*need.on_hand - need.reserved, 0),
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
  AddOpenIssues(explanation, facts);
  std::vector<std::string> missing;
  for (const NeededStock& need : facts.needs) {
    if (MissingOf(need) > 0) {
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
    explanation.set_summary(fmt::format("Order {} waits for stock of {}{}.",
                                        number,
                                        Joined(missing),
                                        missing.size() > kNamedMax ? " and others" : ""));
    AddAction(explanation,
              "It becomes NEW by itself when there is enough for it and for the orders that waited "
              "longer.");
  }
  AddReadingBeside(explanation, facts);
}

void OnHold(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(fmt::format("Order {} is on hold.", order.order_number()));
  AddOpenIssues(explanation, facts);
  AddCause(explanation,
           "ORDER_HELD",
           order.state_reason().empty() ? "somebody holds it" : order.state_reason(),
           order.name());
  for (const v1::OrderProblem& problem : order.problems()) {
    AddCause(explanation, problem.reason(), problem.message(), order.name());
  }
  AddReadingBeside(explanation, facts);
  AddAction(explanation,
            order.is_test() ? "It is a test: call CancelOrder, or ReleaseOrder if it is to be sent."
                            : "Call ReleaseOrder when it may go on.");
}

void New(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(
      fmt::format("Order {} is ready; the warehouse has not begun it.", order.order_number()));
  AddOpenIssues(explanation, facts);
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
                fmt::format("Count {}, and correct it with SetStock; if there are too few, call "
                            "HoldOrder or CancelOrder.",
                            need.product_code));
      is_short = true;
    }
  }
  if (!is_short) {
    AddCause(explanation,
             "ORDER_NOT_COLLECTED",
             "its stock is reserved, and nobody has called CollectOrder",
             order.name());
    AddAction(explanation, "Collect it: CollectOrder, then ShipOrder.");
  }
  AddReadingBeside(explanation, facts);
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
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
  const int shipments = order.shipments_size();
  AddCause(explanation,
           "ORDER_NOT_SHIPPED",
           shipments == 0
               ? std::string("the warehouse has recorded no shipment")
               : fmt::format("the warehouse has recorded a part only: shipments: {}", shipments),
           order.name());
  if (!HasIssue(facts.issues, kCancelledWhileCollecting) &&
      !HasIssue(facts.issues, kUnpaidWhileCollecting)) {
    AddAction(explanation,
              shipments == 0 ? "Call ShipOrder when it has left."
                             : "Call ShipOrder when the rest has left.");
  }
}

// ---- shipments

// Whether a shipment is told with the last one of its order only.
bool IsToldWithTheLast(const OrderFacts& facts, const v1::Shipment& shipment) {
  return !facts.takes_parts && facts.order.state() != v1::ORDER_STATE_SHIPPED &&
         shipment.store_report().state() == Report::STATE_WAITING;
}

struct Untold {
  std::string_view reason;
  std::string message;
  // It goes on by itself, as far as the store's flow of shipments does.
  bool is_under_way = false;
};

Untold WhyUntold(const OrderFacts& facts, const v1::Shipment& shipment) {
  const Report& report = shipment.store_report();
  if (report.state() == Report::STATE_NOT_SUPPORTED) {
    return {"SHIPMENT_NOT_SUPPORTED",
            fmt::format("the store cannot be told: its connector does not know how, or it was "
                        "deleted; it last had the order as '{}'",
                        Shown(facts.order.store_state()))};
  }
  if (IsGone(facts)) {
    return {"STORE_DELETED", "the order's store was deleted before it was told"};
  }
  const std::string why =
      report.last_error().empty() ? "" : fmt::format("; the last attempt: {}", report.last_error());
  if (IsBehind(shipment)) {
    return {"SHIPMENT_OUTDATED",
            fmt::format("the store may show tracking codes of before UpdateShipment{}", why),
            true};
  }
  if (report.state() == Report::STATE_REFUSED) {
    return {"SHIPMENT_REFUSED", fmt::format("the store refused it for good{}", why)};
  }
  if (report.state() == Report::STATE_SENDING) {
    return {"SHIPMENT_SENDING",
            fmt::format("the store may or may not have been told; it is looked for there before "
                        "it is sent again{}",
                        why),
            true};
  }
  if (IsToldWithTheLast(facts, shipment)) {
    return {"SHIPMENT_WITH_THE_LAST",
            "the store's connector takes no parts: it is told when the rest has left, too"};
  }
  return {"SHIPMENT_WAITING", fmt::format("the store was not told of it yet{}", why), true};
}

bool IsTold(const v1::Shipment& shipment) {
  return StoreHas(shipment) && !IsBehind(shipment);
}

// What there is to say of the shipments of an order, in whatever state.
void AddShipments(const OrderFacts& facts, v1::Explanation& explanation) {
  bool is_under_way = false;
  bool is_by_hand = false;
  for (const v1::Shipment& shipment : facts.order.shipments()) {
    if (IsTold(shipment)) {
      continue;
    }
    Untold untold = WhyUntold(facts, shipment);
    v1::Cause& cause =
        AddCause(explanation, untold.reason, std::move(untold.message), shipment.name());
    const Report& report = shipment.store_report();
    *cause.mutable_time() =
        report.has_attempt_time() ? report.attempt_time() : shipment.ship_time();
    is_under_way = is_under_way || untold.is_under_way;
    is_by_hand = is_by_hand || (report.state() == Report::STATE_NOT_SUPPORTED && facts.store);
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_SHIPMENT);
  if (is_under_way && facts.store) {
    AddHindrance(explanation, *facts.store, Flow::kShipments);
  }
  if (is_by_hand && facts.order.state() == v1::ORDER_STATE_SHIPPED) {
    AddAction(explanation, "Mark the order as sent in the store, unless somebody did.");
  }
}

std::string WhatTheStoreKnows(const v1::Order& order) {
  const auto& shipments = order.shipments();
  const auto unknown =
      shipments.size() - std::count_if(shipments.begin(), shipments.end(), StoreHas);
  if (unknown == 0) {
    const bool is_behind = std::any_of(shipments.begin(), shipments.end(), IsBehind);
    return is_behind ? "its store knows, but may show old tracking codes" : "its store knows";
  }
  if (unknown == shipments.size()) {
    return "its store does not know";
  }
  return fmt::format("its store does not know of {} of {} shipments", unknown, shipments.size());
}

void Shipped(const OrderFacts& facts, v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  const std::string rest =
      IsClosedShort(order) ? fmt::format(", but for what was cancelled ({})", order.state_reason())
                           : "";
  explanation.set_summary(fmt::format(
      "Order {} has left{}; {}.", order.order_number(), rest, WhatTheStoreKnows(order)));
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
}

void Ended(const OrderFacts& facts,
           std::string_view how,
           std::string_view reason,
           v1::Explanation& explanation) {
  const v1::Order& order = facts.order;
  explanation.set_summary(
      fmt::format("Order {} {}; nothing of it is sent.", order.order_number(), how));
  if (!order.state_reason().empty()) {
    AddCause(explanation, reason, order.state_reason(), order.name());
  }
  AddIssues(explanation, facts.issues, v1::Issue::RECORD_TYPE_ORDER);
}

// ---- a number that nothing was taken over of

// Gives whether the store was read.
bool AddStore(v1::Explanation& explanation, const SeenStore& seen) {
  const v1::Store& store = seen.store;
  if (!seen.reads_orders) {
    AddCause(explanation,
             "ORDERS_NOT_SUPPORTED",
             fmt::format("the connector of '{}' does not read orders", store.name()),
             store.connector());
    return false;
  }
  const v1::FlowHealth* orders = nullptr;
  for (const v1::FlowHealth& health : store.flows()) {
    if (health.flow() == v1::FLOW_ORDERS) {
      orders = &health;
    }
  }
  if (orders == nullptr || !(orders->has_last_success_time() || orders->has_last_idle_time())) {
    AddCause(explanation,
             "ORDERS_NOT_READ",
             fmt::format("the orders of '{}' were not read yet", store.name()),
             store.name());
    return false;
  }
  v1::Cause& cause = AddCause(
      explanation,
      "ORDER_NOT_SEEN",
      fmt::format("'{}' showed none of this number that is taken over: one that was paid since {}, "
                  "and that was neither complete nor cancelled, and had something to send, when it "
                  "was first seen",
                  store.name(),
                  TimestampText(store.settings().orders_from())),
      store.name());
  *cause.mutable_time() =
      MsFromTimestamp(orders->last_success_time()) > MsFromTimestamp(orders->last_idle_time())
          ? orders->last_success_time()
          : orders->last_idle_time();
  return true;
}

}  // namespace

std::int64_t MissingOf(const NeededStock& need) {
  return need.on_hand ? need.needed - (*need.on_hand - need.reserved) : need.needed;
}

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
      Ended(facts, "was cancelled", "ORDER_CANCELLED", explanation);
      break;
    case OrderState::kReturned:
      Ended(facts, "came back", "ORDER_RETURNED", explanation);
      break;
  }
  AddShipments(facts, explanation);
  return explanation;
}

v1::Explanation ExplainMissingOrder(const MissingOrderFacts& facts) {
  v1::Explanation explanation;
  explanation.set_summary(fmt::format("No order {} was taken over.", Shown(facts.order_number)));
  for (const v1::Issue& issue : facts.issues) {
    AddIssue(explanation, issue);
  }
  if (!facts.issues.empty()) {
    return explanation;
  }
  bool was_read = false;
  for (const SeenStore& seen : facts.stores) {
    if (!AddHindrance(explanation, seen.store, Flow::kOrders)) {
      was_read = AddStore(explanation, seen) || was_read;
    }
  }
  if (facts.has_more_stores) {
    AddCause(explanation,
             "STORES_LEFT_OUT",
             fmt::format("only {} stores were looked at", facts.stores.size()),
             "");
  }
  if (facts.stores.empty()) {
    AddCause(explanation, "NO_STORES", "the merchant has no stores", "");
    AddAction(explanation, "Connect the store with CreateStore.");
  }
  if (was_read) {
    AddAction(
        explanation,
        "Look in the store whether the order is there, is paid, and has something to send. An "
        "older one comes with an earlier orders_from, and with it every other that was paid "
        "since then and not sent.");
  }
  return explanation;
}

}  // namespace storebridge::domain
