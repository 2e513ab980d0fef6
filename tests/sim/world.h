#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "adapters/egress/policy_egress.h"
#include "adapters/plugin_host/config_template.h"
#include "demo_store/shop.h"
#include "engine/commands.h"
#include "engine/engine.h"
#include "ports/storage.h"
#include "sim/store_wire.h"
#include "support/fake_store.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

struct sb_connector_v1;

namespace storebridge::sim {

struct Options {
  std::uint64_t seed = 1;
  int days = 1;
  bool faults = true;
  // Prints every event and request as it happens.
  bool trace = false;
};

// What a run came to.
struct Report {
  std::vector<std::string> violations;
  // Of everything that happened: the same for the same seed and build.
  std::uint64_t hash = 0;
  int placed = 0;
  int shipped = 0;
  int stock_changes = 0;
  std::map<Fault, int> faults;
  // What happened last, newest at the end.
  std::vector<std::string> last_events;
};

// One merchant, one WooCommerce store, a warehouse and its customers, under a virtual clock: the
// production engine, rules, storage (in memory), way out and connector; only the wire, the store
// behind it and the people are models.
class World {
 public:
  explicit World(Options options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Lives through the days, heals, waits until all is quiet, and checks.
  Report Run();

 private:
  class SimHost;
  class SimSecrets;

  void Connect();
  void SetFirstStock();
  void Begin();
  void Note(const std::string& event);
  void Violate(const std::string& what);

  // The people. Each acts, then makes an appointment with itself.
  void Shopper();
  void Merchant();
  void Warehouse();
  void StockKeeper();
  void Place(bool paid, bool wrong_postcode);

  // Looks at everything that changed since the last look.
  void OnChange(std::int64_t head);
  void CheckOrder(const v1::Order& order);
  void CheckQuiet();
  void CheckStock(const boost::json::object& state);
  void CheckOrders(const boost::json::object& state);

  boost::json::object Ask(const std::string& method,
                          const std::string& target,
                          const boost::json::object& body = {});
  void After(std::int64_t ms_least, std::int64_t ms_most, void (World::*act)());
  [[nodiscard]] const std::string& AnyCode();

  Options options_;
  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  testing::SeededRandom random_;
  // The people have their own chance, so that a change of the engine does not change what they do.
  testing::SeededRandom people_;
  testing::NullLog log_;
  testing::OpenVault vault_;
  plugin_host::ManifestConfigChecker config_;
  std::unique_ptr<demo_store::Shop> shop_;
  std::unique_ptr<SimSecrets> secrets_;
  std::unique_ptr<SimHost> host_;
  std::unique_ptr<ports::Storage> storage_;
  std::unique_ptr<egress::PolicyEgress> egress_;
  StoreWire* wire_ = nullptr;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Commands> commands_;

  Report report_;
  bool resting_ = false;
  std::int64_t seen_head_ = 0;
  std::vector<std::string> codes_;
  // What the warehouse knows to be on the shelf, by its own counting.
  std::map<std::string, std::int64_t> shelf_;
  std::map<std::string, v1::OrderState> states_;
  // Store's ids of orders that customers placed and paid, and of those that were cancelled again.
  std::set<std::int64_t> paid_;
  std::set<std::int64_t> cancelled_;
  std::map<std::string, std::string> tracking_;
};

}  // namespace storebridge::sim
