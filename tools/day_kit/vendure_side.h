#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "day_kit/store_shop.h"
#include "day_kit/store_side.h"

namespace storebridge::day {

// A real Vendure, by tools/vendure_store/shop.
class VendureSide final : public StoreSide {
 public:
  // `shop` is the script; `ready_file` what `start` wrote: the store's address and an API key.
  // kNotFound when it is not there.
  static Result<std::unique_ptr<VendureSide>> Open(const std::string& shop,
                                                   const std::string& ready_file,
                                                   int page_size = 100);

  [[nodiscard]] std::string kind() const override { return "Vendure"; }
  [[nodiscard]] std::string connector() const override { return "connectors/vendure"; }
  [[nodiscard]] std::string config_json() const override;
  [[nodiscard]] std::map<std::string, std::string> secrets() const override;
  [[nodiscard]] std::vector<std::string> product_codes() const override;

  Result<std::vector<std::string>> Place(const Purchase& purchase) override;
  Result<std::int64_t> Salable(const std::string& code) override;
  // Vendure's stock on hand: it takes away by itself what its open orders hold.
  Result<std::int64_t> ShownStock(const std::string& code) override;
  Result<StoreOrder> Order(const std::string& number) override;
  Result<std::map<std::string, StoreOrder>> Orders() override;
  Result<StoreProduct> Product(const std::string& code) override;
  Status CorrectPostalCode(const std::string& number, const std::string& postal_code) override;
  Status Cancel(const std::string& number) override;
  Status EditTitle(const std::string& code, const std::string& title) override;
  Status SetStockByHand(const std::string& code, std::int64_t quantity) override;
  Result<std::optional<std::int64_t>> WriteCount() override;

  // Everything that the shop shows, by code.
  Result<std::map<std::string, StoreProduct>> AllProducts();
  // Every placed order, as texts that differ when anything about it differs.
  Result<std::map<std::string, std::string>> AllOrders();
  // Captures an authorised payment.
  Status Settle(const std::string& number);
  // Further parts of a product: `title`, `ean`, `description`, `price`, as `shop edit-product`
  // takes them.
  Status EditProduct(const std::string& code, const std::map<std::string, std::string>& edit);

 private:
  VendureSide(StoreShop shop, int page_size);

  // A query of a customer. Gives `data`.
  Result<boost::json::value> AskShop(const std::string& query, const std::string& variables);

  StoreShop shop_;
  std::string url_;
  std::string api_key_;
  int page_size_;
};

}  // namespace storebridge::day
