#include <new>
#include <stdexcept>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using connector::v1::Event;
using testing::Driver;
using FailureProto = connector::v1::Failure;

Operation AskOnce(Context& cx) {
  co_await cx.Get("/orders");
}

Operation Nothing(Context&) {
  co_return;
}

TEST(SessionTest, AsksTheHostAndEndsWell) {
  Driver driver(AskOnce);

  const auto& first = driver.Begin();
  ASSERT_EQ(first.calls_size(), 1);
  EXPECT_EQ(first.calls(0).http().url(), "https://store.example/orders");
  EXPECT_EQ(first.calls(0).http().safety(), connector::v1::HttpRequest::SAFETY_SAFE);

  EXPECT_TRUE(driver.Answer().done().has_output());
}

TEST(SessionTest, EndsAtOnceWhenThereIsNothingToDo) {
  Driver driver(Nothing);

  EXPECT_TRUE(driver.Begin().done().has_output());
}

TEST(SessionTest, NamesItsOperationsWhenAskedForAnother) {
  Driver driver(Nothing);
  connector::v1::Begin begin;
  begin.set_operation("orders.push");

  driver.Begin(begin);

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED);
  EXPECT_EQ(driver.failure().message(),
            "there is no operation 'orders.push' in this connector; it has: test");
}

TEST(SessionTest, FailsWhenBeginComesTwice) {
  Driver driver(AskOnce);
  driver.Begin();

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED);
  EXPECT_NE(driver.failure().message().find("Begin came twice"), std::string::npos);
}

TEST(SessionTest, IsBrokenAfterDone) {
  Driver driver(Nothing);
  driver.Begin();

  driver.Answer();

  EXPECT_EQ(driver.status(), SB_BROKEN);
}

TEST(SessionTest, IsBrokenByGarbage) {
  Driver driver(AskOnce);
  driver.Begin();

  EXPECT_EQ(driver.StepBytes("\xff\xff\xff garbage"), SB_BROKEN);
  EXPECT_EQ(driver.StepBytes(""), SB_BROKEN);
}

TEST(SessionTest, FailsForAnEventWithoutBytes) {
  Driver driver(AskOnce);

  ASSERT_EQ(driver.StepBytes(""), SB_OK);

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED);
}

TEST(SessionTest, FailsForAnEventOfANewerHostWhileItWaits) {
  Driver driver(AskOnce);
  driver.Begin();

  // Field 15, length-delimited, empty: a kind that this SDK does not know.
  ASSERT_EQ(driver.StepBytes(std::string("\x7a\x00", 2)), SB_OK);

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED);
}

TEST(SessionTest, FailsForCompletionsBeforeBegin) {
  Driver driver(AskOnce);

  driver.Answer();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED);
}

TEST(SessionTest, FailsForTooFewOrTooManyCompletions) {
  for (const int count : {0, 2, 1000}) {
    Driver driver(AskOnce);
    driver.Begin();
    Event event;
    event.mutable_completions();
    for (int i = 0; i < count; ++i) {
      *event.mutable_completions()->add_items() = Driver::Http(200, "{}");
      event.mutable_completions()->mutable_items(i)->set_id(1);
    }

    driver.Step(event);

    EXPECT_EQ(driver.failure().code(), FailureProto::CODE_UNSUPPORTED) << count;
  }
}

TEST(SessionTest, FailsForACompletionOfAnotherCall) {
  Driver driver(AskOnce);
  driver.Begin();
  Event event;
  *event.mutable_completions()->add_items() = Driver::Http(200, "{}");
  event.mutable_completions()->mutable_items(0)->set_id(7);

  driver.Step(event);

  EXPECT_NE(driver.failure().message().find("answered call 7 where call 1"), std::string::npos);
}

TEST(SessionTest, FailsForACompletionOfAnotherKind) {
  Driver driver(AskOnce);
  driver.Begin();
  Event event;
  event.mutable_completions()->add_items()->set_id(1);

  driver.Step(event);

  EXPECT_NE(driver.failure().message().find("another kind"), std::string::npos);
}

TEST(SessionTest, EndsCancelledBeforeBeginToo) {
  Driver driver(AskOnce);

  driver.Cancel();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CANCELLED);
}

TEST(SessionTest, ClosesNothing) {
  internal::CloseSession(nullptr);
  sb_bytes effect{};

  EXPECT_EQ(internal::StepSession(nullptr, sb_bytes{nullptr, 0}, &effect), SB_BROKEN);
}

Operation ThrowStandard(Context&) {
  throw std::out_of_range("index 7");
  co_return;
}
Operation ThrowInt(Context& cx) {
  co_await cx.Get("/x");
  throw 7;
}
Operation ThrowBadAlloc(Context& cx) {
  co_await cx.Get("/x");
  throw std::bad_alloc();
}
Operation ThrowFailure(Context& cx) {
  co_await cx.Get("/x");
  throw Failure(Code::kConflict, "order 7 is locked").Detail("head").RetryAfterMs(5);
}

TEST(SessionTest, TellsABugOfTheConnector) {
  Driver standard(ThrowStandard);
  standard.Begin();
  EXPECT_EQ(standard.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
  EXPECT_EQ(standard.failure().message(), "the connector threw: index 7");

  Driver other(ThrowInt);
  other.Begin();
  other.Answer();
  EXPECT_EQ(other.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

TEST(SessionTest, IsBrokenWithoutMemory) {
  Driver driver(ThrowBadAlloc);
  driver.Begin();

  driver.Answer();

  EXPECT_EQ(driver.status(), SB_BROKEN);
}

TEST(SessionTest, PassesOnAFailureWithAllItSays) {
  Driver driver(ThrowFailure);
  driver.Begin();

  driver.Answer();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONFLICT);
  EXPECT_EQ(driver.failure().message(), "order 7 is locked");
  EXPECT_EQ(driver.failure().detail(), "head");
  EXPECT_EQ(driver.failure().retry_after_ms(), 5);
}

Operation CatchHostFailure(Context& cx) {
  std::string seen;
  try {
    co_await cx.Post("/orders").Unsafe();
  } catch (const Failure& failure) {
    seen = failure.is_ambiguous() ? "ambiguous" : "clear";
  }
  co_yield BadOrder("1", "1", seen);
}

TEST(SessionTest, ThrowsTheHostsFailureWhereItIsAwaited) {
  Driver driver(CatchHostFailure);
  driver.Begin();

  const auto& effect = driver.Fail(FailureProto::CODE_TRANSIENT, true);

  EXPECT_EQ(effect.calls(0).emit().bad(0).message(), "ambiguous");
}

TEST(SessionTest, EndsWithTheHostsFailureWhenNobodyCatchesIt) {
  Driver driver(AskOnce);
  driver.Begin();

  driver.Fail(FailureProto::CODE_AUTH);

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_AUTH);
  EXPECT_EQ(driver.failure().message(), "the host says so");
}

Operation AwaitForeign(Context&) {
  co_await std::suspend_always();
}

TEST(SessionTest, TellsThatOnlyTheSdksAwaitablesMayBeAwaited) {
  Driver driver(AwaitForeign);

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

Operation ForgetSafety(Context& cx) {
  co_await cx.Put("/products/7");
}

TEST(SessionTest, RefusesAWriteThatDoesNotSayWhetherItMayBeRepeated) {
  Driver driver(ForgetSafety);

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
  EXPECT_NE(driver.failure().message().find(
                "PUT /products/7 says neither Safe(), Idempotent() nor Unsafe() (session_test.cc:"),
            std::string::npos);
}

Operation LogMuch(Context& cx) {
  for (int i = 0; i < 250; ++i) {
    cx.Info("line " + std::to_string(i));
  }
  cx.SetProgress(3, 9);
  co_await cx.Get("/x");
}

TEST(SessionTest, DropsLogLinesPastTheMaximumAndSaysSo) {
  Driver driver(LogMuch);

  const auto& effect = driver.Begin();

  ASSERT_EQ(effect.logs_size(), kLogsPerEffectMax);
  EXPECT_EQ(effect.logs(0).message(), "line 0");
  EXPECT_EQ(effect.logs(kLogsPerEffectMax - 1).message(), "151 more lines were dropped");
  EXPECT_EQ(effect.progress().done(), 3U);
}

Operation UseChance(Context& cx) {
  co_yield BadOrder(std::to_string(cx.Random()), std::to_string(cx.NowMs()), "x");
  co_await cx.Get("/x").Query("r", cx.Random() % 1000);
}

TEST(SessionTest, IsTheSameBytesForTheSameInputs) {
  connector::v1::Begin begin;
  begin.set_seed(42);
  Driver first(UseChance);
  Driver second(UseChance);
  Driver other(UseChance);

  first.Run({}, begin);
  second.Run({}, begin);
  begin.set_seed(43);
  other.Run({}, begin);

  EXPECT_EQ(first.bytes, second.bytes);
  EXPECT_NE(first.bytes, other.bytes);
}

}  // namespace
}  // namespace storebridge::sdk
