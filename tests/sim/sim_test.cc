#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "adapters/storage/storage.h"
#include "sim/world.h"

namespace storebridge::sim {
namespace {

TEST(SimTest, AFairDayKeepsAllPromises) {
  const Options options{.seed = 1, .days = 1, .weather = Weather::kFair};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(report.restarts, 0);
}

TEST(SimTest, ADayIsADay) {
  const Options options{.seed = 1, .days = 1, .weather = Weather::kFair};
  const Report report = World(options).Run();

  EXPECT_GE(report.people.placed, 20);
  EXPECT_GE(report.people.shipped, 15);
  EXPECT_GE(report.people.stock_changes, 30);
  // Orders are asked for each minute.
  EXPECT_GE(report.requests, 24 * 60);
  EXPECT_GE(StoreModel({.products = options.products, .now_ms = [] { return 0; }, .start_ms = 0})
                .Codes()
                .size(),
            200U);
}

TEST(SimTest, ADayHasThirtyChangesOfStockWhateverItsWeather) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Report report = World({.seed = seed, .days = 1}).Run();
    EXPECT_GE(report.people.stock_changes, 30) << "seed " << seed;
  }
}

class SimSeedTest : public ::testing::TestWithParam<int> {};

TEST_P(SimSeedTest, KeepsAllPromises) {
  const Options options{.seed = static_cast<std::uint64_t>(GetParam()), .days = 1};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimSeedTest, ::testing::Range(1, 25));

TEST(SimTest, AFoulDayHasAFaultEachHour) {
  for (std::uint64_t seed = 3; seed <= 7; ++seed) {
    const Report report = World({.seed = seed, .days = 1, .weather = Weather::kFoul}).Run();
    ASSERT_GE(report.faults_by_hour.size(), 24U);
    for (std::size_t hour = 0; hour < 24; ++hour) {
      EXPECT_GT(report.faults_by_hour.at(hour), 0) << "hour " << hour << " of seed " << seed;
    }
  }
}

TEST(SimTest, AFewDaysMeetMostFaults) {
  std::map<Fault, std::int64_t> fired;
  std::int64_t spoiled_answers = 0;
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    const Report report = World({.seed = seed, .days = 1, .weather = Weather::kFoul}).Run();
    spoiled_answers += report.spoiled_answers;
    for (const auto& [fault, count] : report.faults) {
      fired[fault] += count;
    }
  }
  std::set<int> numbers;
  for (const auto& [fault, count] : fired) {
    numbers.insert(InfoOf(fault).number);
  }
  EXPECT_GE(fired.size(), 24U);
  EXPECT_GE(numbers.size(), 15U);
  // It fires when an order is placed, and is no use unless the connector is shown the order so.
  EXPECT_GT(fired[Fault::kPoison], 0);
  EXPECT_GE(spoiled_answers, fired[Fault::kPoison]);
}

TEST(SimTest, TheSameSeedGivesTheSameDay) {
  const Report first = World({.seed = 44, .days = 1}).Run();
  const Report second = World({.seed = 44, .days = 1}).Run();

  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.events, second.events);
  EXPECT_NE(first.hash, World({.seed = 45, .days = 1}).Run().hash);
}

TEST(SimTest, AStoreThatWasDownForAnHourIsToldOfAllInTheirOrder) {
  const Options options{.seed = 1, .products = 40, .course = Course::kOutage};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_EQ(report.people.shipped, 6);
  EXPECT_EQ(report.told, report.left);
}

TEST(SimTest, EveryInvariantIsInTheTableOnce) {
  std::set<int> numbers;
  for (const InvariantInfo& info : kInvariants) {
    EXPECT_EQ(&InfoOf(info.invariant), &info);
    numbers.insert(info.number);
  }
  EXPECT_EQ(numbers.size(), kInvariants.size());
}

TEST(SimTest, EveryFaultIsInTheTableOnce) {
  std::set<int> numbers;
  std::set<Fault> faults;
  for (const FaultInfo& info : kFaults) {
    EXPECT_TRUE(faults.insert(info.fault).second);
    EXPECT_LE(info.rate_least, info.rate_most);
    numbers.insert(info.number);
  }
  EXPECT_GE(numbers.size(), 15U);
}

// An oracle and the store that it looks at; what passes between them and is heard of is up to the
// test.
class StoreCountsTest : public ::testing::Test {
 protected:
  // Sends a stock value as the server does.
  WireCall Send(std::int64_t quantity) {
    connector::v1::Begin begin;
    connector::v1::StockLevel& level = *begin.mutable_stock()->add_levels();
    level.set_external_id(std::to_string(product_));
    level.set_quantity(quantity);
    oracle_.OnBegin(begin);
    WireCall call{.method = "PUT",
                  .path = "/wp-json/wc/v3/products/" + std::to_string(product_),
                  .query = {},
                  .body = "{\"stock_quantity\":" + std::to_string(quantity) + "}"};
    oracle_.OnSend(call);
    return call;
  }

  // The store carries it out.
  egress::WireResponse Arrive(const WireCall& call) {
    demo_store::Request request;
    request.method = call.method;
    request.target =
        call.path + "?consumer_key=" + kConsumerKey + "&consumer_secret=" + kConsumerSecret;
    request.host = "shop.example";
    request.body = call.body;
    request.secure = true;
    demo_store::ParseTarget(request);
    const demo_store::Answer answer = store_.Handle(request);
    return {
        .status = static_cast<std::uint32_t>(answer.status), .headers = {}, .body = answer.body};
  }

  WireCall Push(std::int64_t quantity) {
    WireCall call = Send(quantity);
    const egress::WireResponse answer = Arrive(call);
    oracle_.OnOutcome(call, &answer);
    return call;
  }

  // An answer that says that the store took a value, and not which.
  egress::WireResponse Taken() const {
    return {.status = 200, .headers = {}, .body = "{\"id\":" + std::to_string(product_) + "}"};
  }

  void Ask(int times) {
    const WireCall call{.method = "GET", .path = "/wp-json/wc/v3/orders", .query = {}, .body = {}};
    for (int i = 0; i < times; ++i) {
      EXPECT_EQ(Arrive(call).status, 200U);
    }
  }

  // 18 requests of a second, and what an uneven way adds to them.
  void LimitRate() {
    connector::v1::RateLimit limit;
    limit.set_burst(10);
    limit.set_per_second(5);
    oracle_.SetRateLimit(limit);
  }

  // Which promise the store's counts show to be broken; none is nothing.
  std::set<Invariant> Broken() {
    oracle_.CheckStoreCounts();
    std::set<Invariant> broken;
    for (const Violation& violation : oracle_.violations()) {
      broken.insert(violation.invariant);
    }
    return broken;
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  EventLog log_{[this] { return executor_.now_ms(); }, false};
  StoreModel store_{{.products = 40,
                     .now_ms = [this] { return executor_.now_ms(); },
                     .start_ms = testing::ManualClock::kStartMs}};
  std::unique_ptr<ports::Storage> database_ =
      *storage::OpenStorage({.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
  Oracle oracle_{Oracle::Parts{store_, *database_, executor_, log_}};
  std::int64_t product_ = store_.FindProduct(store_.Codes().front())->id;
};

TEST_F(StoreCountsTest, EachStockValueThatWasTakenIsAVersionOfTheStore) {
  Push(5);
  Push(7);

  EXPECT_EQ(store_.StockOf(product_).count, 2);
  EXPECT_EQ(store_.StockOf(product_).last, 7);
  EXPECT_EQ(Broken(), std::set<Invariant>());
}

TEST_F(StoreCountsTest, AStockValueThatIsSaidToBeTakenAndIsNotIsFound) {
  const WireCall call = Send(5);
  const egress::WireResponse answer = Taken();
  oracle_.OnOutcome(call, &answer);

  EXPECT_EQ(Broken(), std::set{Invariant::kStockInOrder});
}

TEST_F(StoreCountsTest, AnOldStockValueThatComesBehindTheNewestIsFound) {
  const WireCall old = Push(5);
  Push(7);
  Arrive(old);

  EXPECT_EQ(Broken(), std::set{Invariant::kStockInOrder});
}

TEST_F(StoreCountsTest, AnOldStockValueInThePlaceOfTheNewestIsFoundThoughTheCountIsRight) {
  const WireCall old = Push(5);
  const WireCall call = Send(7);
  Arrive(old);
  const egress::WireResponse answer = Taken();
  oracle_.OnOutcome(call, &answer);

  EXPECT_EQ(store_.StockOf(product_).count, 2);
  EXPECT_EQ(Broken(), std::set{Invariant::kStockInOrder});
}

TEST_F(StoreCountsTest, ALostAnswerExcusesAVersionThatNobodyHeardOf) {
  const WireCall call = Send(5);
  Arrive(call);
  oracle_.OnOutcome(call, nullptr);

  EXPECT_EQ(store_.StockOf(product_).count, 1);
  EXPECT_EQ(Broken(), std::set<Invariant>());
}

TEST_F(StoreCountsTest, TheStoreMayGetWhatTheLimitAllows) {
  LimitRate();
  Ask(18);

  EXPECT_EQ(store_.LargestWindow(1'000), 18);
  EXPECT_EQ(Broken(), std::set<Invariant>());
}

TEST_F(StoreCountsTest, WhatTheStoreGetsBeyondTheLimitIsFoundAcrossTwoSecondsToo) {
  LimitRate();
  executor_.Advance(std::chrono::milliseconds(900));
  Ask(10);
  executor_.Advance(std::chrono::milliseconds(200));
  Ask(9);

  EXPECT_EQ(store_.LargestWindow(1'000), 19);
  EXPECT_EQ(Broken(), std::set{Invariant::kWorkBound});
}

TEST_F(StoreCountsTest, ANewLifeOfTheServerHasABurstOfItsOwn) {
  LimitRate();
  Ask(18);
  oracle_.OnRestart();
  Ask(10);

  EXPECT_EQ(Broken(), std::set<Invariant>());
}

TEST(FaultPlanTest, AnHourDoesNotWaitForWhatHappensOnlyOnce) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FaultPlan plan(seed);
    plan.TurnOn(Fault::kStoreClock, 1);
    plan.TurnOn(Fault::kRush, 1);
    plan.BeginHour();
    EXPECT_TRUE(plan.Fires(Fault::kRush)) << "seed " << seed;
    EXPECT_EQ(plan.by_hour().back(), 1);
  }
}

TEST(FaultPlanTest, AnHourWithoutAnyMakesUpWithWhateverIsAskedForNext) {
  FaultPlan plan(1);
  plan.TurnOn(Fault::kPageDrift, 1);
  plan.BeginHour();
  plan.TurnOn(Fault::kOutage, 1);
  plan.MakeUp();

  EXPECT_FALSE(plan.Fires(Fault::kRush));
  EXPECT_TRUE(plan.Fires(Fault::kOutage));
}

TEST(FaultPlanTest, WhateverIsDrawnOneHasItsChanceEachHalfHour) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    for (const bool only_people : {false, true}) {
      FaultPlan plan(seed);
      plan.Draw(only_people);
      EXPECT_TRUE(std::any_of(
          kFaults.begin(),
          kFaults.end(),
          [&](const FaultInfo& info) { return plan.IsOn(info.fault) && IsOfTheClock(info.fault); }))
          << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace storebridge::sim
