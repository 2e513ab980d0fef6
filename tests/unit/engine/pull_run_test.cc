// Pages of a pull are written while the next one is read.
#include "engine/flows/pull_run.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_store.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

namespace storebridge::testing {
namespace {

// Keeps works until the test says how they end.
class SlowStorage final : public ports::Storage {
 public:
  explicit SlowStorage(ports::Executor& executor) : executor_(executor) {}

  void Submit(Work /*work*/, Done done) override { waiting.push_back(std::move(done)); }
  Status Read(const std::function<Status(const ports::ReadTx&)>& /*work*/) override { return Ok(); }
  [[nodiscard]] Result<std::unique_ptr<ports::Storage>> MakeScratch() const override {
    return Error{.code = Code::kUnimplemented, .message = "it keeps nothing"};
  }
  [[nodiscard]] std::int64_t commits() const override { return 0; }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> /*listener*/) override {}

  void End(Status status) {
    executor_.Post([done = std::move(waiting.front()), status] { done(status); });
    waiting.erase(waiting.begin());
  }

  std::vector<Done> waiting;

 private:
  ports::Executor& executor_;
};

class Pull final : public engine::PullRun {
 public:
  using PullRun::BeforeWrite;
  using PullRun::OnSessionEnd;
  using PullRun::PullRun;

  void OnPullEnd(engine::SessionEnd session) override { ended = std::move(session); }
  void Begin() override {}

  // Writes the next page.
  void Page() {
    const std::size_t page = answers.size();
    answers.emplace_back();
    WritePage(
        {.write = [](ports::Tx& /*tx*/) { return Ok(); }, .committed = [this] { ++committed; }},
        [this, page](const Result<cv1::EmitResult>& result) {
          answers[page] = result ? Ok() : Status(result.error());
        });
  }

  // Of each page; none while it is not answered.
  std::vector<std::optional<Status>> answers;
  int committed = 0;
  std::optional<engine::SessionEnd> ended;
};

class PullRunTest : public ::testing::Test {
 protected:
  void Page() {
    run_->Page();
    executor_.RunAll();
  }
  void EndWrite(Status status = Ok()) {
    storage_.End(std::move(status));
    executor_.RunAll();
  }
  static Status Broken() {
    return Error{.code = Code::kUnavailable, .reason = "DATABASE_IO", .message = "no room"};
  }
  [[nodiscard]] bool IsWell(std::size_t page) const {
    return run_->answers[page].has_value() && run_->answers[page]->has_value();
  }
  [[nodiscard]] bool HasFailed(std::size_t page) const {
    return run_->answers[page].has_value() && !run_->answers[page]->has_value();
  }
  // What became of a request that is not SAFE.
  std::shared_ptr<std::optional<Status>> Write() {
    auto answer = std::make_shared<std::optional<Status>>();
    run_->BeforeWrite({}, [answer](Status status) { *answer = std::move(status); });
    executor_.RunAll();
    return answer;
  }
  void EndSession() {
    run_->OnSessionEnd({});
    executor_.RunAll();
  }

  ManualClock clock_;
  ManualExecutor executor_{clock_};
  SeededRandom random_;
  NullLog log_;
  FakeWire egress_{executor_};
  FakeStore store_;
  FakeHost host_{store_, cv1::STOCK_BASIS_SALABLE};
  SlowStorage storage_{executor_};
  std::shared_ptr<Pull> run_ = std::make_shared<Pull>(
      engine::FlowPorts{storage_, clock_, random_, executor_, egress_, host_, log_},
      engine::RunSubject{});
};

TEST_F(PullRunTest, LetsTheConnectorGoOnWhileAPageIsWritten) {
  Page();

  EXPECT_TRUE(IsWell(0));
  EXPECT_EQ(storage_.waiting.size(), 1U);
  EXPECT_EQ(run_->committed, 0);
}

TEST_F(PullRunTest, WritesAndAnswersAPageWhenTheOneBeforeItIsDurable) {
  Page();
  Page();
  EXPECT_FALSE(run_->answers[1].has_value()) << "two pages at most";
  EXPECT_EQ(storage_.waiting.size(), 1U);

  EndWrite();

  EXPECT_TRUE(IsWell(1));
  EXPECT_EQ(run_->committed, 1);
  EXPECT_EQ(storage_.waiting.size(), 1U);
}

TEST_F(PullRunTest, WritesNothingAfterAPageThatCouldNotBe) {
  Page();
  Page();

  EndWrite(Broken());
  Page();

  EXPECT_TRUE(HasFailed(1));
  EXPECT_TRUE(HasFailed(2));
  EXPECT_TRUE(storage_.waiting.empty());
  EXPECT_EQ(run_->committed, 0);
}

TEST_F(PullRunTest, TellsTheStoreNothingBeforePagesAreDurable) {
  Page();
  const auto held = Write();
  EXPECT_FALSE(held->has_value());

  EndWrite();

  ASSERT_TRUE(held->has_value());
  EXPECT_TRUE((*held)->has_value());
  EXPECT_TRUE(Write()->has_value()) << "at once when nothing is being written";
}

TEST_F(PullRunTest, TellsTheStoreNothingOfAPageThatCouldNotBeWritten) {
  Page();
  const auto held = Write();

  EndWrite(Broken());

  ASSERT_TRUE(held->has_value());
  EXPECT_FALSE((*held)->has_value());
}

TEST_F(PullRunTest, EndsWhenTheLastPageIsDurable) {
  Page();
  EndSession();
  EXPECT_FALSE(run_->ended.has_value());

  EndWrite();

  ASSERT_TRUE(run_->ended.has_value());
  EXPECT_FALSE(run_->ended->failure.has_value());
}

TEST_F(PullRunTest, FailsWhenTheLastPageCouldNotBeWritten) {
  Page();
  EndSession();

  EndWrite(Broken());

  ASSERT_TRUE(run_->ended.has_value());
  ASSERT_TRUE(run_->ended->failure.has_value());
  EXPECT_EQ(run_->ended->failure->code(), cv1::Failure::CODE_TRANSIENT);
  EXPECT_EQ(run_->ended->failure->message(), "no room");
}

TEST_F(PullRunTest, StaysCancelledWhenItsLastPageCouldNotBeWritten) {
  Page();
  engine::SessionEnd stopped;
  stopped.failure.emplace().set_code(cv1::Failure::CODE_CANCELLED);
  run_->OnSessionEnd(std::move(stopped));

  EndWrite(Broken());

  ASSERT_TRUE(run_->ended.has_value());
  EXPECT_EQ(run_->ended->failure->code(), cv1::Failure::CODE_CANCELLED);
}

TEST_F(PullRunTest, WritesThePagesOfTheNextSessionAgain) {
  Page();
  EndWrite(Broken());
  EndSession();

  Page();

  EXPECT_TRUE(IsWell(1));
  EXPECT_EQ(storage_.waiting.size(), 1U);
}

}  // namespace
}  // namespace storebridge::testing
