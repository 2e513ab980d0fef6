#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/store/goods.h"

namespace storebridge::bench {

// A request as it came; valid while it is answered.
struct HttpRequest {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view body;
};

// What was asked so far, for the programs that measure.
struct StoreCounts {
  std::uint64_t requests = 0;
  std::uint64_t order_requests = 0;
  std::uint64_t product_requests = 0;
  std::uint64_t stock_requests = 0;
  std::uint64_t stock_levels = 0;
  // When the last stock request came, on the clock that all processes of a machine share.
  std::int64_t last_stock_ns = 0;
};

// Answers in the words of WooCommerce 11. Everything is prepared, so that what is measured is the
// client. One thread.
class Answers {
 public:
  explicit Answers(Goods goods, std::int64_t first_order_s);

  // Appends a whole HTTP answer to `out`. The path may have anything in front of `/wp-json/`:
  // several stores can live behind one address.
  //
  // `POST /bench/show?orders=N` lets the first N orders be seen; `GET /bench/counts` gives
  // StoreCounts as JSON and begins to count anew.
  void Answer(const HttpRequest& request, std::string& out);

 private:
  void Orders(std::string_view query, std::string& out);
  [[nodiscard]] std::string Included(const Rows& rows, std::string_view ids) const;
  void List(const Rows& rows, std::size_t visible, std::string_view query, std::string& out);
  void Batch(std::string_view body, std::string& out);
  void Counts(std::string& out);

  Goods goods_;
  std::int64_t first_order_s_;
  std::size_t visible_orders_ = 0;
  StoreCounts counts_;
};

// The value of a parameter, with %XX resolved; empty when it is absent.
std::string QueryValue(std::string_view query, std::string_view name);

}  // namespace storebridge::bench
