// The rule of writes that must not happen twice: kept before the first byte, not repeated before it
// has settled, read back first.
#include "domain/timestamp.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::seconds;

// Time-out of the fake store's requests and its settle time together.
constexpr seconds kInDoubt{50};

class UnsafeCallTest : public EngineDay {
 protected:
  UnsafeCallTest() { store_.pushes_by_request = true; }

  // Orders that are being collected, numbered from 1001.
  void Collecting(int count, std::int64_t pieces = 1) {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 100);
    for (int i = 1; i <= count; ++i) {
      Order(std::to_string(1000 + i), "MUG", pieces);
    }
    Pass(kMinute);
    for (int i = 1; i <= count; ++i) {
      ASSERT_TRUE(Collect(std::to_string(1000 + i)));
    }
    Pass(kMinute);
    egress_.sent.clear();
  }

  // The store does what it is asked for; its answers are lost.
  void LoseAnswers() {
    egress_.answer = [this](const cv1::HttpRequest& request) -> std::optional<ports::EgressAnswer> {
      store_.told.insert(request.ref());
      return std::nullopt;
    };
  }

  static ports::EgressAnswer Failing(bool is_ambiguous) {
    ports::EgressAnswer answer;
    answer.failure.emplace();
    answer.failure->set_code(cv1::Failure::CODE_TRANSIENT);
    answer.failure->set_message("got no connection");
    answer.failure->set_ambiguous(is_ambiguous);
    return answer;
  }

  v1::StoreReport ReportOf(const std::string& number, int shipment = 0) {
    return Get(number).shipments(shipment).store_report();
  }

  ports::OutboxRow RowOf(const std::string& ref) {
    ports::OutboxRow row;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(row, tx.outbox().Get("acme", ref));
      return Ok();
    }));
    return row;
  }
};

TEST_F(UnsafeCallTest, IsKeptAsSendingBeforeItsFirstByteLeaves) {
  Collecting(1);
  std::vector<ports::OutboxRow> rows;
  egress_.answer = [&](const cv1::HttpRequest& request) -> std::optional<ports::EgressAnswer> {
    if (!request.ref().empty()) {
      rows.push_back(RowOf(request.ref()));
      EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_SENDING);
      EXPECT_FALSE(ReportOf("1001").has_accept_time());
    }
    return ports::EgressAnswer{};
  };

  ASSERT_TRUE(Ship("1001", "JJFI1"));

  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].state, ports::OutboxRow::State::kSending);
  EXPECT_EQ(rows[0].attempts, 1);
  EXPECT_EQ(rows[0].settled_ms - rows[0].sending_ms, std::chrono::milliseconds(kInDoubt).count());
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
}

TEST_F(UnsafeCallTest, IsNotRepeatedAfterACrashBeforeItHasSettled) {
  Collecting(1);
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(Told().size(), 1U);

  Crash();
  store_.shipment_pushes.clear();
  Pass(kInDoubt - seconds(1));

  EXPECT_TRUE(store_.shipment_pushes.empty()) << "not even looked for";
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_SENDING);
  EXPECT_TRUE(ReportOf("1001").has_next_attempt_time());
}

TEST_F(UnsafeCallTest, IsLookedForAfterACrashAndNotRepeatedWhenItIsThere) {
  Collecting(1);
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));

  Crash();
  Pass(kInDoubt + seconds(1));

  EXPECT_EQ(Told().size(), 1U);
  EXPECT_TRUE(store_.shipment_pushes.back().read_back_first());
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(ReportOf("1001").attempts(), 1);
}

TEST_F(UnsafeCallTest, IsRepeatedWhenItHasSettledAndIsNotThere) {
  Collecting(1);
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));

  Crash();
  store_.told.clear();
  egress_.answer = nullptr;
  Pass(kInDoubt + seconds(1));

  EXPECT_EQ(Told().size(), 2U);
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(ReportOf("1001").attempts(), 2);
}

TEST_F(UnsafeCallTest, SettlesFromItsOwnFirstByteAndNotFromThatOfItsBatch) {
  Collecting(2);
  // Both wait for the same session, in which the first takes long.
  store_.fail_next["shipments.push"] = *Failing(false).failure;
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Ship("1002", "JJFI2"));
  ASSERT_TRUE(Told().empty());
  egress_.delay = seconds(40);
  egress_.answer = [this](const cv1::HttpRequest&) -> std::optional<ports::EgressAnswer> {
    return Told().size() == 2 ? std::nullopt : std::optional(ports::EgressAnswer{});
  };
  ASSERT_TRUE(executor_.AdvanceUntil([this] { return Told().size() == 2; }, kMinute));

  Crash();
  store_.shipment_pushes.clear();
  Pass(kInDoubt - seconds(1));
  EXPECT_TRUE(store_.shipment_pushes.empty());
  Pass(seconds(2));

  EXPECT_EQ(store_.shipment_pushes.size(), 1U);
}

TEST_F(UnsafeCallTest, StaysInDoubtWhenItCannotBeLookedFor) {
  Collecting(1);
  egress_.answer = [](const cv1::HttpRequest&) { return Failing(true); };
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  store_.read_back_failure = *Failing(false).failure;

  Pass(kInDoubt + seconds(5));

  EXPECT_EQ(Told().size(), 1U);
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_SENDING);
  store_.read_back_failure.reset();
  egress_.answer = nullptr;
  Pass(std::chrono::minutes(2));
  EXPECT_TRUE(store_.shipment_pushes.back().read_back_first());
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
}

TEST_F(UnsafeCallTest, IsLookedForEvenWhenItsFailureWasAnswered) {
  Collecting(1);
  egress_.answer = [](const cv1::HttpRequest&) { return Failing(false); };
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_WAITING);

  egress_.answer = nullptr;
  Pass(kInDoubt + seconds(5));

  EXPECT_TRUE(store_.shipment_pushes.back().read_back_first());
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
}

TEST_F(UnsafeCallTest, WhatHadNotLeftIsToldAtOnceAfterACrash) {
  Collecting(2);
  LoseAnswers();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_TRUE(Ship("1002", "JJFI2"));
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_EQ(ReportOf("1002").state(), v1::StoreReport::STATE_WAITING);
  EXPECT_EQ(ReportOf("1002").attempts(), 0) << "nothing was attempted";

  egress_.answer = nullptr;
  Crash();
  Pass(seconds(1));

  EXPECT_EQ(ReportOf("1002").state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_SENDING);
}

TEST_F(UnsafeCallTest, AnOrdersNextShipmentWaitsForTheOneBefore) {
  Collecting(1, 2);
  v1::ShipmentLine part;
  part.set_external_line_id("l1");
  part.set_quantity(1);
  egress_.answer = [](const cv1::HttpRequest&) { return Failing(true); };
  ASSERT_TRUE(Ship("1001", "A", {part}));
  egress_.answer = nullptr;

  ASSERT_TRUE(Ship("1001", "B"));
  Pass(seconds(30));
  EXPECT_EQ(Told().size(), 1U) << "B would overtake A";
  Pass(std::chrono::minutes(1));

  ASSERT_EQ(Told().size(), 3U);
  EXPECT_EQ(Told()[1], Told()[0]);
  EXPECT_EQ(ReportOf("1001", 0).state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_EQ(ReportOf("1001", 1).state(), v1::StoreReport::STATE_CONFIRMED);
  EXPECT_TRUE(store_.shipment_pushes.back().completes_order());
}

TEST_F(UnsafeCallTest, AskingForItAgainDoesNotShortenItsTime) {
  Collecting(1);
  cv1::Failure refusal;
  refusal.set_code(cv1::Failure::CODE_CONFLICT);
  refusal.set_message("a plugin forbids it");
  ports::EgressAnswer answer;
  answer.failure = refusal;
  egress_.answer = [&](const cv1::HttpRequest&) { return answer; };
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(OpenIssues().size(), 1U);
  const std::string name = OpenIssues()[0].name();
  egress_.answer = nullptr;

  ASSERT_TRUE(Wait<v1::Issue>(
      [&](auto done) { engine_->RetryIssue("acme", name.substr(name.rfind('/') + 1), done); }));
  EXPECT_EQ(Told().size(), 1U);
  Pass(kInDoubt + seconds(1));

  EXPECT_EQ(Told().size(), 2U);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(UnsafeCallTest, AStoreThatIsDownIsAskedForTwoShipmentsAndNotForAll) {
  Collecting(6);
  store_.failing["orders.pull"] = *Failing(false).failure;
  egress_.answer = [](const cv1::HttpRequest&) { return Failing(false); };
  for (int i = 1; i <= 6; ++i) {
    ASSERT_TRUE(Ship(std::to_string(1000 + i), "JJFI" + std::to_string(i)));
  }
  egress_.sent.clear();
  Pass(seconds(4));
  EXPECT_LE(Told().size(), 2U);
  v1::FlowHealth health;
  const v1::Store shown = ShowStore();
  for (const v1::FlowHealth& flow : shown.flows()) {
    if (flow.flow() == v1::FLOW_SHIPMENTS) {
      health = flow;
    }
  }
  EXPECT_GT(health.failures(), 0);
  EXPECT_EQ(health.last_error(), "got no connection");
  EXPECT_TRUE(health.has_next_run_time());
  EXPECT_EQ(ReportOf("1006").state(), v1::StoreReport::STATE_WAITING);

  egress_.answer = nullptr;
  store_.failing.clear();
  Pass(std::chrono::minutes(6));

  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(ReportOf(std::to_string(1000 + i)).state(), v1::StoreReport::STATE_CONFIRMED) << i;
  }
}

TEST_F(UnsafeCallTest, NoNextRunIsShownThatIsOver) {
  const auto expect_none_of_the_past = [&](const char* when) {
    const v1::Store store = ShowStore();
    for (const v1::FlowHealth& flow : store.flows()) {
      if (flow.has_next_run_time()) {
        EXPECT_GE(domain::MsFromTimestamp(flow.next_run_time()), clock_.NowMs())
            << v1::Flow_Name(flow.flow()) << " " << when;
      }
    }
  };
  Collecting(1);
  egress_.answer = [](const cv1::HttpRequest&) { return Failing(false); };
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  Pass(seconds(4));
  egress_.answer = nullptr;
  Pass(std::chrono::minutes(6));
  ASSERT_EQ(ReportOf("1001").state(), v1::StoreReport::STATE_CONFIRMED);
  Pass(seconds(1));
  expect_none_of_the_past("after the last shipment was told");

  Crash();

  expect_none_of_the_past("after a start");
}

class StockFactsTest : public UnsafeCallTest {
 protected:
  v1::PublishedStock Published() {
    v1::Stock stock;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const v1::Product product, tx.products().GetByCode("acme", "MUG"));
      SB_TRY(stock, engine::ShowStock(tx, "acme", product));
      return Ok();
    }));
    return stock.published(0);
  }
};

TEST_F(StockFactsTest, AttemptedAcceptedAndConfirmedAreThreeFacts) {
  Sell("MUG", "p1");
  Connect();
  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_NOT_PUBLISHED);
  std::vector<v1::PublishedStock> seen;
  egress_.answer = [&](const cv1::HttpRequest&) -> std::optional<ports::EgressAnswer> {
    seen.push_back(Published());
    return ports::EgressAnswer{};
  };
  store_.confirms_stock = false;

  SetStock("MUG", 5);

  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].state(), v1::PublishedStock::STATE_SENDING);
  EXPECT_EQ(seen[0].attempted(), 5);
  EXPECT_FALSE(seen[0].has_accept_time());
  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_ACCEPTED);
  EXPECT_EQ(Published().known(), 5);
  EXPECT_FALSE(Published().has_confirm_time());

  Pass(16 * kMinute);

  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_CONFIRMED);
  EXPECT_TRUE(Published().has_accept_time());
  EXPECT_EQ(seen.size(), 1U) << "written once";
}

TEST_F(StockFactsTest, NothingWasAttemptedWhereNoRequestWasBegun) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 4);
  const std::int64_t first = Published().attempt_time().seconds();
  store_.failing["stock.push"] = *Failing(false).failure;
  Pass(kMinute);

  SetStock("MUG", 5);

  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_WAITING);
  EXPECT_EQ(Published().attempted(), 4);
  EXPECT_EQ(Published().attempt_time().seconds(), first);
  EXPECT_EQ(Shown("p1"), 4);

  store_.failing.clear();
  Pass(6 * kMinute);

  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_CONFIRMED);
  EXPECT_EQ(Published().attempted(), 5);
  EXPECT_EQ(Shown("p1"), 5);
}

TEST_F(StockFactsTest, NothingWasAttemptedWhereNoSessionWasOpened) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 4);
  Pass(kMinute);
  const std::size_t sent = egress_.sent.size();
  host_.opens_left = 0;

  SetStock("MUG", 5);

  EXPECT_LT(*host_.opens_left, 0);
  EXPECT_EQ(egress_.sent.size(), sent);
  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_WAITING);
  EXPECT_EQ(Published().attempted(), 4);

  host_.opens_left.reset();
  Pass(16 * kMinute);

  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_CONFIRMED);
  EXPECT_EQ(Shown("p1"), 5);
}

TEST_F(StockFactsTest, AValueWhoseAnswerWasLostInACrashIsWrittenAgainAlthoughItIsTheOldOne) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 10);
  ASSERT_EQ(Shown("p1"), 10);
  egress_.answer = [this](const cv1::HttpRequest&) -> std::optional<ports::EgressAnswer> {
    store_.products["p1"].set_stock_quantity(9);
    return std::nullopt;
  };
  SetStock("MUG", 9);
  EXPECT_EQ(Published().state(), v1::PublishedStock::STATE_SENDING);

  // Before it is tried again, the old value is the right one.
  egress_.answer = nullptr;
  store_.failing["orders.pull"] = *Failing(false).failure;
  Crash();
  SetStock("MUG", 10);
  store_.failing.clear();
  Pass(6 * kMinute);

  EXPECT_EQ(Shown("p1"), 10);
  EXPECT_EQ(Published().known(), 10);
}

}  // namespace
}  // namespace storebridge::testing
