#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "day_kit/store_side.h"

namespace storebridge::day {

// Where a demo store is and how it is connected.
struct DemoAccess {
  // Without a slash at the end.
  std::string url = {};
  // Basic needs an https address, oauth1 does without.
  std::string auth = "oauth1";
  int page_size = 100;
  std::string consumer_key = "ck_demo0000000000000000000000000000000000001";
  std::string consumer_secret = "cs_demo0000000000000000000000000000000000001";
  // The store's own certificate, when its address is https.
  std::string ca_file = {};
};

// The demo store (tools/demo_store), by its controls under /demo.
class DemoSide final : public StoreSide {
 public:
  explicit DemoSide(DemoAccess access);

  [[nodiscard]] std::string kind() const override { return "demo store (WooCommerce)"; }
  [[nodiscard]] std::string connector() const override { return "connectors/woocommerce"; }
  [[nodiscard]] std::string config_json() const override;
  [[nodiscard]] std::map<std::string, std::string> secrets() const override;
  [[nodiscard]] std::vector<std::string> product_codes() const override;

  Result<std::vector<std::string>> Place(const Purchase& purchase) override;
  Result<std::int64_t> Salable(const std::string& code) override;
  Result<std::int64_t> ShownStock(const std::string& code) override;
  Result<StoreOrder> Order(const std::string& number) override;
  Result<std::map<std::string, StoreOrder>> Orders() override;
  Result<StoreProduct> Product(const std::string& code) override;
  Status CorrectPostalCode(const std::string& number, const std::string& postal_code) override;
  Status Cancel(const std::string& number) override;
  Status EditTitle(const std::string& code, const std::string& title) override;
  Status SetStockByHand(const std::string& code, std::int64_t quantity) override;
  Result<std::optional<std::int64_t>> WriteCount() override;

  // Completed orders of the past, which nobody may ship again.
  Status PlacePastOrders(int count, const std::string& date_gmt);
  // Paid orders of one piece, placed at that time, such as `2026-11-26T10:00:00`; their numbers.
  Result<std::vector<std::string>> PlaceAt(const std::string& code,
                                           int count,
                                           const std::string& date_gmt);
  // The customer pays an order that waits for it.
  Status Pay(const std::string& number);
  // The store's id of a product.
  Result<std::int64_t> IdOf(const std::string& code);
  // Spoils a record by its id, and ends it: `POST /demo/poison` in tools/demo_store/README.md.
  Status Spoil(std::int64_t id, const boost::json::object& members, bool twice = false);
  Status Heal(std::int64_t id);
  // Requests that the store got, by `METHOD /route`.
  Result<std::map<std::string, std::int64_t>> RequestCounts();
  Status ResetCounters();
  // Whether the store mails "Completed order" by itself.
  Status SetCompletedMail(bool is_on);
  // Given to whoever connects it, beside the others; none when empty.
  void SignWith(std::string webhook_secret) { webhook_secret_ = std::move(webhook_secret); }
  // The store calls there when something of that topic happens, such as `order.updated`.
  Status AddWebhook(const std::string& topic, const std::string& url, const std::string& secret);
  // Any member that `POST /demo/products` knows.
  Status EditProduct(const boost::json::object& edit);
  // Makes the store misbehave, see tools/demo_store/README.md.
  Status Misbehave(const boost::json::object& rule);
  // Ends that.
  Status Behave();

 private:
  Result<boost::json::value> Get(const std::string& path);
  Result<boost::json::value> Post(const std::string& path, const boost::json::object& body);
  Result<boost::json::value> Call(const std::string& method,
                                  const std::string& path,
                                  const std::string& body);

  DemoAccess access_;
  std::string webhook_secret_;
};

}  // namespace storebridge::day
