#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/timestamp.h"
#include "engine/store_removal.h"
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

// WooCommerce and others tell times in whole seconds.
TEST_F(StoreChangeTest, TakesOverWhatIsPaidInTheSecondOfConnecting) {
  Sell("MUG", "p1");
  Pass(std::chrono::milliseconds(1'700 - clock_.NowMs() % 1'000));
  const std::int64_t second_ms = clock_.NowMs() / 1'000 * 1'000;
  ASSERT_NE(clock_.NowMs(), second_ms);
  Connect();
  SetStock("MUG", 5);
  Order("1", "MUG", 1).set_paid_ms(second_ms);
  Order("2", "MUG", 1).set_paid_ms(second_ms - 1);

  Pass(20 * kMinute);

  EXPECT_NE(Get("1").order_number(), "");
  EXPECT_EQ(Get("2").order_number(), "");
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
  engine::StoreChange empties;
  empties.secrets.emplace("token", Secret(""));
  const Result<v1::Store> emptied = Update(empties);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "SECRET_MISSING");
  EXPECT_NE(refused.error().message.find("the store's address changes"), std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(moved) << moved.error().message;
  ASSERT_FALSE(emptied) << "it would wipe the one that is there";
  EXPECT_EQ(emptied.error().reason, "SECRET_MISSING");
}

TEST_F(StoreChangeTest, RefusesTextsThatAreTooLongByTheirNames) {
  Connect();
  host_.manifest().add_secrets()->set_name("token");
  engine::StoreChange change;
  change.secrets.emplace("token", Secret(std::string(4096, 't')));
  EXPECT_TRUE(Update(change));
  change.secrets.clear();
  change.secrets.emplace("token", Secret(std::string(4097, 't')));
  const Result<v1::Store> secret = Update(change);
  engine::StoreChange config;
  config.config_json = std::string(64 * 1024 + 1, ' ');
  const Result<v1::Store> large = Update(config);

  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().facts.at("field"), "secrets.token");
  EXPECT_NE(secret.error().message.find("4097 bytes, 4096 are"), std::string::npos);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().facts.at("field"), "config_json");
  EXPECT_NE(large.error().message.find("65537 bytes, 65536 are"), std::string::npos);
}

TEST_F(StoreChangeTest, RefusesATimeFromWhichNoOrderWouldComeSoon) {
  Connect();
  const std::int64_t day_ms = 24LL * 3600 * 1000;
  const auto from = [&](std::int64_t ms) {
    engine::StoreChange change;
    change.merge_settings = [ms](v1::StoreSettings& settings) {
      *settings.mutable_orders_from() = domain::TimestampFromMs(ms);
    };
    return Update(std::move(change));
  };

  EXPECT_TRUE(from(clock_.NowMs() + day_ms));
  const Result<v1::Store> late = from(clock_.NowMs() + day_ms + 60'000);

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "SETTING_RANGE");
  EXPECT_EQ(late.error().facts.at("field"), "settings.orders_from");
}

TEST_F(StoreChangeTest, DeletesAMerchantWithOpenOrdersOnlyByForce) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  ASSERT_TRUE(Delete());
  const auto remove = [&](bool force) {
    return Wait<Done>([&](auto done) { commands_->DeleteMerchant("acme", "", force, done); });
  };

  const Result<Done> refused = remove(false);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "MERCHANT_HAS_OPEN_ORDERS");
  EXPECT_NE(refused.error().message.find("1001"), std::string::npos) << refused.error().message;
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_TRUE(remove(true));
}

TEST_F(StoreChangeTest, DeletesAMerchantWhoseOrdersHaveEnded) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_TRUE(Wait<v1::Order>(
      [&](auto done) { commands_->CancelOrder(Ref("1001"), "closing", "", done); }));
  ASSERT_TRUE(Delete());

  EXPECT_TRUE(Wait<Done>([&](auto done) { commands_->DeleteMerchant("acme", "", false, done); }));
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

// A store with more products than one transaction takes off it.
class LargeStoreTest : public StoreChangeTest {
 protected:
  static constexpr int kMax = engine::kListingsPerRemoval;

  void ConnectWith(int products) {
    for (int i = 0; i < products; ++i) {
      Sell("MUG-" + std::to_string(i), "p" + std::to_string(i));
    }
    Connect();
    Pass(kMinute);
    ASSERT_EQ(Listed(), products);
  }
  // Calls DeleteStore and gives back at the answer.
  void AnswerDelete() {
    ASSERT_TRUE(Wait<Done>([&](auto done) {
      commands_->DeleteStore({"acme", "web"}, "", std::move(done));
    }));
  }
  // Products that are listed in any store.
  int Listed() {
    int listed = 0;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const std::vector<v1::Product> products, tx.products().List("acme", {}, 1000));
      for (const v1::Product& product : products) {
        listed += product.listings().empty() ? 0 : 1;
      }
      return Ok();
    });
    EXPECT_TRUE(read);
    return listed;
  }
  // UNSPECIFIED when it is gone.
  v1::Store::State State() {
    v1::Store::State state = v1::Store::STATE_UNSPECIFIED;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      if (const Result<v1::Store> store = tx.stores().Get({"acme", "web"})) {
        state = store->state();
      }
      return Ok();
    });
    EXPECT_TRUE(read);
    return state;
  }
};

TEST_F(LargeStoreTest, IsGoneHoweverManyProductsItHad) {
  ConnectWith(2 * kMax + 1);

  ASSERT_TRUE(Delete());

  EXPECT_EQ(State(), v1::Store::STATE_UNSPECIFIED);
  EXPECT_EQ(Listed(), 0);
  EXPECT_TRUE(Create());
}

TEST_F(LargeStoreTest, IsGoneAtOnceWithAsManyAsOneTransactionTakes) {
  ConnectWith(kMax - 1);

  AnswerDelete();

  EXPECT_EQ(State(), v1::Store::STATE_UNSPECIFIED);
  EXPECT_EQ(Listed(), 0);
}

TEST_F(LargeStoreTest, CannotBeUsedFromTheFirstTransactionOn) {
  ConnectWith(kMax + 1);

  AnswerDelete();

  EXPECT_EQ(State(), v1::Store::STATE_DELETING);
  EXPECT_EQ(Listed(), 1);
  const Result<v1::Store> resumed = Wait<v1::Store>([&](auto done) {
    commands_->ResumeStore({"acme", "web"}, std::move(done));
  });
  ASSERT_FALSE(resumed);
  EXPECT_EQ(resumed.error().reason, "STORE_DELETING");
}

TEST_F(LargeStoreTest, IsDeletedFurtherAfterACrash) {
  ConnectWith(2 * kMax + 1);

  AnswerDelete();
  ASSERT_EQ(State(), v1::Store::STATE_DELETING);
  Crash();

  EXPECT_EQ(State(), v1::Store::STATE_UNSPECIFIED);
  EXPECT_EQ(Listed(), 0);
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
  Crash();

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

// The secret with which a store signs its calls.
class WebhookSecretTest : public StoreChangeTest {
 protected:
  void SetUp() override {
    engine_->Start();
    ASSERT_TRUE(Wait<v1::Merchant>(
        [&](auto done) { commands_->CreateMerchant("acme", "Acme", {}, done); }));
    host_.manifest().add_secrets()->set_name("token");
    host_.manifest().mutable_webhook()->mutable_secret()->set_name("hook_secret");
  }

  Result<v1::Store> Give(std::map<std::string, std::string> secrets,
                         std::optional<std::string> config = {}) {
    engine::StoreChange change;
    change.config_json = std::move(config);
    for (const auto& [name, secret] : secrets) {
      change.secrets.emplace(name, Secret(secret));
    }
    return Update(std::move(change));
  }

  Result<v1::Store> CreateWith(std::map<std::string, std::string> secrets) {
    engine::NewStore request{.key = {"acme", "web"}, .store = {}, .secrets = {}};
    request.store.set_connector("connectors/fake");
    for (const auto& [name, secret] : secrets) {
      request.secrets.emplace(name, Secret(secret));
    }
    Result<v1::Store> store = Wait<v1::Store>(
        [&](auto done) { commands_->CreateStore(std::move(request), {}, std::move(done)); });
    Settle();
    return store;
  }
};

TEST_F(WebhookSecretTest, IsNotNeeded) {
  const Result<v1::Store> store = CreateWith({{"token", "t"}});
  ASSERT_TRUE(store) << store.error().message;

  const Result<v1::Store> given = Give({{"hook_secret", "s3cr3t"}});

  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->secrets_size(), 2);
  EXPECT_EQ(given->secrets(0), "hook_secret");
}

TEST_F(WebhookSecretTest, CanBeGivenAtOnceAndIsNotEmpty) {
  const Result<v1::Store> without = CreateWith({{"token", "t"}, {"hook_secret", ""}});
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().reason, "SECRET_MISSING");

  ASSERT_TRUE(CreateWith({{"token", "t"}, {"hook_secret", "s3cr3t"}}));
  const Result<v1::Store> unknown = Give({{"hook", "s3cr3t"}});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("it has: token, hook_secret"), std::string::npos)
      << unknown.error().message;
}

// It is never sent anywhere.
TEST_F(WebhookSecretTest, NeedNotBeGivenAgainForAnotherAddress) {
  ConfiguredAddress address;
  commands_ = std::make_unique<engine::Commands>(
      engine::Commands::Ports{*storage_, clock_, random_, host_, address, vault_});
  ASSERT_TRUE(CreateWith({{"token", "t"}, {"hook_secret", "s3cr3t"}}));

  EXPECT_FALSE(Give({{"hook_secret", "other"}}, "https://other.example/"));
  const Result<v1::Store> moved = Give({{"token", "t2"}}, "https://other.example/");

  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->secrets_size(), 2);
}

TEST_F(WebhookSecretTest, IsNoAnswerToAStoreThatRefusesUs) {
  ASSERT_TRUE(CreateWith({{"token", "t"}}));
  store_.failing["orders.pull"].set_code(cv1::Failure::CODE_AUTH);
  executor_.AdvanceUntil([&] { return ShowStore().state() == v1::Store::STATE_NEEDS_CREDENTIALS; },
                         15 * kMinute);

  ASSERT_TRUE(Give({{"hook_secret", "s3cr3t"}}));
  EXPECT_EQ(ShowStore().state(), v1::Store::STATE_NEEDS_CREDENTIALS);

  ASSERT_TRUE(Give({{"token", "t2"}}));
  EXPECT_EQ(ShowStore().state(), v1::Store::STATE_ACTIVE);
}

}  // namespace
}  // namespace storebridge::testing
