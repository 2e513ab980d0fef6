// What a store may answer instead of what was asked for: the run says it, nothing changes, other
// stores are not met by it, and the next run heals by itself once the trouble is over.
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "bad_input/store_ground.h"

namespace storebridge::e2e {
namespace {

namespace json = boost::json;

// How the demo store misbehaves (tools/demo_store/README.md), and what is said of it.
struct Row {
  std::string name;
  json::object rule;
  std::string reason;
  Words words;

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

class StoreAnswerTable : public StoreGround, public testing::WithParamInterface<Row> {};

TEST_P(StoreAnswerTable, IsSaidAndHealsByItself) {
  const Row& row = GetParam();
  Buy(2);
  const std::string before = Must(StateOf(*platform_));
  json::object rule = row.rule;
  rule["route"] = "/orders";
  rule["times"] = -1;
  ASSERT_TRUE(Came(store_.side->Misbehave(rule)));

  const v1::SyncRun run = RunInVain(*platform_, "web", v1::FLOW_ORDERS);

  EXPECT_EQ(run.error_reason(), row.reason) << run.error();
  EXPECT_TRUE(Says(run.error(), row.words));
  EXPECT_EQ(Must(StateOf(*platform_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));

  ASSERT_TRUE(Came(store_.side->Behave()));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_EQ(Must(platform_->ListOrders("state = NEW")).size(), 2U);
  EXPECT_TRUE(IsWell(v1::FLOW_ORDERS));
}

constexpr const char* kOrders = "/wp-json/wc/v3/orders";
// An error that only the store can explain is told in its own words.
constexpr const char* kItsWords =
    "WooCommerce says 'The demo store was told to answer this.' (demo_misbehaviour)";

INSTANTIATE_TEST_SUITE_P(
    Store,
    StoreAnswerTable,
    testing::Values(
        Row{"Answers401",
            {{"kind", "401"}},
            "CODE_AUTH",
            {kOrders, "was answered 401", "Check the store's credentials", "was told to answer"}},
        Row{"Answers403",
            {{"kind", "403"}},
            "CODE_AUTH",
            {kOrders, "was answered 403", "a firewall answers like this, too"}},
        Row{"Answers404",
            {{"kind", "404"}},
            "CODE_NOT_FOUND",
            {kOrders, "answered 404", kItsWords}},
        Row{"Answers409", {{"kind", "409"}}, "CODE_CONFLICT", {kOrders, "answered 409", kItsWords}},
        Row{"Answers429",
            {{"kind", "429"}},
            "CODE_RATE_LIMITED",
            {kOrders, "was answered 429", "The store wants fewer requests"}},
        Row{"AnswersAStormOf500",
            {{"kind", "500"}},
            "CODE_TRANSIENT",
            {kOrders, "was answered 500", "see its error log"}},
        Row{"AnswersHtmlWith200",
            {{"kind", "html"}},
            "CODE_TRANSIENT",
            {kOrders, "is HTML, expected JSON", "maintenance page", "the address is not that"}},
        Row{"AnswersHalfOfItsJson",
            {{"kind", "truncated"}},
            "CODE_TRANSIENT",
            {kOrders, "is JSON that ends early"}},
        Row{"AnswersNothing",
            {{"kind", "empty"}},
            "CODE_TRANSIENT",
            {kOrders, "is empty, expected JSON"}},
        Row{"Answers50Megabytes",
            {{"kind", "huge"}, {"bytes", 50 << 20}},
            "CODE_LIMIT",
            {kOrders, "more than 16777216 bytes", "Ask for less at once"}},
        Row{"DripsItsAnswer",
            {{"kind", "drip"}, {"delay_ms", 1000}},
            "CODE_TRANSIENT",
            {kOrders, "was not answered within 2500 ms", "overloaded"}},
        Row{"ResetsInTheMiddleOfItsAnswer",
            {{"kind", "cut"}},
            "CODE_TRANSIENT",
            {kOrders, "lost its connection", "Check the store's error log"}},
        Row{"ClosesWithoutAnAnswer",
            {{"kind", "lost_answer"}},
            "CODE_TRANSIENT",
            {kOrders, "lost its connection", "Check the store's error log"}}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

class StorePauseTest : public StoreGround {};

TEST_F(StorePauseTest, IsWaitedForAsLongAsTheStoreAsks) {
  Buy(1);
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "429"}, {"route", "/orders"}, {"times", 1}, {"retry_after", 1}})));
  const auto began = std::chrono::steady_clock::now();

  const v1::SyncRun run = Must(platform_->Run("web", v1::FLOW_ORDERS));

  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  EXPECT_GE(run.counts().requests(), 2);
  EXPECT_EQ(Must(platform_->ListOrders("state = NEW")).size(), 1U);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(StorePauseTest, IsAnHourWhenTheStoreAsksForYears) {
  constexpr std::int64_t kHour = 3'600;
  const std::string before = Must(StateOf(*platform_));
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "429"}, {"route", "/orders"}, {"times", -1}, {"retry_after", 999'999'999}})));

  const v1::SyncRun run = RunInVain(*platform_, "web", v1::FLOW_ORDERS);

  EXPECT_EQ(run.error_reason(), "CODE_RATE_LIMITED");
  EXPECT_TRUE(Says(run.error(), {kOrders, "was answered 429", "The store wants fewer requests"}));
  const std::int64_t ended = run.end_time().seconds();
  const std::int64_t next = HealthOf(v1::FLOW_ORDERS).next_run_time().seconds();
  EXPECT_GE(next, ended + kHour - 1);
  EXPECT_LE(next, ended + kHour + 1);
  // Until then nothing more is asked of the store, whoever wants it.
  ASSERT_TRUE(Came(store_.side->ResetCounters()));
  const v1::SyncRun again = RunInVain(*platform_, "web", v1::FLOW_ORDERS);
  EXPECT_TRUE(Says(again.error(), {"asked for a pause of another 3", "Try again after it"}));
  EXPECT_TRUE(Must(store_.side->RequestCounts()).empty());
  EXPECT_EQ(Must(StateOf(*platform_)), before);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

class StoreCredentialsTest : public StoreGround {};

TEST_F(StoreCredentialsTest, AreAskedForWhenTheStoreRefusesThemThreeTimes) {
  ASSERT_TRUE(Came(store_.side->Misbehave({{"kind", "401"}, {"times", -1}})));

  for (int i = 0; i < 3; ++i) {
    RunInVain(*platform_, "web", v1::FLOW_ORDERS);
  }

  const v1::Store refused = Must(platform_->GetStore("web"));
  EXPECT_EQ(refused.state(), v1::Store::STATE_NEEDS_CREDENTIALS);
  EXPECT_TRUE(Says(refused.state_reason(),
                   {"refused our credentials 3 times", "was answered 401", "UpdateStore"}));
  const v1::CheckStoreResponse report = Must(platform_->Check("web"));
  EXPECT_TRUE(
      Says(report.ShortDebugString(), {"credentials", "demo_misbehaviour", "consumer key"}));
  EXPECT_TRUE(Came(ground_->IsUp()));

  ASSERT_TRUE(Came(store_.side->Behave()));
  ASSERT_TRUE(Came(Resume()));
  EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
}

class StoreWriteTest : public StoreGround {};

TEST_F(StoreWriteTest, OfAShipmentIsMadeOnceAlthoughItsAnswerIsLost) {
  const std::string number = Buy(1).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "lost_answer"}, {"method", "POST"}, {"route", "/notes"}, {"times", 1}})));

  ASSERT_TRUE(Came(Send(number)));

  EXPECT_TRUE(Came(WaitForReport(number, v1::StoreReport::STATE_CONFIRMED)));
  const day::StoreOrder shown = Must(store_.side->Order(number));
  EXPECT_EQ(shown.markers.size(), 1U) << shown.everything;
  EXPECT_EQ(shown.shipping_mails, 1);
  EXPECT_TRUE(Must(platform_->ListIssues()).empty());
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(StoreWriteTest, OfStockIsMadeAgainWhenItsAnswerIsLost) {
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "lost_answer"}, {"method", "POST"}, {"route", "/batch"}, {"times", 1}})));

  ASSERT_TRUE(Came(platform_->SetStock(kCode, 7)));

  EXPECT_TRUE(Came(WaitForShown(7)));
  EXPECT_TRUE(Came(ground_->IsUp()));
}

TEST_F(StoreWriteTest, OfAShipmentThatTheStoreRefusesIsAnIssueThatSaysWhatToDo) {
  const std::string number = Buy(1).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "409"}, {"method", "POST"}, {"route", "/notes"}, {"times", -1}})));

  ASSERT_TRUE(Came(Send(number)));

  EXPECT_TRUE(Came(WaitForReport(number, v1::StoreReport::STATE_REFUSED)));
  const std::vector<v1::Issue> issues = Must(platform_->ListIssues());
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_TRUE(Says(issues[0].message(), {"answered 409", "demo_misbehaviour"}));
  EXPECT_NE(issues[0].resolution(), "");
  EXPECT_TRUE(Must(store_.side->Order(number)).markers.empty());
  EXPECT_TRUE(Came(ground_->IsUp()));

  ASSERT_TRUE(Came(store_.side->Behave()));
  ASSERT_TRUE(Came(Retry(issues[0])));
  EXPECT_TRUE(Came(WaitForReport(number, v1::StoreReport::STATE_CONFIRMED)));
  EXPECT_TRUE(Must(platform_->ListIssues()).empty());
}

}  // namespace
}  // namespace storebridge::e2e
