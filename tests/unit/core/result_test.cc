#include "core/result.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace storebridge {
namespace {

Error MakeError() {
  return Error{.code = Code::kNotFound, .reason = "NOTHING", .message = "nothing there"};
}

TEST(ResultTest, HoldsAValueOrAnError) {
  const Result<int> value = 5;
  const Result<int> error = MakeError();

  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 5);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().code, Code::kNotFound);
  EXPECT_EQ(error.error().reason, "NOTHING");
}

TEST(ResultTest, GivesAwayWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);

  const std::unique_ptr<int> taken = *std::move(result);

  EXPECT_EQ(*taken, 7);
}

TEST(ResultTest, CanHoldAnErrorAsItsValue) {
  const Result<std::string> text = std::string("an Error is no text");

  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 19U);
}

TEST(StatusTest, IsSuccessUnlessItHasAnError) {
  EXPECT_TRUE(Status());
  EXPECT_TRUE(Ok());
  EXPECT_TRUE(Status(Done{}));

  const Status failed = MakeError();

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "nothing there");
}

Status CheckTwice(const Status& first, const Status& second, int& passed) {
  SB_CHECK(first);
  ++passed;
  SB_CHECK(second);
  ++passed;
  return Ok();
}

TEST(CheckMacroTest, ReturnsTheFirstError) {
  int passed = 0;

  EXPECT_TRUE(CheckTwice(Ok(), Ok(), passed));
  EXPECT_EQ(passed, 2);
  EXPECT_FALSE(CheckTwice(Ok(), MakeError(), passed));
  EXPECT_EQ(passed, 3);
  EXPECT_FALSE(CheckTwice(MakeError(), Ok(), passed));
  EXPECT_EQ(passed, 3);
}

Result<std::string> Twice(Result<std::unique_ptr<int>> input) {
  SB_TRY(const std::unique_ptr<int> number, std::move(input));
  std::string text;
  SB_TRY(text, Result<std::string>(std::to_string(*number * 2)));
  return text;
}

TEST(TryMacroTest, DeclaresOrAssignsTheValueOrReturnsTheError) {
  EXPECT_EQ(*Twice(std::make_unique<int>(4)), "8");
  EXPECT_EQ(Twice(MakeError()).error().reason, "NOTHING");
}

}  // namespace
}  // namespace storebridge
