#include "api/watch_stream.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "api/change_feed.h"
#include "api/change_stream.h"
#include "api_fixture.h"

namespace storebridge::api {
namespace {

// A stream that no call carries: only the message that says where it begins is written, as when a
// reader does not read on.
class StuckStreamTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    stream_ = std::make_shared<ChangeStream>(
        Ports(), watchers_, listeners_, ChangePlaces::OfOne("demo", 0));
  }

  void TearDown() override {
    // Who still asks is held until then.
    listeners_->Stop();
    if (stream_) {
      stream_->OnDone();
    }
    stream_.reset();
    ApiFixture::TearDown();
  }

  static void Begin(ChangeStream& stream) {
    stream.Begin();
    stream.OnWriteDone(true);
  }

  // Fills whoever asks, once.
  void FillOne() { listeners_->WaitForOne()->Fill(); }

  bool HasEnded() { return !stream_->Push(v1::WatchChangesResponse()); }

  Watchers watchers_;
  std::shared_ptr<ChangeListeners> listeners_ = std::make_shared<ChangeListeners>();
  std::shared_ptr<ChangeStream> stream_;
};

TEST_F(StuckStreamTest, EndsWhenItsQueueIsFull) {
  Begin(*stream_);

  for (std::size_t i = 0; i < kWatchQueueMax; ++i) {
    EXPECT_TRUE(stream_->Push(v1::WatchChangesResponse()));
  }

  EXPECT_TRUE(HasEnded());
}

TEST_F(StuckStreamTest, EndsWhenTheLogRunsAwayFromItsReader) {
  AddChanges("demo", 10);
  Begin(*stream_);
  FillOne();

  stream_->Notice("demo", 10 + kChangesBehindMax);
  EXPECT_FALSE(HasEnded());
  stream_->Notice("demo", 10 + kChangesBehindMax + 1);

  EXPECT_TRUE(HasEnded());
}

TEST_F(StuckStreamTest, LetsAReaderCatchUpAfterOneBigCommit) {
  Begin(*stream_);
  FillOne();

  stream_->Notice("demo", kChangesBehindMax + 1);
  AddChanges("demo", kChangesPerRead);
  FillOne();
  stream_->Notice("demo", kChangesBehindMax + 2);

  EXPECT_FALSE(HasEnded());
}

TEST_F(StuckStreamTest, LetsAReaderResumeHoweverMuchItMissed) {
  AddChanges("demo", kChangesPerRead);
  Begin(*stream_);
  FillOne();

  stream_->Notice("demo", 1'000'000'000);

  EXPECT_FALSE(HasEnded());
}

TEST_F(StuckStreamTest, IsFilledOnceHoweverOftenItIsTold) {
  AddChanges("demo", 1);
  Begin(*stream_);
  stream_->Notice("demo", 1);
  stream_->Recheck();
  FillOne();

  stream_->Notice("demo", 2);

  // The reader is busy; the next one who asks is another.
  const auto other = std::make_shared<ChangeStream>(
      Ports(), watchers_, listeners_, ChangePlaces::OfOne("demo", 0));
  Begin(*other);
  EXPECT_EQ(listeners_->WaitForOne(), other);
  other->OnDone();
}

TEST_F(StuckStreamTest, IsCountedWhileItIsOpen) {
  Begin(*stream_);
  EXPECT_EQ(watchers_.count(), 1U);

  stream_->OnDone();
  stream_.reset();

  EXPECT_EQ(watchers_.count(), 0U);
}

// Does nothing.
class IdleWatcher final : public Watcher {
 public:
  void EndWith(const Error& error) override { reason = error.reason; }

  std::string reason;
};

TEST(WatchersTest, RefusesOneMoreThanTheMaximum) {
  Watchers watchers;
  std::vector<std::shared_ptr<Watcher>> open;
  for (std::size_t i = 0; i < kWatchersMax; ++i) {
    open.push_back(std::make_shared<IdleWatcher>());
    ASSERT_TRUE(watchers.Add(open.back()));
  }

  const auto one_more = std::make_shared<IdleWatcher>();
  EXPECT_EQ(watchers.Add(one_more).error().code, Code::kResourceExhausted);
  watchers.Remove(open.front().get());
  EXPECT_TRUE(watchers.Add(one_more));
}

TEST(WatchersTest, EndsAllOfThemAndTakesNoMore) {
  Watchers watchers;
  const auto watcher = std::make_shared<IdleWatcher>();
  ASSERT_TRUE(watchers.Add(watcher));

  watchers.EndAll();

  EXPECT_EQ(watcher->reason, "SERVER_STOPPING");
  EXPECT_EQ(watchers.Add(watcher).error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace storebridge::api
