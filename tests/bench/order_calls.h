#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/result.h"

namespace storebridge::bench {

// Calls OrderService.GetOrder with so many in flight for a while; answers per second. The answers
// are not parsed, so that the caller costs the same for every server.
Result<double> GetOrderRate(const std::string& address,
                            const std::vector<std::string>& names,
                            std::size_t in_flight,
                            std::chrono::milliseconds length);

}  // namespace storebridge::bench
