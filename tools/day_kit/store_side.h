#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace storebridge::day {

// How customers pay.
enum class PaymentKind { kPaid, kAuthorized, kUnpaid };

struct CartLine {
  std::string code = {};
  std::int64_t quantity = 1;
};

// Parts of a customer's address that differ from the store's usual one.
struct AddressChange {
  std::optional<std::string> recipient = {};
  std::optional<std::string> company = {};
  std::optional<std::string> street = {};
  std::optional<std::string> second_line = {};
  std::optional<std::string> postal_code = {};
  std::optional<std::string> city = {};
  std::optional<std::string> region = {};
  std::optional<std::string> region_code = {};
  std::optional<std::string> phone = {};
};

// An order, or several equal ones, that customers place.
struct Purchase {
  std::vector<CartLine> lines = {};
  PaymentKind payment = PaymentKind::kPaid;
  AddressChange address = {};
  int count = 1;
};

// An order as its store sees it.
struct StoreOrder {
  std::string number = {};
  // The store's own word.
  std::string state = {};
  bool is_shipped = false;
  bool is_partially_shipped = false;
  bool is_cancelled = false;
  std::string postal_code = {};
  std::vector<std::string> tracking_codes = {};
  // Mails to the customer that tell of a shipment; in Vendure the events on which a shop's mail
  // plugin sends one. Nothing where the store does not count them.
  std::optional<std::int64_t> shipping_mails = {};
  // Our markers in its fulfilments and notes that stand: one for each time it was told a shipment.
  std::vector<std::string> markers = {};
  // All that the store tells of it: equal texts mean that nothing changed.
  std::string everything = {};
};

// A product as its store sees it.
struct StoreProduct {
  std::string code = {};
  std::string title = {};
  std::string ean = {};
  std::string description = {};
  // In hundredths, as a customer sees it in the list.
  std::int64_t price_minor = 0;
  std::string currency = {};
};

// A real store, asked and moved from its own side: by its customers and its merchant, never by way
// of us. Every call blocks.
class StoreSide {
 public:
  StoreSide() = default;
  virtual ~StoreSide() = default;
  StoreSide(const StoreSide&) = delete;
  StoreSide& operator=(const StoreSide&) = delete;

  // What people call it, such as `Vendure`.
  [[nodiscard]] virtual std::string kind() const = 0;
  // How it is connected: the connector's name, its settings as JSON, its secrets.
  [[nodiscard]] virtual std::string connector() const = 0;
  [[nodiscard]] virtual std::string config_json() const = 0;
  [[nodiscard]] virtual std::map<std::string, std::string> secrets() const = 0;
  // Codes of four ordinary products that the store has.
  [[nodiscard]] virtual std::vector<std::string> product_codes() const = 0;

  // Gives the numbers of the orders.
  virtual Result<std::vector<std::string>> Place(const Purchase& purchase) = 0;
  // How many pieces the store lets a new customer buy.
  virtual Result<std::int64_t> Salable(const std::string& code) = 0;
  // The number that the store's own admin shows as its stock.
  virtual Result<std::int64_t> ShownStock(const std::string& code) = 0;
  virtual Result<StoreOrder> Order(const std::string& number) = 0;
  // All orders that were ever placed, by number.
  virtual Result<std::map<std::string, StoreOrder>> Orders() = 0;
  virtual Result<StoreProduct> Product(const std::string& code) = 0;

  virtual Status CorrectPostalCode(const std::string& number, const std::string& postal_code) = 0;
  virtual Status Cancel(const std::string& number) = 0;
  virtual Status EditTitle(const std::string& code, const std::string& title) = 0;
  virtual Status SetStockByHand(const std::string& code, std::int64_t quantity) = 0;

  // Writes that the store got from its API's clients; nothing where it does not count them.
  virtual Result<std::optional<std::int64_t>> WriteCount() = 0;
};

}  // namespace storebridge::day
