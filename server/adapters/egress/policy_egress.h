#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "adapters/egress/auth.h"
#include "adapters/egress/http_transport.h"
#include "adapters/egress/store_gate.h"
#include "adapters/egress/verdict.h"
#include "ports/clock.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/vault.h"

namespace storebridge::egress {

// Requests of one store that may wait; one more gets CODE_LIMIT.
inline constexpr std::size_t kQueueMax = 256;
// A request that could not leave for so long gets CODE_RATE_LIMITED.
inline constexpr std::int64_t kQueueWaitMaxMs = 300'000;
// Redirects that are followed for one request.
inline constexpr std::uint32_t kRedirectsMax = 3;
inline constexpr std::uint64_t kResponseBytesDefault = 8U << 20;
inline constexpr std::uint64_t kResponseBytesMax = 64U << 20;

// The rules of the way out, over any transport. Lives on the executor, which has to outlive its
// last task or to drop it.
class PolicyEgress final : public ports::Egress {
 public:
  struct Ports {
    ports::SecretSource& secrets;
    ports::Clock& clock;
    ports::Random& random;
    ports::Executor& executor;
    ports::Log& log;
  };

  // At most `in_flight_max` requests of all stores together are on their way; stores take turns.
  PolicyEgress(std::unique_ptr<HttpTransport> transport, Ports ports, std::size_t in_flight_max);
  ~PolicyEgress() override;
  PolicyEgress(const PolicyEgress&) = delete;
  PolicyEgress& operator=(const PolicyEgress&) = delete;

  RequestId Send(std::shared_ptr<const ports::EgressProfile> profile,
                 connector::v1::HttpRequest request,
                 Done done) override;
  void Cancel(RequestId id) override;

 private:
  // One store's requests and its gate.
  struct Lane {
    StoreGate gate;
    std::deque<RequestId> queue;
    ports::Executor::TimerId timer = 0;
    std::int64_t timer_ms = 0;
    bool in_turns = false;
  };
  struct Request {
    std::shared_ptr<const ports::EgressProfile> profile;
    connector::v1::HttpRequest http;
    std::shared_ptr<const std::string> body;
    Done done;
    Lane* lane = nullptr;
    Asked asked;
    std::int64_t sent_ms = 0;
    std::int64_t queued_ms = 0;
    // Attempts that asked for another one.
    std::uint32_t tries = 0;
    std::uint32_t redirects = 0;
    std::uint32_t attempts = 0;
    bool may_have_happened = false;
    // Has its place, and waits for EgressProfile::before_write.
    bool is_asking = false;
    HttpTransport::Id wire = 0;
    ports::Executor::TimerId timer = 0;
  };

  Lane& LaneOf(const ports::EgressProfile& profile);
  void SweepLanes();
  ports::Executor::Task Guarded(std::function<void()> task);

  void Enqueue(RequestId id, bool in_front);
  void GiveTurn(Lane& lane);
  void TakeTurns();
  bool StartOne(Lane& lane);
  bool DropHopeless(Lane& lane, std::int64_t now_ms);
  void WaitForGate(Lane& lane, std::int64_t now_ms);
  bool Start(RequestId id, Request& request);
  void OnClearance(RequestId id, const Status& status);
  bool Leave(RequestId id, Request& request);
  WireRequest ToWire(const Request& request, Signed made) const;

  void OnOutcome(RequestId id, WireOutcome outcome);
  void Repeat(RequestId id, Request& request, Verdict verdict);
  void Redirect(RequestId id, Request& request, const WireResponse& response);
  void Deliver(RequestId id, Request& request, WireResponse response);
  void Fail(RequestId id, Request& request, connector::v1::Failure failure);
  void Finish(RequestId id, Request& request, ports::EgressAnswer answer);

  Ports ports_;
  Signer signer_;
  std::size_t in_flight_max_;
  std::size_t in_flight_ = 0;
  RequestId last_id_ = 0;
  std::map<domain::StoreKey, std::unique_ptr<Lane>> lanes_;
  // Lanes whose first request may be able to leave.
  std::deque<Lane*> turns_;
  std::unordered_map<RequestId, Request> requests_;
  // Tasks of ours that run after our end find it gone.
  std::shared_ptr<int> life_ = std::make_shared<int>(0);
  std::unique_ptr<HttpTransport> transport_;
};

}  // namespace storebridge::egress
