#pragma once

#include <cstdint>
#include <string_view>

#include "domain/flow.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::ports {

// A sync run that has ended.
struct RunMeasure {
  // Connector's id.
  std::string_view connector;
  domain::Flow flow = domain::Flow::kProducts;
  v1::SyncRun::State state = v1::SyncRun::STATE_UNSPECIFIED;
  std::int64_t ms = 0;
};

// A request to a store that has ended, with its repetitions and the time for which it was held
// back.
struct RequestMeasure {
  // Connector's id.
  std::string_view connector;
  // HTTP status; 0 where there is a failure instead.
  std::uint32_t status = 0;
  connector::v1::Failure::Code failure = connector::v1::Failure::CODE_UNSPECIFIED;
  std::int64_t ms = 0;
};

// A gRPC call that has ended.
struct CallMeasure {
  // Such as `/storebridge.v1.OrderService/GetOrder`; `unknown` for those that are not there.
  std::string_view method;
  // Such as `NOT_FOUND`.
  std::string_view code;
  std::int64_t ms = 0;
};

// What came of a call; kUnsigned is of anybody, the others are of who seems to be a store.
enum class WebhookOutcome { kHeard, kPing, kRefused, kUnsigned };

// A call by which a store says that there is news.
struct WebhookMeasure {
  // Connector's id.
  std::string_view connector;
  WebhookOutcome outcome = WebhookOutcome::kHeard;
};

// Is told what the server does, for those who watch it. This one forgets it. Safe from any thread;
// texts live as long as the call.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual void RunEnded(const RunMeasure& /*run*/) {}
  virtual void RequestEnded(const RequestMeasure& /*request*/) {}
  virtual void CallEnded(const CallMeasure& /*call*/) {}
  virtual void WebhookCame(const WebhookMeasure& /*webhook*/) {}
  // There is such a method: its failures can be seen from the first one on.
  virtual void ExpectCalls(std::string_view /*method*/) {}
};

// For those whom nobody watches.
inline Meter& NoMeter() {
  static Meter meter;
  return meter;
}

}  // namespace storebridge::ports
