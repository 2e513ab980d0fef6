#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "adapters/egress/http_transport.h"
#include "demo_store/shop.h"
#include "sim/event_log.h"
#include "sim/fault.h"
#include "sim/guarded_executor.h"
#include "sim/sim_storage.h"
#include "sim/store_model.h"
#include "support/manual_executor.h"

namespace storebridge::sim {

// A request as the store's side sees it.
struct WireCall {
  std::string method;
  // Path without query, such as `/wp-json/wc/v3/orders/1013`.
  std::string path;
  std::string query;
  std::string body;
  [[nodiscard]] bool IsWrite() const { return method != "GET"; }
};

// Told of everything that passes.
class WireWatcher {
 public:
  virtual ~WireWatcher() = default;
  // It leaves the server.
  virtual void OnSend(const WireCall& call) = 0;
  // The store has carried it out. `is_echo` for the second of a request that the network repeated.
  virtual void OnApplied(const WireCall& call, const demo_store::Answer& answer, bool is_echo) = 0;
  // The server is told how it ended; `answer` is null when there is none.
  virtual void OnOutcome(const WireCall& call, const egress::WireResponse* answer) = 0;
};

// Carries requests to a store model in this process, under virtual time, with faults.
class StoreWire {
 public:
  struct Parts {
    StoreModel& store;
    testing::ManualExecutor& executor;
    FaultPlan& faults;
    EventLog& log;
    WireWatcher& watcher;
    // Acts as a customer or the merchant would, now, on an order or on any (0).
    std::function<void(std::int64_t order, std::uint64_t chance)> meddle;
    // A customer places an order and has not paid yet; then pays it.
    std::function<std::int64_t()> place_unpaid;
    std::function<void(std::int64_t order)> pay;
  };

  StoreWire(Parts parts, std::uint64_t seed);

  // Nothing is answered until then, virtual milliseconds.
  void GoDownUntil(std::int64_t then_ms) { down_until_ms_ = then_ms; }
  // Credentials are refused until then.
  void RefuseLoginUntil(std::int64_t then_ms) { refuse_until_ms_ = then_ms; }
  void Heal();
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

  using Done = egress::HttpTransport::Done;
  // `fate` is what fail-at-Nth wants of it.
  void Start(const egress::WireRequest& request, Fate fate, Done done);

 private:
  struct Flight {
    WireCall call;
    std::string host;
    std::string authorization;
    std::int64_t limit_ms = 0;
    std::uint64_t body_max = 0;
    Done done;
  };
  using Ref = std::shared_ptr<Flight>;

  void Arrive(const Ref& flight, std::optional<Fault> fault);
  void ArriveLate(const Ref& flight);
  bool FailWithout(const Ref& flight, Fault fault);
  void Spoil(const Ref& flight, Fault fault);
  std::optional<Fault> Draw(const Flight& flight);
  void BeforeApplied(const Flight& flight);
  demo_store::Answer Apply(const Flight& flight, bool is_echo);
  demo_store::Answer ApplyPart(const Flight& flight);
  egress::WireResponse ToResponse(const demo_store::Answer& answer) const;
  void Finish(const Ref& flight, std::int64_t delay_ms, egress::WireOutcome outcome);
  void Answer(const Ref& flight, demo_store::Answer answer);
  std::int64_t Latency();

  Parts parts_;
  testing::SeededRandom random_;
  std::int64_t down_until_ms_ = 0;
  std::int64_t refuse_until_ms_ = 0;
  std::int64_t bytes_ = 0;
};

// The wire as one life of the server holds it.
class WirePort final : public egress::HttpTransport {
 public:
  WirePort(StoreWire& wire,
           GuardedExecutor& executor,
           std::function<Fate(EffectKind)> fate,
           std::function<void()> crash)
      : wire_(wire), executor_(executor), fate_(std::move(fate)), crash_(std::move(crash)) {}

  Id Start(egress::WireRequest request, Done done) override;
  void Cancel(Id id) override { waiting_.erase(id); }

 private:
  StoreWire& wire_;
  GuardedExecutor& executor_;
  std::function<Fate(EffectKind)> fate_;
  std::function<void()> crash_;
  std::map<Id, Done> waiting_;
  Id last_id_ = 0;
};

}  // namespace storebridge::sim
