#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storebridge::testing {

// Sends bytes to a port of this machine and reads until the other side closes; what came before it
// did, empty when nobody listens.
inline std::string Exchange(int port, std::string_view request) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    while (!request.empty()) {
      const ssize_t sent = send(socket_fd, request.data(), request.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        break;
      }
      request.remove_prefix(static_cast<std::size_t>(sent));
    }
    char part[4'096];
    ssize_t got = 0;
    while ((got = recv(socket_fd, part, sizeof part, 0)) > 0) {
      answer.append(part, static_cast<std::size_t>(got));
    }
  }
  close(socket_fd);
  return answer;
}

// The answer to a GET, with its headers.
inline std::string Get(int port, std::string_view path) {
  return Exchange(
      port, "GET " + std::string(path) + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
}

// The port behind the last `:` of `text`, or behind `before`; 0 when there is none.
inline int PortIn(std::string_view text, std::string_view before = {}) {
  if (!before.empty()) {
    const std::size_t at = text.find(before);
    text = at == std::string_view::npos ? "" : text.substr(at + before.size());
    text = text.substr(0, text.find_first_of("/ \n"));
  }
  const std::size_t colon = text.rfind(':');
  int port = 0;
  if (colon != std::string_view::npos) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  }
  return port;
}

}  // namespace storebridge::testing
