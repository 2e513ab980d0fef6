// What comes of a store's own calls.
#include <string>
#include <utility>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class NewsTest : public EngineDay {
 protected:
  NewsTest() : EngineDay(cv1::STOCK_BASIS_SALABLE, {.hears_stores = true}) {
    host_.manifest().mutable_webhook()->mutable_secret()->set_name("hook_secret");
  }

  void SetUp() override {
    Sell("MUG", "p1");
    Connect();
    Pass(seconds(20));
  }

  void Hear(engine::Engine::StoreCall call, const std::string& store = "web") {
    bool was_heeded = false;
    engine_->HearStore({"acme", store}, std::move(call), [&] { was_heeded = true; });
    Settle();
    EXPECT_TRUE(was_heeded);
  }

  void Say(domain::Flow flow) { Hear({.news = flow}); }

  v1::SyncRun::Trigger TriggerOfLast(domain::Flow flow) {
    std::vector<v1::SyncRun> runs;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(runs, tx.sync_runs().List({"acme", "web"}, "", 100));
      return Ok();
    }));
    for (const v1::SyncRun& run : runs) {
      if (run.flow() == domain::ToProto(flow)) {
        return run.trigger();
      }
    }
    return v1::SyncRun::TRIGGER_UNSPECIFIED;
  }

  int Pulls(const std::string& operation) { return store_.sessions[operation]; }
};

TEST_F(NewsTest, AreReadAtOnce) {
  Order("7", "MUG", 1);

  Say(domain::Flow::kOrders);

  EXPECT_EQ(Get("7").order_number(), "7");
  EXPECT_EQ(TriggerOfLast(domain::Flow::kOrders), v1::SyncRun::TRIGGER_WEBHOOK);
}

TEST_F(NewsTest, OfManyRecordsAreReadTogether) {
  const int before = Pulls("orders.pull");
  for (int i = 0; i < 990; ++i) {
    Say(domain::Flow::kOrders);
    Pass(milliseconds(10));
  }

  EXPECT_EQ(Pulls("orders.pull") - before, 5) << "ten seconds, one each two";

  Pass(seconds(2));
  EXPECT_EQ(Pulls("orders.pull") - before, 6) << "the last call came after the last look";
  Pass(seconds(30));
  EXPECT_EQ(Pulls("orders.pull") - before, 6);
}

TEST_F(NewsTest, OfProductsWaitLonger) {
  const int before = Pulls("products.pull");
  for (int i = 0; i < 290; ++i) {
    Say(domain::Flow::kProducts);
    Pass(milliseconds(100));
  }

  EXPECT_EQ(Pulls("products.pull") - before, 2) << "thirty seconds, one each fifteen";
}

// What it reads may be older than the call.
TEST_F(NewsTest, ThatComeWhileARunGoesOnAreReadAfterIt) {
  store_.orders_per_page = 10;
  egress_.delay = milliseconds(500);
  const int before = Pulls("orders.pull");
  Say(domain::Flow::kOrders);
  ASSERT_EQ(Pulls("orders.pull"), before + 1);
  Pass(milliseconds(100));
  Say(domain::Flow::kOrders);
  Say(domain::Flow::kOrders);

  Pass(milliseconds(1'800));
  EXPECT_EQ(Pulls("orders.pull"), before + 1) << "the run has ended long ago";
  Pass(milliseconds(100));
  EXPECT_EQ(Pulls("orders.pull"), before + 2) << "two seconds after the begin of the first";
}

TEST_F(NewsTest, DoNotPutOffATurn) {
  const int before = Pulls("orders.pull");
  Pass(seconds(39));  // 59 since the store was connected.
  Say(domain::Flow::kOrders);
  EXPECT_EQ(Pulls("orders.pull"), before + 1);
  Pass(milliseconds(500));
  Say(domain::Flow::kOrders);
  Pass(seconds(59));
  EXPECT_EQ(Pulls("orders.pull"), before + 2);
  Pass(seconds(3));
  EXPECT_EQ(Pulls("orders.pull"), before + 3) << "a minute after the last";
}

// Whoever calls cannot make a store that is down be asked more often.
TEST_F(NewsTest, OfAStoreThatFailsWaitForItsTurn) {
  store_.failing["orders.pull"].set_code(cv1::Failure::CODE_TRANSIENT);
  Pass(10 * kMinute);
  const int before = Pulls("orders.pull");

  for (int i = 0; i < 100; ++i) {
    Say(domain::Flow::kOrders);
    Pass(milliseconds(100));
  }

  EXPECT_LE(Pulls("orders.pull"), before + 1) << "its own try may fall into the ten seconds";
}

TEST_F(NewsTest, OfAPausedStoreWakeNothing) {
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->PauseStore({"acme", "web"}, "", done);
  }));
  const int before = Pulls("orders.pull");

  Say(domain::Flow::kOrders);
  Pass(kMinute);

  EXPECT_EQ(Pulls("orders.pull"), before);
}

TEST_F(NewsTest, OfAStoreThatIsNotThereAreDoneWith) {
  Hear({.news = domain::Flow::kOrders}, "none");
}

// The run may have looked before what they are about; that it is a try again changes nothing.
TEST_F(NewsTest, ThatComeWhileARunIsTriedAgainAreReadAfterIt) {
  store_.fail_next["orders.pull"].set_code(cv1::Failure::CODE_TRANSIENT);
  Say(domain::Flow::kOrders);
  store_.orders_per_page = 10;
  egress_.delay = milliseconds(500);
  const int before = Pulls("orders.pull");
  executor_.AdvanceUntil([&] { return Pulls("orders.pull") > before; }, kMinute);
  Pass(milliseconds(100));

  Say(domain::Flow::kOrders);
  Pass(milliseconds(2'500));

  EXPECT_EQ(Pulls("orders.pull"), before + 2);
}

TEST_F(NewsTest, GiveASlowStoreAsMuchRestAsItsRunTook) {
  store_.orders_per_page = 10;
  egress_.delay = seconds(3);
  const int before = Pulls("orders.pull");
  for (int i = 0; i < 39; ++i) {
    Say(domain::Flow::kOrders);
    Pass(milliseconds(500));
  }

  EXPECT_EQ(Pulls("orders.pull") - before, 4) << "19.5 s, and three of each six are rest";
}

TEST_F(NewsTest, AreNotReadAtOnceWhereSomebodyHasStoppedTheFlow) {
  store_.orders_per_page = 10;
  egress_.delay = seconds(1);
  Say(domain::Flow::kOrders);
  const Result<v1::SyncRun> run = Wait<v1::SyncRun>([&](auto done) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kOrders}, {}, done);
  });
  ASSERT_TRUE(run);
  const std::string id = run->name().substr(run->name().rfind('/') + 1);
  ASSERT_TRUE(Wait<v1::SyncRun>([&](auto done) { engine_->CancelRun({"acme", "web"}, id, done); }));
  Say(domain::Flow::kOrders);
  Pass(seconds(5));
  const int before = Pulls("orders.pull");

  Say(domain::Flow::kOrders);
  Pass(seconds(20));
  EXPECT_EQ(Pulls("orders.pull"), before);
  Pass(kMinute);
  EXPECT_GT(Pulls("orders.pull"), before) << "its turn comes";
}

// The clock on the wall is set forward: what was to come soon still comes then.
TEST_F(NewsTest, DoNotWaitForATimerThatOnlyLooksEarly) {
  const int before = Pulls("products.pull");
  clock_.JumpTo(clock_.NowMs() + 3'600'000);

  Say(domain::Flow::kProducts);
  EXPECT_EQ(Pulls("products.pull"), before + 1);
  Pass(seconds(1));
  clock_.JumpTo(clock_.NowMs() + 3'600'000);
  Say(domain::Flow::kProducts);
  Pass(seconds(15));

  EXPECT_EQ(Pulls("products.pull"), before + 2);
}

TEST_F(NewsTest, AreShownWithTheStore) {
  EXPECT_EQ(ShowStore().webhook().path(), "/webhooks/merchants/acme/stores/web");
  EXPECT_FALSE(ShowStore().webhook().has_last_call_time());

  Hear({});
  const v1::StoreWebhook heard = ShowStore().webhook();
  EXPECT_EQ(heard.last_call_time().seconds(), clock_.NowMs() / 1'000);
  EXPECT_FALSE(heard.has_last_refusal_time());

  Pass(seconds(5));
  Hear({.refusal = "the signature is wrong"});
  const v1::StoreWebhook refused = ShowStore().webhook();
  EXPECT_EQ(refused.last_refusal(), "the signature is wrong");
  EXPECT_EQ(refused.last_refusal_time().seconds(), heard.last_call_time().seconds() + 5);
  EXPECT_EQ(refused.last_call_time().seconds(), heard.last_call_time().seconds());
}

TEST_F(NewsTest, AreNotShownWhereTheConnectorKnowsNoCalls) {
  host_.manifest().clear_webhook();

  EXPECT_FALSE(ShowStore().has_webhook());
}

class DeafTest : public EngineDay {};

TEST_F(DeafTest, SaysNothingOfCallsThatCannotCome) {
  host_.manifest().mutable_webhook()->mutable_secret()->set_name("hook_secret");
  Connect();

  EXPECT_FALSE(ShowStore().has_webhook());
}

}  // namespace
}  // namespace storebridge::testing
