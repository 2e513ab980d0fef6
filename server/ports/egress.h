#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/names.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::ports {

// How one store may be reached. Made from the connector's manifest and the store's config; shared
// by its requests.
struct EgressProfile {
  domain::StoreKey store;
  // Id of the connector that makes the requests.
  std::string connector;
  // Requests may only go to URLs that begin with one of these (scheme, host, port and path compared
  // after parsing).
  std::vector<std::string> allowed_prefixes;
  connector::v1::RateLimit rate_limit;
  std::vector<connector::v1::AuthScheme> auth;
  std::uint64_t response_bytes_max = 0;
  // Asked each time before a request that is not SAFE leaves, if it is set: the request leaves when
  // `go` is given Ok, and fails with the error otherwise. So what has to be durable before the
  // first byte can be. Called on the executor; `go` may be called from it only, at once or later.
  using Clearance =
      std::function<void(const connector::v1::HttpRequest&, std::function<void(Status)> go)>;
  Clearance before_write = {};
};

// What became of a request.
struct EgressAnswer {
  connector::v1::HttpResponse response;
  // Set instead of `response` when there is none to give.
  std::optional<connector::v1::Failure> failure;
  // Requests that left, repetitions included.
  std::uint32_t attempts = 0;
};

// Makes requests to stores: keeps to the rate limit and the concurrency cap of each store, adds
// credentials, repeats what may be repeated (SAFE and IDEMPOTENT after connection errors, 429 and
// 5xx, with jitter, honouring Retry-After), and refuses private addresses. 401 and 403 arrive as
// Failure CODE_AUTH.
class Egress {
 public:
  using RequestId = std::uint64_t;
  using Done = std::function<void(EgressAnswer)>;

  virtual ~Egress() = default;

  // `done` is called once, on the executor, never inside Send. Call on the executor.
  virtual RequestId Send(std::shared_ptr<const EgressProfile> profile,
                         connector::v1::HttpRequest request,
                         Done done) = 0;

  // Gives up a request; its `done` is never called. Harmless for one that has ended. Call on the
  // executor.
  virtual void Cancel(RequestId request) = 0;
};

}  // namespace storebridge::ports
