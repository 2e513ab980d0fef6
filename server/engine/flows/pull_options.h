#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/order_memory.h"

namespace storebridge::engine {

// How to pull.
struct PullOptions {
  std::string cursor;
  bool is_full = false;
  // The store's ids of the only records to look at; all when empty.
  std::vector<std::string> only;
  // What earlier pulls of the store's orders learnt. For orders only; not null then.
  std::shared_ptr<OrderMemory> memory = {};
};

}  // namespace storebridge::engine
