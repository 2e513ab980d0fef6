#include "order_record.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "variant_record.h"

namespace medusa {
namespace {

// Currencies without a smaller unit (ISO 4217).
constexpr std::string_view kWholeCurrencies[] = {"BIF",
                                                 "CLP",
                                                 "DJF",
                                                 "GNF",
                                                 "ISK",
                                                 "JPY",
                                                 "KMF",
                                                 "KRW",
                                                 "PYG",
                                                 "RWF",
                                                 "UGX",
                                                 "VND",
                                                 "VUV",
                                                 "XAF",
                                                 "XOF",
                                                 "XPF"};

// Whether it is an amount that can be paid. Medusa does not round its sums, and providers do: what
// is less than half of the smallest coin is nobody's debt.
bool IsPayable(const sdk::Money& money) {
  const bool is_whole =
      std::find(std::begin(kWholeCurrencies), std::end(kWholeCurrencies), money.currency_code()) !=
      std::end(kWholeCurrencies);
  return money.units() > 0 || money.nanos() >= (is_whole ? 500'000'000 : 5'000'000);
}

// In the order in which they were made, which their ids have: Medusa lists them in any.
std::vector<sdk::Json> ById(std::vector<sdk::Json> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const sdk::Json& a, const sdk::Json& b) {
    return TextIn(a, "id") < TextIn(b, "id");
  });
  return rows;
}

sdk::Address ReadAddress(const sdk::Json& json, const std::string& email) {
  sdk::Address address;
  std::string name = json.OptionalText("first_name");
  const std::string family = json.OptionalText("last_name");
  name += (name.empty() || family.empty() ? "" : " ") + family;
  address.set_recipient(std::move(name));
  address.set_company(json.OptionalText("company"));
  for (const char* line : {"address_1", "address_2"}) {
    if (std::string text = json.OptionalText(line); !text.empty()) {
      address.add_lines(std::move(text));
    }
  }
  address.set_city(json.OptionalText("city"));
  address.set_region(json.OptionalText("province"));
  address.set_postal_code(json.OptionalText("postal_code"));
  address.set_region_code(UpperOf(json.OptionalText("country_code")));
  address.set_phone(json.OptionalText("phone"));
  address.set_email(email);
  return address;
}

sdk::OrderLine ReadLine(const sdk::Json& json, const std::string& currency) {
  sdk::OrderLine line;
  line.set_external_id(json.At("id").Id());
  line.set_product_code(json.OptionalText("variant_sku"));
  line.set_external_product_id(json.OptionalId("variant_id"));
  const std::string title = json.OptionalText("product_title");
  const std::string variant = json.OptionalText("variant_title");
  line.set_title(title.empty() ? json.OptionalText("title") : TitleOf(title, variant));
  const std::int64_t quantity = sdk::Pieces(json.At("quantity"));
  line.set_quantity(quantity);
  const sdk::Json detail = json.At("detail");
  const std::int64_t most = std::max<std::int64_t>(quantity, 0);
  // A dismissed piece came back damaged.
  const std::int64_t returned = sdk::OptionalPieces(detail, "return_received_quantity") +
                                sdk::OptionalPieces(detail, "return_dismissed_quantity");
  const std::int64_t back = returned + sdk::OptionalPieces(detail, "written_off_quantity");
  line.set_refunded_quantity(std::clamp<std::int64_t>(back, 0, most));
  line.set_fulfilled_quantity(
      std::clamp<std::int64_t>(sdk::OptionalPieces(detail, "fulfilled_quantity"), 0, most));
  // The line's total is that of what was not returned.
  if (const std::int64_t paid = quantity - returned; paid > 0) {
    *line.mutable_unit_price() = sdk::Divide(json.At("total").Amount(currency), paid);
  }
  *line.mutable_tax() = json.At("tax_total").Amount(currency);
  *line.mutable_discount() = json.At("discount_total").Amount(currency);
  line.set_is_virtual(!json.OptionalBool("requires_shipping").value_or(true));
  return line;
}

// payment_status says `partially_captured` of an order that was paid and then edited to cost less,
// too; the sums say what is still to be paid.
sdk::PaymentState PaymentStateOf(const sdk::Json& json, const sdk::Money& total) {
  const sdk::Json summary = json.At("summary");
  const auto amount = [&](const char* key) {
    return summary.OptionalAmount(key, total.currency_code())
        .value_or(sdk::MoneyFromMinor(0, total.currency_code()));
  };
  const std::string status = json.At("payment_status").Text();
  const sdk::Money paid = amount("paid_total");
  const bool has_paid = IsPayable(paid);
  if (has_paid &&
      (status == "refunded" || !IsPayable(sdk::Subtract(paid, amount("refunded_total"))))) {
    return sdk::PAYMENT_STATE_REFUNDED;
  }
  const bool is_owed = IsPayable(amount("pending_difference"));
  const bool is_free = !IsPayable(total) && status != "canceled";
  if (!is_owed && (has_paid || is_free)) {
    return sdk::PAYMENT_STATE_PAID;
  }
  return status == "authorized" || status == "partially_authorized" ? sdk::PAYMENT_STATE_AUTHORIZED
                                                                    : sdk::PAYMENT_STATE_UNPAID;
}

// Payments of an order, of whatever collection.
std::vector<sdk::Json> PaymentsOf(const sdk::Json& order) {
  std::vector<sdk::Json> payments;
  for (const sdk::Json& collection : ListIn(order, "payment_collections")) {
    for (sdk::Json& payment : ListIn(collection, "payments")) {
      payments.push_back(std::move(payment));
    }
  }
  return payments;
}

// When the last of its payments was captured; 0 when none was, or that is not known.
std::int64_t CapturedMs(const sdk::Json& order) {
  std::int64_t captured_ms = 0;
  for (const sdk::Json& payment : PaymentsOf(order)) {
    captured_ms = std::max(captured_ms, TimeIn(payment, "captured_at"));
  }
  return captured_ms;
}

// An order of which all was sent and a part has arrived is `partially_delivered`, as one of which
// only that part was sent.
bool IsSentWhole(const sdk::Json& order) {
  const std::string sent = TextIn(order, "fulfillment_status");
  if (sent != "partially_delivered") {
    return sent == "shipped" || sent == "delivered";
  }
  const std::vector<sdk::Json> items = ListIn(order, "items");
  return std::all_of(items.begin(), items.end(), [](const sdk::Json& item) {
    const auto quantity = sdk::ParseMoney(TextIn(item, "quantity"), "");
    const auto shipped = sdk::ParseMoney(TextIn(MemberOf(item, "detail"), "shipped_quantity"), "");
    return quantity && shipped && shipped->units() >= quantity->units();
  });
}

sdk::Order::Progress ProgressOf(const sdk::Json& json) {
  const std::string status = json.At("status").Text();
  if (status == "canceled") {
    return sdk::Order::PROGRESS_CANCELLED;
  }
  const bool is_done = status == "completed" || status == "archived" || !IsOpen(json);
  return is_done ? sdk::Order::PROGRESS_COMPLETED : sdk::Order::PROGRESS_OPEN;
}

void ReadTotals(const sdk::Json& json, sdk::Order* order) {
  const std::string& currency = order->currency_code();
  *order->mutable_items_total() = json.At("item_total").Amount(currency);
  *order->mutable_shipping_total() = json.At("shipping_total").Amount(currency);
  *order->mutable_discount_total() = json.At("discount_total").Amount(currency);
  *order->mutable_tax_total() = json.At("tax_total").Amount(currency);
  *order->mutable_grand_total() = json.At("total").Amount(currency);
}

}  // namespace

const std::string_view kOrderFields =
    "id,display_id,custom_display_id,status,version,created_at,updated_at,currency_code,email,"
    "locale,total,tax_total,item_total,shipping_total,discount_total,summary,shipping_address.*,"
    "billing_address.*,shipping_methods.id,shipping_methods.name,"
    "shipping_methods.shipping_option_id,payment_collections.payments.id,"
    "payment_collections.payments.provider_id,payment_collections.payments.captured_at,"
    "fulfillments.id,fulfillments.metadata,fulfillments.requires_shipping,fulfillments.shipped_at,"
    "fulfillments.delivered_at,fulfillments.canceled_at";

// Without raw_fulfilled_quantity, fulfillment_status would be that of the shipped pieces.
const std::string_view kMarkFields =
    "id,status,version,created_at,updated_at,payment_collections.payments.captured_at,"
    "items.quantity,items.detail.shipped_quantity,items.detail.raw_fulfilled_quantity";

const std::string_view kPaymentFields =
    "id,updated_at,payment_collection.order.id,payment_collection.order.updated_at";

// updated_at moves at everything but captures, which payment_status shows.
std::string MarkOf(const sdk::Json& order) {
  std::string text;
  for (const char* field :
       {"status", "payment_status", "fulfillment_status", "version", "updated_at"}) {
    text += TextIn(order, field) + '|';
  }
  return sdk::HashText(text);
}

bool IsOpen(const sdk::Json& order) {
  return TextIn(order, "status") != "canceled" && !IsSentWhole(order);
}

bool IsFromBefore(const sdk::Json& order, std::int64_t from_ms) {
  const std::int64_t placed_ms = TimeIn(order, "created_at");
  const std::int64_t paid_ms = CapturedMs(order);
  return placed_ms != 0 && paid_ms != 0 && placed_ms < from_ms && paid_ms < from_ms;
}

sdk::Order ReadOrder(const sdk::Json& json) {
  sdk::Order order;
  order.set_external_id(json.At("id").Id());
  const std::string custom = TextIn(json, "custom_display_id");
  order.set_number(custom.empty() ? json.At("display_id").Id() : custom);
  order.set_store_state(json.At("status").Text());
  order.set_currency_code(UpperOf(json.At("currency_code").Text()));
  ReadTotals(json, &order);
  order.set_payment_state(PaymentStateOf(json, order.grand_total()));
  order.set_progress(ProgressOf(json));
  order.set_stock_taken(true);  // Reserved from the moment it was placed.
  order.set_placed_ms(json.At("created_at").TimeMs());
  if (order.payment_state() == sdk::PAYMENT_STATE_PAID ||
      order.payment_state() == sdk::PAYMENT_STATE_REFUNDED) {
    const std::int64_t captured_ms = CapturedMs(json);
    order.set_paid_ms(captured_ms != 0 ? captured_ms : order.placed_ms());
  }
  order.set_modified_ms(json.OptionalTimeMs("updated_at"));
  order.set_mark(MarkOf(json));
  order.set_language_code(json.OptionalText("locale"));
  const std::string email = json.OptionalText("email");
  if (const std::optional<sdk::Json> address = json.Find("shipping_address")) {
    *order.mutable_shipping_address() = ReadAddress(*address, email);
  }
  if (const std::optional<sdk::Json> address = json.Find("billing_address")) {
    *order.mutable_billing_address() = ReadAddress(*address, email);
  }
  // Those of claims and exchanges came later.
  const std::vector<sdk::Json> methods = ById(json.OptionalItems("shipping_methods"));
  if (!methods.empty()) {
    order.set_shipping_code(methods.front().OptionalText("shipping_option_id"));
    order.set_shipping_title(methods.front().OptionalText("name"));
  }
  for (const sdk::Json& payment : ById(PaymentsOf(json))) {
    order.set_payment_method(payment.OptionalText("provider_id"));
  }
  for (const sdk::Json& line : ById(json.At("items").Items())) {
    *order.add_lines() = ReadLine(line, order.currency_code());
  }
  return order;
}

void RequireUnpacked(const sdk::Json& json, const sdk::Order& order) {
  if (order.progress() != sdk::Order::PROGRESS_OPEN ||
      order.payment_state() != sdk::PAYMENT_STATE_PAID) {
    return;
  }
  for (const sdk::Json& fulfillment : ListIn(json, "fulfillments")) {
    const bool is_packed = TextIn(fulfillment, "shipped_at").empty() &&
                           TextIn(fulfillment, "delivered_at").empty() &&
                           TextIn(fulfillment, "canceled_at").empty() &&
                           fulfillment.OptionalBool("requires_shipping").value_or(true);
    if (is_packed && TextIn(MemberOf(fulfillment, "metadata"), kShipmentMarker).empty()) {
      throw fulfillment.Bad(
          "somebody packed the order in Medusa by a fulfilment that is not ours (" +
          TextIn(fulfillment, "id") +
          "): cancel it there and the warehouse sends the goods, or mark it as shipped if it was");
    }
  }
}

}  // namespace medusa
