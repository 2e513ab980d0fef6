#include "record_text.h"

#include <string_view>

#include "storebridge/sdk/json_writer.h"
#include "storebridge/sdk/time.h"

namespace storebridge::run {
namespace {

using sdk::JsonWriter;

// Writes fields that say something; what is empty is left out.
class Fields {
 public:
  Fields() { writer_.Object(); }

  Fields& Text(std::string_view name, const std::string& value) {
    if (!value.empty()) {
      writer_.Field(name, value);
    }
    return *this;
  }
  Fields& Flag(std::string_view name, bool value) {
    if (value) {
      writer_.Field(name, value);
    }
    return *this;
  }
  Fields& Int(std::string_view name, std::int64_t value) {
    writer_.Field(name, value);
    return *this;
  }
  Fields& NonZero(std::string_view name, std::int64_t value) {
    return value == 0 ? *this : Int(name, value);
  }
  Fields& Time(std::string_view name, std::int64_t ms) {
    return ms == 0 ? *this : Text(name, sdk::FormatTime(ms));
  }
  Fields& Amount(std::string_view name, bool has, const connector::v1::Money& money) {
    return has ? Text(name, sdk::FormatMoney(money) + " " + money.currency_code()) : *this;
  }
  template <typename List>
  Fields& Texts(std::string_view name, const List& list) {
    if (!list.empty()) {
      writer_.Key(name).Array();
      for (const std::string& text : list) {
        writer_.Value(text);
      }
      writer_.End();
    }
    return *this;
  }
  template <typename List>
  Fields& Headers(std::string_view name, const List& list) {
    if (!list.empty()) {
      writer_.Key(name).Object();
      for (const auto& header : list) {
        writer_.Field(header.name(), header.value());
      }
      writer_.End();
    }
    return *this;
  }
  Fields& Raw(std::string_view name, const std::string& json) {
    writer_.Key(name).Raw(json);
    return *this;
  }

  std::string Done() { return writer_.End().Text(); }

 private:
  JsonWriter writer_;
};

std::string PaymentText(connector::v1::PaymentState state) {
  switch (state) {
    case connector::v1::PAYMENT_STATE_UNPAID:
      return "unpaid";
    case connector::v1::PAYMENT_STATE_AUTHORIZED:
      return "authorized";
    case connector::v1::PAYMENT_STATE_PAID:
      return "paid";
    case connector::v1::PAYMENT_STATE_REFUNDED:
      return "refunded";
    default:
      return "NOT SAID";
  }
}

std::string ProgressText(connector::v1::Order::Progress progress) {
  switch (progress) {
    case connector::v1::Order::PROGRESS_OPEN:
      return "open";
    case connector::v1::Order::PROGRESS_COMPLETED:
      return "completed";
    case connector::v1::Order::PROGRESS_CANCELLED:
      return "cancelled";
    default:
      return "NOT SAID";
  }
}

std::string_view CodeText(connector::v1::Failure::Code code) {
  constexpr std::string_view kNames[] = {"CODE_UNSPECIFIED",
                                         "CODE_CONFIG",
                                         "CODE_AUTH",
                                         "CODE_RATE_LIMITED",
                                         "CODE_TRANSIENT",
                                         "CODE_PERMANENT",
                                         "CODE_NOT_FOUND",
                                         "CODE_CONFLICT",
                                         "CODE_UNSUPPORTED",
                                         "CODE_CANCELLED",
                                         "CODE_EGRESS_DENIED",
                                         "CODE_LIMIT",
                                         "CODE_CONNECTOR_BUG"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(kNames) ? kNames[index] : std::string_view("CODE_UNKNOWN");
}

std::string AddressText(const connector::v1::Address& address) {
  return Fields()
      .Text("recipient", address.recipient())
      .Text("company", address.company())
      .Texts("lines", address.lines())
      .Text("postal_code", address.postal_code())
      .Text("city", address.city())
      .Text("region", address.region())
      .Text("region_code", address.region_code())
      .Text("phone", address.phone())
      .Text("email", address.email())
      .Done();
}

std::string LineText(const connector::v1::OrderLine& line) {
  return Fields()
      .Text("external_id", line.external_id())
      .Text("product_code", line.product_code())
      .Text("external_product_id", line.external_product_id())
      .Text("title", line.title())
      .Int("quantity", line.quantity())
      .NonZero("refunded", line.refunded_quantity())
      .NonZero("fulfilled", line.fulfilled_quantity())
      .Amount("unit_price", line.has_unit_price(), line.unit_price())
      .Amount("tax", line.has_tax(), line.tax())
      .Amount("discount", line.has_discount(), line.discount())
      .Flag("virtual", line.is_virtual())
      .Headers("attributes", line.attributes())
      .Done();
}

std::string DocumentsText(const connector::v1::Order& order) {
  JsonWriter writer;
  writer.Array();
  for (const auto& document : order.documents()) {
    writer.Raw(Fields().Text("type", document.type()).Text("url", document.url()).Done());
  }
  return writer.End().Text();
}

std::string LinesText(const connector::v1::Order& order) {
  JsonWriter writer;
  writer.Array();
  for (const auto& line : order.lines()) {
    writer.Raw(LineText(line));
  }
  return writer.End().Text();
}

}  // namespace

std::string OrderText(const connector::v1::Order& order) {
  Fields fields;
  fields.Text("order", order.external_id())
      .Text("number", order.number())
      .Text("store_state", order.store_state())
      .Text("payment", PaymentText(order.payment_state()))
      .Text("progress", ProgressText(order.progress()))
      .Flag("stock_taken", order.stock_taken())
      .Time("placed", order.placed_ms())
      .Time("paid", order.paid_ms())
      .Time("modified", order.modified_ms())
      .Text("mark", order.mark())
      .Text("currency", order.currency_code())
      .Amount("items_total", order.has_items_total(), order.items_total())
      .Amount("shipping_total", order.has_shipping_total(), order.shipping_total())
      .Amount("discount_total", order.has_discount_total(), order.discount_total())
      .Amount("tax_total", order.has_tax_total(), order.tax_total())
      .Amount("grand_total", order.has_grand_total(), order.grand_total())
      .Amount("cash_on_delivery", order.has_cash_on_delivery(), order.cash_on_delivery())
      .Text("payment_method", order.payment_method())
      .Text("shipping_code", order.shipping_code())
      .Text("shipping_title", order.shipping_title())
      .Text("pickup_point", order.pickup_point())
      .Text("note", order.customer_note())
      .Text("gift_message", order.gift_message())
      .Flag("test", order.is_test())
      .Text("language", order.language_code())
      .Text("vat_id", order.vat_id())
      .Text("incoterm", order.incoterm())
      .Texts("tags", order.tags())
      .Headers("attributes", order.attributes())
      .Raw("shipping_address", AddressText(order.shipping_address()))
      .Raw("billing_address", AddressText(order.billing_address()))
      .Raw("lines", LinesText(order));
  if (!order.documents().empty()) {
    fields.Raw("documents", DocumentsText(order));
  }
  return fields.Done();
}

std::string ProductText(const connector::v1::Product& product) {
  Fields fields;
  fields.Text("product", product.external_id())
      .Text("parent", product.external_parent_id())
      .Text("code", product.product_code())
      .Text("title", product.title())
      .Text("ean", product.ean())
      .Text("short_description", product.short_description())
      .Text("description", product.description())
      .Amount("price", product.has_price(), product.price())
      .Flag("active", product.is_active())
      .Flag("virtual", product.is_virtual())
      .Flag("deleted", product.is_deleted())
      .NonZero("weight_grams", product.weight_grams())
      .NonZero("length_mm", product.length_mm())
      .NonZero("width_mm", product.width_mm())
      .NonZero("height_mm", product.height_mm())
      .Texts("images", product.image_urls())
      .Text("url", product.product_url())
      .Text("origin", product.origin_region_code())
      .Text("hs_code", product.hs_code())
      .Text("customs", product.customs_description())
      .Text("supplier", product.supplier())
      .Text("supplier_code", product.supplier_product_code())
      .Text("group", product.group())
      .Headers("options", product.options())
      .Time("modified", product.modified_ms());
  if (product.has_stock_quantity()) {
    fields.Int("stock", product.stock_quantity());
  }
  if (product.has_price_includes_tax()) {
    fields.Text("price_includes_tax", product.price_includes_tax() ? "yes" : "no");
  }
  return fields.Done();
}

std::string ResultText(const connector::v1::ItemResult& result) {
  Fields fields;
  fields.Text("result", result.ref());
  if (result.has_failure()) {
    return fields.Text("failure", FailureText(result.failure())).Done();
  }
  const connector::v1::Accepted& accepted = result.accepted();
  return fields.Text("accepted", result.has_accepted() ? "yes" : "NOT SAID")
      .Text("external_id", accepted.external_id())
      .Flag("confirmed", accepted.confirmed())
      .Flag("was_there", accepted.was_there())
      .Done();
}

std::string UntoldText(const std::string& ref) {
  return Fields().Text("result", ref).Text("failure", "no outcome was told").Done();
}

std::string BadText(const connector::v1::BadRecord& bad) {
  return Fields()
      .Text("bad", bad.is_order() ? "order" : "product")
      .Text("external_id", bad.external_id())
      .Text("label", bad.label())
      .Text("message", bad.message())
      .Done();
}

std::string CheckText(const connector::v1::Check& check) {
  return Fields()
      .Text("check", check.name())
      .Text("ok", check.ok() ? "yes" : "NO")
      .Text("message", check.message())
      .Text("action", check.action())
      .Done();
}

std::string CapabilityText(const std::string& capability) {
  return Fields().Text("capability", capability).Done();
}

std::string CursorText(const std::string& cursor) {
  return Fields().Text("cursor", cursor).Done();
}

std::string FailureText(const connector::v1::Failure& failure) {
  std::string text(CodeText(failure.code()));
  text += ": " + failure.message();
  if (!failure.config_path().empty()) {
    text += " [setting " + failure.config_path() + "]";
  }
  if (failure.ambiguous()) {
    text += " [it may have been done]";
  }
  if (failure.retry_after_ms() > 0) {
    text += " [try again in " + std::to_string(failure.retry_after_ms()) + " ms]";
  }
  return failure.detail().empty() ? text : text + "\n  " + failure.detail();
}

}  // namespace storebridge::run
