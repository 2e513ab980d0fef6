#pragma once

#include <cstdint>
#include <string>

#include "support/scripted_host.h"

const sb_connector_v1* medusa_connector() noexcept;

namespace storebridge::testing {

inline constexpr const char* kMedusaConfig = R"({"base_url":"https://shop.example"})";

// Of a secret key that is not known; without one, too.
inline constexpr const char* kUnauthorized = R"({"message":"Unauthorized"})";

// Sunday 29 November 2026, 12:00 UTC: about when the orders below are from.
inline constexpr std::int64_t kNoonMs = 1'795'953'600'000;

// An order as the connector asks for it; what is not one of these is always the same. Amounts and
// what has `_json` in its name stand in the answer as they are here.
struct MedusaOrder {
  std::string id = "order_1";
  int number = 1;
  std::string status = "pending";
  std::string payment_status = "captured";
  std::string fulfillment_status = "not_fulfilled";
  int version = 1;
  std::int64_t placed_ms = kNoonMs;
  std::int64_t updated_ms = kNoonMs;
  // When its payment was captured; 0 when it was not.
  std::int64_t captured_ms = kNoonMs;
  std::string total = "62.3735";
  std::string paid = "62.3735";
  std::string refunded = "0";
  std::string pending_difference = "0";
  std::string items_json;
};
std::string Json(const MedusaOrder& order);

// A line of an order.
struct MedusaLine {
  std::string id = "ordli_1";
  std::string product_title = "Villasukat";
  std::string variant_title = "36–39";
  int quantity = 2;
  int fulfilled = 0;
  int shipped = 0;
  int returned = 0;
  int written_off = 0;
  // Of what was not returned.
  std::string total = "54.969";
};
std::string Json(const MedusaLine& line);

// A payment as its list shows it. Without `order_id` it is that of a cart.
struct MedusaPayment {
  std::string id = "pay_1";
  std::int64_t updated_ms = kNoonMs;
  std::string order_id;
  std::int64_t order_updated_ms = kNoonMs;
};
std::string Json(const MedusaPayment& payment);

// A variant as the connector asks for it.
struct MedusaVariant {
  std::string id = "variant_1";
  std::string sku = "VILLASUKAT-1";
  std::string title = "36–39";
  std::int64_t updated_ms = kNoonMs;
  std::int64_t product_updated_ms = kNoonMs;
  bool is_managed = true;
  std::string inventory_json = R"([{"required_quantity":1,"inventory_item_id":"iitem_1",)"
                               R"("inventory":{"id":"iitem_1","location_levels":[)"
                               R"({"location_id":"sloc_1","stocked_quantity":54}]}}])";
  std::string prices_json = R"([{"amount":14.5,"currency_code":"eur","min_quantity":null,)"
                            R"("max_quantity":null,"rules":{}}])";
};
std::string Json(const MedusaVariant& variant);

// An inventory item of a variant, with `pieces` of it for each one sold and its levels.
std::string InventoryItem(const std::string& id, int pieces, const std::string& levels_json);
std::string Level(const std::string& location, int stocked);

// `{"type":TYPE,"message":MESSAGE}`
std::string Refusal(const std::string& type, const std::string& message);

// What a host says of an answer that is larger than it takes.
connector::v1::Completion TooLarge();

bool Has(const std::string& text, const std::string& part);
// The text with the first `from` in it, which has to be there, replaced.
std::string Replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace storebridge::testing
