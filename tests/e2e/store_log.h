#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "servers.h"

namespace storebridge::e2e {

// A request to a demo store's API, as the store remembers it.
struct StoreRequest {
  std::string method = {};
  // Such as `/orders/{id}/notes`.
  std::string route = {};
  // Path and query.
  std::string target = {};
  std::int64_t status = 0;
};

// The last 200 requests that a demo store without TLS has answered, the oldest first.
Result<std::vector<StoreRequest>> LastRequests(const DemoStore& store);

}  // namespace storebridge::e2e
