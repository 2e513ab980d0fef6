#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

// A store's requests go where its settings say.
class ConfiguredAddress : public AnyConfig {
 public:
  [[nodiscard]] Result<std::vector<std::string>> AllowedPrefixes(
      const cv1::Manifest& /*manifest*/, std::string_view config_json) const override {
    return std::vector<std::string>{std::string(config_json)};
  }
};

class StoreChangeTest : public EngineDay {
 protected:
  Result<v1::Store> Update(engine::StoreChange change) {
    change.key = {"acme", "web"};
    Result<v1::Store> store = Wait<v1::Store>(
        [&](auto done) { commands_->UpdateStore(std::move(change), std::move(done)); });
    Settle();
    return store;
  }

  Result<Done> Delete() {
    Result<Done> deleted = Wait<Done>([&](auto done) {
      commands_->DeleteStore({"acme", "web"}, "", std::move(done));
    });
    Settle();
    return deleted;
  }

  Result<v1::Store> Create() {
    engine::NewStore request{.key = {"acme", "web"}, .store = {}, .secrets = {}};
    request.store.set_connector("connectors/fake");
    return Wait<v1::Store>(
        [&](auto done) { commands_->CreateStore(std::move(request), {}, std::move(done)); });
  }
};

TEST_F(StoreChangeTest, NeverShipsThePastHoweverTheSettingsAreReplaced) {
  Sell("MUG", "p1");
  cv1::Order& old = Order("1", "MUG", 1);
  Pass(kMinute);
  Connect();
  SetStock("MUG", 5);
  ASSERT_EQ(Get("1").order_number(), "");

  engine::StoreChange change;
  change.merge_settings = [](v1::StoreSettings& settings) {
    settings = {};
    settings.set_stock_buffer(1);
  };
  const Result<v1::Store> changed = Update(std::move(change));
  Modify(old);
  Pass(20 * kMinute);

  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->settings().orders_from().seconds(), changed->create_time().seconds());
  EXPECT_EQ(Get("1").order_number(), "");
}

TEST_F(StoreChangeTest, SendsNoKeptSecretToAnotherAddress) {
  host_.manifest().add_secrets()->set_name("token");
  ConfiguredAddress addresses;
  commands_ = std::make_unique<engine::Commands>(
      engine::Commands::Ports{*storage_, clock_, random_, host_, addresses, vault_});
  engine_->Start();
  ASSERT_TRUE(
      Wait<v1::Merchant>([&](auto done) { commands_->CreateMerchant("acme", "Acme", {}, done); }));
  engine::NewStore request{.key = {"acme", "web"}, .store = {}, .secrets = {}};
  request.store.set_connector("connectors/fake");
  request.store.set_config_json("https://store.example/");
  request.secrets.emplace("token", Secret("t1"));
  ASSERT_TRUE(
      Wait<v1::Store>([&](auto done) { commands_->CreateStore(std::move(request), {}, done); }));

  engine::StoreChange moves;
  moves.config_json = "https://mine.example/";
  const Result<v1::Store> refused = Update(moves);
  moves.secrets.emplace("token", Secret("t2"));
  const Result<v1::Store> moved = Update(moves);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "SECRET_MISSING");
  EXPECT_TRUE(moved) << moved.error().message;
}

TEST_F(StoreChangeTest, ProductsLoseTheListingsOfAStoreThatGoes) {
  Sell("MUG", "p1");
  Connect();
  ASSERT_TRUE(Delete());
  store_.products.clear();
  Sell("MUG", "p2");

  ASSERT_TRUE(Create());
  Settle();
  SetStock("MUG", 3);
  Pass(kMinute);

  EXPECT_EQ(Shown("p2"), 3);
  EXPECT_TRUE(OpenIssues().empty()) << OpenIssues().front().message();
}

TEST_F(StoreChangeTest, AnIdWhoseOrdersAreKeptIsNotGivenAgain) {
  Sell("MUG", "p1");
  Connect();
  Order("1", "MUG", 1);
  Pass(kMinute);
  ASSERT_EQ(Get("1").order_number(), "1");
  ASSERT_TRUE(Delete());

  const Result<v1::Store> again = Create();

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "STORE_ID_USED");
}

// A connector that was refused at the start, or that is gone.
TEST_F(StoreChangeTest, SaysThatItsConnectorCannotBeUsed) {
  Connect();
  host_.Refuse("built for another version");

  Pass(20 * kMinute);

  const v1::Store refused = ShowStore();
  for (const v1::FlowHealth& flow : refused.flows()) {
    if (flow.flow() == v1::FLOW_ORDERS) {
      EXPECT_GT(flow.failures(), 0);
      EXPECT_NE(flow.last_error().find("built for another version"), std::string::npos)
          << flow.last_error();
    }
  }
  host_.Accept();
  Pass(10 * kMinute);
  const v1::Store accepted = ShowStore();
  for (const v1::FlowHealth& flow : accepted.flows()) {
    EXPECT_EQ(flow.failures(), 0) << v1::Flow_Name(flow.flow());
  }
}

class ManualStockRunTest : public EngineDay {
 protected:
  Result<v1::SyncRun> StartStock() {
    return Wait<v1::SyncRun>([&](auto done) {
      engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kStock}, {}, done);
    });
  }
};

// What a customer just bought is not given back.
TEST_F(ManualStockRunTest, ReadsTheOrdersFirst) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Pass(kMinute);
  ASSERT_EQ(Shown("p1"), 5);
  Pass(std::chrono::seconds(30));
  Order("1", "MUG", 2);
  store_.products["p1"].set_stock_quantity(3);
  const int pulls = store_.sessions["orders.pull"];

  ASSERT_TRUE(StartStock());
  Settle();

  EXPECT_GT(store_.sessions["orders.pull"], pulls);
  EXPECT_EQ(Shown("p1"), 3);
}

TEST_F(ManualStockRunTest, IsRefusedWhileTheOrdersCannotBeRead) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  store_.failing["orders.pull"].set_code(cv1::Failure::CODE_TRANSIENT);
  Pass(3 * kMinute);

  const Result<v1::SyncRun> run = StartStock();

  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().reason, "ORDERS_FIRST");
}

}  // namespace
}  // namespace storebridge::testing
