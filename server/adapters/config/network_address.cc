#include "adapters/config/network_address.h"

#include <algorithm>
#include <array>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace storebridge::config {
namespace {

// The largest private networks: 10.0.0.0/8 and fc00::/7.
constexpr unsigned kPrefixMinV4 = 8;
constexpr unsigned kPrefixMinV6 = 7;
constexpr std::size_t kHostBytesMax = 253;

struct IpAddress {
  std::array<unsigned char, 16> bytes = {};
  unsigned bits = 0;
};

Error Bad(std::string message) {
  return Error{.code = Code::kInvalidArgument, .reason = "ADDRESS", .message = std::move(message)};
}

std::optional<IpAddress> ParseIp(const std::string& text) {
  IpAddress address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 32;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.bits = 128;
    return address;
  }
  return std::nullopt;
}

std::optional<unsigned> ParseNumber(std::string_view text, unsigned max) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  unsigned number = 0;
  for (const char c : text) {
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number > max ? std::nullopt : std::optional(number);
}

bool IsHostName(std::string_view host) {
  const auto is_host_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !host.empty() && host.size() <= kHostBytesMax &&
         std::all_of(host.begin(), host.end(), is_host_character);
}

bool HasBitsAfter(const IpAddress& address, unsigned prefix) {
  for (unsigned bit = prefix; bit < address.bits; ++bit) {
    if ((address.bytes[bit / 8] & (0x80U >> (bit % 8))) != 0) {
      return true;
    }
  }
  return false;
}

Status CheckNetwork(std::string_view text, std::size_t slash) {
  const auto address = ParseIp(std::string(text.substr(0, slash)));
  const auto prefix = address ? ParseNumber(text.substr(slash + 1), address->bits) : std::nullopt;
  if (!prefix) {
    return Bad(fmt::format("'{}' is no network; write it like 10.1.0.0/16 or fd00::/8", text));
  }
  if (*prefix < (address->bits == 32 ? kPrefixMinV4 : kPrefixMinV6)) {
    return Bad(fmt::format(
        "'{}' is larger than any private network; name the networks that are meant", text));
  }
  if (HasBitsAfter(*address, *prefix)) {
    return Bad(fmt::format(
        "'{}' has bits set behind its prefix; write the first address of the network", text));
  }
  return Ok();
}

}  // namespace

Result<HostPort> ParseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view host = text.substr(0, std::min(colon, text.size()));
  if (colon == std::string_view::npos) {
    return Bad(fmt::format("'{}' has no port; write it like 127.0.0.1:7420", text));
  }
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string bare(is_bracketed ? host.substr(1, host.size() - 2) : host);
  const auto ip = ParseIp(bare);
  const bool is_ip_v6 = ip && ip->bits == 128;
  if (is_bracketed != is_ip_v6 || (!ip && !IsHostName(bare))) {
    return Bad(
        fmt::format("'{}' has no valid host; write it like 127.0.0.1:7420 or [::1]:7420", text));
  }
  const auto port = ParseNumber(text.substr(colon + 1), 65'535);
  if (!port) {
    return Bad(fmt::format("'{}' has no valid port; 0 to 65535 is allowed", text));
  }
  return HostPort{.host = bare, .port = static_cast<std::uint16_t>(*port)};
}

bool IsLoopback(const std::string& host) {
  if (host == "localhost") {
    return true;
  }
  const auto ip = ParseIp(host);
  if (!ip) {
    return false;
  }
  if (ip->bits == 32) {
    return ip->bytes[0] == 127;
  }
  const auto* last = ip->bytes.data() + 15;
  return *last == 1 &&
         std::all_of(ip->bytes.data(), last, [](unsigned char byte) { return byte == 0; });
}

Status CheckPrivatePlace(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    return CheckNetwork(text, slash);
  }
  const auto ip = ParseIp(std::string(text));
  if (ip) {
    return Bad(fmt::format(
        "'{0}' is neither a network nor host:port; write {0}/{1} or {0}:<port>", text, ip->bits));
  }
  const auto host_port = ParseHostPort(text);
  if (!host_port) {
    return host_port.error();
  }
  if (host_port->port == 0) {
    return Bad(fmt::format("'{}' has port 0; name the port of the store", text));
  }
  return Ok();
}

}  // namespace storebridge::config
