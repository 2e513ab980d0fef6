#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "day_kit/store_side.h"

namespace storebridge::day {

// Where the scripts of a store below tools/ are.
struct NpmStoreScripts {
  // Its script `shop`: customers and merchant, by a command each.
  std::string shop = {};
  // What its script `start` writes when the store answers: its address and its keys.
  std::string ready_file = {};
};

// What differs between the scripts of these stores.
struct ShopWords {
  // The member of an order that has its number.
  const char* number = "";
  // The member of a stock that has what the store's admin shows.
  const char* stock = "";
  // How `place --pay` calls paid, and the command that captures an authorised payment.
  const char* paid = "";
  const char* settle = "";
};

// A real store from npm, by its script `shop`.
class NpmSide : public StoreSide {
 public:
  [[nodiscard]] std::map<std::string, std::string> secrets() const override;
  [[nodiscard]] std::vector<std::string> product_codes() const override;

  Result<std::vector<std::string>> Place(const Purchase& purchase) override;
  Result<std::int64_t> Salable(const std::string& code) override;
  // The store takes away by itself what its open orders hold.
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
  virtual Result<std::map<std::string, StoreProduct>> AllProducts() = 0;
  // Every placed order, as texts that differ when anything about it differs.
  Result<std::map<std::string, std::string>> AllOrders();
  // Captures an authorised payment.
  Status Settle(const std::string& number);
  // Further parts of a product: `title`, `ean`, `description`, `price`, as `shop edit-product`
  // takes them.
  Status EditProduct(const std::string& code, const std::map<std::string, std::string>& edit);
  // Runs a command of `shop` and gives what it printed.
  [[nodiscard]] Result<boost::json::value> Shop(const std::vector<std::string>& arguments) const;

 protected:
  NpmSide(NpmStoreScripts scripts, const ShopWords& words, int page_size);

  // Reads the ready file. kNotFound when it is not there.
  Status ReadReadyFile();

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] int page_size() const { return page_size_; }

 private:
  [[nodiscard]] virtual boost::json::object Address(const AddressChange& change) const = 0;
  [[nodiscard]] virtual StoreOrder ReadOrder(const boost::json::value& json) const = 0;

  [[nodiscard]] const char* PayWord(PaymentKind payment) const;
  [[nodiscard]] Status Do(const std::vector<std::string>& arguments) const;

  NpmStoreScripts scripts_;
  ShopWords words_;
  int page_size_;
  std::string url_;
  std::string api_key_;
};

}  // namespace storebridge::day
