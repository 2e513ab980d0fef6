#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::api {

// Where to listen for TCP.
struct TcpAddress {
  // Without brackets: `127.0.0.1`, `::1`, `localhost`.
  std::string host;
  int port = 0;

  // `127.0.0.1:7420`, `[::1]:7420`.
  [[nodiscard]] std::string ToString() const;
  // Whether only this machine can reach it.
  [[nodiscard]] bool IsLoopback() const;
};

// Reads `host:port`. kInvalidArgument says what is expected.
Result<TcpAddress> ParseTcpAddress(std::string_view text);

// Says why nothing can listen there, by trying: such as that another program uses the port. OK when
// one could.
Status ProbeTcpAddress(const TcpAddress& address);

}  // namespace storebridge::api
