#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "adapters/egress/url.h"

namespace storebridge::egress {

struct WireHeader {
  std::string name;
  std::string value;
};

// One request, checked and signed, as it goes on the wire.
struct WireRequest {
  std::string method;
  Url url;
  std::vector<WireHeader> headers;
  // May be null: no body.
  std::shared_ptr<const std::string> body;
  std::chrono::milliseconds timeout{30000};
  // Bytes of the answer's body, decompressed.
  std::uint64_t body_max = 0;
  // Whether the transport itself may send it again when a kept connection turns out to be dead.
  bool may_repeat = false;
};

struct WireResponse {
  std::uint32_t status = 0;
  // Names in lower case, values in valid UTF-8.
  std::vector<WireHeader> headers;
  // Decompressed.
  std::string body;
};

// Why there is no answer.
enum class WireTrouble {
  kBlocked,      // The address is not allowed.
  kName,         // The host's name has no address, or nobody can say.
  kConnect,      // No connection: refused, unreachable.
  kTls,          // The handshake failed.
  kCertificate,  // The peer's certificate is not trusted.
  kTimeout,      // It took longer than `timeout`.
  kBroken,       // The connection broke, or what came is not HTTP.
  kTooLarge,     // The answer is larger than `body_max`, or its headers are too large.
};

struct WireFailure {
  WireTrouble trouble = WireTrouble::kBroken;
  // Whether a byte of the request may have reached the peer.
  bool sent = false;
  // What the library or the system said; no query, no credentials.
  std::string detail;
};

using WireOutcome = std::variant<WireResponse, WireFailure>;

// Carries single requests. Knows nothing of stores, limits, credentials and repetition.
class HttpTransport {
 public:
  using Id = std::uint64_t;
  using Done = std::function<void(WireOutcome)>;

  virtual ~HttpTransport() = default;

  // `done` is called once, on the executor, never inside Start. Call on the executor. Ids are never
  // 0.
  virtual Id Start(WireRequest request, Done done) = 0;

  // Gives up a request; its `done` is never called. Harmless for one that has ended. Call on the
  // executor.
  virtual void Cancel(Id id) = 0;
};

}  // namespace storebridge::egress
