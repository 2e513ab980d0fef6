#pragma once

#include <optional>
#include <string>

#include "storebridge/connector/v1/connector.pb.h"

// What the server would not take of a connector's records, in the server's own words. The rules are
// those of server/domain.
namespace storebridge::run {

struct Unfit {
  std::string words;
  // Whether it is the store's to mend, such as a product without a code, and not the connector's.
  bool is_of_store = false;
};

// Nothing when the server takes it.
std::optional<Unfit> UnfitOrder(const connector::v1::Order& order);
std::optional<Unfit> UnfitProduct(const connector::v1::Product& product);

// Why the server takes no record of that kind from an operation; nothing when it does.
std::optional<Unfit> UnfitFor(const std::string& operation, bool is_order);

// `order 17: words`.
std::string UnfitText(bool is_order, const std::string& external_id, const Unfit& unfit);

}  // namespace storebridge::run
