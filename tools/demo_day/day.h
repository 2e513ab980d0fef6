#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "day_kit/platform.h"
#include "day_kit/store_side.h"
#include "day_kit/warehouse.h"
#include "demo_day/report.h"

namespace storebridge::day {

// One whole day of a merchant with one store, from connecting it to a round in which nothing is
// left to do. Each step is checked against the store's own side and against the platform. The store
// and the platform's merchant must be fresh.
class Day {
 public:
  Day(StoreSide& store, Platform& platform, std::string store_id);

  // Stops at the first step that does not come true; the error names it.
  Status Play();

 private:
  using StepFunction = Result<std::string> (Day::*)();
  struct Step {
    const char* title;
    StepFunction play;
  };
  static std::vector<Step> Steps();

  // steps_in.cc
  Result<std::string> Connect();
  Result<std::string> ProductsComeIn();
  Result<std::string> CustomersBuy();
  Result<std::string> OrdersComeIn();
  Result<std::string> WrongOrderWaits();
  Result<std::string> MerchantCorrectsIt();
  Result<std::string> TitleEditArrives();
  Result<std::string> TitleIsNotOurs();
  // steps_out.cc
  Result<std::string> StockGoesOut();
  Result<std::string> SalesAreKnown();
  Result<std::string> WarehouseShips();
  Result<std::string> StoreKnows();
  Result<std::string> MailsWereSent();
  Result<std::string> HandEditIsOverwritten();
  Result<std::string> ZeroGoesOut();
  Result<std::string> SecondRoundWritesNothing();

  // Ok when the store shows this many and lets customers buy that many, within the usual time.
  Status WaitForStock(const std::string& code, std::int64_t shown, std::int64_t salable);
  // All four flows once.
  Status RunAllFlows();

  StoreSide& store_;
  Platform& platform_;
  Warehouse warehouse_;
  std::string store_id_;
  Report report_;
  std::vector<std::string> codes_;
  std::vector<std::string> good_orders_;
  std::string wrong_order_;
  std::string unpaid_order_;
  // What was sent, by order number.
  std::map<std::string, SentOrder> sent_;
  // Pieces that customers bought and paid, by code.
  std::map<std::string, std::int64_t> sold_;
};

}  // namespace storebridge::day
