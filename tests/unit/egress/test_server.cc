#include "test_server.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storebridge::egress {
namespace {

std::size_t BodyLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    const char* const start = head.data() + at + kName.size();
    std::from_chars(start, head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

std::string ServerConnection::ReadRequest() {
  std::array<char, 65536> buffer{};
  while (true) {
    const std::size_t end = rest_.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t size = end + 4 + BodyLength(std::string_view(rest_).substr(0, end));
      if (rest_.size() >= size) {
        std::string request = rest_.substr(0, size);
        rest_.erase(0, size);
        return request;
      }
    }
    const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      return {};
    }
    rest_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool ServerConnection::Write(const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (count <= 0) {
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  return true;
}

bool ServerConnection::PeerCloses(int ms) {
  pollfd one{fd_, POLLIN | POLLRDHUP, 0};
  return poll(&one, 1, ms) > 0;
}

void ServerConnection::Reset() {
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

TestServer::TestServer(Handler handler) : handler_(std::move(handler)) {
  const int v4 = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(v4, reinterpret_cast<const sockaddr*>(&in), sizeof(in));
  socklen_t length = sizeof(in);
  getsockname(v4, reinterpret_cast<sockaddr*>(&in), &length);
  port_ = ntohs(in.sin_port);
  listeners_.push_back(v4);

  const int v6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_addr = in6addr_loopback;
  in6.sin6_port = htons(port_);
  if (v6 >= 0 && bind(v6, reinterpret_cast<const sockaddr*>(&in6), sizeof(in6)) == 0) {
    listeners_.push_back(v6);
  } else if (v6 >= 0) {
    close(v6);
  }
  for (const int listener : listeners_) {
    listen(listener, 256);
    acceptors_.emplace_back([this, listener] { Accept(listener); });
  }
}

TestServer::~TestServer() {
  stop_ = true;
  for (const int listener : listeners_) {
    shutdown(listener, SHUT_RDWR);
  }
  for (std::thread& thread : acceptors_) {
    thread.join();
  }
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) {
      shutdown(fd, SHUT_RDWR);
    }
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  for (const int listener : listeners_) {
    close(listener);
  }
}

void TestServer::Accept(int listener) {
  while (!stop_) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      return;
    }
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] {
      ServerConnection connection(fd);
      handler_(connection);
      const std::lock_guard inner(mutex_);
      std::erase(open_, fd);
      close(fd);
    });
  }
}

std::string HttpText(int status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Words\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TestServer::Handler AlwaysAnswers(std::string text) {
  return [text = std::move(text)](ServerConnection& connection) {
    while (!connection.ReadRequest().empty() && connection.Write(text)) {
    }
  };
}

}  // namespace storebridge::egress
