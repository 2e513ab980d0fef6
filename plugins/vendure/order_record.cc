#include "order_record.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace vendure {
namespace {

constexpr std::string_view kPaidState = "PaymentSettled";
constexpr std::string_view kAddressFields =
    "{ fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }";

sdk::Address ReadAddress(const sdk::Json& json, const std::string& email) {
  sdk::Address address;
  address.set_recipient(json.OptionalText("fullName"));
  address.set_company(json.OptionalText("company"));
  for (const char* line : {"streetLine1", "streetLine2"}) {
    if (std::string text = json.OptionalText(line); !text.empty()) {
      address.add_lines(std::move(text));
    }
  }
  address.set_city(json.OptionalText("city"));
  address.set_region(json.OptionalText("province"));
  address.set_postal_code(json.OptionalText("postalCode"));
  address.set_region_code(json.OptionalText("countryCode"));
  address.set_phone(json.OptionalText("phoneNumber"));
  address.set_email(email);
  return address;
}

// Money is an integer of hundredths, whatever the currency (Vendure's default money strategy).
sdk::Money Minor(const sdk::Json& json, const char* field, const std::string& currency) {
  return sdk::MoneyFromMinor(json.At(field).Int(), currency);
}

sdk::OrderLine ReadLine(const sdk::Json& json, const std::string& currency) {
  sdk::OrderLine line;
  const sdk::Json variant = json.At("productVariant");
  line.set_external_id(json.At("id").Id());
  line.set_product_code(variant.OptionalText("sku"));
  line.set_external_product_id(variant.At("id").Id());
  line.set_title(variant.OptionalText("name"));
  // `quantity` is what is left after cancellations; `orderPlacedQuantity` never moves.
  const std::int64_t now = sdk::Pieces(json.At("quantity"));
  const std::int64_t ordered = std::max(now, sdk::OptionalPieces(json, "orderPlacedQuantity"));
  line.set_quantity(ordered);
  line.set_refunded_quantity(ordered - now);
  std::int64_t fulfilled = 0;
  for (const sdk::Json& part : json.OptionalItems("fulfillmentLines")) {
    fulfilled += sdk::Pieces(part.At("quantity"));  // Cancelled fulfilments are not listed here.
  }
  line.set_fulfilled_quantity(
      std::clamp<std::int64_t>(fulfilled, 0, std::max<std::int64_t>(now, 0)));
  const sdk::Money paid = Minor(json, "proratedUnitPriceWithTax", currency);
  const sdk::Money net = Minor(json, "proratedUnitPrice", currency);
  const sdk::Money list = Minor(json, "unitPriceWithTax", currency);
  *line.mutable_unit_price() = paid;
  *line.mutable_tax() = sdk::Multiply(sdk::Subtract(paid, net), ordered);
  *line.mutable_discount() = sdk::Multiply(sdk::Subtract(list, paid), ordered);
  return line;
}

// The settled amounts of some payments or refunds, in one currency.
sdk::Money SettledOf(const std::vector<sdk::Json>& items, const char* amount) {
  sdk::Money sum;
  for (const sdk::Json& item : items) {
    if (item.OptionalText("state") == "Settled") {
      sum = sdk::Add(sum, Minor(item, amount, ""));
    }
  }
  return sum;
}

bool IsAboveZero(const sdk::Money& money) {
  return money.units() > 0 || money.nanos() > 0;
}

sdk::PaymentState PaymentStateOf(const sdk::Json& json) {
  const std::vector<sdk::Json> payments = json.OptionalItems("payments");
  const sdk::Money paid = SettledOf(payments, "amount");
  sdk::Money left = paid;
  for (const sdk::Json& payment : payments) {
    left = sdk::Subtract(left, SettledOf(payment.OptionalItems("refunds"), "total"));
  }
  const bool has_paid = IsAboveZero(paid);
  if (has_paid && !IsAboveZero(left)) {
    return sdk::PAYMENT_STATE_REFUNDED;
  }
  const std::string state = json.At("state").Text();
  if (state == "PaymentAuthorized") {
    return sdk::PAYMENT_STATE_AUTHORIZED;
  }
  if (IsBeingModified(json)) {
    return sdk::PAYMENT_STATE_UNPAID;
  }
  const bool is_placed = state == kPaidState || state == "PartiallyShipped" || state == "Shipped" ||
                         state == "PartiallyDelivered" || state == "Delivered";
  return is_placed || has_paid ? sdk::PAYMENT_STATE_PAID : sdk::PAYMENT_STATE_UNPAID;
}

// When it was paid in full for the first time; 0 when that is not known. Its history says so, but
// for a shop with an order process of its own. Then the payments do: their updatedAt moves at the
// settling, and may move again. Neither comes before the order was placed, to which such times are
// raised: they may have whole seconds only.
std::int64_t PaidMsOf(const sdk::Json& json, std::int64_t placed_ms) {
  std::int64_t paid_ms = 0;
  if (const std::optional<sdk::Json> history = json.Find("history")) {
    for (const sdk::Json& entry : history->OptionalItems("items")) {
      const std::optional<sdk::Json> data = entry.Find("data");
      const std::int64_t time_ms = entry.OptionalTimeMs("createdAt");
      if (data && TextIn(*data, "to") == kPaidState && time_ms != 0) {
        paid_ms = paid_ms == 0 ? time_ms : std::min(paid_ms, time_ms);
      }
    }
  }
  if (paid_ms == 0) {
    for (const sdk::Json& payment : json.OptionalItems("payments")) {
      if (payment.OptionalText("state") == "Settled") {
        paid_ms = std::max(paid_ms, payment.OptionalTimeMs("updatedAt"));
      }
    }
  }
  return paid_ms == 0 ? 0 : std::max(paid_ms, placed_ms);
}

sdk::Order::Progress ProgressOf(const std::string& state) {
  if (state == "Cancelled") {
    return sdk::Order::PROGRESS_CANCELLED;
  }
  return state == "Shipped" || state == "Delivered" ? sdk::Order::PROGRESS_COMPLETED
                                                    : sdk::Order::PROGRESS_OPEN;
}

void ReadAddresses(const sdk::Json& json, sdk::Order* order) {
  std::string email;
  std::string phone;
  if (const std::optional<sdk::Json> customer = json.Find("customer")) {
    email = customer->OptionalText("emailAddress");
    phone = customer->OptionalText("phoneNumber");
  }
  if (const std::optional<sdk::Json> address = json.Find("shippingAddress")) {
    sdk::Address& to = *order->mutable_shipping_address();
    to = ReadAddress(*address, email);
    if (sdk::Trim(to.phone()).empty()) {
      to.set_phone(std::move(phone));
    }
  }
  if (const std::optional<sdk::Json> address = json.Find("billingAddress")) {
    *order->mutable_billing_address() = ReadAddress(*address, email);
  }
}

void ReadTotals(const sdk::Json& json, sdk::Order* order) {
  const std::string& currency = order->currency_code();
  *order->mutable_items_total() = Minor(json, "subTotalWithTax", currency);
  *order->mutable_shipping_total() = Minor(json, "shippingWithTax", currency);
  *order->mutable_grand_total() = Minor(json, "totalWithTax", currency);
  *order->mutable_tax_total() = sdk::Subtract(order->grand_total(), Minor(json, "total", currency));
  sdk::Money discount = sdk::MoneyFromMinor(0, currency);
  for (const sdk::Json& part : json.OptionalItems("discounts")) {
    discount = sdk::Subtract(
        discount, Minor(part, "amountWithTax", currency));  // Discounts are negative there.
  }
  *order->mutable_discount_total() = discount;
}

}  // namespace

const std::string_view kMarkFields =
    "id state updatedAt orderPlacedAt totalQuantity totalWithTax modifications { id } "
    "payments { id state updatedAt refunds { id state } } "
    "fulfillments { id state }";

const std::string kOrderFields =
    "id code state updatedAt orderPlacedAt currencyCode totalQuantity subTotalWithTax "
    "shippingWithTax total totalWithTax "
    "modifications { id } customer { emailAddress phoneNumber } shippingAddress " +
    std::string(kAddressFields) + " billingAddress " + std::string(kAddressFields) +
    " lines { id quantity orderPlacedQuantity unitPriceWithTax proratedUnitPrice "
    "proratedUnitPriceWithTax "
    "productVariant { id sku name } fulfillmentLines { quantity } } "
    "discounts { amountWithTax } shippingLines { shippingMethod { code name } } "
    "payments { id method state amount updatedAt refunds { id state total } } "
    "fulfillments { id state } "
    "history(options: { filter: { type: { eq: \"ORDER_STATE_TRANSITION\" } } }) "
    "{ items { createdAt data } }";

std::string MarkOf(const sdk::Json& order) {
  std::string text = order.At("state").Text() + '|' + order.At("updatedAt").Text() + '|' +
                     order.At("totalQuantity").Scalar() + '|' + order.At("totalWithTax").Scalar();
  for (const sdk::Json& modification : order.OptionalItems("modifications")) {
    text += "|m" + modification.At("id").Id();
  }
  for (const sdk::Json& payment : order.OptionalItems("payments")) {
    text += "|p" + payment.At("id").Id() + payment.OptionalText("state");
    for (const sdk::Json& refund : payment.OptionalItems("refunds")) {
      text += "|r" + refund.At("id").Id() + refund.OptionalText("state");
    }
  }
  for (const sdk::Json& fulfillment : order.OptionalItems("fulfillments")) {
    text += "|f" + fulfillment.At("id").Id() + fulfillment.OptionalText("state");
  }
  return sdk::HashText(text);
}

std::string MarkOrRaw(const sdk::Json& order) {
  constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
  try {
    return MarkOf(order);
  } catch (const sdk::Failure&) {
    return sdk::HashText(order.Dump(kWhole));
  }
}

bool IsBeingModified(const sdk::Json& order) {
  const std::string state = TextIn(order, "state");
  return state == "Modifying" || state == "ArrangingAdditionalPayment";
}

bool IsFromBefore(const sdk::Json& order, std::int64_t from_ms) {
  // Other orders are not paid in full, or the merchant is changing them.
  const std::string state = TextIn(order, "state");
  if (state != kPaidState && state != "PartiallyShipped" && state != "PartiallyDelivered") {
    return false;
  }
  const std::int64_t placed_ms = TimeIn(order, "orderPlacedAt");
  bool is_before = placed_ms != 0 && placed_ms < from_ms;
  const std::optional<sdk::Json> payments = order.Find("payments");
  if (payments && !payments->IsArray()) {
    return false;
  }
  for (const sdk::Json& payment : payments ? payments->Items() : std::vector<sdk::Json>()) {
    const std::int64_t time_ms = TimeIn(payment, "updatedAt");
    is_before = is_before && time_ms != 0 && time_ms < from_ms;
  }
  return is_before;
}

sdk::Order ReadOrder(const sdk::Json& json) {
  sdk::Order order;
  order.set_external_id(json.At("id").Id());
  order.set_number(json.At("code").Text());
  order.set_store_state(json.At("state").Text());
  order.set_payment_state(PaymentStateOf(json));
  order.set_progress(ProgressOf(order.store_state()));
  order.set_stock_taken(true);  // Allocated from the moment it was placed.
  order.set_placed_ms(json.OptionalTimeMs("orderPlacedAt"));
  if (order.payment_state() == sdk::PAYMENT_STATE_PAID ||
      order.payment_state() == sdk::PAYMENT_STATE_REFUNDED) {
    order.set_paid_ms(PaidMsOf(json, order.placed_ms()));
  }
  order.set_modified_ms(json.OptionalTimeMs("updatedAt"));
  order.set_mark(MarkOf(json));
  order.set_currency_code(json.At("currencyCode").Text());
  ReadTotals(json, &order);
  ReadAddresses(json, &order);
  for (const sdk::Json& shipping : json.OptionalItems("shippingLines")) {
    if (const std::optional<sdk::Json> method = shipping.Find("shippingMethod")) {
      order.set_shipping_code(method->OptionalText("code"));
      order.set_shipping_title(method->OptionalText("name"));
    }
  }
  for (const sdk::Json& payment : json.OptionalItems("payments")) {
    order.set_payment_method(payment.OptionalText("method"));
  }
  for (const sdk::Json& line : json.At("lines").Items()) {
    *order.add_lines() = ReadLine(line, order.currency_code());
  }
  return order;
}

}  // namespace vendure
