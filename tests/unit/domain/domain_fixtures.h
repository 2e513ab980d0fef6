#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/merge.h"
#include "domain/order_state.h"
#include "domain/product_lookup.h"

// Orders and products as a healthy store shows them; each test changes what it is about.
namespace storebridge::domain {

inline constexpr std::int64_t kConnected = 1'700'000'000'000;
inline constexpr std::int64_t kNow = kConnected + 3'600'000;

// Products by code.
class FakeProducts {
 public:
  FakeProducts() {
    Set("MUG-1", ProductFacts::Standing::kActive);
    Set("TEE-2", ProductFacts::Standing::kActive);
  }

  void Set(const std::string& code, ProductFacts::Standing standing, bool is_shippable = true) {
    facts_[code] = {.standing = standing,
                    .name = "merchants/demo/products/" + IdOf(code),
                    .is_shippable = is_shippable};
  }
  // The product is in the order's store under these ids.
  void List(const std::string& code, std::vector<std::string> ids) {
    facts_.at(code).listed_as = std::move(ids);
  }
  // Another product has the code now.
  void Replace(const std::string& code, const std::string& by) {
    facts_.at(code).name = "merchants/demo/products/" + IdOf(by);
  }
  void Remove(const std::string& code) { facts_.erase(code); }

  static std::string IdOf(const std::string& code) {
    std::string id;
    for (const char c : code) {
      id += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return id;
  }

  // Stays valid as long as this.
  ProductLookup Lookup() const {
    return [this](std::string_view code) {
      const auto found = facts_.find(std::string(code));
      return found == facts_.end() ? ProductFacts{} : found->second;
    };
  }

 private:
  std::map<std::string, ProductFacts> facts_;
};

inline OrderContext ContextWith(const FakeProducts& products) {
  return {.store = {.merchant = "demo", .store = "web"},
          .new_id = "0000000000001",
          .now_ms = kNow,
          .orders_from_ms = kConnected,
          .products = products.Lookup()};
}

inline void SetMoney(connector::v1::Money& money, std::int64_t units, std::int32_t nanos = 0) {
  money.set_currency_code("EUR");
  money.set_units(units);
  money.set_nanos(nanos);
}

inline connector::v1::OrderLine& AddLine(connector::v1::Order& seen,
                                         const std::string& id,
                                         const std::string& code,
                                         std::int64_t quantity) {
  connector::v1::OrderLine& line = *seen.add_lines();
  line.set_external_id(id);
  line.set_product_code(code);
  line.set_title("A " + code);
  line.set_quantity(quantity);
  SetMoney(*line.mutable_unit_price(), 12, 500'000'000);
  return line;
}

// Paid after the store was connected, right in every detail: 2 mugs and 1 tee.
inline connector::v1::Order PaidOrder() {
  connector::v1::Order seen;
  seen.set_external_id("e-1001");
  seen.set_number("1001");
  seen.set_store_state("processing");
  seen.set_payment_state(connector::v1::PAYMENT_STATE_PAID);
  seen.set_progress(connector::v1::Order::PROGRESS_OPEN);
  seen.set_stock_taken(true);
  seen.set_placed_ms(kConnected + 1000);
  seen.set_paid_ms(kConnected + 2000);
  seen.set_modified_ms(kConnected + 2000);
  seen.set_currency_code("EUR");
  SetMoney(*seen.mutable_grand_total(), 37, 500'000'000);
  connector::v1::Address& address = *seen.mutable_shipping_address();
  address.set_recipient("Aino Virtanen");
  address.add_lines("Mannerheimintie 1");
  address.set_postal_code("00100");
  address.set_city("Helsinki");
  address.set_region_code("FI");
  AddLine(seen, "l-1", "MUG-1", 2);
  AddLine(seen, "l-2", "TEE-2", 1);
  return seen;
}

inline connector::v1::Product SeenProduct() {
  connector::v1::Product seen;
  seen.set_external_id("p-1");
  seen.set_product_code("MUG-1");
  seen.set_title("Mug");
  seen.set_ean("6400000000017");
  seen.set_is_active(true);
  SetMoney(*seen.mutable_price(), 12, 500'000'000);
  seen.set_modified_ms(kConnected);
  return seen;
}

inline ProductContext ProductContextOf(const std::string& store) {
  return {.store = {.merchant = "demo", .store = store}, .new_id = "0000000000009", .now_ms = kNow};
}

// The order as it is here after the rules and the stock decided that it can be sent.
inline v1::Order TakenOver(const connector::v1::Order& seen,
                           const FakeProducts& products,
                           OrderState state) {
  Result<OrderMerge> merge = MergeOrder(nullptr, seen, ContextWith(products));
  v1::Order order = merge.value().record;
  order.set_state(ToProto(state));
  return order;
}

}  // namespace storebridge::domain
