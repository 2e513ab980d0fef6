#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace storebridge::egress {

// One accepted connection, for a handler that misbehaves as it likes.
class ServerConnection {
 public:
  explicit ServerConnection(int fd) : fd_(fd) {}

  // Reads a request with its body; empty when the peer has gone.
  std::string ReadRequest();
  // False when the peer has gone.
  bool Write(const std::string& bytes);
  // Waits until the peer closes, at most `ms`. Whether it did.
  bool PeerCloses(int ms);
  // Lets the peer see a reset instead of an end.
  void Reset();

 private:
  int fd_;
  std::string rest_;
};

// A server on 127.0.0.1 (and ::1 where there is one) with a thread per connection, which ends when
// the handler returns.
class TestServer {
 public:
  using Handler = std::function<void(ServerConnection&)>;

  explicit TestServer(Handler handler);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // `127.0.0.1:PORT`.
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void Accept(int listener);

  Handler handler_;
  std::uint16_t port_ = 0;
  std::vector<int> listeners_;
  std::atomic<int> connections_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::vector<std::thread> acceptors_;
};

// A response with Content-Length.
std::string HttpText(int status, const std::string& body, const std::string& more_headers = {});

// Answers every request on a kept connection with `text`.
TestServer::Handler AlwaysAnswers(std::string text);

}  // namespace storebridge::egress
