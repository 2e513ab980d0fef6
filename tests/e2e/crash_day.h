#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "day_kit/platform.h"
#include "expect.h"
#include "servers.h"
#include "wire_proxy.h"

namespace storebridge::e2e {

// How hard a day is; set by the environment, see README.md.
struct CrashOptions {
  std::uint64_t seed = 1;
  int kills = 10;
  int orders = 40;
  // With the connectors as they are delivered: a lost answer takes a minute to settle.
  bool is_real = false;
  // How long the store may take at the end until it knows everything.
  std::chrono::milliseconds patience{90'000};

  static CrashOptions FromEnvironment();
};

// A store for a day of crashes.
struct CrashStore {
  // Asked and moved past the proxy.
  day::StoreSide* side = nullptr;
  // As the server is connected to it: by way of the proxy.
  day::StoreSide* by_proxy = nullptr;
  // Texts of the requests that change it.
  std::vector<std::string> writes = {};
};

// A day with a server that is killed again and again, at moments drawn from the seed: customers go
// on buying, the store stays up, the warehouse repeats the calls that were cut off, with the same
// request ids. At its end the store is asked what it was told.
class CrashDay : public testing::Test {
 protected:
  // The proxy in front of the store at `place`; then Live may be called.
  void PutProxy(const std::string& place);
  void Live(const CrashStore& store);

  CrashOptions options_ = CrashOptions::FromEnvironment();
  day::TempFolder folder_;
  std::unique_ptr<WireProxy> proxy_;

 private:
  // A call of the warehouse, made until it was answered.
  struct Call {
    std::string what;
    std::function<Status(day::Platform&)> make;
  };

  void Begin();
  void StartAgain();
  void Buy(int count);
  WireMoment DrawMoment();
  std::int64_t Draw(std::int64_t least, std::int64_t most);
  // Small numbers as often as large ones.
  std::int64_t DrawSize(std::int64_t most);
  void KillOnce(int number);
  // Makes the calls that are left, and finds new work; false when the server was cut off.
  bool Work();
  Status FindWork();
  void Plan(const v1::Order& order);
  void PlanShipment(const v1::Order& order, const std::vector<v1::ShipmentLine>& lines);
  void PlanGoods();
  Status IsAllTold();
  void CheckOrders();
  void CheckOrder(const v1::Order& order, const day::StoreOrder& shown);
  void CheckStock();
  // Checks that the moments came which the kills were aimed at.
  void CheckMoments();
  void Tell() const;

  CrashStore store_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
  std::mt19937_64 random_;
  std::set<std::string> placed_;
  std::set<std::string> planned_;
  std::map<std::string, std::int64_t> shelf_;
  std::deque<Call> calls_;
  int last_id_ = 0;
  int repeated_ = 0;
  // Kills by the kind of moment that they were aimed at, and by the kind that it was in the end.
  std::map<std::string, int> aims_;
  std::map<std::string, int> kills_;
  // Those whose moment did not come.
  int fell_back_ = 0;
  std::int64_t shipments_ = 0;
};

}  // namespace storebridge::e2e
