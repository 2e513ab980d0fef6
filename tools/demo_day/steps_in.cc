// What comes from the store: products and orders.
#include <chrono>

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "day_kit/wait.h"
#include "demo_day/day.h"

namespace storebridge::day {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::int64_t kOrdersFromSecondsAgo = 3600;
constexpr std::int64_t kNanosPerMinor = 10'000'000;
constexpr int kPollsMost = 2;
constexpr const char* kWrongPostalCode = "3310";
constexpr const char* kRightPostalCode = "33100";

Error Untrue(const std::string& message) {
  return Error{.code = Code::kFailedPrecondition, .reason = "DAY", .message = message};
}

std::int64_t Minor(const v1::Money& money) {
  return money.units() * 100 + money.nanos() / kNanosPerMinor;
}

// "" when our record says the same as the store.
std::string Difference(const v1::Product& ours, const StoreProduct& theirs) {
  if (ours.title() != theirs.title) {
    return fmt::format("title '{}', the store has '{}'", ours.title(), theirs.title);
  }
  if (ours.ean() != theirs.ean) {
    return fmt::format("EAN '{}', the store has '{}'", ours.ean(), theirs.ean);
  }
  if (ours.description() != theirs.description) {
    return fmt::format(
        "description '{}', the store has '{}'", ours.description(), theirs.description);
  }
  if (Minor(ours.price()) != theirs.price_minor ||
      ours.price().currency_code() != theirs.currency) {
    return fmt::format("price {} {}, the store has {} {} (hundredths)",
                       Minor(ours.price()),
                       ours.price().currency_code(),
                       theirs.price_minor,
                       theirs.currency);
  }
  return "";
}

}  // namespace

Result<std::string> Day::Connect() {
  SB_CHECK(platform_.CreateMerchant("Demo"));
  v1::StoreSettings settings;
  *settings.mutable_orders_from() =
      TimeUtil::GetCurrentTime() - TimeUtil::SecondsToDuration(kOrdersFromSecondsAgo);
  SB_TRY(const v1::Store store, platform_.Connect(store_id_, store_, settings));
  SB_TRY(const v1::CheckStoreResponse report, platform_.Check(store_id_));
  std::string failed;
  for (const v1::StoreCheck& check : report.checks()) {
    report_.Detail(
        fmt::format("{} {:<16} {}", check.ok() ? "ok " : "BAD", check.check(), check.message()));
    failed += check.ok()
                  ? ""
                  : fmt::format("{}: {} {}; ", check.check(), check.message(), check.action());
  }
  if (!failed.empty() || report.checks().empty()) {
    return Untrue("not every check of the store is ok: " + failed);
  }
  return fmt::format("{} as {}", store_.kind(), store.name());
}

Result<std::string> Day::ProductsComeIn() {
  SB_TRY(const v1::SyncRun run, platform_.Run(store_id_, v1::FLOW_PRODUCTS));
  SB_TRY(const auto products, platform_.ListProducts());
  for (const std::string& code : codes_) {
    SB_TRY(const v1::Product ours, platform_.GetProduct(code));
    SB_TRY(const StoreProduct theirs, store_.Product(code));
    if (const std::string difference = Difference(ours, theirs); !difference.empty()) {
      return Untrue(fmt::format("product {} has the {}", code, difference));
    }
    report_.Detail(fmt::format("{:<14} {:<32} EAN {:<14} {:>6}.{:02} {}",
                               code,
                               ours.title(),
                               ours.ean(),
                               Minor(ours.price()) / 100,
                               Minor(ours.price()) % 100,
                               ours.price().currency_code()));
  }
  return fmt::format("{} products; title, EAN, description and price as in the store",
                     products.size());
}

Result<std::string> Day::CustomersBuy() {
  const auto buy = [&](const Purchase& purchase) -> Result<std::string> {
    SB_TRY(const auto numbers, store_.Place(purchase));
    if (numbers.size() != 1) {
      return Untrue("the store placed no order");
    }
    if (purchase.payment == PaymentKind::kPaid) {
      for (const CartLine& line : purchase.lines) {
        sold_[line.code] += line.quantity;
      }
    }
    return numbers[0];
  };
  const std::vector<std::vector<CartLine>> baskets{
      {{codes_[0], 2}}, {{codes_[0], 1}, {codes_[1], 3}}, {{codes_[2], 1}}};
  for (const std::vector<CartLine>& basket : baskets) {
    SB_TRY(const std::string number, buy({.lines = basket}));
    good_orders_.push_back(number);
  }
  Purchase wrong{.lines = {{codes_[0], 1}}};
  wrong.address = {.recipient = "Väinö Mallikas",
                   .street = "Mäntytie 3",
                   .postal_code = kWrongPostalCode,
                   .city = "Tampere",
                   .region_code = "FI"};
  SB_TRY(wrong_order_, buy(wrong));
  SB_TRY(unpaid_order_, buy({.lines = {{codes_[3], 1}}, .payment = PaymentKind::kUnpaid}));
  return fmt::format("{} orders: {} paid, 1 paid with a wrong postal code, 1 not paid",
                     good_orders_.size() + 2,
                     good_orders_.size());
}

Result<std::string> Day::OrdersComeIn() {
  SB_TRY(const v1::SyncRun run, platform_.Run(store_id_, v1::FLOW_ORDERS));
  for (const std::string& number : good_orders_) {
    SB_TRY(const v1::Order order, platform_.GetOrder(number));
    if (order.state() != v1::ORDER_STATE_NEW) {
      return Untrue(fmt::format("order {} is {}, not NEW: {}",
                                number,
                                v1::OrderState_Name(order.state()),
                                order.problems_size() > 0 ? order.problems(0).message() : ""));
    }
  }
  SB_TRY(const auto fresh, platform_.ListOrders("state = NEW"));
  if (fresh.size() != good_orders_.size()) {
    return Untrue(
        fmt::format("{} orders are NEW, {} were placed", fresh.size(), good_orders_.size()));
  }
  SB_TRY(const auto listed, platform_.ListOrders(""));
  for (const v1::Order& order : listed) {
    if (order.order_number() == unpaid_order_) {
      return Untrue(fmt::format("order {} is not paid, and yet listed as {}",
                                unpaid_order_,
                                v1::OrderState_Name(order.state())));
    }
  }
  return fmt::format("{} NEW; the unpaid one ({}) stays out", fresh.size(), unpaid_order_);
}

Result<std::string> Day::WrongOrderWaits() {
  SB_TRY(const v1::Order order, platform_.GetOrder(wrong_order_));
  if (order.state() != v1::ORDER_STATE_DRAFT || order.problems_size() != 1 ||
      order.problems(0).field() != "shipping_address.postal_code") {
    return Untrue(fmt::format(
        "order {} is {} with {} problems; a DRAFT with one about its postal code was expected",
        wrong_order_,
        v1::OrderState_Name(order.state()),
        order.problems_size()));
  }
  report_.Detail(order.problems(0).message());
  return fmt::format("order {}, {}", wrong_order_, order.problems(0).reason());
}

Result<std::string> Day::MerchantCorrectsIt() {
  SB_CHECK(store_.CorrectPostalCode(wrong_order_, kRightPostalCode));
  for (int poll = 1; poll <= kPollsMost; ++poll) {
    SB_TRY(const v1::SyncRun run, platform_.Run(store_id_, v1::FLOW_ORDERS));
    SB_TRY(const v1::Order order, platform_.GetOrder(wrong_order_));
    if (order.state() == v1::ORDER_STATE_NEW &&
        order.shipping_address().postal_code() == kRightPostalCode) {
      good_orders_.push_back(wrong_order_);
      return fmt::format("order {}, after {} poll{}", wrong_order_, poll, poll == 1 ? "" : "s");
    }
  }
  return Untrue(fmt::format("order {} is not NEW after {} polls", wrong_order_, kPollsMost));
}

Result<std::string> Day::TitleEditArrives() {
  SB_TRY(const StoreProduct before, store_.Product(codes_[1]));
  const std::string title = before.title + " – uutuus";
  SB_CHECK(store_.EditTitle(codes_[1], title));
  for (int poll = 1; poll <= kPollsMost; ++poll) {
    SB_TRY(const v1::SyncRun run, platform_.Run(store_id_, v1::FLOW_PRODUCTS));
    SB_TRY(const v1::Product ours, platform_.GetProduct(codes_[1]));
    if (ours.title() == title) {
      return fmt::format("{} is now '{}'", codes_[1], ours.title());
    }
  }
  return Untrue(
      fmt::format("{} has not got the title '{}' after {} polls", codes_[1], title, kPollsMost));
}

Result<std::string> Day::TitleIsNotOurs() {
  SB_TRY(v1::Product product, platform_.GetProduct(codes_[1]));
  product.set_title("Ours");
  const Result<v1::Product> edited = platform_.UpdateProduct(product);
  if (edited || edited.error().code != Code::kFailedPrecondition) {
    return Untrue("UpdateProduct was not refused");
  }
  report_.Detail(edited.error().message);
  return std::string("UpdateProduct is refused");
}

}  // namespace storebridge::day
