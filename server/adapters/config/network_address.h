#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::config {

// `host:port`, with an IPv6 address in brackets.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// kInvalidArgument says which part is wrong. Port 0 is allowed: any free one.
Result<HostPort> ParseHostPort(std::string_view text);

// Whether only this machine can reach the host: 127.0.0.0/8, ::1, localhost. No look-up: other
// names are not.
bool IsLoopback(const std::string& host);

// Checks one place that egress may reach although it is private: a network such as `10.1.0.0/16`,
// or `host:port`. Refuses networks larger than a private range, which would switch the protection
// off.
Status CheckPrivatePlace(std::string_view text);

}  // namespace storebridge::config
