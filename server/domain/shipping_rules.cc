#include "domain/shipping_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "domain/names.h"
#include "domain/order_record.h"
#include "domain/parcel_rules.h"
#include "domain/reason_rules.h"
#include "domain/record_hash.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

constexpr std::int64_t kShipAheadMaxMs = std::int64_t{24} * 60 * 60 * 1000;

Error Wrong(std::string_view reason, std::string message) {
  return Error{
      .code = Code::kInvalidArgument, .reason = std::string(reason), .message = std::move(message)};
}

Error Refused(const v1::Order& order, std::string_view reason, std::string_view rest) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = std::string(reason),
               .message = fmt::format("order {} {}", order.order_number(), rest),
               .facts = {{"order", order.order_number()}}};
}

// `order 1001 is NEW and cannot become SHIPPED: collect it first`.
Error WrongState(const v1::Order& order, OrderState from, OrderState to, std::string_view action) {
  Error error = Refused(
      order,
      "ORDER_STATE",
      fmt::format(
          "is {} and cannot become {}: {}", OrderStateName(from), OrderStateName(to), action));
  error.facts.emplace("state", OrderStateName(from));
  error.facts.emplace("wanted_state", OrderStateName(to));
  return error;
}

// What has to be done before an order in this state can be collected.
std::string_view BeforeCollecting(OrderState state) {
  switch (state) {
    case OrderState::kAwaitingPayment:
      return "it has to be paid in the store first";
    case OrderState::kDraft:
      return "correct its problems in the store first";
    case OrderState::kPending:
      return "it waits for stock; it becomes NEW by itself";
    case OrderState::kOnHold:
      return "release it first";
    case OrderState::kShipped:
      return "it has left already";
    case OrderState::kCancelled:
      return "it is not to be sent";
    case OrderState::kReturned:
      return "it came back";
    case OrderState::kNew:
    case OrderState::kCollecting:
      return "collect it";
  }
  return "";
}

// ---- lines

Error WrongLine(const v1::Order& order, std::size_t index, std::string_view fault) {
  return Wrong(
      "SHIPMENT_LINE",
      fmt::format("lines[{}] of the shipment of order {}: {}", index, order.order_number(), fault));
}

// Finds the order line that a shipment line means.
Result<int> FindLine(const v1::Order& order, const v1::ShipmentLine& wanted, std::size_t index) {
  int found = -1;
  for (int i = 0; i < order.lines_size(); ++i) {
    const v1::OrderLine& line = order.lines(i);
    const bool fits = wanted.external_line_id().empty()
                          ? line.product_code() == wanted.product_code() && line.open_quantity() > 0
                          : line.external_id() == wanted.external_line_id();
    if (fits && found >= 0) {
      return WrongLine(
          order,
          index,
          fmt::format(
              "several lines have the product code '{}'; name one by external_line_id ('{}', '{}')",
              Shown(wanted.product_code()),
              order.lines(found).external_id(),
              line.external_id()));
    }
    found = fits ? i : found;
  }
  if (wanted.external_line_id().empty() && wanted.product_code().empty()) {
    return WrongLine(order, index, "external_line_id and product_code are missing");
  }
  if (found < 0) {
    return WrongLine(
        order,
        index,
        fmt::format("the order has no line '{}' that is open",
                    Shown(wanted.external_line_id().empty() ? wanted.product_code()
                                                            : wanted.external_line_id())));
  }
  const std::string& code = order.lines(found).product_code();
  if (!wanted.product_code().empty() && wanted.product_code() != code) {
    return WrongLine(order,
                     index,
                     fmt::format("line '{}' is of the product '{}', not '{}'",
                                 Shown(wanted.external_line_id()),
                                 Shown(code),
                                 Shown(wanted.product_code())));
  }
  return found;
}

// Quantities to ship, by place of the order line.
using LineQuantities = std::vector<std::int64_t>;

LineQuantities EverythingOpen(const v1::Order& order) {
  LineQuantities quantities;
  for (const v1::OrderLine& line : order.lines()) {
    quantities.push_back(OpenQuantity(line));
  }
  return quantities;
}

Result<LineQuantities> Quantities(const v1::Order& order,
                                  const std::vector<v1::ShipmentLine>& lines) {
  if (lines.empty()) {
    return EverythingOpen(order);
  }
  LineQuantities quantities(static_cast<std::size_t>(order.lines_size()), 0);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    SB_TRY(const int place, FindLine(order, lines[i], i));
    const v1::OrderLine& line = order.lines(place);
    std::int64_t& quantity = quantities[static_cast<std::size_t>(place)];
    const std::int64_t rest = OpenQuantity(line) - quantity;
    if (lines[i].quantity() < 1 || lines[i].quantity() > rest) {
      return Wrong("SHIPMENT_QUANTITY",
                   fmt::format("lines[{}] of the shipment of order {}: quantity {} of line '{}' "
                               "({}) is not within 1 to the "
                               "{} that are open",
                               i,
                               order.order_number(),
                               lines[i].quantity(),
                               line.external_id(),
                               Shown(line.product_code()),
                               rest));
    }
    quantity += lines[i].quantity();
  }
  return quantities;
}

Result<std::string> MerchantOf(const v1::Order& order) {
  SB_TRY(MerchantChild name, ParseOrderName(order.name()));
  return std::move(name.merchant);
}

Result<v1::Shipment> MakeShipment(const v1::Order& order,
                                  const Departure& departure,
                                  std::int64_t now_ms) {
  SB_TRY(const std::string merchant, MerchantOf(order));
  v1::Shipment shipment;
  shipment.set_name(ShipmentName(merchant, departure.shipment_id));
  shipment.set_order(order.name());
  for (const v1::Parcel& parcel : departure.parcels) {
    *shipment.add_parcels() = parcel;
  }
  *shipment.mutable_ship_time() = TimestampFromMs(departure.ship_ms.value_or(now_ms));
  shipment.mutable_store_report()->set_state(v1::StoreReport::STATE_WAITING);
  return shipment;
}

// Moves the quantities from open to shipped, and says so in the shipment.
void Depart(v1::Order& order, const LineQuantities& quantities, v1::Shipment& shipment) {
  for (int i = 0; i < order.lines_size(); ++i) {
    const std::int64_t quantity = quantities[static_cast<std::size_t>(i)];
    v1::OrderLine& line = *order.mutable_lines(i);
    line.set_shipped_quantity(line.shipped_quantity() + quantity);
    line.set_open_quantity(OpenQuantity(line));
    if (quantity == 0) {
      continue;
    }
    v1::ShipmentLine& sent = *shipment.add_lines();
    sent.set_external_line_id(line.external_id());
    sent.set_product_code(line.product_code());
    sent.set_quantity(quantity);
  }
}

// Ends an order of which only a part has left.
Result<v1::Order> CloseShort(const v1::Order& order, std::string_view reason, std::int64_t now_ms) {
  v1::Order closed = order;
  CloseLines(closed);
  SB_CHECK(MoveTo(closed, OrderState::kShipped, reason, now_ms));
  return closed;
}

Status CheckDeparture(const v1::Order& order, const Departure& departure, std::int64_t now_ms) {
  SB_CHECK(CheckParcels(departure.parcels));
  const std::int64_t ship_ms = departure.ship_ms.value_or(now_ms);
  if (ship_ms <= 0 || ship_ms - kShipAheadMaxMs > now_ms) {
    return Wrong(
        "SHIP_TIME",
        "ship_time is more than a day ahead, or before 1970: give the time when the goods left");
  }
  if (order.shipments_size() >= kShipmentsMax) {
    return Refused(order,
                   "TOO_MANY_SHIPMENTS",
                   fmt::format("has {} shipments already, the most allowed", kShipmentsMax));
  }
  return Ok();
}

}  // namespace

Result<v1::Order> CollectOrder(const v1::Order& order, std::int64_t now_ms) {
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  if (state == OrderState::kCollecting) {
    return order;
  }
  if (state != OrderState::kNew) {
    return WrongState(order, state, OrderState::kCollecting, BeforeCollecting(state));
  }
  v1::Order collected = order;
  // Or an order that was put back and is collected again would have the etag of before.
  collected.set_collect_count(order.collect_count() + 1);
  SB_CHECK(MoveTo(collected, OrderState::kCollecting, "", now_ms));
  return collected;
}

Result<ShippedOrder> ShipOrder(const v1::Order& order,
                               const Departure& departure,
                               std::int64_t now_ms) {
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  if (state != OrderState::kCollecting) {
    const std::string_view action =
        state == OrderState::kNew ? "collect it first" : BeforeCollecting(state);
    return WrongState(order, state, OrderState::kShipped, action);
  }
  SB_CHECK(CheckDeparture(order, departure, now_ms));
  SB_TRY(const LineQuantities quantities, Quantities(order, departure.lines));
  if (std::all_of(quantities.begin(), quantities.end(), [](std::int64_t quantity) {
        return quantity == 0;
      })) {
    return Refused(order, "NOTHING_TO_SHIP", "has nothing left to send");
  }
  SB_TRY(v1::Shipment shipment, MakeShipment(order, departure, now_ms));
  ShippedOrder result{.order = order, .shipment = {}};
  Depart(result.order, quantities, shipment);
  *result.order.add_shipments() = shipment;
  result.shipment = std::move(shipment);
  const OrderState next =
      NothingOpen(result.order) ? OrderState::kShipped : OrderState::kCollecting;
  SB_CHECK(MoveTo(result.order, next, "", now_ms));
  return result;
}

Result<v1::Order> CancelOrder(const v1::Order& order,
                              std::string_view reason,
                              std::int64_t now_ms) {
  SB_CHECK(CheckReason(reason));
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  const bool is_cancelled = state == OrderState::kCancelled && !IsStoreReason(order.state_reason());
  if (is_cancelled || IsClosedShort(order)) {
    return order;
  }
  if (state == OrderState::kCollecting && !order.shipments().empty()) {
    return CloseShort(order, Trim(reason), now_ms);
  }
  if (state != OrderState::kCancelled && !MayBecome(state, OrderState::kCancelled)) {
    return WrongState(order, state, OrderState::kCancelled, "it has left already");
  }
  // The reason tells who cancelled: what a person writes must not be taken for the store's word.
  const std::string_view mark = IsStoreReason(Trim(reason)) ? " (by hand)" : "";
  v1::Order cancelled = order;
  SB_CHECK(
      MoveTo(cancelled, OrderState::kCancelled, fmt::format("{}{}", Trim(reason), mark), now_ms));
  return cancelled;
}

Result<v1::Order> HoldOrder(const v1::Order& order, std::string_view reason, std::int64_t now_ms) {
  SB_CHECK(CheckReason(reason));
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  switch (state) {
    case OrderState::kOnHold:
      return order;
    case OrderState::kNew:
    case OrderState::kPending:
    case OrderState::kDraft:
      break;
    case OrderState::kAwaitingPayment:
    case OrderState::kCollecting:
    case OrderState::kShipped:
    case OrderState::kCancelled:
    case OrderState::kReturned:
      return WrongState(
          order, state, OrderState::kOnHold, "only NEW, PENDING and DRAFT orders can be parked");
  }
  v1::Order held = order;
  SB_CHECK(MoveTo(held, OrderState::kOnHold, Trim(reason), now_ms));
  return held;
}

Result<ReleasedOrder> PutBackOrder(const v1::Order& order,
                                   std::string_view reason,
                                   StoreWord word,
                                   const ProductLookup& products,
                                   std::int64_t now_ms) {
  SB_CHECK(CheckReason(reason));
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  ReleasedOrder result{.order = order, .wish = OrderWish::kKeep};
  if (FollowsStore(state)) {
    return result;
  }
  if (state != OrderState::kCollecting) {
    return WrongState(order, state, OrderState::kNew, BeforeCollecting(state));
  }
  if (!order.shipments().empty()) {
    return Refused(order,
                   "ORDER_LEFT_IN_PART",
                   "has left in part: send the rest with ShipOrder, or end it with CancelOrder");
  }
  if (word == StoreWord::kCancelled) {
    return Refused(order,
                   "ORDER_CANCELLED_IN_STORE",
                   "was cancelled in the store: call CancelOrder, which puts back what was picked");
  }
  // The last that the store said of the payment.
  if (word == StoreWord::kUnpaid) {
    result.order.mutable_payment()->set_state(v1::PAYMENT_STATE_UNPAID);
    result.order.clear_cash_on_delivery();
  }
  v1::Order accepted = order;
  accepted.set_state(v1::ORDER_STATE_NEW);
  result.wish = DecideByContents(result.order, products, &accepted);
  SB_CHECK(TakeWish(result.order, result.wish, EndReason(result.order), now_ms));
  return result;
}

Result<ReleasedOrder> ReleaseOrder(const v1::Order& order,
                                   const ProductLookup& products,
                                   std::int64_t now_ms) {
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  ReleasedOrder result{.order = order, .wish = OrderWish::kKeep};
  if (state == OrderState::kNew || state == OrderState::kPending || state == OrderState::kDraft) {
    return result;
  }
  if (state != OrderState::kOnHold) {
    return Refused(
        order,
        "ORDER_STATE",
        fmt::format("is {}, not ON_HOLD: there is nothing to release", OrderStateName(state)));
  }
  result.wish = DecideByContents(result.order, products, &order);
  SB_CHECK(TakeWish(result.order, result.wish, EndReason(result.order), now_ms));
  return result;
}

}  // namespace storebridge::domain
