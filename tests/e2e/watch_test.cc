// What WatchSyncRun and WatchChanges tell while a real store answers.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "day_kit/call.h"
#include "demo_fixture.h"
#include "storebridge/v1/change_service.grpc.pb.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr int kOrders = 6;
// Until the watch stands, also on a busy machine.
constexpr std::int64_t kFirstAnswerMs = 8'000;

class WatchTest : public DemoFixture {
 protected:
  // Starts to read the orders and watches that until the stream ends.
  std::vector<v1::SyncRun> WatchOrders() {
    v1::SyncService::Stub syncs(platform_->channel());
    v1::StartSyncRunRequest start;
    start.set_parent(platform_->StoreName("web"));
    start.set_flow(v1::FLOW_ORDERS);
    const v1::SyncRun started =
        Must(day::Call<v1::SyncRun>(syncs, &v1::SyncService::Stub::StartSyncRun, start));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + day::Platform::kRunMost);
    v1::WatchSyncRunRequest watch;
    watch.set_name(started.name());
    const auto stream = syncs.WatchSyncRun(&context, watch);
    std::vector<v1::SyncRun> shown;
    v1::WatchSyncRunResponse response;
    while (stream->Read(&response)) {
      shown.push_back(response.sync_run());
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return shown;
  }
};

// The connector puts what came within half a minute into one page.
TEST_F(WatchTest, ShowsARunAfterEachPageAndEndsWithIt) {
  StartAll();
  Stock(kMug, kOrders);
  Buy(kMug, kOrders);
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "slow"}, {"route", "/wc/v3/orders"}, {"delay_ms", kFirstAnswerMs}, {"times", 1}})));

  const std::vector<v1::SyncRun> shown = WatchOrders();

  ASSERT_GE(shown.size(), 3U) << "as it began, after a page, as it ended";
  EXPECT_EQ(shown.front().counts().pages(), 0);
  for (std::size_t i = 0; i + 1 < shown.size(); ++i) {
    EXPECT_EQ(shown[i].state(), v1::SyncRun::STATE_RUNNING);
    EXPECT_EQ(shown[i].counts().pages(), static_cast<std::int64_t>(i)) << "one message a page";
    EXPECT_LE(shown[i].counts().seen(), shown[i + 1].counts().seen());
  }
  EXPECT_EQ(shown.back().state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(shown.back().counts().changed(), kOrders);
}

// A service that copies what all merchants have, as the comments of WatchChanges say.
class Copy {
 public:
  explicit Copy(const day::Platform& platform) : changes_(platform.channel()) {}

  // Reads until it has `wanted`, the number of a change of each merchant, or for `messages_max`.
  // Then it is killed, whatever is on its way.
  void Follow(const std::map<std::string, std::int64_t>& wanted, int messages_max = 100'000) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + day::Platform::kRunMost);
    v1::WatchChangesRequest request;
    request.set_parent("merchants/-");
    for (const auto& [merchant, token] : tokens_) {
      request.add_resume_tokens(token);
    }
    const auto stream = changes_.WatchChanges(&context, request);
    v1::WatchChangesResponse response;
    while (!Has(wanted) && messages_max-- > 0 && stream->Read(&response)) {
      Take(response);
    }
    context.TryCancel();
  }

  [[nodiscard]] bool Has(const std::map<std::string, std::int64_t>& wanted) const {
    return std::all_of(wanted.begin(), wanted.end(), [this](const auto& one) {
      const auto found = tokens_.find(one.first);
      const std::vector<std::int64_t> sequences = SequencesOf(one.first);
      return found != tokens_.end() && (sequences.empty() ? 0 : sequences.back()) >= one.second;
    });
  }

  // The numbers of a merchant's changes, in the order in which they came.
  [[nodiscard]] std::vector<std::int64_t> SequencesOf(const std::string& merchant) const {
    const auto found = sequences_.find(merchant);
    return found == sequences_.end() ? std::vector<std::int64_t>() : found->second;
  }

  // As many of the log, after the place where the merchant began.
  std::vector<std::int64_t> LoggedOf(const std::string& merchant) {
    std::vector<std::int64_t> sequences;
    v1::ListChangesRequest request;
    request.set_parent(merchant);
    request.set_page_size(500);
    request.set_resume_token(begins_[merchant]);
    do {
      const v1::ListChangesResponse page = Must(day::Call<v1::ListChangesResponse>(
          changes_, &v1::ChangeService::Stub::ListChanges, request));
      for (const v1::Change& change : page.changes()) {
        sequences.push_back(change.sequence());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    sequences.resize(std::min(sequences.size(), SequencesOf(merchant).size()));
    return sequences;
  }

 private:
  void Take(const v1::WatchChangesResponse& response) {
    EXPECT_FALSE(response.is_gap());
    tokens_[response.merchant()] = response.resume_token();
    if (response.has_change()) {
      sequences_[response.merchant()].push_back(response.change().sequence());
    } else {
      EXPECT_TRUE(begins_.emplace(response.merchant(), response.resume_token()).second)
          << response.merchant() << " began twice";
    }
  }

  v1::ChangeService::Stub changes_;
  // Of each merchant, by name.
  std::map<std::string, std::string> tokens_;
  std::map<std::string, std::vector<std::int64_t>> sequences_;
  // The token of the place where each began.
  std::map<std::string, std::string> begins_;
};

TEST_F(WatchTest, ACopyOfAllMerchantsMissesAndDoublesNothingWhenItsReaderIsKilled) {
  StartAll();
  day::Platform second(server_.address, "second");
  ASSERT_TRUE(Came(second.CreateMerchant("Second")));
  Copy copy(*platform_);
  copy.Follow({{"merchants/demo", 0}, {"merchants/second", 0}});

  day::Platform third(server_.address, "third");
  ASSERT_TRUE(Came(third.CreateMerchant("Third")));
  for (day::Platform* platform : {&second, &third}) {
    ASSERT_TRUE(Came(platform->Connect("web", *store_.side, Quiet())));
    ASSERT_TRUE(Came(platform->Run("web", v1::FLOW_PRODUCTS)));
  }
  ASSERT_TRUE(Came(platform_->SetStock(kMug, kOrders)));
  // Killed again in the middle of what it missed.
  copy.Follow({{"merchants/second", Must(second.LastChange())}}, 20);
  ASSERT_TRUE(Came(second.SetStock(kMug, kOrders)));
  ASSERT_TRUE(Came(third.SetStock(kMug, kOrders)));

  std::map<std::string, std::int64_t> last;
  for (day::Platform* platform : {platform_.get(), &second, &third}) {
    last[platform->parent()] = Must(platform->LastChange());
  }
  copy.Follow(last);

  EXPECT_TRUE(copy.Has(last));
  for (const auto& [merchant, sequence] : last) {
    EXPECT_FALSE(copy.SequencesOf(merchant).empty()) << merchant;
    EXPECT_EQ(copy.SequencesOf(merchant), copy.LoggedOf(merchant)) << merchant;
  }
}

}  // namespace
}  // namespace storebridge::e2e
