#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"

namespace storebridge::e2e {

// A moment of the traffic between our server and a store.
struct WireMoment {
  enum class Kind {
    kTime,          // `count` ms after it was armed.
    kRequestBytes,  // `count` bytes were given to the store; what follows them is lost.
    kAnswerBytes,   // `count` bytes of answers were given to the server; what follows is lost.
    kAnswerHeld,    // The store has answered the `count`th request with `text`; the answer is lost.
    kAnswerPassed,  // The server was given that answer, `delay_ms` ago.
  };
  Kind kind = Kind::kTime;
  std::int64_t count = 1;
  // Searched in requests; every request fits when empty.
  std::string text = {};
  std::int64_t delay_ms = 0;

  // For people, such as `answer 3 to '/notes' held back`.
  [[nodiscard]] std::string Text() const;
};

// Stands between our server and a store, on 127.0.0.1, and passes on what both say. Strikes at one
// moment of the traffic, and can play a store that is down. Plain HTTP/1.1; has a thread of its
// own.
class WireProxy {
 public:
  // `place` is the store's host:port.
  static Result<std::unique_ptr<WireProxy>> Start(const std::string& place);
  ~WireProxy();
  WireProxy(const WireProxy&) = delete;
  WireProxy& operator=(const WireProxy&) = delete;

  // Where the server finds the store instead: host:port.
  [[nodiscard]] const std::string& place() const;

  // Calls `strike` once, on the proxy's thread, at that moment from now on. Replaces what was
  // armed.
  void Arm(WireMoment moment, std::function<void()> strike);
  void Disarm();

  // From now on connections are closed as soon as they are made, and those that are there at once.
  void Refuse();
  // From now on nobody listens: connecting fails.
  Status Close();
  // The store is there again, at the same place.
  Status Open();

  // Connections that were closed by Refuse.
  [[nodiscard]] std::int64_t refused() const;

 private:
  class Impl;
  explicit WireProxy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::e2e
