#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bad_input/ground.h"

namespace storebridge::e2e {

// A server whose connectors have little patience, and for each row a merchant `web` of which is a
// demo store of its own: with its products read, ten pieces of kCode, and no orders.
class StoreGround : public GroundTest<StoreGround> {
 public:
  static ServerOptions Options() {
    return {.places = {"127.0.0.1/32"}, .connectors = E2E_HASTY_CONNECTORS};
  }

 protected:
  static constexpr const char* kCode = "SF-MUG-BIRCH";

  void SetUp() override;

  // Customers buy one piece each. Gives the orders' numbers.
  std::vector<std::string> Buy(int count);
  // The warehouse collects an order and ships all of it.
  Status Send(const std::string& number);
  Status Resume();
  Status Retry(const v1::Issue& issue);

  Status WaitForShown(std::int64_t pieces);
  // Waits until the only shipment of an order is told so far.
  Status WaitForReport(const std::string& number, v1::StoreReport::State state);

  v1::FlowHealth HealthOf(v1::Flow flow);
  // Whether nothing is said against a flow.
  testing::AssertionResult IsWell(v1::Flow flow);

  day::TempFolder folder_;
  DemoStore store_;
  std::unique_ptr<day::Platform> platform_;
};

}  // namespace storebridge::e2e
