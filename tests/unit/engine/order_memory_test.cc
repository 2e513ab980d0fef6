#include "engine/order_memory.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::engine {
namespace {

using Why = OrderMemory::Why;

TEST(OrderMemoryTest, KnowsAnOrderByItsMark) {
  OrderMemory memory;
  memory.Note("1", "a", Why::kIgnored);

  EXPECT_TRUE(memory.Knows("1", "a"));
  EXPECT_FALSE(memory.Knows("1", "b"));
  EXPECT_FALSE(memory.Knows("2", "a"));
  EXPECT_FALSE(memory.IsGone("1"));
}

TEST(OrderMemoryTest, TakesTheNewestNote) {
  OrderMemory memory;
  memory.Note("1", "a", Why::kGone);
  memory.Note("1", "b", Why::kUnusable);

  EXPECT_TRUE(memory.Knows("1", "b"));
  EXPECT_FALSE(memory.IsGone("1"));
  EXPECT_EQ(memory.size(), 1U);
}

TEST(OrderMemoryTest, ForgetsWhatMayHealAndKeepsThePast) {
  OrderMemory memory;
  memory.Note("1", "a", Why::kIgnored);
  memory.Note("2", "a", Why::kUnusable);
  memory.Note("3", "", Why::kGone);
  memory.Note("4", "a", Why::kNothingToSend);
  ASSERT_TRUE(memory.Knows("4", "a"));

  memory.ForgetWhatMayHeal(7);

  EXPECT_TRUE(memory.Knows("1", "a"));
  EXPECT_FALSE(memory.Knows("2", "a"));
  EXPECT_FALSE(memory.IsGone("3"));
  EXPECT_FALSE(memory.Knows("4", "a"));
}

TEST(OrderMemoryTest, ForgetsWhatHasNothingToSendOnceADay) {
  OrderMemory memory;
  memory.ForgetWhatMayHeal(7);
  memory.Note("1", "a", Why::kNothingToSend);

  memory.ForgetWhatMayHeal(7 + OrderMemory::kNothingToSendMs - 1);
  EXPECT_TRUE(memory.Knows("1", "a"));
  memory.ForgetWhatMayHeal(7 + OrderMemory::kNothingToSendMs);

  EXPECT_FALSE(memory.Knows("1", "a"));
}

TEST(OrderMemoryTest, ForgetsTheOldestWhenItIsFull) {
  OrderMemory memory;
  for (std::size_t i = 0; i <= OrderMemory::kOrdersMax; ++i) {
    memory.Note(std::to_string(i), "a", Why::kIgnored);
  }

  EXPECT_EQ(memory.size(), OrderMemory::kOrdersMax);
  EXPECT_FALSE(memory.Knows("0", "a"));
  EXPECT_TRUE(memory.Knows("1", "a"));
  EXPECT_TRUE(memory.Knows(std::to_string(OrderMemory::kOrdersMax), "a"));
}

TEST(OrderMemoryTest, BelievesOlderContentsThatHaveStood) {
  OrderMemory memory;
  memory.Doubt("1", 7, 1000);

  EXPECT_FALSE(memory.HasStood("1", 7, 1000 + OrderMemory::kStandMs - 1));
  EXPECT_TRUE(memory.HasStood("1", 7, 1000 + OrderMemory::kStandMs));
  EXPECT_FALSE(memory.HasStood("1", 8, 1000 + OrderMemory::kStandMs)) << "other contents";
  EXPECT_EQ(memory.Doubted(1000 + OrderMemory::kStandMs, 10), std::vector<std::string>{"1"});
}

TEST(OrderMemoryTest, BeginsADoubtAnewWhenTheOrderWasShownOtherwise) {
  OrderMemory memory;
  memory.Doubt("1", 7, 1000);
  memory.EndDoubt("1");
  EXPECT_TRUE(memory.Doubted(1'000'000'000, 10).empty());
  memory.Doubt("1", 7, 5000);
  memory.Doubt("1", 8, 6000);

  EXPECT_FALSE(memory.HasStood("1", 8, 5000 + OrderMemory::kStandMs));
  EXPECT_TRUE(memory.HasStood("1", 8, 6000 + OrderMemory::kStandMs));
}

TEST(OrderMemoryTest, RemembersSoManyDoubtsAndThenBeginsAnew) {
  OrderMemory memory;
  for (std::size_t i = 0; i < OrderMemory::kDoubtsMax; ++i) {
    memory.Doubt(std::to_string(i), 7, 1000);
  }
  EXPECT_EQ(memory.Doubted(1'000'000, 10'000).size(), OrderMemory::kDoubtsMax);

  memory.Doubt("x", 7, 1000);

  EXPECT_EQ(memory.Doubted(1'000'000, 10'000), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace storebridge::engine
