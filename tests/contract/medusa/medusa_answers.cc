#include "medusa_answers.h"

#include <gtest/gtest.h>

#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

std::string Quoted(const std::string& text) {
  return '"' + text + '"';
}

// As Medusa writes a time; `null` for 0.
std::string Time(std::int64_t ms) {
  return ms == 0 ? "null" : Quoted(sdk::FormatTime(ms));
}

std::string PaymentsOf(const MedusaOrder& order) {
  return R"([{"status":"completed","amount":62.3735,"id":"pay_col_1","payments":[{"id":"pay_1",)"
         R"("provider_id":"pp_system_default","captured_at":)" +
         Time(order.captured_ms) + "}]}]";
}

}  // namespace

std::string Json(const MedusaOrder& order) {
  return R"({"id":)" + Quoted(order.id) + R"(,"display_id":)" + std::to_string(order.number) +
         R"(,"custom_display_id":null,"status":)" + Quoted(order.status) + R"(,"version":)" +
         std::to_string(order.version) + R"(,"created_at":)" + Time(order.placed_ms) +
         R"(,"updated_at":)" + Time(order.updated_ms) +
         R"(,"currency_code":"eur","email":"c@example.com","locale":null,"total":)" + order.total +
         R"(,"tax_total":12.6735,"item_total":54.969,"shipping_total":7.4045,"discount_total":0,)"
         R"("summary":{"paid_total":)" +
         order.paid + R"(,"refunded_total":)" + order.refunded + R"(,"pending_difference":)" +
         order.pending_difference +
         R"(},"shipping_methods":[{"name":"Postin paketti","shipping_option_id":"so_1"}],)"
         R"("shipping_address":{"id":"ordaddr_1","customer_id":null,"company":null,)"
         R"("first_name":"Åsa","last_name":"Mäkinen","address_1":"Hämeenkatu 1 A 2",)"
         R"("address_2":null,"city":"Tampere","country_code":"fi","province":null,)"
         R"("postal_code":"33100","phone":"+358401234567","metadata":null},"billing_address":null,)"
         R"("items":[)" +
         (order.items_json.empty() ? Json(MedusaLine()) : order.items_json) +
         R"(],"payment_collections":)" + PaymentsOf(order) + R"(,"payment_status":)" +
         Quoted(order.payment_status) + R"(,"fulfillment_status":)" +
         Quoted(order.fulfillment_status) + "}";
}

std::string Json(const MedusaLine& line) {
  return R"({"id":)" + Quoted(line.id) + R"(,"title":)" + Quoted(line.product_title) +
         R"(,"subtitle":)" + Quoted(line.variant_title) +
         R"(,"variant_id":"variant_1","product_id":"prod_1","product_title":)" +
         Quoted(line.product_title) + R"(,"variant_sku":"VILLASUKAT-1","variant_title":)" +
         Quoted(line.variant_title) +
         R"(,"requires_shipping":true,"is_giftcard":false,"is_tax_inclusive":false,"unit_price":21.9,)"
         R"("quantity":)" +
         std::to_string(line.quantity) + R"(,"detail":{"id":"orditem_1","quantity":)" +
         std::to_string(line.quantity) + R"(,"fulfilled_quantity":)" +
         std::to_string(line.fulfilled) + R"(,"delivered_quantity":0,"shipped_quantity":)" +
         std::to_string(line.shipped) +
         R"(,"return_requested_quantity":0,"return_received_quantity":)" +
         std::to_string(line.returned) +
         R"(,"return_dismissed_quantity":0,"written_off_quantity":)" +
         std::to_string(line.written_off) + R"(},"subtotal":43.8,"total":)" + line.total +
         R"(,"discount_total":0,"tax_total":11.169})";
}

std::string Json(const MedusaPayment& payment) {
  const std::string order = payment.order_id.empty()
                                ? ""
                                : R"(,"order":{"id":)" + Quoted(payment.order_id) +
                                      R"(,"updated_at":)" + Time(payment.order_updated_ms) + "}";
  return R"({"id":)" + Quoted(payment.id) + R"(,"updated_at":)" + Time(payment.updated_ms) +
         R"(,"payment_collection_id":"pay_col_1","payment_collection":{"id":"pay_col_1")" + order +
         "}}";
}

std::string Json(const MedusaVariant& variant) {
  return R"({"id":)" + Quoted(variant.id) + R"(,"title":)" + Quoted(variant.title) + R"(,"sku":)" +
         Quoted(variant.sku) + R"(,"ean":null,"barcode":null,"upc":null,"manage_inventory":)" +
         (variant.is_managed ? "true" : "false") +
         R"(,"weight":null,"length":null,"width":null,"height":null,"hs_code":null,)"
         R"("origin_country":null,"thumbnail":null,"created_at":)" +
         Time(variant.updated_ms) + R"(,"updated_at":)" + Time(variant.updated_ms) +
         R"(,"product_id":"prod_1","images":[],"options":[{"value":"36–39","option":{"title":"Koko"}}],)"
         R"("product":{"id":"prod_1","title":"Villasukat","subtitle":null,)"
         R"("description":"<p>100 % lampaanvillaa.</p>","status":"published","thumbnail":null,)"
         R"("weight":500,"length":null,"width":null,"height":null,"hs_code":null,)"
         R"("origin_country":null,"is_giftcard":false,"updated_at":)" +
         Time(variant.product_updated_ms) +
         R"(,"images":[],"collection":null,"categories":[{"name":"Vaatteet"}]},"inventory_items":)" +
         variant.inventory_json + R"(,"prices":)" + variant.prices_json + "}";
}

std::string InventoryItem(const std::string& id, int pieces, const std::string& levels_json) {
  return R"({"required_quantity":)" + std::to_string(pieces) + R"(,"inventory_item_id":)" +
         Quoted(id) + R"(,"inventory":{"id":)" + Quoted(id) + R"(,"location_levels":[)" +
         levels_json + "]}}";
}

std::string Level(const std::string& location, int stocked) {
  return R"({"location_id":)" + Quoted(location) + R"(,"stocked_quantity":)" +
         std::to_string(stocked) + "}";
}

std::string Refusal(const std::string& type, const std::string& message) {
  return R"({"type":)" + Quoted(type) + R"(,"message":)" + Quoted(message) + "}";
}

connector::v1::Completion TooLarge() {
  connector::v1::Completion completion =
      HostFailure(connector::v1::Failure::CODE_LIMIT, "answered with more than 10 bytes");
  completion.mutable_failure()->set_answer_too_large(true);
  return completion;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace storebridge::testing
