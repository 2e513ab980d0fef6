#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "support/scripted_host.h"

const sb_connector_v1* woocommerce_connector() noexcept;

namespace storebridge::testing {

inline constexpr const char* kWooConfig = R"({"base_url":"https://shop.example"})";

// The list of orders of a WooCommerce store as it is documented and was measured: whole seconds,
// `modified_after` strict, sorted by time and id, at most 100 per page.
class WooModel {
 public:
  struct Order {
    std::string status = "processing";
    std::int64_t modified_s = 0;
  };

  // Answers GET /orders and GET /orders/ID; anything else is 404.
  connector::v1::Completion Answer(const connector::v1::HttpRequest& request);

  std::map<std::int64_t, Order> orders;
  std::int64_t now_s = 1'795'000'000;
  // Before each answer.
  std::function<void()> between;
};

// An order in full, as WooCommerce 11 gives it; a line of two pieces for 31.00.
std::string OrderJson(std::int64_t id, const std::string& status, std::int64_t modified_s);

// `2026-11-18T10:00:00`.
std::string WooTime(std::int64_t second);

}  // namespace storebridge::testing
