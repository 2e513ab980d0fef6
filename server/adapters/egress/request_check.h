#pragma once

#include <optional>

#include "adapters/egress/url.h"
#include "ports/egress.h"

namespace storebridge::egress {

inline constexpr std::size_t kRequestBodyMax = 8U << 20;
inline constexpr int kRequestHeadersMax = 64;
inline constexpr std::size_t kRequestHeaderBytesMax = 32U << 10;
inline constexpr std::uint32_t kTimeoutDefaultMs = 30'000;
inline constexpr std::uint32_t kTimeoutMaxMs = 120'000;

// Checks what a connector wants to send before anything is done for it, and fills `url`. Gives
// CODE_EGRESS_DENIED, CODE_LIMIT or CODE_CONNECTOR_BUG.
std::optional<connector::v1::Failure> CheckRequest(const ports::EgressProfile& profile,
                                                   const connector::v1::HttpRequest& request,
                                                   Url& url);

}  // namespace storebridge::egress
