#include "api/address.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storebridge::api {
namespace {

Error BadAddress(std::string_view text) {
  const std::string shown(text.substr(0, 100));
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "LISTEN_ADDRESS",
      .message = fmt::format("'{}' is not an address to listen on: write host:port, such as "
                             "127.0.0.1:7420",
                             shown),
      .facts = {{"address", shown}}};
}

Error CannotListen(const TcpAddress& address, std::string_view why) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = "LISTEN",
               .message = fmt::format("cannot listen on {}: {}", address.ToString(), why),
               .facts = {{"address", address.ToString()}, {"why", std::string(why)}}};
}

// Tries to listen; gives errno, or 0.
int TryListen(const addrinfo& where) {
  const int fd = socket(where.ai_family, where.ai_socktype | SOCK_CLOEXEC, where.ai_protocol);
  if (fd < 0) {
    return errno;
  }
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  int error = 0;
  if (bind(fd, where.ai_addr, where.ai_addrlen) != 0 || listen(fd, 1) != 0) {
    error = errno;
  }
  close(fd);
  return error;
}

}  // namespace

std::string TcpAddress::ToString() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool TcpAddress::IsLoopback() const {
  if (host == "localhost") {
    return true;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    constexpr std::uint32_t kLoopbackNet = 127;
    return (ntohl(v4.s_addr) >> 24U) == kLoopbackNet;
  }
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 &&
         std::memcmp(&v6, &in6addr_loopback, sizeof(v6)) == 0;
}

Result<TcpAddress> ParseTcpAddress(std::string_view text) {
  constexpr int kPortMax = 65535;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return BadAddress(text);
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return BadAddress(text);
  }
  TcpAddress address{.host = std::string(host), .port = -1};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port < 0 ||
      address.port > kPortMax) {
    return BadAddress(text);
  }
  return address;
}

Status ProbeTcpAddress(const TcpAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failed =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failed != 0) {
    return CannotListen(address, fmt::format("the host is not known ({})", gai_strerror(failed)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  for (const addrinfo* where = found; where != nullptr; where = where->ai_next) {
    const int error = TryListen(*where);
    if (error == EADDRINUSE) {
      return CannotListen(
          address,
          "another program uses the port, perhaps another storebridged: stop it, or "
          "choose another port with --listen");
    }
    if (error == EACCES) {
      return CannotListen(address, "ports below 1024 need more rights: choose a higher one");
    }
    if (error == EADDRNOTAVAIL) {
      return CannotListen(address, "this machine does not have that address");
    }
    if (error != 0) {
      return CannotListen(address, std::strerror(error));
    }
  }
  return Ok();
}

}  // namespace storebridge::api
