#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include "core/result.h"

namespace storebridge::egress {

// Whether an address is one that everybody on the internet reaches. Private, loopback, link-local,
// metadata, multicast, documentation and mapped, translated or tunnelled addresses are not.
bool IsPublicAddress(const sockaddr& address);

// `127.0.0.1:80` or `[::1]:80`, for messages.
std::string AddressText(const sockaddr& address);

// Where connections may go: public addresses at ports 80 and 443, and what an administrator allows
// beside. Asked with the real address after name resolution, at every new connection, so that no
// name can point elsewhere in between.
class AddressRules {
 public:
  // Each entry is a network (`10.1.0.0/16`, `fd00::/8`), an address (`10.1.2.3`), an address with
  // port
  // (`127.0.0.1:8080`, `[::1]:8080`) or a URL's host with port (`shop.example:8443`).
  // kInvalidArgument.
  static Result<AddressRules> Parse(const std::vector<std::string>& entries);

  // `host` is that of the URL, in lower case.
  [[nodiscard]] bool Allows(const sockaddr& address, std::string_view host) const;

  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  struct Network {
    int family = AF_UNSPEC;
    std::array<std::uint8_t, 16> bytes{};
    unsigned bits = 0;
  };
  struct Entry {
    // Nothing: by `host`.
    std::optional<Network> network;
    std::string host;
    // 0: all.
    std::uint16_t port = 0;
  };

  static std::optional<Network> ParseNetwork(std::string_view text);
  static std::optional<Entry> ParseEntry(std::string_view text);
  static bool Contains(const Network& network, const sockaddr& address);

  std::vector<Entry> entries_;
};

}  // namespace storebridge::egress
