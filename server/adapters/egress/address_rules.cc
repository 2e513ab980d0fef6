#include "adapters/egress/address_rules.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "adapters/egress/text.h"

namespace storebridge::egress {
namespace {

struct Block4 {
  std::uint32_t network;
  int bits;
};

constexpr std::array<Block4, 16> kNotPublic4{{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // carrier NAT, also some clouds' metadata
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, also metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xA83F8110, 32},  // a cloud's host agent with instance credentials
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

bool IsPublic4(std::uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [address](const Block4& block) {
    return (address >> (32 - block.bits)) == (block.network >> (32 - block.bits));
  });
}

bool IsPublic6(const std::uint8_t* x) {
  // Only 2000::/3 is given out; mapped, compatible, translated and local addresses are all outside.
  if ((x[0] & 0xE0) != 0x20) {
    return false;
  }
  const bool is_6to4 = x[0] == 0x20 && x[1] == 0x02;
  const bool is_special = x[0] == 0x20 && x[1] == 0x01 && x[2] < 2;  // 2001::/23: Teredo and others
  const bool is_documentation = (x[0] == 0x20 && x[1] == 0x01 && x[2] == 0x0D && x[3] == 0xB8) ||
                                (x[0] == 0x3F && x[1] == 0xFF && x[2] < 0x10);
  return !is_6to4 && !is_special && !is_documentation;
}

// Copies, as the caller's bytes need not be aligned for the type.
sockaddr_in As4(const sockaddr& address) {
  sockaddr_in out{};
  std::memcpy(&out, &address, sizeof(out));
  return out;
}

sockaddr_in6 As6(const sockaddr& address) {
  sockaddr_in6 out{};
  std::memcpy(&out, &address, sizeof(out));
  return out;
}

std::uint16_t PortOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return ntohs(As4(address).sin_port);
  }
  return address.sa_family == AF_INET6 ? ntohs(As6(address).sin6_port) : std::uint16_t{0};
}

template <typename T>
std::optional<T> Number(std::string_view text, T most) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) {
    return std::nullopt;
  }
  return value;
}

bool IsHostName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return IsPublic4(ntohl(As4(address).sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    return IsPublic6(As6(address).sin6_addr.s6_addr);
  }
  return false;
}

std::string AddressText(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    const in_addr bytes = As4(address).sin_addr;
    inet_ntop(AF_INET, &bytes, text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(PortOf(address));
  }
  if (address.sa_family == AF_INET6) {
    const in6_addr bytes = As6(address).sin6_addr;
    inet_ntop(AF_INET6, &bytes, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(PortOf(address));
  }
  return "an address of family " + std::to_string(address.sa_family);
}

Result<AddressRules> AddressRules::Parse(const std::vector<std::string>& entries) {
  AddressRules rules;
  for (const std::string& text : entries) {
    auto entry = ParseEntry(LowerCase(text));
    if (!entry) {
      return Error{.code = Code::kInvalidArgument,
                   .reason = "BAD_ADDRESS_RULE",
                   .message = "'" + Head(text, 100) +
                              "' is no address rule. Write a network (10.1.0.0/16), an address "
                              "(10.1.2.3), an address with port (127.0.0.1:8080) or a host with "
                              "port (shop.example:8443).",
                   .facts = {{"rule", Head(text, 100)}}};
    }
    rules.entries_.push_back(std::move(*entry));
  }
  return rules;
}

bool AddressRules::Allows(const sockaddr& address, std::string_view host) const {
  if (address.sa_family != AF_INET && address.sa_family != AF_INET6) {
    return false;
  }
  const std::uint16_t port = PortOf(address);
  if (IsPublicAddress(address) && (port == 80 || port == 443)) {
    return true;
  }
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    if (entry.port != 0 && entry.port != port) {
      return false;
    }
    return entry.network ? Contains(*entry.network, address) : entry.host == host;
  });
}

std::optional<AddressRules::Network> AddressRules::ParseNetwork(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string address(text.substr(0, slash));
  Network network;
  unsigned most = 32;
  if (inet_pton(AF_INET, address.c_str(), network.bytes.data()) == 1) {
    network.family = AF_INET;
  } else if (inet_pton(AF_INET6, address.c_str(), network.bytes.data()) == 1) {
    network.family = AF_INET6;
    most = 128;
  } else {
    return std::nullopt;
  }
  network.bits = most;
  if (slash < text.size()) {
    const auto bits = Number<unsigned>(text.substr(slash + 1), most);
    if (!bits) {
      return std::nullopt;
    }
    network.bits = *bits;
  }
  return network;
}

std::optional<AddressRules::Entry> AddressRules::ParseEntry(std::string_view text) {
  Entry entry;
  entry.network = ParseNetwork(text);
  if (entry.network) {
    return entry;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto port = Number<std::uint16_t>(text.substr(colon + 1), 65535);
  std::string_view host = text.substr(0, colon);
  if (!port || *port == 0) {
    return std::nullopt;
  }
  entry.port = *port;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    entry.network = ParseNetwork(host);
    return entry.network ? std::optional(entry) : std::nullopt;
  }
  entry.network = ParseNetwork(host);
  entry.host = host;
  return entry.network || IsHostName(host) ? std::optional(entry) : std::nullopt;
}

bool AddressRules::Contains(const Network& network, const sockaddr& address) {
  if (network.family != address.sa_family) {
    return false;
  }
  std::array<std::uint8_t, 16> bytes{};
  if (address.sa_family == AF_INET) {
    const in_addr in = As4(address).sin_addr;
    std::memcpy(bytes.data(), &in, sizeof(in));
  } else {
    const in6_addr in = As6(address).sin6_addr;
    std::memcpy(bytes.data(), &in, sizeof(in));
  }
  const std::size_t whole = network.bits / 8;
  if (!std::equal(bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.bytes.begin())) {
    return false;
  }
  const unsigned rest = network.bits % 8;
  return rest == 0 || (bytes[whole] >> (8 - rest)) == (network.bytes[whole] >> (8 - rest));
}

}  // namespace storebridge::egress
