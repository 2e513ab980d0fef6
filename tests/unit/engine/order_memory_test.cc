#include "engine/order_memory.h"

#include <string>

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

  memory.ForgetWhatMayHeal();

  EXPECT_TRUE(memory.Knows("1", "a"));
  EXPECT_FALSE(memory.Knows("2", "a"));
  EXPECT_FALSE(memory.IsGone("3"));
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

}  // namespace
}  // namespace storebridge::engine
