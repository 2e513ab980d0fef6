#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "dates.h"
#include "money.h"

namespace storebridge::demo_store {

namespace json = boost::json;
using Id = std::int64_t;

/// Serialised payloads kept until the thing changes: whole, and for the last `_fields` asked.
struct PayloadCache {
  std::string whole;
  std::string fields;
  std::string partial;
  void Clear() {
    whole.clear();
    fields.clear();
    partial.clear();
  }
};

enum class ProductKind { kSimple, kVariable, kVariation };

/// A product or a variation (then `parent_id` is set). Prices are kept as they were typed.
struct Product {
  Id id = 0;
  Id parent_id = 0;
  ProductKind kind = ProductKind::kSimple;
  std::string name;
  std::string slug;
  std::string status = "publish";
  std::string sku;
  std::string ean;
  std::string description;
  std::string short_description;
  std::string regular_price;
  std::string sale_price;
  bool manage_stock = true;
  std::int64_t stock = 0;              ///< Meaningful only with manage_stock.
  std::string stock_flag = "instock";  ///< What counts without manage_stock.
  std::string backorders = "no";
  std::string weight;
  std::string length, width, height;
  std::string image;
  std::string category;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< Variation: name and option.
  std::vector<Id> variations;
  json::array meta_data;
  Seconds created = 0;
  Seconds modified = 0;
  mutable PayloadCache cache;

  /// Returns the price in force: the sale price when there is one.
  const std::string& price() const { return sale_price.empty() ? regular_price : sale_price; }
};

struct Address {
  std::string first_name, last_name, company, address_1, address_2;
  std::string city, state, postcode, country, email, phone;
};

struct OrderLine {
  Id id = 0;
  Id product_id = 0;
  Id variation_id = 0;
  std::string name;
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t reduced_stock = 0;  ///< Units taken off the stock for this line.
  std::int64_t refunded = 0;
  Cents subtotal = 0, subtotal_tax = 0;  ///< Before discounts, net and tax.
  Cents total = 0, total_tax = 0;        ///< After discounts, net and tax.
};

struct Note {
  Id id = 0;
  std::string author = "WooCommerce";
  Seconds date = 0;
  std::string text = "";
  bool customer = false;
};

/// A mail the shop sent to the buyer.
struct Mail {
  std::string kind;
  Seconds date = 0;
  std::string detail;
};

struct Refund {
  Id id = 0;
  Seconds date = 0;
  Cents amount = 0;
  std::string reason;
  std::vector<std::pair<Id, std::int64_t>> lines;  ///< Order line and quantity.
};

struct Fulfillment {
  Id id = 0;
  std::string status = "unfulfilled";
  bool is_fulfilled = false;
  Seconds updated = 0;
  std::optional<Seconds> deleted;
  json::array meta_data;
};

struct Order {
  Id id = 0;
  std::string status = "pending";
  std::string currency;
  std::string order_key;
  Seconds created = 0;
  Seconds modified = 0;
  std::optional<Seconds> paid;
  std::optional<Seconds> completed;
  std::vector<OrderLine> lines;
  Cents shipping_total = 0, shipping_tax = 0;
  Cents discount_total = 0, discount_tax = 0;
  std::string coupon;
  std::string shipping_method;
  std::string customer_note;
  std::string payment_method, payment_title, transaction_id;
  Address billing, shipping;
  bool stock_reduced = false;
  json::array meta_data;
  std::vector<Note> notes;
  std::vector<Mail> mails;
  std::vector<Refund> refunds;
  std::vector<Fulfillment> fulfillments;
  mutable PayloadCache cache;

  Cents tax() const {
    Cents sum = shipping_tax;
    for (const OrderLine& line : lines) {
      sum += line.total_tax;
    }
    return sum;
  }
  Cents total() const {
    Cents sum = shipping_total + tax();
    for (const OrderLine& line : lines) {
      sum += line.total;
    }
    return sum;
  }
};

}  // namespace storebridge::demo_store
