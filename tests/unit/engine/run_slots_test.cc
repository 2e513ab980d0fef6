#include "engine/run_slots.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::testing {
namespace {

class RunSlotsTest : public ::testing::Test {
 protected:
  std::shared_ptr<engine::RunSlots> Make(int most, const std::vector<std::string>& connectors) {
    auto slots = std::make_shared<engine::RunSlots>(executor_, most);
    for (const std::string& connector : connectors) {
      slots->Join(connector);
    }
    return slots;
  }

  // Takes all that there are for it.
  static int TakeAll(engine::RunSlots& slots, const std::string& connector) {
    int taken = 0;
    while (slots.Take(connector)) {
      ++taken;
    }
    return taken;
  }

  ManualClock clock_;
  ManualExecutor executor_{clock_};
};

TEST_F(RunSlotsTest, HaveTurnsOfASecondWhileHalfOfThemIsEnough) {
  const auto slots = Make(64, {});
  EXPECT_EQ(slots->turn_ms(), 1'000);

  slots->Expect(std::int64_t{32} * 3'600, 0);
  EXPECT_EQ(slots->turn_ms(), 1'000);

  slots->Expect(1, 0);
  EXPECT_EQ(slots->turn_ms(), 250);

  slots->Expect(0, 1);
  EXPECT_EQ(slots->turn_ms(), 1'000);
}

TEST_F(RunSlotsTest, AreAllForTheOnlyConnectorThatHasStores) {
  EXPECT_EQ(TakeAll(*Make(64, {"a"}), "a"), 64);
}

TEST_F(RunSlotsTest, KeepAQuarterForOtherConnectors) {
  for (const auto& [most, share] :
       {std::pair{1, 1}, {2, 1}, {3, 2}, {4, 3}, {8, 6}, {64, 48}, {1'000, 750}}) {
    const auto slots = Make(most, {"a", "b"});
    EXPECT_EQ(slots->MostOf("a"), share) << most;
    EXPECT_EQ(TakeAll(*slots, "a"), share) << most;
    EXPECT_EQ(TakeAll(*slots, "b"), most - share) << most;
  }
}

TEST_F(RunSlotsTest, AreOfferedToWhoeverHasAPlaceAndNotToWhoWaitsLongest) {
  const auto slots = Make(4, {"a", "b"});
  EXPECT_EQ(TakeAll(*slots, "a"), 3);
  EXPECT_EQ(TakeAll(*slots, "b"), 1);
  std::vector<std::string> woken;
  slots->Await("a", [&] { woken.emplace_back("a"); });
  slots->Await("b", [&] {
    woken.emplace_back("b");
    EXPECT_TRUE(slots->Take("b"));
  });

  slots->Give("b");
  executor_.RunAll();
  EXPECT_EQ(woken, std::vector<std::string>({"b"}));

  slots->Give("a");
  executor_.RunAll();
  EXPECT_EQ(woken, std::vector<std::string>({"b", "a"}));
}

TEST_F(RunSlotsTest, AreOfferedInTheOrderOfAskingAmongThoseWhoCanHaveOne) {
  const auto slots = Make(4, {"a", "b", "c"});
  EXPECT_EQ(TakeAll(*slots, "a"), 3);
  EXPECT_EQ(TakeAll(*slots, "b"), 1);
  std::string woken;
  for (const char* connector : {"a", "c", "b", "c"}) {
    slots->Await(connector, [&woken, &slots = *slots, connector] {
      woken += connector;
      EXPECT_TRUE(slots.Take(connector));
    });
  }

  for (int i = 0; i < 3; ++i) {
    slots->Give("a");
    executor_.RunAll();
  }

  EXPECT_EQ(woken, "acb");
}

TEST_F(RunSlotsTest, AreKeptForWhoWasOfferedOneUntilItIsTold) {
  const auto slots = Make(1, {"a"});
  EXPECT_TRUE(slots->Take("a"));
  bool has_one = false;
  slots->Await("a", [&] { has_one = slots->Take("a"); });

  slots->Give("a");
  EXPECT_FALSE(slots->Take("a")) << "somebody waits for it";
  executor_.RunAll();

  EXPECT_TRUE(has_one);
}

TEST_F(RunSlotsTest, ThatNobodyTookAreOfferedToTheNext) {
  const auto slots = Make(1, {"a"});
  EXPECT_TRUE(slots->Take("a"));
  bool has_one = false;
  slots->Await("a", [] {});
  slots->Await("a", [&] { has_one = slots->Take("a"); });

  slots->Give("a");
  executor_.RunAll();

  EXPECT_TRUE(has_one);
}

TEST_F(RunSlotsTest, GiveTheKeptOnesBackWhenTheLastStoreOfTheOthersIsGone) {
  const auto slots = Make(4, {"a", "b"});
  EXPECT_EQ(TakeAll(*slots, "a"), 3);
  bool was_woken = false;
  slots->Await("a", [&] { was_woken = true; });

  slots->Leave("b");
  executor_.RunAll();

  EXPECT_TRUE(was_woken);
  EXPECT_TRUE(slots->Take("a"));
  EXPECT_FALSE(slots->Take("a"));
}

}  // namespace
}  // namespace storebridge::testing
