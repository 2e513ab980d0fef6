#include "adapters/runtime/thread_executor.h"

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "support/kept_log.h"

namespace storebridge::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kFarDeadline(60);

// Something a test waits for.
class Gate {
 public:
  void Open() { promise_.set_value(); }
  [[nodiscard]] bool Wait() { return future_.wait_for(kFarDeadline) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

class ThreadExecutorTest : public ::testing::Test {
 protected:
  // Waits until all that was posted before has run.
  void Drain() {
    executor_.Stop(ThreadExecutor::OnStop::kDrain);
    executor_.Join();
  }

  // Keeps the executor's thread in a task until the gate opens.
  void Hold(Gate& gate) {
    auto held = std::make_shared<Gate>();
    executor_.Post([&gate, held] {
      held->Open();
      EXPECT_TRUE(gate.Wait());
    });
    ASSERT_TRUE(held->Wait());
  }

  testing::KeptLog log_;
  ThreadExecutor executor_{{.thread_name = "a name that is too long", .backlog_alarm = 4}, log_};
};

TEST_F(ThreadExecutorTest, RunsTasksInTheOrderOfPosting) {
  std::vector<int> order;

  for (int i = 0; i < 1'000; ++i) {
    executor_.Post([&order, i] { order.push_back(i); });
  }
  Drain();

  ASSERT_EQ(order.size(), 1'000U);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST_F(ThreadExecutorTest, RunsAllTasksOnOneThreadOfItsOwn) {
  std::vector<std::thread::id> threads;

  for (int i = 0; i < 10; ++i) {
    executor_.Post([&threads] { threads.push_back(std::this_thread::get_id()); });
  }
  Drain();

  ASSERT_EQ(threads.size(), 10U);
  for (const std::thread::id id : threads) {
    EXPECT_EQ(id, threads.front());
    EXPECT_NE(id, std::this_thread::get_id());
  }
}

TEST_F(ThreadExecutorTest, NeverRunsATaskInsidePost) {
  bool ran_inside = false;
  bool is_inside = false;
  Gate done;

  executor_.Post([&] {
    is_inside = true;
    executor_.Post([&] {
      ran_inside = is_inside;
      done.Open();
    });
    is_inside = false;
  });

  ASSERT_TRUE(done.Wait());
  EXPECT_FALSE(ran_inside);
}

TEST_F(ThreadExecutorTest, TakesTasksFromManyThreads) {
  int sum = 0;  // Only the executor's thread touches it.
  std::vector<std::thread> threads;

  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        executor_.Post([&sum] { ++sum; });
        executor_.Cancel(executor_.PostAfter(hours(1), [&sum] { sum += 1'000'000; }));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  Drain();

  EXPECT_EQ(sum, 4'000);
}

TEST_F(ThreadExecutorTest, RunsATimerAfterItsDelay) {
  const auto start = std::chrono::steady_clock::now();
  Gate done;

  const auto id = executor_.PostAfter(milliseconds(20), [&] { done.Open(); });

  ASSERT_TRUE(done.Wait());
  EXPECT_NE(id, 0U);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
}

TEST_F(ThreadExecutorTest, RunsTimersByTimeAndThenByPosting) {
  std::vector<int> order;
  Gate gate;
  Gate done;
  Hold(gate);

  executor_.PostAfter(milliseconds(3), [&] { order.push_back(3); });
  executor_.PostAfter(milliseconds(1), [&] { order.push_back(1); });
  executor_.PostAfter(milliseconds(2), [&] { order.push_back(2); });
  executor_.PostAfter(milliseconds(4), [&] { done.Open(); });
  gate.Open();

  ASSERT_TRUE(done.Wait());
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST_F(ThreadExecutorTest, WakesEarlierForATimerThatIsDueSooner) {
  Gate done;

  executor_.PostAfter(hours(1), [] { ADD_FAILURE() << "an hour has not passed"; });
  executor_.PostAfter(milliseconds(1), [&] { done.Open(); });

  EXPECT_TRUE(done.Wait());
}

TEST_F(ThreadExecutorTest, DropsACancelledTimerEvenWhenItIsDue) {
  bool ran = false;
  Gate gate;
  Gate done;
  Hold(gate);

  const auto id = executor_.PostAfter(milliseconds(0), [&] { ran = true; });
  executor_.Cancel(id);
  executor_.PostAfter(milliseconds(0), [&] { done.Open(); });
  gate.Open();

  ASSERT_TRUE(done.Wait());
  EXPECT_FALSE(ran);
}

TEST_F(ThreadExecutorTest, IgnoresTheCancellingOfATimerThatHasRun) {
  Gate done;
  const auto id = executor_.PostAfter(milliseconds(0), [&] { done.Open(); });
  ASSERT_TRUE(done.Wait());

  executor_.Cancel(id);
  executor_.Cancel(id + 1'000);
  executor_.Cancel(0);

  bool ran = false;
  executor_.Post([&] { ran = true; });
  Drain();
  EXPECT_TRUE(ran);
}

TEST_F(ThreadExecutorTest, LetsTasksRunWhileTimersAreAlwaysDue) {
  Gate done;
  std::function<void()> again = [&] { executor_.PostAfter(milliseconds(0), again); };

  again();
  executor_.Post([&] { done.Open(); });

  EXPECT_TRUE(done.Wait());
  executor_.Stop(ThreadExecutor::OnStop::kDrop);
  executor_.Join();
}

TEST_F(ThreadExecutorTest, LetsTimersRunWhileTasksAreAlwaysThere) {
  Gate done;
  std::function<void()> again = [&] { executor_.Post(again); };

  again();
  executor_.PostAfter(milliseconds(1), [&] { done.Open(); });

  EXPECT_TRUE(done.Wait());
  executor_.Stop(ThreadExecutor::OnStop::kDrop);
  executor_.Join();
}

TEST_F(ThreadExecutorTest, RunsWhatWasPostedWhenItDrains) {
  std::atomic<int> ran = 0;
  Gate gate;
  Hold(gate);
  executor_.Post([&] {
    ++ran;
    executor_.Post([&] { ran += 100; });
  });
  executor_.Post([&] { ++ran; });
  executor_.PostAfter(milliseconds(0), [&] { ran += 1'000; });

  executor_.Stop(ThreadExecutor::OnStop::kDrain);
  executor_.Post([&] { ran += 10'000; });
  gate.Open();
  executor_.Join();

  EXPECT_EQ(ran, 2);
}

TEST_F(ThreadExecutorTest, DropsWhatWasPostedWhenItDrops) {
  std::atomic<int> ran = 0;
  Gate gate;
  Hold(gate);
  executor_.Post([&] { ++ran; });

  executor_.Stop(ThreadExecutor::OnStop::kDrop);
  gate.Open();
  executor_.Join();

  EXPECT_EQ(ran, 0);
  EXPECT_EQ(executor_.backlog(), 0U);
}

TEST_F(ThreadExecutorTest, FreesWhatDroppedTasksHold) {
  auto held = std::make_shared<int>(7);
  Gate gate;
  Hold(gate);
  executor_.Post([held] {});
  executor_.PostAfter(hours(1), [held] {});
  executor_.Cancel(executor_.PostAfter(hours(1), [held] {}));

  executor_.Stop(ThreadExecutor::OnStop::kDrop);
  executor_.PostAfter(hours(1), [held] {});
  gate.Open();
  executor_.Join();

  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ThreadExecutorTest, LetsADroppedTimerPostWhenItIsDestroyed) {
  struct PostsAtTheEnd {
    explicit PostsAtTheEnd(ThreadExecutor& to) : executor(to) {}
    ~PostsAtTheEnd() {
      executor.Post([] {});
    }
    ThreadExecutor& executor;
  };
  auto poster = std::make_shared<PostsAtTheEnd>(executor_);

  const auto id = executor_.PostAfter(hours(1), [poster] {});
  poster.reset();
  executor_.Cancel(id);

  Drain();
}

TEST_F(ThreadExecutorTest, StopsFromItsOwnTask) {
  executor_.Post([&] { executor_.Stop(ThreadExecutor::OnStop::kDrop); });

  executor_.Join();
  executor_.Join();

  executor_.Post([] { ADD_FAILURE() << "it has stopped"; });
}

TEST_F(ThreadExecutorTest, WarnsOnceAboutALongQueue) {
  Gate gate;
  Hold(gate);

  for (int i = 0; i < 4; ++i) {
    executor_.Post([] {});
  }
  EXPECT_TRUE(log_.lines().empty());
  for (int i = 0; i < 10; ++i) {
    executor_.Post([] {});
  }

  ASSERT_EQ(log_.lines().size(), 1U);
  EXPECT_EQ(log_.lines()[0].level, ports::LogLevel::kWarning);
  EXPECT_EQ(executor_.backlog(), 14U);
  gate.Open();
  Drain();
  EXPECT_EQ(log_.lines().size(), 1U);
}

TEST_F(ThreadExecutorTest, TakesAnAbsurdDelayForALongOne) {
  executor_.PostAfter(milliseconds::max(), [] { ADD_FAILURE() << "too soon"; });
  Gate done;

  executor_.PostAfter(milliseconds::min(), [&] { done.Open(); });

  EXPECT_TRUE(done.Wait());
}

}  // namespace
}  // namespace storebridge::runtime
