#include "day_kit/store_shop.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/json_text.h"
#include "day_kit/process.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kShopPatience{180'000};
// On a very busy machine an order takes three seconds.
constexpr int kOrdersPerCall = 10;

}  // namespace

StoreShop::StoreShop(std::string kind, std::string shop, std::string ready_file)
    : kind_(std::move(kind)), shop_(std::move(shop)), ready_file_(std::move(ready_file)) {}

Result<json::value> StoreShop::Ready() const {
  std::ifstream in(ready_file_);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.empty()) {
    return Error{.code = Code::kNotFound,
                 .reason = "READY_FILE",
                 .message = fmt::format(
                     "{} is not there: `start --ready-file` of {} writes it", ready_file_, kind_)};
  }
  return ParseJson(text);
}

Result<json::value> StoreShop::Run(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command{shop_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"--ready-file", ready_file_});
  SB_TRY(const CommandResult result, RunCommand(command, "", kShopPatience));
  if (result.exit_code != 0) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "SHOP",
                 .message = fmt::format("{} {}: {}", shop_, arguments[0], result.errors)};
  }
  return ParseJson(result.output);
}

Result<std::vector<std::string>> StoreShop::Place(const std::vector<std::string>& arguments,
                                                  int count,
                                                  const char* number) const {
  std::vector<std::string> numbers;
  for (int left = count; left > 0; left -= kOrdersPerCall) {
    std::vector<std::string> command{"place"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--count", std::to_string(std::min(left, kOrdersPerCall))});
    SB_TRY(const json::value answer, Run(command));
    if (const auto failures = ItemsAt(answer, "failures"); !failures.empty()) {
      return Error{.code = Code::kFailedPrecondition,
                   .reason = "SHOP",
                   .message = "not every order could be placed: " + json::serialize(failures[0])};
    }
    for (const json::value& order : ItemsAt(answer, "orders")) {
      numbers.push_back(TextAt(order, number));
    }
  }
  return numbers;
}

std::string LinesText(const std::vector<CartLine>& lines) {
  std::string text;
  for (const CartLine& line : lines) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", line.code, line.quantity);
  }
  return text;
}

}  // namespace storebridge::day
