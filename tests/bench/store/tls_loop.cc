#include "bench/store/tls_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace storebridge::bench {
namespace {

constexpr std::size_t kRequestBytesMax = 4 * 1024 * 1024;
constexpr int kBacklog = 1024;

Error SystemError(std::string_view what) {
  return Error{
      .code = Code::kUnavailable,
      .reason = "SOCKET",
      .message = fmt::format("cannot {}: {}; see `ulimit -n`", what, std::strerror(errno))};
}

// The value of Content-Length; 0 when it is absent.
std::size_t BodySize(std::string_view head) {
  constexpr std::string_view kName = "content-length:";
  for (std::size_t at = head.find('\n'); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    std::string_view line = head.substr(at + 1);
    if (line.size() > kName.size() && strncasecmp(line.data(), kName.data(), kName.size()) == 0) {
      line.remove_prefix(kName.size());
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      std::size_t size = 0;
      std::from_chars(line.data(), line.data() + line.size(), size);
      return size;
    }
  }
  return 0;
}

}  // namespace

struct TlsLoop::Connection {
  ~Connection() {
    SSL_free(ssl);
    close(fd);
  }

  int fd = -1;
  SSL* ssl = nullptr;
  std::string in;
  std::string out;
  std::size_t written = 0;
};

TlsLoop::TlsLoop(SSL_CTX* context, Answers& answers)
    : context_(context), answers_(answers), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

TlsLoop::~TlsLoop() {
  connections_.clear();
  for (const int listener : listeners_) {
    close(listener);
  }
  close(epoll_);
}

Result<std::vector<std::uint16_t>> TlsLoop::Listen(std::size_t ports) {
  std::vector<std::uint16_t> numbers;
  for (std::size_t i = 0; i < ports; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (fd < 0 || bind(fd, raw, length) != 0 || listen(fd, kBacklog) != 0 ||
        getsockname(fd, raw, &length) != 0) {
      return SystemError("listen on 127.0.0.1");
    }
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    listeners_.push_back(fd);
    numbers.push_back(ntohs(address.sin_port));
  }
  return numbers;
}

void TlsLoop::Run() {
  std::array<epoll_event, 256> events;
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) {
      return;
    }
    for (int i = 0; i < count; ++i) {
      const int fd = events.at(static_cast<std::size_t>(i)).data.fd;
      const auto slot = static_cast<std::size_t>(fd);
      if (slot < connections_.size() && connections_[slot] != nullptr) {
        Serve(*connections_[slot]);
      } else {
        Accept(fd);
      }
    }
  }
}

void TlsLoop::Accept(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    return;
  }
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  auto connection = std::make_unique<Connection>();
  connection->fd = fd;
  connection->ssl = SSL_new(context_);
  SSL_set_fd(connection->ssl, fd);
  SSL_set_accept_state(connection->ssl);
  SSL_set_mode(connection->ssl,
               SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                   SSL_MODE_RELEASE_BUFFERS);
  const auto slot = static_cast<std::size_t>(fd);
  if (slot >= connections_.size()) {
    connections_.resize(slot + 1);
  }
  connections_[slot] = std::move(connection);
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.fd = fd}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

// Closes the connection when it is over.
void TlsLoop::Serve(Connection& connection) {
  const bool goes_on =
      Write(connection) && Read(connection) && AnswerAll(connection) && Write(connection);
  if (!goes_on) {
    connections_[static_cast<std::size_t>(connection.fd)].reset();
  }
}

bool TlsLoop::Read(Connection& connection) {
  std::array<char, 16 * 1024> buffer;
  while (connection.in.size() < kRequestBytesMax) {
    const int count = SSL_read(connection.ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) {
      const int error = SSL_get_error(connection.ssl, count);
      return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    }
    connection.in.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return false;
}

bool TlsLoop::AnswerAll(Connection& connection) {
  std::string_view rest = connection.in;
  while (true) {
    const std::size_t head_size = rest.find("\r\n\r\n");
    if (head_size == std::string_view::npos) {
      break;
    }
    const std::string_view head = rest.substr(0, head_size);
    const std::size_t size = head_size + 4 + BodySize(head);
    if (rest.size() < size) {
      break;
    }
    const std::size_t method_end = head.find(' ');
    const std::size_t target_end = head.find(' ', method_end + 1);
    if (method_end == std::string_view::npos || target_end == std::string_view::npos) {
      return false;
    }
    const std::string_view target = head.substr(method_end + 1, target_end - method_end - 1);
    const std::size_t mark = std::min(target.find('?'), target.size());
    answers_.Answer({.method = head.substr(0, method_end),
                     .path = target.substr(0, mark),
                     .query = target.substr(std::min(mark + 1, target.size())),
                     .body = rest.substr(head_size + 4, size - head_size - 4)},
                    connection.out);
    rest.remove_prefix(size);
  }
  connection.in.erase(0, connection.in.size() - rest.size());
  return true;
}

bool TlsLoop::Write(Connection& connection) {
  while (connection.written < connection.out.size()) {
    const int count = SSL_write(connection.ssl,
                                connection.out.data() + connection.written,
                                static_cast<int>(connection.out.size() - connection.written));
    if (count <= 0) {
      const int error = SSL_get_error(connection.ssl, count);
      return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    }
    connection.written += static_cast<std::size_t>(count);
  }
  connection.out.clear();
  connection.written = 0;
  return true;
}

}  // namespace storebridge::bench
