#include "domain/order_notices.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "domain/order_record.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kShownMax = 10;

// `a; b; and 3 more`.
std::string Listed(const std::vector<std::string>& items) {
  std::string list;
  for (std::size_t i = 0; i < std::min(items.size(), kShownMax); ++i) {
    list += fmt::format("{}{}", list.empty() ? "" : "; ", items[i]);
  }
  if (items.size() > kShownMax) {
    list += fmt::format("; and {} more", items.size() - kShownMax);
  }
  return list;
}

// `2 of MUG-1`.
std::vector<std::string> NotSent(const v1::Order& order) {
  std::vector<std::string> pieces;
  for (const v1::OrderLine& line : order.lines()) {
    if (const std::int64_t quantity = OpenQuantity(line); quantity > 0) {
      pieces.push_back(fmt::format("{} of {}", quantity, Shown(line.product_code())));
    }
  }
  return pieces;
}

}  // namespace

OrderNotice CancelledNotice(const v1::Order& order, std::string_view end) {
  return {.reason = std::string(kCancelledWhileCollecting),
          .message = fmt::format(
              "Order {} was {} while the warehouse collects it.", order.order_number(), end),
          .resolution =
              "Stop it in the warehouse if that is still possible, and call CancelOrder: its goods "
              "go back on the shelf. If it has left, arrange the return with the customer. The "
              "order here goes on as it was."};
}

OrderNotice ChangedNotice(const v1::Order& order, const std::vector<std::string>& changes) {
  return {.reason = std::string(kChangedWhileCollecting),
          .message =
              fmt::format("Order {} was changed in the store while the warehouse collects it: {}.",
                          order.order_number(),
                          Listed(changes)),
          .resolution = fmt::format(
              "The warehouse sends it as it was when collecting began. {}Or undo it in the store.",
              order.shipments().empty()
                  ? "If the change has to be heeded, call PutBackOrder before it leaves: the order "
                    "follows the store again. "
                  : "If the change has to be heeded, tell the warehouse. ")};
}

OrderNotice UnpaidNotice(const v1::Order& order, std::string_view store_state) {
  return {.reason = std::string(kUnpaidWhileCollecting),
          .message = fmt::format(
              "Order {} does not count as paid any more in the store, where it is '{}', while the "
              "warehouse collects it.",
              order.order_number(),
              Shown(store_state)),
          .resolution = fmt::format(
              "Keep it in the warehouse until the payment is settled in the store{}. If it "
              "is not to be sent, call CancelOrder: its goods go back on the shelf. Once "
              "it is shipped, the store is told so and may complete it.",
              order.shipments().empty() ? "; PutBackOrder lets it wait for that" : "")};
}

OrderNotice GrewNotice(const v1::Order& theirs) {
  return {
      .reason = std::string(kGrewAfterShipping),
      .message = fmt::format("Order {} has left, and the store has more of it as paid: {}. "
                             "Nothing of that is sent.",
                             theirs.order_number(),
                             Listed(NotSent(theirs))),
      .resolution = "Make a new order in the store for what was added, and take it off this one."};
}

OrderNotice IdReusedNotice(const v1::Order& order) {
  return {.reason = std::string(kIdReused),
          .message = fmt::format("Order {} has left, and the store has another one under its id, "
                                 "placed after that. Nothing of that one is sent.",
                                 order.order_number()),
          .resolution =
              "The store counts anew, perhaps after a restore: connect it as another "
              "store, and send what is paid there."};
}

OrderNotice OpenInStoreNotice(const v1::Order& order) {
  if (IsClosedShort(order)) {
    return {.reason = std::string(kOpenInStore),
            .message = fmt::format("Order {} was closed short here ({}), not sent: {}. The store "
                                   "still expects it.",
                                   order.order_number(),
                                   order.state_reason(),
                                   Listed(NotSent(order))),
            .resolution = "Refund what was not sent in the store, then complete the order there."};
  }
  return {.reason = std::string(kOpenInStore),
          .message = fmt::format("Order {} was cancelled here ({}), but is open in the store.",
                                 order.order_number(),
                                 order.state_reason()),
          .resolution = "Cancel it in the store, and refund what the customer paid."};
}

}  // namespace storebridge::domain
