#include "day_kit/npm_side.h"

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

std::string Lines(const std::vector<CartLine>& lines) {
  std::string text;
  for (const CartLine& line : lines) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", line.code, line.quantity);
  }
  return text;
}

}  // namespace

NpmSide::NpmSide(NpmStoreScripts scripts, const ShopWords& words, int page_size)
    : scripts_(std::move(scripts)), words_(words), page_size_(page_size) {}

Status NpmSide::ReadReadyFile() {
  std::ifstream in(scripts_.ready_file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.empty()) {
    return Error{
        .code = Code::kNotFound,
        .reason = "READY_FILE",
        .message = fmt::format(
            "{} is not there: `start --ready-file` of {} writes it", scripts_.ready_file, kind())};
  }
  SB_TRY(const json::value ready, ParseJson(text));
  url_ = TextAt(ready, "url");
  api_key_ = TextAt(ready, "api_key");
  return Ok();
}

std::map<std::string, std::string> NpmSide::secrets() const {
  return {{"api_key", api_key_}};
}

std::vector<std::string> NpmSide::product_codes() const {
  return {"KAHVI-500", "SAUNAVIHTA", "MUKI-1", "LJUSSTAKE"};
}

Result<json::value> NpmSide::Shop(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command{scripts_.shop};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"--ready-file", scripts_.ready_file});
  SB_TRY(const CommandResult result, RunCommand(command, "", kShopPatience));
  if (result.exit_code != 0) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "SHOP",
                 .message = fmt::format("{} {}: {}", scripts_.shop, arguments[0], result.errors)};
  }
  return ParseJson(result.output);
}

Status NpmSide::Do(const std::vector<std::string>& arguments) const {
  const auto done = Shop(arguments);
  return done ? Ok() : Status(done.error());
}

const char* NpmSide::PayWord(PaymentKind payment) const {
  switch (payment) {
    case PaymentKind::kPaid:
      return words_.paid;
    case PaymentKind::kAuthorized:
      return "authorized";
    case PaymentKind::kUnpaid:
      return "none";
  }
  return "";
}

Result<std::vector<std::string>> NpmSide::Place(const Purchase& purchase) {
  std::vector<std::string> numbers;
  for (int left = purchase.count; left > 0; left -= kOrdersPerCall) {
    std::vector<std::string> arguments{
        "place", "--lines", Lines(purchase.lines), "--pay", PayWord(purchase.payment)};
    if (const json::object address = Address(purchase.address); !address.empty()) {
      arguments.insert(arguments.end(), {"--address", json::serialize(address)});
    }
    arguments.insert(arguments.end(), {"--count", std::to_string(std::min(left, kOrdersPerCall))});
    SB_TRY(const json::value answer, Shop(arguments));
    if (const auto failures = ItemsAt(answer, "failures"); !failures.empty()) {
      return Error{.code = Code::kFailedPrecondition,
                   .reason = "SHOP",
                   .message = "not every order could be placed: " + json::serialize(failures[0])};
    }
    for (const json::value& order : ItemsAt(answer, "orders")) {
      numbers.push_back(TextAt(order, words_.number));
    }
  }
  return numbers;
}

Result<std::int64_t> NpmSide::Salable(const std::string& code) {
  SB_TRY(const json::value answer, Shop({"salable", "--sku", code}));
  return IntAt(answer, "salable");
}

Result<std::int64_t> NpmSide::ShownStock(const std::string& code) {
  SB_TRY(const json::value answer, Shop({"stock", "--sku", code}));
  return IntAt(answer, words_.stock);
}

Result<StoreOrder> NpmSide::Order(const std::string& number) {
  SB_TRY(const json::value answer, Shop({"order", "--code", number}));
  return ReadOrder(answer);
}

Result<std::map<std::string, StoreOrder>> NpmSide::Orders() {
  SB_TRY(const json::value answer, Shop({"orders"}));
  std::map<std::string, StoreOrder> all;
  for (const json::value& order : ItemsAt(answer, "orders")) {
    all[TextAt(order, words_.number)] = ReadOrder(order);
  }
  return all;
}

Result<std::map<std::string, std::string>> NpmSide::AllOrders() {
  SB_TRY(const auto orders, Orders());
  std::map<std::string, std::string> all;
  for (const auto& [number, order] : orders) {
    all[number] = order.everything;
  }
  return all;
}

Result<StoreProduct> NpmSide::Product(const std::string& code) {
  SB_TRY(const auto all, AllProducts());
  const auto found = all.find(code);
  if (found == all.end()) {
    return Error{.code = Code::kNotFound,
                 .reason = "PRODUCT",
                 .message = fmt::format("{} sells no {}", kind(), code)};
  }
  return found->second;
}

Status NpmSide::CorrectPostalCode(const std::string& number, const std::string& postal_code) {
  return Do({"edit-address", "--code", number, "--postal-code", postal_code});
}

Status NpmSide::Cancel(const std::string& number) {
  return Do({"cancel", "--code", number});
}

Status NpmSide::Settle(const std::string& number) {
  return Do({words_.settle, "--code", number});
}

Status NpmSide::EditProduct(const std::string& code,
                            const std::map<std::string, std::string>& edit) {
  std::vector<std::string> arguments{"edit-product", "--sku", code};
  for (const auto& [name, value] : edit) {
    arguments.push_back(fmt::format("--{}={}", name, value));
  }
  return Do(arguments);
}

Status NpmSide::EditTitle(const std::string& code, const std::string& title) {
  return EditProduct(code, {{"title", title}});
}

Status NpmSide::SetStockByHand(const std::string& code, std::int64_t quantity) {
  return Do({"set-stock", "--sku", code, fmt::format("--quantity={}", quantity)});
}

Result<std::optional<std::int64_t>> NpmSide::WriteCount() {
  return std::optional<std::int64_t>();
}

}  // namespace storebridge::day
