#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/storage.h"
#include "sim/event_log.h"
#include "sim/fault.h"
#include "sim/oracle.h"
#include "sim/people.h"
#include "sim/refit.h"
#include "sim/sim_server.h"
#include "sim/store_model.h"
#include "sim/store_wire.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::sim {

// What goes wrong in a run.
enum class Weather {
  kFair,    // Nothing.
  kPeople,  // Only what customers and merchants do; wire and server never fail.
  kBusy,    // The same, and the stock changes each minute.
  kFoul,    // Everything.
  kBySeed,  // One seed in eight is fair, one in eight has only people, every other of those busy.
};

// What a run lives through.
enum class Course {
  kDays,      // Days on which everybody works.
  kScenario,  // Three orders from placing to the shipment, of which an effect may fail.
  kOutage,    // Orders that are shipped while the store is down for an hour.
};

// Makes the Nth effect of a scenario fail, once or from then on until the world is healed.
struct FailAt {
  // 0: none.
  std::int64_t nth = 0;
  Fate fate = Fate::kWell;
  bool is_for_ever = false;
};

struct Options {
  std::uint64_t seed = 1;
  // Of a course of days, as is the weather.
  int days = 1;
  Weather weather = Weather::kBySeed;
  int products = 200;
  Course course = Course::kDays;
  // Of a scenario.
  FailAt fail_at = {};
  // Prints every event and request as it happens.
  bool trace = false;
  // Ends at the first violation.
  bool stops_at_violation = false;
  // Parts that replace those of the server; may be null.
  Refit* refit = nullptr;
  // The planted bug that they bring; empty without one.
  std::string_view mutant = {};
};

// What a run came to.
struct Report {
  std::vector<Violation> violations;
  // Of everything that happened: the same for the same seed and build.
  std::uint64_t hash = 0;
  std::int64_t events = 0;
  People::Counts people;
  std::map<Fault, std::int64_t> faults;
  // How many of them in each hour of the days.
  std::vector<std::int64_t> faults_by_hour;
  std::int64_t restarts = 0;
  std::int64_t requests = 0;
  // Answers in which an order could not be read as it was.
  std::int64_t spoiled_answers = 0;
  std::int64_t writes = 0;
  std::int64_t commits = 0;
  std::int64_t bytes = 0;
  std::int64_t effects = 0;
  // Virtual milliseconds from the end of all faults until all was quiet.
  std::int64_t rest_ms = 0;
  // The store's ids of orders, as they left the warehouse and as the store was told of it.
  std::vector<std::int64_t> left;
  std::vector<std::int64_t> told;
  // What happened last, newest at the end.
  std::vector<std::string> last_events;
};

// Days of one merchant with one WooCommerce store, under a virtual clock: the production engine,
// rules, storage (in memory), way out and connector. Only wire, store, people and the faults are
// models.
class World {
 public:
  explicit World(const Options& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Lives through what the options say, heals, waits until all is quiet, and checks.
  Report Run();

 private:
  Report RunDays();
  Report RunScenario();
  Report RunOutage();
  void Begin();
  void Start();
  void Crash();
  Fate FateOf(EffectKind kind);
  Report End();
  bool Advance(std::int64_t ms);
  void EveryHalfHour();
  void ShakeClocks();
  void Rest();
  [[nodiscard]] Weather WeatherNow() const;

  Options options_;
  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  testing::NullLog no_log_;
  EventLog log_;
  FaultPlan faults_;
  StoreModel store_;
  std::unique_ptr<ports::Storage> database_;
  std::unique_ptr<Oracle> oracle_;
  std::unique_ptr<StoreWire> wire_;
  std::unique_ptr<People> people_;
  std::unique_ptr<SimServer> server_;

  Report report_;
  FailAt fail_at_;
  std::int64_t effects_ = 0;
  std::int64_t effects_from_ = -1;
  bool is_over_ = false;
  // Nothing fails but what people do.
  bool is_calm_ = false;
};

// The report of a failure: seed, hash, the last events, and how to see it again.
std::string Describe(const Options& options, const Report& report);

}  // namespace storebridge::sim
