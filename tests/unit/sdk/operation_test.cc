#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using testing::Driver;
using FailureProto = connector::v1::Failure;

Order MakeOrder(int id) {
  Order order;
  order.set_external_id("order-" + std::to_string(id) + "-with-an-id-that-is-not-short");
  order.set_number(std::to_string(id));
  return order;
}

Task<std::string> Fetch(Context& cx, const std::string& path) {
  Response response = co_await cx.Get(path).Query("page", std::to_string(1)).Auth("keys");
  co_return "body of a certain length: " + response.Body();
}

Task<int> Count(Context& cx, int depth) {
  if (depth == 0) {
    std::string body = co_await Fetch(cx, "/deep/" + std::to_string(depth));
    co_yield BadOrder(body, "deep", "a helper may yield too");
    co_return 1;
  }
  const int below = co_await Count(cx, depth - 1);
  co_return below + 1;
}

// Everything that can suspend, with things to destroy in the frames.
Operation Everything(Context& cx) {
  const std::string owned = "a string that is too long for the small buffer";
  std::string body = co_await Fetch(cx, "/one");
  co_yield MakeOrder(1);
  std::vector<Request> requests;
  for (int i = 0; i < 20; ++i) {
    requests.push_back(cx.Get("/many/" + std::to_string(i)));
  }
  std::vector<Response> responses = co_await cx.All(std::move(requests));
  const int depth = co_await Count(cx, 5);
  std::vector<OrderMark> marks;
  marks.emplace_back().set_external_id(owned);
  CompareResult compared = co_await cx.CompareOpenSet(marks);
  co_await cx.Sleep(10);
  co_await cx.Emit(MakeOrder(depth));
  co_await cx.Flush();
  try {
    co_await cx.Post("/write").JsonBody("{\"name\":\"not so short either\"}").Unsafe();
  } catch (const Failure& failure) {
    body = failure.message();
  }
  co_yield MakeOrder(static_cast<int>(responses.size()) + compared.missing_size());
  co_yield Checkpoint("cursor after " + owned);
  co_yield MakeOrder(9);
}

TEST(OperationTest, RunsThroughEverything) {
  Driver driver(Everything);

  const int steps = driver.Run();

  EXPECT_EQ(steps, 11);
  EXPECT_TRUE(driver.effect().done().has_output());
  ASSERT_EQ(driver.emits.size(), 3U);
  EXPECT_EQ(driver.emits[0].orders_size(), 2);
  EXPECT_EQ(driver.emits[0].bad_size(), 1);
  EXPECT_EQ(driver.emits[0].orders(1).number(), "6");
  EXPECT_EQ(driver.emits[1].orders(0).number(), "20");
  EXPECT_NE(driver.emits[1].cursor(), "");
  EXPECT_EQ(driver.emits[2].cursor(), "");
}

Operation BuildsInSteps(Context& cx) {
  Request request = cx.Get("/orders/with/a/path/that/is/not/short");
  request = std::move(request).Query("page", 2);
  co_yield BadOrder(request.what(), "name", request.TakeCall().http().url());
}

TEST(OperationTest, ARequestThatIsMovedOntoItselfKeepsItsNameAndUrl) {
  Driver driver(BuildsInSteps);

  driver.Run();

  ASSERT_EQ(driver.emits.size(), 1U);
  EXPECT_EQ(driver.emits[0].bad(0).external_id(), "GET /orders/with/a/path/that/is/not/short");
  EXPECT_NE(driver.emits[0].bad(0).message().find("page=2"), std::string::npos);
}

TEST(OperationTest, LeavesNothingWhenClosedAtAnySuspensionPoint) {
  Driver whole(Everything);
  const int steps = whole.Run();

  for (int stop = 0; stop <= steps; ++stop) {
    Driver driver(Everything);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin() : driver.Answer();
    }
    driver.Close();
  }
}

TEST(OperationTest, EndsWithOneEffectWhenCancelledAtAnySuspensionPoint) {
  Driver whole(Everything);
  const int steps = whole.Run();

  for (int stop = 1; stop < steps; ++stop) {
    Driver driver(Everything);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin() : driver.Answer();
    }
    const auto& effect = driver.Cancel();
    EXPECT_EQ(effect.calls_size(), 0) << stop;
    EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CANCELLED) << stop;
    driver.Answer();
    EXPECT_EQ(driver.status(), SB_BROKEN) << stop;
  }
}

TEST(OperationTest, FailsCleanlyWhenTheHostFailsAtAnySuspensionPoint) {
  Driver whole(Everything);
  const int steps = whole.Run();

  for (int stop = 1; stop < steps; ++stop) {
    Driver driver(Everything);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin() : driver.Answer();
    }
    driver.Fail(FailureProto::CODE_TRANSIENT);
    for (int i = 0; i < 20 && !driver.effect().has_done(); ++i) {
      driver.Answer();
    }
    EXPECT_EQ(driver.status(), SB_OK) << stop;
    EXPECT_TRUE(driver.effect().has_done()) << stop;
  }
}

TEST(OperationTest, BreaksCleanlyAtAnySuspensionPoint) {
  Driver whole(Everything);
  const int steps = whole.Run();

  for (int stop = 1; stop < steps; ++stop) {
    Driver driver(Everything);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin() : driver.Answer();
    }
    EXPECT_EQ(driver.StepBytes("\xff"), SB_BROKEN) << stop;
  }
}

TEST(OperationTest, RunsOnAnotherThreadAtEachStep) {
  Driver driver(Everything);
  std::thread([&driver] { driver.Begin(); }).join();

  int steps = 1;
  while (!driver.effect().has_done() && steps < 100) {
    std::thread([&driver] { driver.Answer(); }).join();
    ++steps;
  }

  EXPECT_EQ(steps, 11);
  EXPECT_TRUE(driver.effect().done().has_output());
}

Operation SwallowCancel(Context& cx) {
  try {
    co_await cx.Get("/x");
  } catch (...) {
    cx.Warn("swallowed");
  }
  co_await cx.Get("/y");
}

TEST(OperationTest, CannotSwallowACancel) {
  Driver driver(SwallowCancel);
  driver.Begin();

  const auto& effect = driver.Cancel();

  EXPECT_EQ(effect.calls_size(), 0);
  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CANCELLED);
}

Operation Ask20(Context& cx) {
  std::vector<Request> requests;
  for (int i = 0; i < 20; ++i) {
    requests.push_back(cx.Get("/" + std::to_string(i)));
  }
  std::vector<Response> responses = co_await cx.All(std::move(requests));
  for (const Response& response : responses) {
    co_yield BadOrder(response.has_answer() ? response.Body() : response.Problem().message(),
                      std::to_string(response.status()),
                      "x");
  }
}

TEST(OperationTest, AsksAtMost16CallsTogetherAndKeepsTheirOrder) {
  Driver driver(Ask20);
  const testing::Store echo = [](const connector::v1::HttpRequest& request) {
    connector::v1::Completion completion = Driver::Http(200, request.url());
    if (request.url().ends_with("/7")) {
      completion.mutable_failure()->set_message("seven is lost");
    }
    return completion;
  };

  EXPECT_EQ(driver.Begin().calls_size(), 16);
  EXPECT_EQ(driver.Answer(echo).calls_size(), 4);
  const auto& emit = driver.Answer(echo).calls(0).emit();

  ASSERT_EQ(emit.bad_size(), 20);
  EXPECT_EQ(emit.bad(19).external_id(), "https://store.example/19");
  EXPECT_EQ(emit.bad(7).external_id(), "seven is lost");
  EXPECT_EQ(emit.bad(7).label(), "0");
}

Operation AskNone(Context& cx) {
  std::vector<Response> responses = co_await cx.All(std::vector<Request>());
  co_yield Checkpoint(std::to_string(responses.size()));
}

TEST(OperationTest, AsksNothingForNoRequests) {
  Driver driver(AskNone);

  EXPECT_EQ(driver.Begin().calls(0).emit().cursor(), "0");
}

Operation CompareMarks(Context& cx) {
  std::vector<OrderMark> marks(2);
  marks[0].set_external_id("a");
  CompareResult result = co_await cx.Compare(marks);
  co_yield Checkpoint(std::to_string(result.wanted(0)) + result.missing(0));
}

TEST(OperationTest, GivesWhatTheHostWantsToKnowMoreAbout) {
  Driver driver(CompareMarks);
  const auto& effect = driver.Begin();
  EXPECT_EQ(effect.calls(0).compare().records_size(), 2);
  EXPECT_FALSE(effect.calls(0).compare().is_whole_set());

  connector::v1::Event event;
  auto* item = event.mutable_completions()->add_items();
  item->set_id(effect.calls(0).id());
  item->mutable_compare()->add_wanted(1);
  item->mutable_compare()->add_missing("b");

  EXPECT_EQ(driver.Step(event).calls(0).emit().cursor(), "1b");
}

Operation Yield450(Context&) {
  for (int i = 0; i < 450; ++i) {
    co_yield MakeOrder(i);
  }
}

TEST(OperationTest, SendsABatchAt200Records) {
  Driver driver(Yield450);

  driver.Run();

  ASSERT_EQ(driver.emits.size(), 3U);
  EXPECT_EQ(driver.emits[0].orders_size(), 200);
  EXPECT_EQ(driver.emits[1].orders_size(), 200);
  EXPECT_EQ(driver.emits[2].orders_size(), 50);
}

Operation YieldWhatStays(Context&) {
  const Order order = MakeOrder(7);
  co_yield order;
  co_yield static_cast<const Order&&>(order);
}

TEST(OperationTest, CopiesWhatItMayNotTake) {
  Driver driver(YieldWhatStays);

  driver.Run();

  ASSERT_EQ(driver.emits.size(), 1U);
  ASSERT_EQ(driver.emits[0].orders_size(), 2);
  EXPECT_EQ(driver.emits[0].orders(0).external_id(), MakeOrder(7).external_id());
  EXPECT_EQ(driver.emits[0].orders(1).external_id(), MakeOrder(7).external_id());
}

Operation YieldLarge(Context&) {
  for (int i = 0; i < 5; ++i) {
    Order order = MakeOrder(i);
    order.set_customer_note(std::string(300 << 10, 'x'));
    co_yield order;
  }
  Order huge = MakeOrder(6);
  huge.set_customer_note(std::string(3 << 20, 'x'));
  co_yield huge;
}

TEST(OperationTest, SendsABatchAt512KiBAndRefusesARecordOfMegabytes) {
  Driver driver(YieldLarge);

  driver.Run();

  ASSERT_EQ(driver.emits.size(), 3U);
  EXPECT_EQ(driver.emits[0].orders_size(), 2);
  EXPECT_EQ(driver.emits[2].orders_size(), 1);
  ASSERT_EQ(driver.emits[2].bad_size(), 1);
  EXPECT_TRUE(driver.emits[2].bad(0).is_order());
}

Operation FailAfterYield(Context& cx) {
  co_yield Confirmed("ref-1");
  co_await cx.Get("/x");
  throw std::runtime_error("bug");
}

TEST(OperationTest, SendsWhatWasYieldedBeforeItFails) {
  Driver driver(FailAfterYield);

  driver.Run();

  ASSERT_EQ(driver.emits.size(), 1U);
  EXPECT_EQ(driver.emits[0].results(0).ref(), "ref-1");
  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

TEST(OperationTest, FailsWhenTheLastRecordsCannotBeCommitted) {
  Driver driver(Yield450);
  driver.Begin();
  driver.Answer();
  driver.Answer();

  driver.Fail(FailureProto::CODE_LIMIT);

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_LIMIT);
}

Task<void> ThrowDeep(Context& cx, int depth) {
  if (depth == 0) {
    co_await cx.Get("/x");
    throw Failure(Code::kNotFound, "deep");
  }
  co_await ThrowDeep(cx, depth - 1);
}

Operation CatchDeep(Context& cx) {
  std::string message;
  try {
    co_await ThrowDeep(cx, 10);
  } catch (const Failure& failure) {
    message = failure.message();
  }
  co_yield Checkpoint(message);
}

TEST(OperationTest, ThrowsThroughNestedTasks) {
  Driver driver(CatchDeep);
  driver.Begin();

  EXPECT_EQ(driver.Answer().calls(0).emit().cursor(), "deep");
}

Task<int> One(Context&) {
  co_return 1;
}

Operation Loop(Context& cx) {
  int sum = 0;
  for (int i = 0; i < 200000; ++i) {
    sum += co_await One(cx);
  }
  co_yield Checkpoint(std::to_string(sum));
}

TEST(OperationTest, DoesNotUseTheStackForALoopOfTasks) {
  Driver driver(Loop);

  EXPECT_EQ(driver.Begin().calls(0).emit().cursor(), "200000");
}

Task<int> Descend(Context& cx, int depth) {
  if (depth == 0) {
    co_return 0;
  }
  const int below = co_await Descend(cx, depth - 1);
  co_return below + 1;
}

Operation Recurse(Context& cx) {
  const int depth = co_await Descend(cx, 2000);
  co_yield Checkpoint(std::to_string(depth));
}

TEST(OperationTest, NestsTasksDeeply) {
  Driver driver(Recurse);

  EXPECT_EQ(driver.Begin().calls(0).emit().cursor(), "2000");
}

Operation LargeCursor(Context&) {
  co_yield Checkpoint(std::string(kCursorBytesMax + 1, 'c'));
}

TEST(OperationTest, RefusesACursorPastTheMaximum) {
  Driver driver(LargeCursor);

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

Operation SleepLong(Context& cx) {
  co_await cx.Sleep(kSleepMsMax + 1);
}

TEST(OperationTest, RefusesASleepPastTheMaximum) {
  Driver driver(SleepLong);

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

Operation WrongInput(Context& cx) {
  for (const StockLevel& level : cx.StockInput().levels()) {
    co_yield Accepted(level.ref());
  }
}

TEST(OperationTest, TellsThatTheInputIsOfAnotherOperation) {
  Driver driver(WrongInput);

  driver.Begin();

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_CONNECTOR_BUG);
}

}  // namespace
}  // namespace storebridge::sdk
