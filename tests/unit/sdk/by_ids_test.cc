#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using testing::Driver;
using Ids = std::vector<std::string>;
using FailureProto = connector::v1::Failure;

TEST(IdWalkTest, AsksForHalfAsManyAndForOneAloneTwice) {
  IdWalk walk({"1", "2", "3", "4", "5"}, 4);
  EXPECT_EQ(walk.ids(), (std::vector<std::string>{"1", "2", "3", "4"}));

  EXPECT_TRUE(walk.Shrink());
  EXPECT_EQ(walk.ids(), (std::vector<std::string>{"1", "2"}));
  EXPECT_TRUE(walk.Shrink());
  EXPECT_TRUE(walk.Shrink()) << "it may have been a fault of the moment";
  EXPECT_EQ(walk.ids(), std::vector<std::string>{"1"});
  EXPECT_FALSE(walk.Shrink());
  walk.Next();

  EXPECT_EQ(walk.ids(), (std::vector<std::string>{"2", "3"}));
  EXPECT_EQ(walk.done(), 1U);
  walk.Next();
  EXPECT_EQ(walk.ids(), (std::vector<std::string>{"4", "5"}));
  walk.Next();
  EXPECT_TRUE(walk.is_done());
  EXPECT_EQ(walk.done(), walk.size());
}

TEST(IdWalkTest, IsDoneAtOnceWithoutIds) {
  EXPECT_TRUE(IdWalk({}, 100).is_done());
}

std::set<std::string> MissingIn(const std::string& answer) {
  return MissingOf({"1", "2", "3"}, Json::Parse(answer, "answer").Items());
}

TEST(MissingOfTest, GivesWhatTheAnswerLeavesOut) {
  EXPECT_EQ(MissingIn(R"([{"id":"2"},{"id":1}])"), std::set<std::string>{"3"});
  EXPECT_EQ(MissingIn("[]"), (std::set<std::string>{"1", "2", "3"}));
  EXPECT_EQ(MissingIn(R"([{"id":1},{"id":2},{"id":3},{"id":3}])"), std::set<std::string>{});
}

TEST(MissingOfTest, KnowsNothingOfAnAnswerWithOthersThanWereAskedFor) {
  for (const char* answer : {R"([{"id":2},{"id":7}])", R"([{"id":2},{"id":null}])", "[7]"}) {
    EXPECT_TRUE(MissingIn(answer).empty()) << answer;
  }
}

TEST(MissingOfTest, LooksAtTheMemberThatIsNamed) {
  EXPECT_EQ(MissingOf({"a", "b"}, Json::Parse(R"([{"key":"a"}])", "answer").Items(), "key"),
            std::set<std::string>{"b"});
}

Task<void> Take(const Ids& ids, const Response& response) {
  for (const Json& row : response.Json().Items()) {
    Order order;
    order.set_external_id(row.Id());
    order.set_number(std::to_string(ids.size()));
    co_yield std::move(order);
  }
}

// Orders 1 to 5, four in a request.
Operation ReadFive(Context& cx) {
  const auto ask = [&cx](const Ids& ids) {
    std::string text;
    for (const std::string& id : ids) {
      text += (text.empty() ? "" : ",") + id;
    }
    return cx.Get("/[" + text + "]").Try();
  };
  const auto take = [](const Ids& ids, const Response& response) { return Take(ids, response); };
  Ids ids = {"1", "2", "3", "4", "5"};
  co_await ReadByIds(cx, IdWalk(std::move(ids), 4), ask, take, BadOrder);
}

// Answers a path `/[1,2]` with `[1,2]`; an answer that has `poison` is too large.
testing::Store StoreWith(const std::string& poison) {
  return [poison](const connector::v1::HttpRequest& request) {
    const std::string list = request.url().substr(request.url().rfind('/') + 1);
    if (list.find(poison) == std::string::npos) {
      return Driver::Http(200, list);
    }
    connector::v1::Completion completion;
    completion.mutable_failure()->set_code(FailureProto::CODE_LIMIT);
    completion.mutable_failure()->set_message("too much");
    completion.mutable_failure()->set_answer_too_large(true);
    return completion;
  };
}

TEST(ReadByIdsTest, ReadsSoManyInARequestAsAreAllowed) {
  Driver driver(ReadFive);

  driver.Run(StoreWith("none"));

  ASSERT_TRUE(driver.effect().done().has_output()) << driver.failure().message();
  ASSERT_EQ(driver.requests.size(), 2U);
  EXPECT_TRUE(driver.requests[0].url().ends_with("/[1,2,3,4]"));
  ASSERT_EQ(driver.emits.size(), 1U);
  ASSERT_EQ(driver.emits[0].orders_size(), 5);
  EXPECT_EQ(driver.emits[0].orders(0).number(), "4");
  EXPECT_EQ(driver.emits[0].orders(4).number(), "1");
}

TEST(ReadByIdsTest, MakesAnIssueOfOneThatIsTooLargeAloneAndReadsTheOthers) {
  Driver driver(ReadFive);

  driver.Run(StoreWith("2"));

  ASSERT_TRUE(driver.effect().done().has_output()) << driver.failure().message();
  ASSERT_EQ(driver.emits.size(), 1U);
  EXPECT_EQ(driver.emits[0].orders_size(), 4);
  ASSERT_EQ(driver.emits[0].bad_size(), 1);
  EXPECT_EQ(driver.emits[0].bad(0).external_id(), "2");
}

TEST(ReadByIdsTest, EndsWithWhatIsThrownOfAnAnswer) {
  Driver driver(ReadFive);

  driver.Run([](const connector::v1::HttpRequest&) { return Driver::Http(500, "{}"); });

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_TRANSIENT);
  EXPECT_EQ(driver.requests.size(), 1U);
}

TEST(ReadByIdsTest, LeavesNothingWhenClosedAtAnySuspensionPoint) {
  Driver whole(ReadFive);
  const int steps = whole.Run(StoreWith("2"));

  for (int stop = 0; stop <= steps; ++stop) {
    Driver driver(ReadFive);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin() : driver.Answer(StoreWith("2"));
    }
    driver.Close();
  }
}

}  // namespace
}  // namespace storebridge::sdk
