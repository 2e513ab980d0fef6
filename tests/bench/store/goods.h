#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::bench {

// How many records a store has.
struct GoodsOptions {
  std::size_t orders = 0;
  std::size_t products = 0;
  // Of each product; 0 makes simple products.
  std::size_t variations = 0;
  // Order `i` was paid and changed `i` seconds after this one, in seconds since 1970.
  std::int64_t first_order_s = 0;
};

// Rows of JSON behind each other, so that any range of them is one piece of text.
class Rows {
 public:
  void Add(std::string_view row);
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  // The rows [first, last) with commas between them; nothing past the end.
  [[nodiscard]] std::string_view Slice(std::size_t first, std::size_t last) const;

 private:
  std::string text_;
  // Where each row ends, without its comma.
  std::vector<std::size_t> ends_;
};

// Everything that a store answers, written once.
struct Goods {
  // About 2 KB each, with two lines, newest last.
  Rows orders;
  // Id, state and times of the same orders only.
  Rows marks;
  Rows products;
  Rows variations;
};

inline constexpr std::int64_t kFirstOrderId = 100'000;
inline constexpr std::int64_t kFirstProductId = 1'000;
inline constexpr std::int64_t kFirstVariationId = 1'000'000;

// The same options give the same bytes.
Goods MakeGoods(const GoodsOptions& options);

}  // namespace storebridge::bench
