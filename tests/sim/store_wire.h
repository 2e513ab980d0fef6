#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "adapters/egress/http_transport.h"
#include "demo_store/shop.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "support/seeded_random.h"

namespace storebridge::sim {

// What can go wrong on the way to a store.
enum class Fault {
  kRequestLost,
  kAnswerLost,
  kServerError,
  kTooManyRequests,
  kTruncated,
  kHtml,
  kSlow
};
inline constexpr std::size_t kFaults = 7;
const char* FaultName(Fault fault);

// Carries requests to a store model in this process, under virtual time, with faults drawn from a
// seed. A fault that is on has a rate of its own for the whole run; about half of them are off.
class StoreWire : public egress::HttpTransport {
 public:
  StoreWire(demo_store::Shop& shop,
            ports::Executor& executor,
            ports::Clock& clock,
            testing::SeededRandom& random);

  // Draws which faults happen how often.
  void DrawFaults();
  // Tells every request, its fault and its answer.
  void Trace(std::function<void(const std::string&)> trace) { trace_ = std::move(trace); }
  // No faults from here on.
  void Heal();
  [[nodiscard]] const std::map<Fault, int>& fired() const { return fired_; }

  Id Start(egress::WireRequest request, Done done) override;
  void Cancel(Id id) override;

 private:
  enum class Outcome { kAnswer, kNothing };

  [[nodiscard]] const Fault* Draw();
  egress::WireResponse Ask(const egress::WireRequest& request);
  void Finish(Id id, std::int64_t delay_ms, egress::WireOutcome outcome);

  demo_store::Shop& shop_;
  ports::Executor& executor_;
  ports::Clock& clock_;
  testing::SeededRandom& random_;
  // Per million requests.
  std::map<Fault, std::uint64_t> rates_;
  std::map<Fault, int> fired_;
  std::map<Id, Done> waiting_;
  Id last_id_ = 0;
  std::function<void(const std::string&)> trace_;
};

}  // namespace storebridge::sim
