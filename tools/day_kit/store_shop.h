#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "core/result.h"
#include "day_kit/store_side.h"

namespace storebridge::day {

// The script `shop` of a store below tools/: its customers and its merchant, by a command each.
class StoreShop {
 public:
  // `kind` is the store's name in errors; `ready_file` what its script `start` writes when the
  // store answers.
  StoreShop(std::string kind, std::string shop, std::string ready_file);

  // What `start` wrote. kNotFound when it is not there.
  [[nodiscard]] Result<boost::json::value> Ready() const;
  // Runs a command and gives what it printed.
  [[nodiscard]] Result<boost::json::value> Run(const std::vector<std::string>& arguments) const;
  // Runs `place` with further arguments, in calls of a few orders each. Gives the member `number`
  // of each order.
  [[nodiscard]] Result<std::vector<std::string>> Place(const std::vector<std::string>& arguments,
                                                       int count,
                                                       const char* number) const;

 private:
  std::string kind_;
  std::string shop_;
  std::string ready_file_;
};

// `CODE:QUANTITY,...`, as `place --lines` takes it.
std::string LinesText(const std::vector<CartLine>& lines);

}  // namespace storebridge::day
