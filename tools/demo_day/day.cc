#include "demo_day/day.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "day_kit/wait.h"

namespace storebridge::day {
namespace {

std::uint64_t FirstTrackingCode() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

Day::Day(StoreSide& store, Platform& platform, std::string store_id)
    : store_(store),
      platform_(platform),
      warehouse_(platform, "posti", FirstTrackingCode()),
      store_id_(std::move(store_id)),
      report_(static_cast<int>(Steps().size())),
      codes_(store.product_codes()) {}

std::vector<Day::Step> Day::Steps() {
  return {{"the store is connected and checked", &Day::Connect},
          {"products come in", &Day::ProductsComeIn},
          {"stock is set here and shows in the store", &Day::StockGoesOut},
          {"customers buy in the store", &Day::CustomersBuy},
          {"paid orders come in", &Day::OrdersComeIn},
          {"one with a wrong detail waits as DRAFT", &Day::WrongOrderWaits},
          {"the store sells only what is left", &Day::SalesAreKnown},
          {"corrected in the store, it becomes NEW", &Day::MerchantCorrectsIt},
          {"the warehouse collects and ships", &Day::WarehouseShips},
          {"states and tracking codes are in the store", &Day::StoreKnows},
          {"customers got one mail per shipment", &Day::MailsWereSent},
          {"a stock edit made by hand is overwritten", &Day::HandEditIsOverwritten},
          {"a title edit in the store arrives", &Day::TitleEditArrives},
          {"titles cannot be edited here", &Day::TitleIsNotOurs},
          {"zero stock goes out", &Day::ZeroGoesOut},
          {"a second round writes nothing", &Day::SecondRoundWritesNothing}};
}

Status Day::Play() {
  for (const Step& step : Steps()) {
    SB_CHECK(report_.Step(step.title, [&] { return (this->*step.play)(); }));
  }
  return Ok();
}

Status Day::WaitForStock(const std::string& code, std::int64_t shown, std::int64_t salable) {
  return WaitUntil(
      fmt::format("{} to show {} in the store and sell {}", code, shown, salable),
      kPatience,
      [&]() -> Status {
        SB_TRY(const std::int64_t shown_now, store_.ShownStock(code));
        SB_TRY(const std::int64_t salable_now, store_.Salable(code));
        return shown_now == shown && salable_now == salable
                   ? Ok()
                   : NotYet(fmt::format("it shows {} and sells {}", shown_now, salable_now));
      });
}

Status Day::RunAllFlows() {
  for (const v1::Flow flow :
       {v1::FLOW_PRODUCTS, v1::FLOW_ORDERS, v1::FLOW_SHIPMENTS, v1::FLOW_STOCK}) {
    const Result<v1::SyncRun> run = platform_.Run(store_id_, flow);
    SB_CHECK(run ? Ok() : Status(run.error()));
  }
  return Ok();
}

}  // namespace storebridge::day
