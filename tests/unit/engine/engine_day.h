#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/storage/storage.h"
#include "engine/commands.h"
#include "engine/engine.h"
#include "engine/order_book.h"
#include "engine/stock_book.h"
#include "support/fake_store.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

namespace storebridge::testing {

// The production engine over the production storage (in memory, inline), one merchant and one fake
// store.
class EngineDay : public ::testing::Test {
 protected:
  static constexpr auto kMinute = std::chrono::minutes(1);

  explicit EngineDay(cv1::StockBasis basis = cv1::STOCK_BASIS_SALABLE,
                     const engine::Engine::Options& options = {})
      : host_(store_, basis), options_(options) {
    storage_ = *storage::OpenStorage(
        {.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
    engine_ = MakeEngine();
    commands_ = std::make_unique<engine::Commands>(
        engine::Commands::Ports{*storage_, clock_, random_, host_, config_, vault_});
  }

  ~EngineDay() override {
    dead_.push_back(std::move(engine_));
    for (const auto& engine : dead_) {
      bool drained = false;
      engine->Drain([&] { drained = true; });
      executor_.RunUntil([&] { return drained; });
    }
  }

  // The server dies and starts again on the same data.
  void Crash() {
    executor_.DropAll();
    // What it knew is never asked again; it is only taken apart at the end.
    dead_.push_back(std::move(engine_));
    engine_ = MakeEngine();
    engine_->Start();
    Settle();
  }

  // Runs everything that is due now.
  void Settle() { executor_.RunAll(); }

  // Lets time pass, doing what is due.
  void Pass(std::chrono::milliseconds time) { executor_.Advance(time); }

  // Waits for the answer to a command.
  template <typename T>
  Result<T> Wait(const std::function<void(std::function<void(Result<T>)>)>& call) {
    std::optional<Result<T>> answer;
    call([&](Result<T> result) { answer = std::move(result); });
    executor_.RunUntil([&] { return answer.has_value(); });
    return *std::move(answer);
  }

  void Connect(const std::string& store = "web",
               const std::function<void(v1::Store&)>& adjust = {}) {
    if (!connected_) {
      engine_->Start();
      ASSERT_TRUE(Wait<v1::Merchant>(
          [&](auto done) { commands_->CreateMerchant("acme", "Acme", {}, done); }));
      connected_ = true;
    }
    engine::NewStore request{.key = {"acme", store}, .store = {}, .secrets = {}};
    request.store.set_connector("connectors/fake");
    if (adjust) {
      adjust(request.store);
    }
    const Result<v1::Store> created =
        Wait<v1::Store>([&](auto done) { commands_->CreateStore(std::move(request), {}, done); });
    ASSERT_TRUE(created) << created.error().message;
    Settle();
  }

  cv1::Product& Sell(const std::string& code, const std::string& id) {
    cv1::Product& product = store_.products[id];
    product.set_external_id(id);
    product.set_product_code(code);
    product.set_title("Title of " + code);
    product.mutable_price()->set_currency_code("EUR");
    product.mutable_price()->set_units(10);
    product.set_is_active(true);
    product.set_stock_quantity(0);
    return product;
  }

  cv1::Order& Order(const std::string& id, const std::string& code, std::int64_t quantity) {
    cv1::Order& order = store_.orders[id];
    order.set_external_id(id);
    order.set_number(id);
    order.set_store_state("processing");
    order.set_payment_state(cv1::PAYMENT_STATE_PAID);
    order.set_progress(cv1::Order::PROGRESS_OPEN);
    order.set_stock_taken(true);
    order.set_placed_ms(clock_.NowMs());
    order.set_paid_ms(clock_.NowMs());
    order.set_modified_ms(clock_.NowMs());
    order.set_currency_code("EUR");
    order.mutable_grand_total()->set_currency_code("EUR");
    order.mutable_grand_total()->set_units(10 * quantity);
    cv1::Address* address = order.mutable_shipping_address();
    address->set_recipient("Test Person");
    address->add_lines("Street 1");
    address->set_postal_code("00100");
    address->set_city("Helsinki");
    address->set_region_code("FI");
    cv1::OrderLine* line = order.add_lines();
    line->set_external_id("l1");
    line->set_product_code(code);
    line->set_title(code);
    line->set_quantity(quantity);
    line->mutable_unit_price()->set_currency_code("EUR");
    line->mutable_unit_price()->set_units(10);
    return order;
  }

  void Modify(cv1::Order& order) const {
    order.set_modified_ms(const_cast<ManualClock&>(clock_).NowMs());
  }

  static engine::StockSetting Counted(const std::string& code, std::int64_t on_hand) {
    return {.product = {.merchant = "acme", .product = {}, .product_code = code},
            .on_hand = on_hand,
            .reason = "counted",
            .etag = {}};
  }

  v1::Stock SetStock(const std::string& code, std::int64_t on_hand) {
    Result<v1::Stock> stock =
        Wait<v1::Stock>([&](auto done) { commands_->SetStock(Counted(code, on_hand), {}, done); });
    EXPECT_TRUE(stock) << stock.error().message;
    Settle();
    return stock ? *stock : v1::Stock();
  }

  v1::Stock StockOf(const std::string& code) {
    v1::Stock stock;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const v1::Product product, tx.products().GetByCode("acme", code));
      SB_TRY(stock, engine::ShowStock(tx, "acme", product));
      return Ok();
    });
    EXPECT_TRUE(read);
    return stock;
  }

  std::vector<v1::Order> Orders() {
    std::vector<v1::Order> orders;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(orders, tx.orders().List({.merchant = "acme"}, {}, 1000));
      return Ok();
    });
    EXPECT_TRUE(read);
    return orders;
  }

  // The order of that number; an empty one when there is none.
  v1::Order Get(const std::string& number) {
    for (v1::Order& order : Orders()) {
      if (order.order_number() == number) {
        return order;
      }
    }
    return {};
  }

  std::vector<v1::Issue> OpenIssues() {
    std::vector<v1::Issue> issues;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(issues, tx.issues().List("acme", false, {}, 1000));
      return Ok();
    });
    EXPECT_TRUE(read);
    return issues;
  }

  engine::OrderRef Ref(const std::string& number) {
    return {.merchant = "acme", .order = {}, .order_number = number};
  }

  Result<v1::Order> Collect(const std::string& number) {
    Result<v1::Order> order =
        Wait<v1::Order>([&](auto done) { commands_->CollectOrder(Ref(number), "", done); });
    Settle();
    return order;
  }

  Result<v1::Order> Ship(const std::string& number,
                         const std::string& tracking,
                         std::vector<v1::ShipmentLine> lines = {}) {
    engine::Commands::ShipRequest request{
        .order = Ref(number), .parcels = {}, .lines = std::move(lines), .etag = {}};
    request.parcels.emplace_back().set_tracking_code(tracking);
    Result<v1::Order> order =
        Wait<v1::Order>([&](auto done) { commands_->ShipOrder(request, {}, done); });
    Settle();
    return order;
  }

  // Gives a shipment of an order one parcel, with this tracking code; its only one without a name.
  Result<v1::Order> Update(const std::string& number,
                           const std::string& tracking,
                           const std::string& shipment = "") {
    v1::Parcel parcel;
    parcel.set_tracking_code(tracking);
    Result<v1::Order> order = Wait<v1::Order>([&](auto done) {
      commands_->UpdateShipment(Ref(number), engine::IdOf(shipment), {parcel}, "", done);
    });
    Settle();
    return order;
  }

  v1::Store ShowStore(const std::string& store = "web") {
    return *Wait<v1::Store>([&](auto done) { engine_->GetStore({"acme", store}, done); });
  }

  // What the store shows of a product, by the store's id.
  std::int64_t Shown(const std::string& id) { return store_.products.at(id).stock_quantity(); }

  // Requests that told the store of a shipment, oldest first; stock is not counted.
  std::vector<std::string> Told() const {
    std::vector<std::string> refs;
    for (const cv1::HttpRequest& request : egress_.sent) {
      if (!request.ref().empty()) {
        refs.push_back(request.ref());
      }
    }
    return refs;
  }

  std::unique_ptr<engine::Engine> MakeEngine() {
    return std::make_unique<engine::Engine>(
        engine::Engine::Ports{
            *storage_, clock_, random_, executor_, egress_, host_, config_, log_, *meter_},
        options_);
  }

  ManualClock clock_;
  ManualExecutor executor_{clock_};
  SeededRandom random_;
  NullLog log_;
  ports::Meter* meter_ = &ports::NoMeter();
  FakeWire egress_{executor_};
  AnyConfig config_;
  OpenVault vault_;
  FakeStore store_;
  FakeHost host_;
  engine::Engine::Options options_;
  std::unique_ptr<ports::Storage> storage_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::unique_ptr<engine::Engine>> dead_;
  std::unique_ptr<engine::Commands> commands_;
  bool connected_ = false;
};

}  // namespace storebridge::testing
