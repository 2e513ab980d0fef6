#include "order_record.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "fulfillment.h"

namespace woocommerce {
namespace {

// WooCommerce keeps this beside the order at each change of a fulfillment.
constexpr std::string_view kFulfillmentStatus = "_fulfillment_status";

// Where VAT plugins keep the number.
constexpr std::array<std::string_view, 8> kVatKeys = {"_billing_vat_number",
                                                      "_vat_number",
                                                      "_billing_eu_vat_number",
                                                      "_billing_vat_id",
                                                      "_billing_vat",
                                                      "billing_vat",
                                                      "vat_number",
                                                      "_vat_id"};

// What the keys of pick-up points of shipping plugins have in common.
constexpr std::array<std::string_view, 8> kPickupWords = {"pickup_point",
                                                          "pickuppoint",
                                                          "pickup_location_id",
                                                          "service_point",
                                                          "servicepoint",
                                                          "parcel_shop",
                                                          "parcelshop",
                                                          "terminal_id"};

std::vector<std::string> AddressLines(const sdk::Json& json) {
  std::vector<std::string> lines;
  for (const char* key : {"address_1", "address_2"}) {
    if (std::string text = json.OptionalText(key); !sdk::Trim(text).empty()) {
      lines.push_back(std::move(text));
    }
  }
  return lines;
}

sdk::Address ReadAddress(const sdk::Json& json) {
  sdk::Address address;
  const std::string name = json.OptionalText("first_name") + ' ' + json.OptionalText("last_name");
  address.set_recipient(std::string(sdk::Trim(name)));
  address.set_company(json.OptionalText("company"));
  for (std::string& line : AddressLines(json)) {
    address.add_lines(std::move(line));
  }
  address.set_postal_code(json.OptionalText("postcode"));
  address.set_city(json.OptionalText("city"));
  address.set_region(json.OptionalText("state"));
  address.set_region_code(json.OptionalText("country"));
  address.set_phone(json.OptionalText("phone"));
  address.set_email(json.OptionalText("email"));
  return address;
}

// WooCommerce leaves the shipping address empty where it is the billing address, or where nothing
// has to be shipped; a country alone is what the shop presets.
bool IsEmpty(const sdk::Address& address) {
  return address.recipient().empty() && address.company().empty() && address.lines().empty() &&
         address.postal_code().empty() && address.city().empty();
}

void ReadAddresses(const sdk::Json& json, sdk::Order* order) {
  if (const std::optional<sdk::Json> billing = json.Find("billing")) {
    *order->mutable_billing_address() = ReadAddress(*billing);
  }
  sdk::Address to;
  if (const std::optional<sdk::Json> shipping = json.Find("shipping")) {
    to = ReadAddress(*shipping);
  }
  const sdk::Address& billing = order->billing_address();
  if (IsEmpty(to)) {
    to = billing;
  }
  if (sdk::Trim(to.phone()).empty()) {
    to.set_phone(billing.phone());
  }
  if (sdk::Trim(to.email()).empty()) {
    to.set_email(billing.email());
  }
  *order->mutable_shipping_address() = std::move(to);
}

sdk::Money Zero(const std::string& currency) {
  return sdk::MoneyFromMinor(0, currency);
}

sdk::Money AmountOf(const sdk::Json& json, const char* key, const std::string& currency) {
  std::optional<sdk::Money> amount = json.OptionalAmount(key, currency);
  return amount ? *std::move(amount) : Zero(currency);
}

// An amount that WooCommerce gives without tax, and its tax.
sdk::Money WithTax(const sdk::Json& json,
                   const char* key,
                   const char* tax_key,
                   const std::string& currency) {
  return sdk::Add(AmountOf(json, key, currency), AmountOf(json, tax_key, currency));
}

// Personal wishes: what the shop shows. Keys that begin with '_' are internal.
void ReadLineAttributes(const sdk::Json& json, sdk::OrderLine* line) {
  for (const sdk::Json& meta : json.OptionalItems("meta_data")) {
    const std::optional<sdk::Json> key = meta.Find("key");
    const std::string name = key ? TextOf(*key) : std::string();
    if (name.empty() || name.starts_with('_')) {
      continue;
    }
    const std::optional<sdk::Json> shown_key = meta.Find("display_key");
    const std::optional<sdk::Json> shown = meta.Find("display_value");
    const std::optional<sdk::Json> raw = meta.Find("value");
    const std::string label = shown_key ? TextOf(*shown_key) : std::string();
    std::string value = shown ? TextOf(*shown) : std::string();
    if (value.empty() && raw) {
      value = TextOf(*raw);
    }
    if (!value.empty()) {
      sdk::AddHeader(line->mutable_attributes(), label.empty() ? name : label, value);
    }
  }
}

// Adds what was paid for it to `items_total`.
sdk::OrderLine ReadLine(const sdk::Json& json,
                        const std::string& currency,
                        const OrderExtras& extras,
                        sdk::Money* items_total) {
  sdk::OrderLine line;
  line.set_external_id(json.At("id").Id());
  if (const std::optional<sdk::Json> code = json.Find("sku")) {
    line.set_product_code(std::string(sdk::Trim(TextOf(*code))));
  }
  const std::string variation = json.OptionalId("variation_id");
  const std::string product = json.OptionalId("product_id");
  const std::string sold = variation.empty() || variation == "0" ? product : variation;
  line.set_external_product_id(sold == "0" ? std::string() : sold);
  line.set_title(json.At("name").Text());
  line.set_quantity(sdk::Pieces(json.At("quantity")));
  // WooCommerce always says it: without it customs would be told that the goods cost nothing.
  *line.mutable_tax() = AmountOf(json, "total_tax", currency);
  const sdk::Money paid = sdk::Add(json.At("total").Amount(currency), line.tax());
  *items_total = sdk::Add(*items_total, paid);
  const sdk::Money before = WithTax(json, "subtotal", "subtotal_tax", currency);
  if (line.quantity() != 0) {
    *line.mutable_unit_price() = sdk::Divide(paid, line.quantity());
  }
  const sdk::Money discount = sdk::Subtract(before, paid);
  // A line that was made dearer by hand has no discount.
  const bool is_dearer = discount.units() < 0 || discount.nanos() < 0;
  *line.mutable_discount() = is_dearer ? Zero(currency) : discount;
  const auto refunded = extras.refunded.find(line.external_id());
  line.set_refunded_quantity(refunded == extras.refunded.end() ? 0 : refunded->second);
  const auto fulfilled = extras.fulfilled.find(line.external_id());
  line.set_fulfilled_quantity(fulfilled == extras.fulfilled.end() ? 0 : fulfilled->second);
  ReadLineAttributes(json, &line);
  return line;
}

sdk::Order::Progress ProgressOf(StatusKind kind) {
  switch (kind) {
    case StatusKind::kUnpaid:
    case StatusKind::kPaid:
    case StatusKind::kUnlisted:
      return sdk::Order::PROGRESS_OPEN;
    case StatusKind::kCompleted:
      return sdk::Order::PROGRESS_COMPLETED;
    case StatusKind::kOver:
      break;
  }
  return sdk::Order::PROGRESS_CANCELLED;
}

sdk::PaymentState PaymentStateOf(StatusKind kind, const std::string& status, bool has_pay_date) {
  if (status == "refunded") {
    return sdk::PAYMENT_STATE_REFUNDED;
  }
  switch (kind) {
    case StatusKind::kUnpaid:
      // A merchant who puts a paid order on hold wants it to wait.
      return sdk::PAYMENT_STATE_UNPAID;
    case StatusKind::kPaid:
    case StatusKind::kCompleted:
      return sdk::PAYMENT_STATE_PAID;
    case StatusKind::kOver:
    case StatusKind::kUnlisted:
      break;
  }
  return has_pay_date ? sdk::PAYMENT_STATE_PAID : sdk::PAYMENT_STATE_UNPAID;
}

// WooCommerce lowers its stock at these; at statuses of plugins when the payment was taken.
bool IsStockTaken(StatusKind kind, const std::string& status, bool has_pay_date) {
  if (status == "processing" || status == "on-hold" || kind == StatusKind::kCompleted) {
    return true;
  }
  return has_pay_date && status != "pending" && kind != StatusKind::kOver;
}

// What the buyer still owes at the door, where the order is to be sent: the goods that a refund
// gave back are not paid for. Refunds are negative.
std::optional<sdk::Money> DueAtTheDoor(const sdk::Json& json, const sdk::Order& order) {
  const bool is_sent = order.payment_state() == sdk::PAYMENT_STATE_PAID &&
                       order.progress() == sdk::Order::PROGRESS_OPEN;
  if (!is_sent || order.payment_method() != "cod") {
    return std::nullopt;
  }
  sdk::Money due = order.grand_total();
  for (const sdk::Json& refund : json.OptionalItems("refunds")) {
    due = sdk::Add(due, refund.At("total").Amount(order.currency_code()));
  }
  const bool is_due = due.units() > 0 || due.nanos() > 0;
  return is_due ? std::optional(std::move(due)) : std::nullopt;
}

void ReadTotals(const sdk::Json& json, sdk::Order* order) {
  const std::string& currency = order->currency_code();
  *order->mutable_shipping_total() = WithTax(json, "shipping_total", "shipping_tax", currency);
  *order->mutable_discount_total() = WithTax(json, "discount_total", "discount_tax", currency);
  *order->mutable_tax_total() = AmountOf(json, "total_tax", currency);
  *order->mutable_grand_total() = json.At("total").Amount(currency);
  if (std::optional<sdk::Money> due = DueAtTheDoor(json, *order)) {
    *order->mutable_cash_on_delivery() = *std::move(due);
  }
  for (const sdk::Json& fee : json.OptionalItems("fee_lines")) {
    const sdk::Money amount = WithTax(fee, "total", "total_tax", currency);
    sdk::AddHeader(order->mutable_attributes(),
                   "fee: " + fee.OptionalText("name"),
                   sdk::FormatMoney(amount) + ' ' + currency);
  }
}

// An entry of `meta_data`.
struct Meta {
  std::string key;
  std::optional<sdk::Json> value;
};

// The entries of an order or of its shipping line, read once: plugins keep many things there, and
// several of them are looked for.
std::vector<Meta> MetaOf(const sdk::Json& owner) {
  std::vector<Meta> list;
  for (const sdk::Json& entry : owner.OptionalItems("meta_data")) {
    const std::optional<sdk::Json> key = entry.Find("key");
    list.push_back(Meta{.key = key ? TextOf(*key) : std::string(), .value = entry.Find("value")});
  }
  return list;
}

// The first entry of that key; empty when there is none.
std::string TextIn(const std::vector<Meta>& list, std::string_view key) {
  for (const Meta& meta : list) {
    if (meta.key == key) {
      return meta.value ? TextOf(*meta.value) : std::string();
    }
  }
  return {};
}

bool IsPickupKey(std::string_view key) {
  return std::any_of(kPickupWords.begin(), kPickupWords.end(), [&](std::string_view word) {
    return key.find(word) != std::string_view::npos;
  });
}

// The pick-up point in `meta_data` of an order or of its shipping line; the one that is an id goes
// before names and addresses.
std::string PickupPointIn(const std::vector<Meta>& list) {
  std::string found;
  for (const Meta& meta : list) {
    if (!meta.value || !IsPickupKey(meta.key)) {
      continue;
    }
    std::string text = TextOf(*meta.value);
    if (!text.empty() && (meta.key.ends_with("_id") || meta.key.ends_with("_code"))) {
      return text;
    }
    if (found.empty()) {
      found = std::move(text);
    }
  }
  return found;
}

void ReadShipping(const sdk::Json& json, const std::vector<Meta>& list, sdk::Order* order) {
  std::string pickup = PickupPointIn(list);
  for (const sdk::Json& line : json.OptionalItems("shipping_lines")) {
    if (!order->shipping_title().empty() || !order->shipping_code().empty()) {
      break;  // Packages of one order have one method nearly always; the first counts.
    }
    order->set_shipping_code(line.OptionalText("method_id"));
    order->set_shipping_title(line.OptionalText("method_title"));
    if (pickup.empty()) {
      pickup = PickupPointIn(MetaOf(line));
    }
  }
  order->set_pickup_point(std::move(pickup));
}

void ReadMeta(const sdk::Json& json, const std::vector<Meta>& list, sdk::Order* order) {
  for (const std::string_view key : kVatKeys) {
    if (std::string text = TextIn(list, key); !text.empty()) {
      order->set_vat_id(std::move(text));
      break;
    }
  }
  order->set_language_code(TextIn(list, "wpml_language"));
  std::string coupons;
  for (const sdk::Json& coupon : json.OptionalItems("coupon_lines")) {
    coupons += (coupons.empty() ? "" : ", ") + coupon.OptionalText("code");
  }
  if (!coupons.empty()) {
    sdk::AddHeader(order->mutable_attributes(), "coupons", coupons);
  }
}

}  // namespace

const std::string_view kOrderFields =
    "id,number,status,currency,date_created_gmt,date_modified_gmt,date_paid_gmt,discount_total,"
    "discount_tax,shipping_total,shipping_tax,total,total_tax,billing,shipping,payment_method,"
    "customer_note,line_items,shipping_lines,fee_lines,coupon_lines,refunds,meta_data";

std::string MarkOf(const sdk::Json& order) {
  const std::optional<sdk::Json> modified = order.Find("date_modified_gmt");
  const std::optional<sdk::Json> status = order.Find("status");
  return (modified ? TextOf(*modified) : std::string()) + ' ' +
         (status ? TextOf(*status) : std::string());
}

bool IsDraft(const sdk::Json& order) {
  const std::optional<sdk::Json> status = order.Find("status");
  const std::string text = status ? TextOf(*status) : std::string();
  return text == "checkout-draft" || text == "auto-draft";
}

bool HasRefunds(const sdk::Json& order) {
  const std::optional<sdk::Json> refunds = order.Find("refunds");
  return refunds && refunds->IsArray() && refunds->size() > 0;
}

bool IsSentByFulfillment(const sdk::Json& order) {
  const std::string text = MetaText(order, kFulfillmentStatus);
  return text == "fulfilled" || text == "partially_fulfilled";
}

bool HasFulfillments(const sdk::Json& order, const Store& store) {
  const std::string text = MetaText(order, kFulfillmentStatus);
  const StatusKind kind = store.statuses().KindOf(TextIn(order, "status"));
  const bool is_open = ProgressOf(kind) == sdk::Order::PROGRESS_OPEN;
  return is_open && !text.empty() && text != "no_fulfillments" && text != "unfulfilled";
}

void AddRefunds(const sdk::Json& refunds, OrderExtras* extras) {
  for (const sdk::Json& refund : refunds.Items()) {
    const std::string id = TextIn(refund, "id");
    if (!id.empty() && !extras->refund_ids.insert(id).second) {
      continue;
    }
    for (const sdk::Json& line : refund.OptionalItems("line_items")) {
      const std::string line_id = MetaText(line, "_refunded_item_id");
      const std::int64_t quantity = sdk::OptionalPieces(line, "quantity");
      if (!line_id.empty()) {
        extras->refunded[line_id] += quantity < 0 ? -quantity : quantity;
      }
    }
  }
}

void RequireRefunds(const sdk::Json& order, const OrderExtras& extras) {
  if (!HasRefunds(order)) {
    return;
  }
  for (const sdk::Json& refund : order.OptionalItems("refunds")) {
    const std::string id = TextIn(refund, "id");
    if (!extras.refund_ids.contains(id)) {
      throw sdk::Failure(sdk::Code::kTransient,
                         "its refund " + sdk::HeadOf(id, kShownNameMax) +
                             " is not in WooCommerce's list of its refunds, so that nobody knows "
                             "which pieces it gave back; see that no plugin or cache changes the "
                             "/orders/ID/refunds of WooCommerce's API. The order is read again "
                             "then");
    }
  }
}

void AddFulfillments(const sdk::Json& fulfillments, OrderExtras* extras) {
  for (const sdk::Json& fulfillment : FulfillmentsIn(fulfillments)) {
    if (!IsFulfilled(fulfillment)) {
      continue;
    }
    const std::optional<sdk::Json> items = MetaValue(fulfillment, "_items");
    if (!items || !items->IsArray()) {
      continue;
    }
    for (const sdk::Json& item : items->Items()) {
      extras->fulfilled[item.At("item_id").Id()] += sdk::Pieces(item.At("qty"));
    }
  }
}

sdk::Order ReadOrder(const sdk::Json& json, const Store& store, const OrderExtras& extras) {
  sdk::Order order;
  order.set_external_id(RecordId(json));
  order.set_number(json.Find("number") ? json.At("number").Id() : order.external_id());
  const std::string status = json.At("status").Text();
  const StatusKind kind = store.statuses().KindOf(status);
  const std::int64_t paid_ms = json.OptionalTimeMs("date_paid_gmt");
  order.set_store_state(status);
  order.set_payment_state(PaymentStateOf(kind, status, paid_ms != 0));
  order.set_progress(ProgressOf(kind));
  order.set_stock_taken(IsStockTaken(kind, status, paid_ms != 0));
  order.set_placed_ms(json.OptionalTimeMs("date_created_gmt"));
  order.set_paid_ms(paid_ms);
  order.set_modified_ms(json.At("date_modified_gmt").TimeMs());
  order.set_mark(MarkOf(json));
  order.set_currency_code(json.At("currency").Text());
  order.set_payment_method(json.OptionalText("payment_method"));
  ReadTotals(json, &order);
  ReadAddresses(json, &order);
  const std::vector<Meta> meta = MetaOf(json);
  ReadShipping(json, meta, &order);
  ReadMeta(json, meta, &order);
  order.set_customer_note(json.OptionalText("customer_note"));
  sdk::Money items_total = Zero(order.currency_code());
  for (const sdk::Json& line : json.At("line_items").Items()) {
    *order.add_lines() = ReadLine(line, order.currency_code(), extras, &items_total);
  }
  *order.mutable_items_total() = std::move(items_total);
  return order;
}

}  // namespace woocommerce
