#pragma once

#include <memory>
#include <string>

#include "bench/stage.h"

namespace storebridge::bench {

// A data folder of a server in which a merchant has many orders: one is imported for real, the
// others are copies of it, inserted directly, a second apart. One in fifty is CANCELLED, the
// others are SHIPPED. The store `web` of the merchant `bench` is connected to `store` and knows its
// products.
class OrdersDatabase {
 public:
  static Result<std::unique_ptr<OrdersDatabase>> Build(const Tools& tools,
                                                       Store& store,
                                                       std::size_t orders);

  // For ServerOptions::data, one server at a time.
  [[nodiscard]] std::string data() const { return folder_.File("data"); }
  // Names of some orders all over it.
  [[nodiscard]] const std::vector<std::string>& sample() const { return sample_; }

 private:
  OrdersDatabase() = default;
  Status ImportOne(const Tools& tools, Store& store);
  Status Insert(std::size_t orders);

  day::TempFolder folder_;
  std::vector<std::string> sample_;
};

}  // namespace storebridge::bench
