#include "domain/operation.h"

#include <algorithm>

namespace storebridge::domain {

bool HasOperation(const connector::v1::Manifest& manifest, std::string_view operation) {
  return std::any_of(
      manifest.operations().begin(),
      manifest.operations().end(),
      [&](const connector::v1::Operation& known) { return known.name() == operation; });
}

bool IsPush(std::string_view operation) {
  return operation.ends_with(".push") || operation == "shipments.update";
}

std::uint32_t PushItemsOf(const connector::v1::Operation& operation) {
  return operation.max_items() == 0 ? kPushItemsMax : operation.max_items();
}

}  // namespace storebridge::domain
