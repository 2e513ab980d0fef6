#include "domain/observed_order.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/money.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kExternalIdMax = 200;
constexpr std::size_t kOrderNumberMax = 100;

Error Malformed(const connector::v1::Order& seen, std::string_view what) {
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "ORDER_MALFORMED",
      .message = fmt::format("order '{}' (external_id '{}'): {}; the connector has to say it right",
                             Shown(seen.number()),
                             Shown(seen.external_id()),
                             what),
      .facts = {{"external_id", Shown(seen.external_id())}, {"order", Shown(seen.number())}}};
}

// What is wrong with a key, as the end of a sentence about it; empty when nothing is.
std::string KeyFault(std::string_view value, std::size_t max) {
  return IsBlank(value) ? std::string("is missing") : TextFault(value, max);
}

Status CheckKey(const connector::v1::Order& seen,
                std::string_view field,
                std::string_view value,
                std::size_t max) {
  if (const std::string fault = KeyFault(value, max); !fault.empty()) {
    return Malformed(seen, fmt::format("{} {}", field, fault));
  }
  return Ok();
}

Status CheckLines(const connector::v1::Order& seen) {
  std::set<std::string_view> ids;
  for (int i = 0; i < seen.lines_size(); ++i) {
    const connector::v1::OrderLine& line = seen.lines(i);
    if (const std::string fault = KeyFault(line.external_id(), kExternalIdMax); !fault.empty()) {
      return Malformed(seen, fmt::format("lines[{}].external_id {}", i, fault));
    }
    if (!ids.insert(line.external_id()).second) {
      return Malformed(
          seen, fmt::format("two lines have the external_id '{}'", Shown(line.external_id())));
    }
    if (line.refunded_quantity() < 0 || line.fulfilled_quantity() < 0) {
      return Malformed(
          seen, fmt::format("lines[{}] has a negative refunded_quantity or fulfilled_quantity", i));
    }
  }
  return Ok();
}

v1::Address AddressFrom(const connector::v1::Address& seen) {
  v1::Address address;
  address.set_recipient(std::string(Trim(seen.recipient())));
  address.set_company(std::string(Trim(seen.company())));
  // Some stores keep several address lines as one text.
  for (const std::string& text : seen.lines()) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (const std::string_view line = Trim(rest.substr(0, end)); !line.empty()) {
        address.add_lines(std::string(line));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  address.set_postal_code(std::string(Trim(seen.postal_code())));
  address.set_city(std::string(Trim(seen.city())));
  address.set_region(std::string(Trim(seen.region())));
  address.set_region_code(std::string(Trim(seen.region_code())));
  address.set_phone(std::string(Trim(seen.phone())));
  address.set_email(std::string(Trim(seen.email())));
  return address;
}

template <typename Attributes>
void CopyAttributes(const google::protobuf::RepeatedPtrField<connector::v1::Header>& seen,
                    Attributes& attributes) {
  attributes.Clear();
  for (const connector::v1::Header& header : seen) {
    v1::OrderAttribute& attribute = *attributes.Add();
    attribute.set_key(header.name());
    attribute.set_value(header.value());
  }
}

void CopyDocuments(const connector::v1::Order& seen, v1::Order& record) {
  record.clear_documents();
  for (const connector::v1::OrderDocument& theirs : seen.documents()) {
    v1::OrderDocument& document = *record.add_documents();
    document.set_type(theirs.type());
    document.set_url(theirs.url());
  }
}

// Stores that name the currency only in their amounts mean that of the total.
const std::string& CurrencyOf(const connector::v1::Order& seen) {
  return seen.currency_code().empty() ? seen.grand_total().currency_code() : seen.currency_code();
}

v1::OrderTotals TotalsFrom(const connector::v1::Order& seen) {
  v1::OrderTotals totals;
  const std::string& currency = CurrencyOf(seen);
  if (seen.has_items_total()) {
    *totals.mutable_items() = CopyMoney(seen.items_total(), currency);
  }
  if (seen.has_shipping_total()) {
    *totals.mutable_shipping() = CopyMoney(seen.shipping_total(), currency);
  }
  if (seen.has_discount_total()) {
    *totals.mutable_discount() = CopyMoney(seen.discount_total(), currency);
  }
  if (seen.has_tax_total()) {
    *totals.mutable_tax() = CopyMoney(seen.tax_total(), currency);
  }
  if (seen.has_grand_total()) {
    *totals.mutable_grand() = CopyMoney(seen.grand_total(), currency);
  }
  return totals;
}

// The line as it was before; an empty one when it is new.
const v1::OrderLine& LineBefore(const v1::Order& record, std::string_view external_line_id) {
  for (const v1::OrderLine& line : record.lines()) {
    if (line.external_id() == external_line_id) {
      return line;
    }
  }
  return v1::OrderLine::default_instance();
}

// Stores show a line under the code that its product has now, and without one when the product was
// deleted. What was sold is still that product, unless the store says another id.
void CopyProduct(const connector::v1::OrderLine& seen,
                 const v1::OrderLine& before,
                 v1::OrderLine& line) {
  const bool has_id = !seen.external_product_id().empty() &&
                      KeyFault(seen.external_product_id(), kExternalIdMax).empty();
  const bool is_another = has_id && !before.external_product_id().empty() &&
                          seen.external_product_id() != before.external_product_id();
  const bool keeps_code = IsBlank(seen.product_code()) && !is_another;
  line.set_product_code(keeps_code ? before.product_code() : seen.product_code());
  line.set_external_product_id(has_id ? seen.external_product_id() : before.external_product_id());
  if (line.product_code() == before.product_code() &&
      line.external_product_id() == before.external_product_id()) {
    line.set_product(before.product());
  }
}

v1::OrderLine LineFrom(const connector::v1::OrderLine& seen,
                       std::string_view currency,
                       const v1::OrderLine& before) {
  const std::int64_t shipped = before.shipped_quantity();
  v1::OrderLine line;
  line.set_external_id(seen.external_id());
  CopyProduct(seen, before, line);
  line.set_title(seen.title());
  line.set_quantity(seen.quantity());
  line.set_refunded_quantity(seen.refunded_quantity());
  line.set_shipped_quantity(shipped);
  // What we sent comes back as fulfilled once the store was told: that is not somebody else's.
  line.set_fulfilled_elsewhere_quantity(
      std::max<std::int64_t>(seen.fulfilled_quantity() - shipped, 0));
  line.set_is_shippable(!seen.is_virtual());
  if (seen.has_unit_price()) {
    *line.mutable_unit_price() = CopyMoney(seen.unit_price(), currency);
  }
  if (seen.has_tax()) {
    *line.mutable_tax() = CopyMoney(seen.tax(), currency);
  }
  if (seen.has_discount()) {
    *line.mutable_discount() = CopyMoney(seen.discount(), currency);
  }
  CopyAttributes(seen.attributes(), *line.mutable_attributes());
  return line;
}

void CopyLines(const connector::v1::Order& seen, v1::Order& record) {
  google::protobuf::RepeatedPtrField<v1::OrderLine> lines;
  for (const connector::v1::OrderLine& line : seen.lines()) {
    *lines.Add() = LineFrom(line, CurrencyOf(seen), LineBefore(record, line.external_id()));
  }
  record.mutable_lines()->Swap(&lines);
}

void CopyPayment(const connector::v1::Order& seen, v1::Order& record) {
  v1::Payment& payment = *record.mutable_payment();
  if (const Result<PaymentState> state = PaymentStateFrom(seen.payment_state())) {
    payment.set_state(ToProto(*state));
  }
  payment.set_method(seen.payment_method());
  payment.clear_pay_time();
  if (seen.paid_ms() != 0) {
    *payment.mutable_pay_time() = TimestampFromMs(seen.paid_ms());
  }
  record.clear_cash_on_delivery();
  if (seen.has_cash_on_delivery()) {
    *record.mutable_cash_on_delivery() = CopyMoney(seen.cash_on_delivery(), CurrencyOf(seen));
  }
}

void CopyTimes(const connector::v1::Order& seen, v1::Order& record) {
  record.clear_place_time();
  if (seen.placed_ms() != 0) {
    *record.mutable_place_time() = TimestampFromMs(seen.placed_ms());
  }
  if (seen.modified_ms() != 0) {
    *record.mutable_store_update_time() = TimestampFromMs(seen.modified_ms());
  }
}

}  // namespace

Result<OrderSight> ReadSight(const connector::v1::Order& seen) {
  SB_CHECK(CheckKey(seen, "external_id", seen.external_id(), kExternalIdMax));
  SB_CHECK(CheckKey(seen, "number", seen.number(), kOrderNumberMax));
  const Result<PaymentState> payment = PaymentStateFrom(seen.payment_state());
  if (!payment) {
    return Malformed(seen, payment.error().message);
  }
  const Result<Progress> progress = ProgressFrom(seen.progress());
  if (!progress) {
    return Malformed(seen, progress.error().message);
  }
  SB_CHECK(CheckLines(seen));
  return OrderSight{.payment = *payment, .progress = *progress};
}

void CopyObserved(const connector::v1::Order& seen, v1::Order& record) {
  record.set_external_id(seen.external_id());
  record.set_order_number(seen.number());
  record.set_store_state(seen.store_state());
  record.set_currency_code(CurrencyOf(seen));
  *record.mutable_totals() = TotalsFrom(seen);
  CopyPayment(seen, record);
  *record.mutable_shipping_address() = AddressFrom(seen.shipping_address());
  *record.mutable_billing_address() = AddressFrom(seen.billing_address());
  v1::ShippingMethod& method = *record.mutable_shipping_method();
  method.set_code(seen.shipping_code());
  method.set_title(seen.shipping_title());
  method.set_pickup_point(seen.pickup_point());
  CopyLines(seen, record);
  record.set_customer_note(seen.customer_note());
  CopyTimes(seen, record);
  record.set_is_test(seen.is_test());
  record.set_language_code(seen.language_code());
  record.set_vat_id(seen.vat_id());
  *record.mutable_tags() = seen.tags();
  CopyAttributes(seen.attributes(), *record.mutable_attributes());
  CopyDocuments(seen, record);
  record.set_incoterm(seen.incoterm());
  record.set_gift_message(seen.gift_message());
}

}  // namespace storebridge::domain
