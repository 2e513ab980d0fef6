#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "day_kit/store_shop.h"
#include "day_kit/store_side.h"

namespace storebridge::day {

// A real Medusa, by tools/medusa_store/shop. An order's number is the one that people see
// (display_id); its state Medusa's fulfilment status, or `canceled`.
class MedusaSide final : public StoreSide {
 public:
  // `shop` is the script; `ready_file` what `start` wrote: the store's address and keys. kNotFound
  // when it is not there.
  static Result<std::unique_ptr<MedusaSide>> Open(const std::string& shop,
                                                  const std::string& ready_file,
                                                  int page_size = 100);

  [[nodiscard]] std::string kind() const override { return "Medusa"; }
  [[nodiscard]] std::string connector() const override { return "connectors/medusa"; }
  [[nodiscard]] std::string config_json() const override;
  [[nodiscard]] std::map<std::string, std::string> secrets() const override;
  [[nodiscard]] std::vector<std::string> product_codes() const override;

  Result<std::vector<std::string>> Place(const Purchase& purchase) override;
  Result<std::int64_t> Salable(const std::string& code) override;
  // Medusa's stocked quantity, at all locations: it takes away by itself what its open orders hold.
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
  Status Capture(const std::string& number);
  // Further parts of a product: `title`, `ean`, `description`, `price`, as `shop edit-product`
  // takes them.
  Status EditProduct(const std::string& code, const std::map<std::string, std::string>& edit);

 private:
  MedusaSide(StoreShop shop, int page_size);

  Status Do(const std::vector<std::string>& arguments) const;

  StoreShop shop_;
  std::string url_;
  std::string api_key_;
  int page_size_;
};

}  // namespace storebridge::day
