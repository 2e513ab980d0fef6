#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/event_log.h"
#include "sim/fault.h"
#include "sim/oracle.h"
#include "sim/sim_server.h"
#include "sim/store_model.h"
#include "support/manual_executor.h"

namespace storebridge::sim {

// Whether the same call may go better a little later.
bool IsPassing(const Error& error);

// Customers, a merchant, a warehouse and an administrator. Each acts, then makes an appointment
// with itself. They have a chance of their own, so that a change of the engine does not change what
// they want.
class People {
 public:
  struct Parts {
    StoreModel& store;
    ports::Storage& database;
    testing::ManualExecutor& executor;
    FaultPlan& faults;
    Oracle& oracle;
    EventLog& log;
    // The life of the server that goes on; null while it is dead.
    std::function<SimServer*()> server;
  };

  struct Counts {
    int placed = 0;
    int shipped = 0;
    int stock_changes = 0;
  };

  People(Parts parts, std::uint64_t seed) : parts_(std::move(parts)), random_(seed) {}

  // Makes the merchant and the store known to the server, and counts the shelf for the first time.
  void Connect();
  void CountShelf();
  // Orders that are right have to be taken over within three minutes.
  void ExpectPromptness() { is_calm_ = true; }
  // From here on everybody works, until Rest.
  void Work();
  // Somebody counts goods, so that stock changes each minute, until Rest.
  void CountAllDay();
  // The store says that there is news, true or not, until Rest.
  void LetStoreCall();
  void Rest() { resting_ = true; }
  // Whoever broke something mends it; the administrator lets a stopped store go on.
  void MendAll();

  // Something happens to an order just now: to this one, or to any (0).
  void Meddle(std::int64_t order, std::uint64_t chance);
  // What only goes wrong by people, half-hourly.
  void MakeTrouble();

  // Sets up by hand, for scenarios.
  std::int64_t Order(const std::string& code, bool paid);
  void Pay(std::int64_t order);
  // Collects or ships the orders that wait, as many of them as that; may give some back first.
  void WarehouseRound(int orders_max = 100, bool gives_back = false);

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<std::string>& codes() const { return codes_; }

 private:
  using Answer = std::function<void(const Error*)>;
  using Call = std::function<void(engine::Commands&, Answer)>;
  struct Errand;

  void Send(Call call);
  void Try(const std::shared_ptr<Errand>& errand);
  void After(std::int64_t ms_least, std::int64_t ms_most, void (People::*act)());
  void Later(std::int64_t ms, std::function<void()> act);

  void Shopper();
  void Merchant();
  void Warehouse();
  void StockKeeper();
  void Administrator();

  void Buy(bool is_rush);
  void Watch(std::int64_t order);
  void PayIn(std::int64_t order, std::int64_t ms);
  void EditLater(std::int64_t order);
  void EndOrder(std::int64_t order, bool refund);
  void Collect(const v1::Order& order);
  // Gives an order back that is being collected.
  void PutBack(const v1::Order& order);
  void Ship(const v1::Order& order);
  // Gives its only parcel another tracking code.
  void Correct(const v1::Order& order);
  void Adjust(const std::string& code, std::int64_t delta);
  void Resume();
  std::string AnyCode() { return codes_.at(random_.Below(codes_.size())); }

  Parts parts_;
  testing::SeededRandom random_;
  bool is_calm_ = false;
  bool resting_ = false;
  Counts counts_;
  std::vector<std::string> codes_;
  std::vector<std::int64_t> orders_;
  std::set<std::int64_t> spoiled_;
  std::set<std::string> gone_;
  std::set<std::string> under_way_;
  std::set<std::string> collected_;
  std::set<std::string> put_back_;
  std::uint64_t last_request_ = 0;
};

}  // namespace storebridge::sim
