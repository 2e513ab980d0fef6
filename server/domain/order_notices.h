#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/v1/order.pb.h"

// What people have to be told of an order that store and warehouse see differently.
namespace storebridge::domain {

inline constexpr std::string_view kCancelledWhileCollecting = "ORDER_CANCELLED_WHILE_COLLECTING";
inline constexpr std::string_view kChangedWhileCollecting = "ORDER_CHANGED_WHILE_COLLECTING";
inline constexpr std::string_view kOpenInStore = "ORDER_OPEN_IN_STORE";

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

// An order was cancelled or closed short here, and the store still has it open.
OrderNotice OpenInStoreNotice(const v1::Order& order);

}  // namespace storebridge::domain
