#pragma once

#include <cstdint>
#include <string_view>

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::domain {

// Records that a push is given at most, and where its manifest does not say less.
inline constexpr std::uint32_t kPushItemsMax = 1'000;

// Whether a connector declares an operation, such as `orders.pull`.
bool HasOperation(const connector::v1::Manifest& manifest, std::string_view operation);

// Whether an operation of a connector is given records to write: `stock.push`, `shipments.push` or
// `shipments.update`.
bool IsPush(std::string_view operation);

// Records that a push of this operation is given at most.
std::uint32_t PushItemsOf(const connector::v1::Operation& operation);

}  // namespace storebridge::domain
