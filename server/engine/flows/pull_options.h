#pragma once

#include <string>
#include <vector>

namespace storebridge::engine {

// How to pull.
struct PullOptions {
  std::string cursor;
  bool is_full = false;
  // The store's ids of the only records to look at; all when empty.
  std::vector<std::string> only;
};

}  // namespace storebridge::engine
