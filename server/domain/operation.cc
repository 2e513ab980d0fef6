#include "domain/operation.h"

namespace storebridge::domain {

bool IsPush(std::string_view operation) {
  return operation.ends_with(".push") || operation == "shipments.update";
}

std::uint32_t PushItemsOf(const connector::v1::Operation& operation) {
  return operation.max_items() == 0 ? kPushItemsMax : operation.max_items();
}

}  // namespace storebridge::domain
