#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/v1/order.pb.h"

// What people have to be told of an order that store and warehouse see differently.
namespace storebridge::domain {

// The issue of an order that is a DRAFT: its problems.
inline constexpr std::string_view kDraftReason = "ORDER_DRAFT";
inline constexpr std::string_view kCancelledWhileCollecting = "ORDER_CANCELLED_WHILE_COLLECTING";
inline constexpr std::string_view kChangedWhileCollecting = "ORDER_CHANGED_WHILE_COLLECTING";
inline constexpr std::string_view kUnpaidWhileCollecting = "ORDER_UNPAID_WHILE_COLLECTING";
inline constexpr std::string_view kOpenInStore = "ORDER_OPEN_IN_STORE";
inline constexpr std::string_view kGrewAfterShipping = "ORDER_GREW_AFTER_SHIPPING";
inline constexpr std::string_view kIdReused = "ORDER_ID_REUSED";

// What is told while an order is collected, and what is told after it left or was cancelled here.
inline constexpr std::array kNoticesWhileCollecting = {
    kCancelledWhileCollecting, kChangedWhileCollecting, kUnpaidWhileCollecting};
inline constexpr std::array kNoticesAfterwards = {kOpenInStore, kGrewAfterShipping, kIdReused};

// Something a person has to know; an issue of the order.
struct OrderNotice {
  std::string reason;
  std::string message;
  std::string resolution;
};

// The store ended an order that the warehouse collects; `end` is why, such as "cancelled in the
// store".
OrderNotice CancelledNotice(const v1::Order& order, std::string_view end);

// The store changed an order that the warehouse collects.
OrderNotice ChangedNotice(const v1::Order& order, const std::vector<std::string>& changes);

// The store took the payment back of an order that the warehouse collects; `store_state` is its own
// word for where the order is now.
OrderNotice UnpaidNotice(const v1::Order& order, std::string_view store_state);

// The store added to an order that has left; `theirs` is the order as the store has it, with what
// is not sent of it in its lines.
OrderNotice GrewNotice(const v1::Order& theirs);

// The store shows under the id of an order that has left one that was placed after that.
OrderNotice IdReusedNotice(const v1::Order& order);

// An order was cancelled or closed short here, and the store still has it open.
OrderNotice OpenInStoreNotice(const v1::Order& order);

}  // namespace storebridge::domain
