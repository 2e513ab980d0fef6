// One stream for the changes of all merchants.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/change_stream.h"
#include "api/resume_token.h"
#include "api_fixture.h"
#include "storebridge/v1/change_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;
using Tokens = std::map<std::string, std::string>;

// What is lost is waited for no longer than this.
constexpr std::chrono::seconds kReadMost{120};

// A reader of `merchants/-` that keeps a copy, as the comments of the method say.
class Reader {
 public:
  explicit Reader(v1::ChangeService::Stub& stub, Tokens tokens = {}) : tokens_(std::move(tokens)) {
    v1::WatchChangesRequest request;
    request.set_parent("merchants/-");
    for (const auto& [merchant, token] : tokens_) {
      request.add_resume_tokens(token);
    }
    context_.set_deadline(std::chrono::system_clock::now() + kReadMost);
    stream_ = stub.WatchChanges(&context_, request);
  }

  // The next message as a line: `acme 7` for a change, `acme at 7` for a place, `acme gap 7` for a
  // place after a gap; `end` at the end.
  std::string Read() {
    v1::WatchChangesResponse response;
    if (!stream_->Read(&response)) {
      return "end";
    }
    const std::string merchant = response.merchant().substr(std::string("merchants/").size());
    tokens_[merchant] = response.resume_token();
    const Result<std::int64_t> place = ReadResumeToken(merchant, response.resume_token());
    EXPECT_TRUE(place);
    if (response.has_change()) {
      EXPECT_FALSE(response.is_gap());
      EXPECT_EQ(response.change().sequence(), *place);
    }
    const char* kind = response.has_change() ? " " : response.is_gap() ? " gap " : " at ";
    return merchant + kind + std::to_string(*place);
  }

  // The next messages, in order of their text: none is promised between merchants.
  std::multiset<std::string> Read(int count) {
    std::multiset<std::string> lines;
    while (count-- > 0) {
      lines.insert(Read());
    }
    return lines;
  }

  grpc::Status Finish() { return stream_->Finish(); }
  void Cancel() { context_.TryCancel(); }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> stream_;
  Tokens tokens_;
};

using Lines = std::multiset<std::string>;

class WatchAllChangesTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("acme");
    CreateMerchant("bolt");
    stub_ = v1::ChangeService::NewStub(channel_);
  }

  static Tokens At(const std::map<std::string, std::int64_t>& places) {
    Tokens tokens;
    for (const auto& [merchant, sequence] : places) {
      tokens[merchant] = MakeResumeToken(merchant, sequence);
    }
    return tokens;
  }

  grpc::Status Refusal(const v1::WatchChangesRequest& request) {
    grpc::ClientContext context;
    const auto stream = stub_->WatchChanges(&context, request);
    v1::WatchChangesResponse response;
    EXPECT_FALSE(stream->Read(&response));
    return stream->Finish();
  }

  static v1::WatchChangesRequest Request(const std::string& parent,
                                         const std::vector<std::string>& tokens) {
    v1::WatchChangesRequest request;
    request.set_parent(parent);
    request.mutable_resume_tokens()->Add(tokens.begin(), tokens.end());
    return request;
  }

  static ports::Storage::Work Forgetting(const std::string& merchant, std::int64_t before_ms) {
    // Just before its name, so that it is the next one.
    std::string before = merchant + "~";
    --before[merchant.size() - 1];
    return [before, before_ms](ports::Tx& tx) -> Status {
      SB_CHECK(tx.retention().Forget(ports::Kept::kChanges, before_ms, before, 1000));
      return Ok();
    };
  }

  void DeleteMerchant(const std::string& id) {
    Write([&](ports::Tx& tx) { return tx.merchants().Remove(id); });
  }

  // Forgets what happened to a merchant before `before_ms`.
  void Forget(const std::string& merchant, std::int64_t before_ms) {
    Write(Forgetting(merchant, before_ms));
  }

  // Adds changes and forgets them before any stream is told of them.
  void ForgetBeforeTheNotice(const std::string& merchant, int count) {
    std::promise<void> is_forgotten;
    executor_.Post([&] { is_forgotten.get_future().wait(); });
    storage_->Submit(
        [&](ports::Tx& tx) {
          for (int i = 0; i < count; ++i) {
            tx.changes().Add(merchant, v1::Change::TYPE_ORDER, "o" + std::to_string(i));
          }
          return Ok();
        },
        [](const Status&) {});
    std::promise<void> is_done;
    storage_->Submit(Forgetting(merchant, clock_.NowMs() + 1), [&](const Status& status) {
      EXPECT_TRUE(status);
      is_done.set_value();
    });
    is_forgotten.set_value();
    is_done.get_future().wait();
  }

  std::int64_t Head(const std::string& merchant) {
    std::int64_t head = 0;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(head, tx.changes().Head(merchant));
      return Ok();
    }));
    return head;
  }

  std::unique_ptr<v1::ChangeService::Stub> stub_;
};

TEST_F(WatchAllChangesTest, SaysThePlaceOfEachMerchantFirst) {
  AddChanges("bolt", 3);

  Reader reader(*stub_);

  EXPECT_EQ(reader.Read(2), (Lines{"acme at 0", "bolt at 3"}));
}

TEST_F(WatchAllChangesTest, SendsWhatHappensToEachMerchantInOrder) {
  Reader reader(*stub_);
  ASSERT_EQ(reader.Read(2), (Lines{"acme at 0", "bolt at 0"}));

  AddChanges("bolt", 1);
  EXPECT_EQ(reader.Read(), "bolt 1");
  AddChanges("acme", 1);
  EXPECT_EQ(reader.Read(), "acme 1");
  AddChanges("bolt", 2);
  EXPECT_EQ(reader.Read(), "bolt 2");
  EXPECT_EQ(reader.Read(), "bolt 3");
}

TEST_F(WatchAllChangesTest, GoesOnFromTheTokensAndBeginsAnewWithout) {
  AddChanges("acme", 3);
  AddChanges("bolt", 2);

  Reader reader(*stub_, At({{"acme", 1}}));

  EXPECT_EQ(reader.Read(3), (Lines{"acme 2", "acme 3", "bolt at 2"}));
}

TEST_F(WatchAllChangesTest, BeginsAMerchantThatIsMadeMeanwhileBeforeItsFirstChange) {
  Reader reader(*stub_);
  ASSERT_EQ(reader.Read(2), (Lines{"acme at 0", "bolt at 0"}));

  CreateMerchant("core");
  AddChanges("core", 1);

  EXPECT_EQ(reader.Read(), "core at 0");
  EXPECT_EQ(reader.Read(), "core 1");
}

TEST_F(WatchAllChangesTest, LetsNobodyWaitForMoreThanAPageOfAnother) {
  AddChanges("acme", 5 * kChangesPerRead);
  AddChanges("bolt", 1);
  Reader reader(*stub_, At({{"acme", 0}, {"bolt", 0}}));

  int before = 0;
  while (before <= kChangesPerRead && reader.Read() != "bolt 1") {
    ++before;
  }

  EXPECT_LE(before, kChangesPerRead);
}

TEST_F(WatchAllChangesTest, MeetsMoreMerchantsThanFitIntoAPage) {
  constexpr int kMany = 3 * kChangesPerRead;
  for (int i = 0; i < kMany; ++i) {
    CreateMerchant("m" + std::to_string(i));
  }
  Reader reader(*stub_);

  std::set<std::string> met;
  for (const std::string& line : reader.Read(kMany + 2)) {
    EXPECT_NE(line.find(" at 0"), std::string::npos) << line;
    met.insert(line);
  }

  EXPECT_EQ(met.size(), static_cast<std::size_t>(kMany + 2));
}

TEST_F(WatchAllChangesTest, SaysThatChangesWereForgottenAndGoesOn) {
  AddChanges("acme", 3);
  AddChanges("bolt", 3);
  Forget("bolt", clock_.NowMs() + 1);

  Reader reader(*stub_, At({{"acme", 2}, {"bolt", 2}}));

  EXPECT_EQ(reader.Read(2), (Lines{"acme 3", "bolt gap 3"}));
  AddChanges("bolt", 1);
  EXPECT_EQ(reader.Read(), "bolt 4");
}

TEST_F(WatchAllChangesTest, SaysThatTheDataWasPutBackAndGoesOn) {
  AddChanges("acme", 3);

  Reader reader(*stub_, At({{"acme", 2}, {"bolt", 8}}));

  EXPECT_EQ(reader.Read(2), (Lines{"acme 3", "bolt gap 0"}));
  AddChanges("bolt", 1);
  EXPECT_EQ(reader.Read(), "bolt 1");
}

// What a copy has of it is of its former life.
TEST_F(WatchAllChangesTest, BeginsAMerchantAnewThatIsMadeAgain) {
  AddChanges("bolt", 2);
  Reader knows_it(*stub_);
  ASSERT_EQ(knows_it.Read(2), (Lines{"acme at 0", "bolt at 2"}));
  DeleteMerchant("bolt");
  Reader has_a_token(*stub_, At({{"bolt", 1}}));
  EXPECT_EQ(has_a_token.Read(), "acme at 0");
  Reader is_new(*stub_);
  EXPECT_EQ(is_new.Read(), "acme at 0");

  CreateMerchant("bolt");
  AddChanges("bolt", 1);

  EXPECT_EQ(knows_it.Read(), "bolt gap 4");
  EXPECT_EQ(has_a_token.Read(), "bolt gap 4");
  EXPECT_EQ(is_new.Read(2), (Lines{"bolt at 3", "bolt 4"}));
  AddChanges("bolt", 1);
  EXPECT_EQ(knows_it.Read(), "bolt 5");
}

TEST_F(WatchAllChangesTest, EndsWhenTheServerStops) {
  Reader reader(*stub_);
  reader.Read(2);

  server_->Shutdown(std::chrono::seconds(60));

  EXPECT_EQ(reader.Read(), "end");
  EXPECT_EQ(InfoOf(reader.Finish()).reason(), "SERVER_STOPPING");
}

TEST_F(WatchAllChangesTest, RefusesTokensInTheFieldOfTheOtherKind) {
  v1::WatchChangesRequest all = Request("merchants/-", {});
  all.set_resume_token(MakeResumeToken("acme", 0));

  const grpc::Status one_for_all = Refusal(all);
  const grpc::Status all_for_one = Refusal(Request("merchants/acme", {MakeResumeToken("acme", 0)}));

  for (const grpc::Status& status : {one_for_all, all_for_one}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(InfoOf(status).reason(), "RESUME_TOKEN_FIELD");
  }
  EXPECT_EQ(InfoOf(one_for_all).metadata().at("field"), "resume_token");
  EXPECT_EQ(InfoOf(all_for_one).metadata().at("field"), "resume_tokens");
}

TEST_F(WatchAllChangesTest, SaysWhichTokenCannotBeUsed) {
  const std::string good = MakeResumeToken("acme", 0);

  const grpc::Status broken = Refusal(Request("merchants/-", {good, "abc"}));
  const grpc::Status twice = Refusal(Request("merchants/-", {good, MakeResumeToken("acme", 1)}));
  const grpc::Status nobody = Refusal(Request("merchants/-", {good, MakeResumeToken("", 1)}));

  EXPECT_EQ(InfoOf(broken).reason(), "RESUME_TOKEN");
  EXPECT_EQ(InfoOf(twice).reason(), "RESUME_TOKEN_TWICE");
  EXPECT_NE(twice.error_message().find("'acme'"), std::string::npos) << twice.error_message();
  EXPECT_EQ(InfoOf(nobody).reason(), "RESUME_TOKEN");
  for (const grpc::Status& status : {broken, twice, nobody}) {
    EXPECT_EQ(InfoOf(status).metadata().at("field"), "resume_tokens[1]");
  }
}

TEST_F(WatchAllChangesTest, TakesAsManyTokensAsItSaysAndNotOneMore) {
  Tokens tokens = At({{"acme", 0}});
  for (std::size_t i = 1; i < kResumeTokensMax; ++i) {
    const std::string merchant = "m" + std::to_string(i);
    tokens[merchant] = MakeResumeToken(merchant, 7);
  }
  Reader reader(*stub_, tokens);
  EXPECT_EQ(reader.Read(), "bolt at 0");

  tokens["one-more"] = MakeResumeToken("one-more", 7);
  Reader refused(*stub_, tokens);

  EXPECT_EQ(refused.Read(), "end");
  EXPECT_EQ(InfoOf(refused.Finish()).reason(), "FIELD_LENGTH");
}

TEST_F(WatchAllChangesTest, ListsChangesOfOneMerchantAtATime) {
  grpc::ClientContext context;
  v1::ListChangesRequest request;
  request.set_parent("merchants/-");
  v1::ListChangesResponse response;

  EXPECT_EQ(stub_->ListChanges(&context, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WatchAllChangesTest, SaysAGapWhereForgettingOvertakesTheStream) {
  Reader reader(*stub_);
  ASSERT_EQ(reader.Read(2), (Lines{"acme at 0", "bolt at 0"}));

  ForgetBeforeTheNotice("bolt", 3);

  EXPECT_EQ(reader.Read(), "bolt gap 3");
  AddChanges("acme", 1);
  EXPECT_EQ(reader.Read(), "acme 1");
  AddChanges("bolt", 1);
  EXPECT_EQ(reader.Read(), "bolt 4");
}

TEST_F(WatchAllChangesTest, LosesAndDoublesNothingWhileChangesCome) {
  constexpr int kEach = 150;
  Reader reader(*stub_, At({{"acme", 0}}));
  ASSERT_EQ(reader.Read(), "bolt at 0");
  std::thread writer([this] {
    CreateMerchant("core");
    for (int i = 0; i < kEach; ++i) {
      for (const char* merchant : {"acme", "bolt", "core"}) {
        AddChanges(merchant, 1);
      }
    }
  });

  std::map<std::string, std::vector<std::string>> got;
  for (int i = 0; i < 3 * kEach + 1; ++i) {
    const std::string line = reader.Read();
    got[line.substr(0, line.find(' '))].push_back(line);
  }
  writer.join();

  std::map<std::string, std::vector<std::string>> wanted{{"core", {"core at 0"}}};
  for (const char* merchant : {"acme", "bolt", "core"}) {
    for (int i = 1; i <= kEach; ++i) {
      wanted[merchant].push_back(std::string(merchant) + " " + std::to_string(i));
    }
  }
  EXPECT_EQ(got, wanted);
}

// Commits of many merchants while streams are cut and resumed.
class InterleavingTest : public WatchAllChangesTest,
                         public ::testing::WithParamInterface<unsigned> {
 protected:
  static constexpr int kSteps = 1500;
  static constexpr std::int64_t kKeptMs = 15;

  // Makes a merchant or deletes it, changes its things, and forgets what is old.
  void WriteAtRandom() {
    const std::string merchant = "m" + std::to_string(random_.Below(10));
    if (!made_.contains(merchant)) {
      CreateMerchant(merchant);
      made_.insert(merchant);
    } else if (random_.Below(40) == 0) {
      DeleteMerchant(merchant);
      made_.erase(merchant);
      return;
    } else if (random_.Below(4) == 0) {
      Forget(merchant, clock_.NowMs() - kKeptMs);
    }
    AddChanges(merchant, 1 + static_cast<int>(random_.Below(3)));
  }

  // Takes a message into the copy.
  void Copy(Reader& reader) {
    const std::string line = reader.Read();
    ASSERT_NE(line, "end");
    const std::string merchant = line.substr(0, line.find(' '));
    const std::int64_t sequence = std::stoll(line.substr(line.rfind(' ')));
    const auto last = copy_.find(merchant);
    ASSERT_EQ(line.find(" at ") != std::string::npos, last == copy_.end()) << line;
    if (line.find(" gap ") != std::string::npos) {
      ASSERT_GT(sequence, last->second) << line;
      ++gaps_;
    } else if (last != copy_.end()) {
      ASSERT_EQ(sequence, last->second + 1) << line;
    }
    copy_[merchant] = sequence;
  }

  // Whether the copy is at the end of each log: else a message has to come.
  bool IsWhole() {
    return std::all_of(made_.begin(), made_.end(), [this](const std::string& merchant) {
      const auto last = copy_.find(merchant);
      return last != copy_.end() && last->second == Head(merchant);
    });
  }

  testing::SeededRandom random_{GetParam()};
  std::set<std::string> made_{"acme", "bolt"};
  // The last sequence of each merchant.
  std::map<std::string, std::int64_t> copy_;
  int gaps_ = 0;
};

TEST_P(InterleavingTest, TheCopyFollowsTheLogsHoweverOftenItsStreamIsCut) {
  auto reader = std::make_unique<Reader>(*stub_);
  for (int step = 0; step < kSteps && !HasFatalFailure(); ++step) {
    const std::uint64_t what = random_.Below(100);
    if (what < 3) {
      reader->Cancel();
      reader = std::make_unique<Reader>(*stub_, reader->tokens());
    } else if (what < 35) {
      WriteAtRandom();
    } else if (!IsWhole()) {
      Copy(*reader);
    }
  }
  while (!IsWhole() && !HasFatalFailure()) {
    Copy(*reader);
  }

  EXPECT_TRUE(IsWhole());
  EXPECT_GT(gaps_, 0) << "or the seed shows less than it should";
}

INSTANTIATE_TEST_SUITE_P(Seeds, InterleavingTest, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace storebridge::api
