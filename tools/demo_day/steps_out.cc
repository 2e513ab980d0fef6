// What goes to the store: stock, states and tracking codes.
#include <algorithm>

#include <fmt/format.h>

#include "day_kit/wait.h"
#include "demo_day/day.h"

namespace storebridge::day {
namespace {

// On the shelf in the morning, for each of the four products.
constexpr std::int64_t kShelf[] = {50, 20, 10, 5};
constexpr std::int64_t kHandEdit = 777;
constexpr int kSettlingRoundsMost = 4;

Error Untrue(const std::string& message) {
  return Error{.code = Code::kFailedPrecondition, .reason = "DAY", .message = message};
}

// Stores keep several codes of one shipment in one text.
bool HasCode(const StoreOrder& order, const std::string& code) {
  return std::any_of(order.tracking_codes.begin(),
                     order.tracking_codes.end(),
                     [&](const std::string& text) { return text.find(code) != std::string::npos; });
}

Status CheckSent(const StoreOrder& order, const SentOrder& sent) {
  if (!order.is_shipped) {
    return NotYet(fmt::format("order {} is '{}' in the store", order.number, order.state));
  }
  for (const std::string& code : sent.tracking_codes) {
    if (!HasCode(order, code)) {
      return NotYet(fmt::format("order {} has no {} in the store", order.number, code));
    }
  }
  return Ok();
}

}  // namespace

Result<std::string> Day::StockGoesOut() {
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    SB_TRY(const v1::Stock stock, platform_.SetStock(codes_[i], kShelf[i]));
  }
  std::string shown;
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    SB_CHECK(WaitForStock(codes_[i], kShelf[i], kShelf[i]));
    shown += fmt::format("{}{} {}", i == 0 ? "" : ", ", codes_[i], kShelf[i]);
  }
  return shown;
}

Result<std::string> Day::SalesAreKnown() {
  std::string told;
  for (std::size_t i = 0; i < codes_.size() - 1; ++i) {
    const std::int64_t left = kShelf[i] - sold_[codes_[i]];
    SB_CHECK(WaitUntil(
        fmt::format("the store to sell {} of {}", left, codes_[i]), kPatience, [&]() -> Status {
          SB_TRY(const std::int64_t now, store_.Salable(codes_[i]));
          return now == left ? Ok() : NotYet(fmt::format("it sells {}", now));
        }));
    told += fmt::format("{}{} of {}", i == 0 ? "" : ", ", left, codes_[i]);
  }
  return told;
}

Result<std::string> Day::WarehouseShips() {
  SB_TRY(const SentOrder first, warehouse_.Send(good_orders_[0], 2));
  SB_TRY(std::vector<SentOrder> all, warehouse_.WorkThroughNew());
  all.insert(all.begin(), first);
  for (const SentOrder& sent : all) {
    if (sent.state != "ORDER_STATE_SHIPPED") {
      return Untrue(
          fmt::format("order {} is {} after shipping all of it", sent.number, sent.state));
    }
    report_.Detail(fmt::format("{:<16} {:>2} pcs  {:<20} {}",
                               sent.number,
                               sent.pieces,
                               sent.recipient,
                               fmt::join(sent.tracking_codes, " ")));
    sent_[sent.number] = sent;
  }
  if (sent_.size() != good_orders_.size()) {
    return Untrue(
        fmt::format("{} orders were shipped, {} were NEW", sent_.size(), good_orders_.size()));
  }
  return fmt::format("{} orders", sent_.size());
}

Result<std::string> Day::StoreKnows() {
  std::size_t codes = 0;
  for (const auto& [number, sent] : sent_) {
    SB_CHECK(WaitUntil("the store to know of the shipment", kPatience, [&]() -> Status {
      SB_TRY(const StoreOrder order, store_.Order(number));
      return CheckSent(order, sent);
    }));
    codes += sent.tracking_codes.size();
  }
  SB_TRY(const StoreOrder unpaid, store_.Order(unpaid_order_));
  if (unpaid.is_shipped) {
    return Untrue("the unpaid order is shipped in the store");
  }
  SB_TRY(const StoreOrder one, store_.Order(good_orders_[0]));
  return fmt::format("{} orders are '{}', {} tracking codes", sent_.size(), one.state, codes);
}

Result<std::string> Day::MailsWereSent() {
  std::int64_t mails = 0;
  for (const auto& [number, sent] : sent_) {
    SB_TRY(const StoreOrder order, store_.Order(number));
    if (!order.shipping_mails) {
      return std::string("not counted by this store");
    }
    if (*order.shipping_mails != 1) {
      return Untrue(
          fmt::format("the customer of order {} got {} mails", number, *order.shipping_mails));
    }
    mails += *order.shipping_mails;
  }
  return fmt::format("{} mails, counted by the store", mails);
}

Result<std::string> Day::HandEditIsOverwritten() {
  const std::int64_t left = kShelf[0] - sold_[codes_[0]];
  SB_CHECK(WaitForStock(codes_[0], left, left));
  SB_CHECK(store_.SetStockByHand(codes_[0], kHandEdit));
  SB_CHECK(WaitForStock(codes_[0], kHandEdit, kHandEdit));
  SB_TRY(const v1::SyncRun seen, platform_.Run(store_id_, v1::FLOW_PRODUCTS));
  SB_TRY(const v1::SyncRun audit, platform_.Run(store_id_, v1::FLOW_STOCK, true));
  SB_CHECK(WaitForStock(codes_[0], left, left));
  SB_TRY(const v1::Stock ours, platform_.GetStock(codes_[0]));
  if (ours.on_hand() != left) {
    return Untrue(
        fmt::format("{} has {} on hand here, {} are left", codes_[0], ours.on_hand(), left));
  }
  return fmt::format("{} was set to {}, shows {} again", codes_[0], kHandEdit, left);
}

Result<std::string> Day::ZeroGoesOut() {
  SB_TRY(const v1::Stock stock, platform_.SetStock(codes_[2], 0));
  SB_CHECK(WaitForStock(codes_[2], 0, 0));
  return fmt::format("nobody can buy {} any more", codes_[2]);
}

Result<std::string> Day::SecondRoundWritesNothing() {
  // What is still under way comes to rest first: the store's answers to our own shipments are read
  // back.
  std::int64_t last = -1;
  for (int round = 0; round < kSettlingRoundsMost; ++round) {
    SB_CHECK(RunAllFlows());
    SB_TRY(const std::int64_t now, platform_.LastChange());
    if (now == last) {
      break;
    }
    last = now;
  }
  std::map<std::string, std::string> orders;
  for (const auto& [number, sent] : sent_) {
    SB_TRY(const StoreOrder order, store_.Order(number));
    orders[number] = order.everything;
  }
  SB_TRY(const auto writes, store_.WriteCount());
  SB_TRY(const std::int64_t sequence, platform_.LastChange());
  SB_CHECK(RunAllFlows());
  SB_TRY(const auto writes_now, store_.WriteCount());
  SB_TRY(const std::int64_t sequence_now, platform_.LastChange());
  if (writes != writes_now) {
    return Untrue(fmt::format("the store got {} more writes", *writes_now - *writes));
  }
  if (sequence != sequence_now) {
    return Untrue(fmt::format("{} things changed here", sequence_now - sequence));
  }
  for (const auto& [number, before] : orders) {
    SB_TRY(const StoreOrder order, store_.Order(number));
    if (order.everything != before) {
      return Untrue(fmt::format(
          "order {} changed in the store: {}, was {}", number, order.everything, before));
    }
  }
  const std::string counted = writes ? fmt::format("{} writes to the store, as before", *writes)
                                     : "orders in the store as before";
  return fmt::format("{}; {} changes here, as before", counted, sequence);
}

}  // namespace storebridge::day
