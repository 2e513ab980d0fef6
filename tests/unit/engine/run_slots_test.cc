// How many sync runs go on at a time.
#include "engine/run_slots.h"

#include <memory>

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::engine {
namespace {

class RunSlotsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::shared_ptr<RunSlots> Make(int most) {
    return std::make_shared<RunSlots>(executor_, most);
  }
  static int TakeAll(RunSlots& slots) {
    int taken = 0;
    while (slots.Take()) {
      ++taken;
    }
    return taken;
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
};

TEST_F(RunSlotsTest, LeavesAQuarterToPeople) {
  for (const auto& [most, own] :
       {std::pair{1, 1}, std::pair{3, 3}, std::pair{4, 3}, std::pair{64, 48}}) {
    const auto slots = Make(most);
    EXPECT_EQ(TakeAll(*slots), own);
    for (int i = own; i < most; ++i) {
      EXPECT_TRUE(slots->TakeForPerson()) << i;
    }
    EXPECT_FALSE(slots->TakeForPerson()) << most;
  }
}

TEST_F(RunSlotsTest, WakesWhoWaitsWhenAPlaceOfItsKindIsFree) {
  const auto slots = Make(4);
  ASSERT_EQ(TakeAll(*slots), 3);
  ASSERT_TRUE(slots->TakeForPerson());
  int woken = 0;
  slots->Await([&] { ++woken; });

  slots->Give();
  executor_.RunAll();
  EXPECT_EQ(woken, 0) << "the free place is a person's";

  slots->Give();
  executor_.RunAll();
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace storebridge::engine
