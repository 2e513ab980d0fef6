#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "ports/http_call.h"

namespace storebridge::http_in {

// To send a request, and to take its answer.
inline constexpr std::chrono::seconds kConnectionTime{5};

// Listens on one address of this machine, without TLS. Connections are served side by side, calls
// one after the other; each connection is closed after its answer, and one too many waits until
// another has ended.
class HttpListener {
 public:
  struct Options {
    // `127.0.0.1`, `::1` or `localhost`.
    std::string host = {};
    // 0 takes any free one.
    std::uint16_t port = 0;
    // The setting that says so, for errors.
    std::string setting = {};
    std::size_t connections_max = 16;
    // A longer one is closed without an answer.
    std::size_t head_bytes_max = std::size_t{8} * 1024;
    // A longer one is answered 413. 0: it is not read.
    std::size_t body_bytes_max = 0;
  };

  // kFailedPrecondition, reason HTTP_ADDRESS, when it cannot listen. What `handler` needs outlives
  // the listener.
  static Result<std::unique_ptr<HttpListener>> Start(Options options, ports::HttpHandler handler);

  // Waits for a call that goes on, not for whoever reads slowly.
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  // Where it listens, `host:port`.
  [[nodiscard]] const std::string& address() const;

 private:
  class Impl;

  explicit HttpListener(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::http_in
