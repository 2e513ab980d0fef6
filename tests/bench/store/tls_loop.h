#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/store/answers.h"
#include "core/result.h"

typedef struct ssl_ctx_st SSL_CTX;

namespace storebridge::bench {

// Serves HTTP/1.1 with keep-alive over TLS on ports of 127.0.0.1: one thread, epoll, one copy of an
// answer. It is part of no measurement, and has to be out of the way.
class TlsLoop {
 public:
  // `context` and `answers` outlive the loop.
  TlsLoop(SSL_CTX* context, Answers& answers);
  ~TlsLoop();
  TlsLoop(const TlsLoop&) = delete;
  TlsLoop& operator=(const TlsLoop&) = delete;

  // Listens on so many free ports.
  Result<std::vector<std::uint16_t>> Listen(std::size_t ports);

  // Serves until the process ends. Returns only when the kernel refuses epoll.
  void Run();

 private:
  struct Connection;

  void Accept(int listener);
  void Serve(Connection& connection);
  bool Read(Connection& connection);
  bool AnswerAll(Connection& connection);
  bool Write(Connection& connection);

  SSL_CTX* context_;
  Answers& answers_;
  int epoll_ = -1;
  std::vector<int> listeners_;
  // By file descriptor.
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace storebridge::bench
