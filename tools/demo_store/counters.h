#pragma once

#include <deque>
#include <map>
#include <string>

#include <boost/json/value.hpp>

#include "dates.h"
#include "http_types.h"
#include "model.h"
#include "request_windows.h"

namespace storebridge::demo_store {

/// How often clients set the stock of a product or variation, and to what the last time.
struct StockVersions {
  std::int64_t count = 0;
  std::int64_t last = 0;  ///< Meaningful when `count` is not 0.
};

/// Counts what clients did to the store, and remembers the last requests.
class Counters {
 public:
  static constexpr std::size_t kKeptRequests = 200;
  static constexpr std::size_t kKeptBody = 2000;

  /// Records an API request. `route` is the route's name, such as `/orders/{id}`.
  void Record(const Request& request,
              const std::string& route,
              const Answer& answer,
              Seconds now,
              const std::string& misbehaviour);
  /// An API request came, whatever becomes of it.
  void CountArrival(std::int64_t now_ms) { windows_.Count(now_ms); }
  void CountWrite() { ++writes_; }
  void CountStockWrite() { ++stock_writes_; }
  void CountStockVersion(Id product, std::int64_t quantity);
  void Reset() { *this = Counters(); }

  boost::json::object Summary() const;
  boost::json::array LastRequests(std::size_t most) const;
  StockVersions StockOf(Id product) const;
  const RequestWindows& windows() const { return windows_; }

 private:
  struct Entry {
    Seconds at = 0;
    std::string method, target, route, body, misbehaviour;
    int status = 0;
  };

  std::map<std::string, std::int64_t> by_route_;
  std::map<std::string, std::int64_t> by_status_;
  std::int64_t requests_ = 0;
  std::int64_t writes_ = 0;
  std::int64_t stock_writes_ = 0;
  std::map<Id, StockVersions> stock_;  ///< As many as there were products.
  RequestWindows windows_;
  std::deque<Entry> last_;
};

}  // namespace storebridge::demo_store
