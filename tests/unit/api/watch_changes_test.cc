#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "api/change_stream.h"
#include "api/resume_token.h"
#include "api_fixture.h"
#include "storebridge/v1/change_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

// A reader of `merchants/demo`.
class Reader {
 public:
  Reader(v1::ChangeService::Stub& stub, const std::string& resume_token) {
    v1::WatchChangesRequest request;
    request.set_parent("merchants/demo");
    request.set_resume_token(resume_token);
    stream_ = stub.WatchChanges(&context_, request);
    // The server says where it begins; what happens from now on is sent.
    v1::WatchChangesResponse place;
    if (stream_->Read(&place)) {
      EXPECT_FALSE(place.has_change());
      token_ = place.resume_token();
    }
  }

  // Sequences of the next `count` changes.
  std::vector<std::int64_t> Read(int count) {
    std::vector<std::int64_t> sequences;
    v1::WatchChangesResponse response;
    while (count-- > 0 && stream_->Read(&response)) {
      sequences.push_back(response.change().sequence());
      token_ = response.resume_token();
    }
    return sequences;
  }

  grpc::Status Finish() { return stream_->Finish(); }
  void Cancel() { context_.TryCancel(); }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> stream_;
  std::string token_;
};

std::vector<std::int64_t> Range(std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = from; i <= to; ++i) {
    numbers.push_back(i);
  }
  return numbers;
}

class WatchChangesTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateMerchant("other");
    stub_ = v1::ChangeService::NewStub(channel_);
  }

  grpc::Status Refusal(const std::string& parent, const std::string& resume_token) {
    grpc::ClientContext context;
    v1::WatchChangesRequest request;
    request.set_parent(parent);
    request.set_resume_token(resume_token);
    const auto stream = stub_->WatchChanges(&context, request);
    v1::WatchChangesResponse response;
    EXPECT_FALSE(stream->Read(&response));
    return stream->Finish();
  }

  // Forgets all changes of `demo` so far.
  void ForgetChanges() {
    Write([&](ports::Tx& tx) -> Status {
      SB_CHECK(tx.retention().Forget(ports::Kept::kChanges, clock_.NowMs() + 1, "demn", 1000));
      return Ok();
    });
  }

  std::unique_ptr<v1::ChangeService::Stub> stub_;
};

TEST_F(WatchChangesTest, SendsOnlyWhatHappensFromNowOnWithoutAToken) {
  AddChanges("demo", 3);
  Reader reader(*stub_, "");

  AddChanges("demo", 2);

  EXPECT_EQ(reader.Read(2), Range(4, 5));
}

TEST_F(WatchChangesTest, CanBeResumedBeforeItsFirstChange) {
  AddChanges("demo", 3);
  Reader first(*stub_, "");
  first.Cancel();
  AddChanges("demo", 1);

  Reader second(*stub_, first.token());

  EXPECT_EQ(second.Read(1), Range(4, 4));
}

TEST_F(WatchChangesTest, SendsWhatWasMissedAndThenFollows) {
  AddChanges("demo", 2 * kChangesPerRead + 7);
  Reader reader(*stub_, MakeResumeToken("demo", 1));

  EXPECT_EQ(reader.Read(2 * kChangesPerRead + 6), Range(2, 2 * kChangesPerRead + 7));
  AddChanges("demo", 1);
  EXPECT_EQ(reader.Read(1), Range(2 * kChangesPerRead + 8, 2 * kChangesPerRead + 8));
}

TEST_F(WatchChangesTest, LosesAndDoublesNothingWhileChangesCome) {
  constexpr int kChanges = 600;
  AddChanges("demo", 100);
  std::thread writer([this] { AddChanges("demo", kChanges - 100); });
  Reader reader(*stub_, MakeResumeToken("demo", 0));

  const std::vector<std::int64_t> sequences = reader.Read(kChanges);
  writer.join();

  EXPECT_EQ(sequences, Range(1, kChanges));
}

TEST_F(WatchChangesTest, GoesOnAfterABreak) {
  AddChanges("demo", 5);
  Reader first(*stub_, MakeResumeToken("demo", 0));
  ASSERT_EQ(first.Read(3), Range(1, 3));
  first.Cancel();

  Reader second(*stub_, first.token());

  EXPECT_EQ(second.Read(2), Range(4, 5));
}

TEST_F(WatchChangesTest, KeepsMerchantsApart) {
  Reader reader(*stub_, "");

  AddChanges("other", 3);
  AddChanges("demo", 1);

  EXPECT_EQ(reader.Read(1), Range(1, 1));
}

TEST_F(WatchChangesTest, EndsWhenTheServerStops) {
  Reader reader(*stub_, "");

  server_->Shutdown(std::chrono::seconds(60));

  EXPECT_TRUE(reader.Read(1).empty());
  const grpc::Status status = reader.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(InfoOf(status).reason(), "SERVER_STOPPING");
}

TEST_F(WatchChangesTest, RefusesTokensThatDoNotBelongHere) {
  AddChanges("demo", 2);

  EXPECT_EQ(InfoOf(Refusal("merchants/demo", "abc")).reason(), "RESUME_TOKEN");
  EXPECT_EQ(InfoOf(Refusal("merchants/other", MakeResumeToken("demo", 1))).reason(),
            "RESUME_TOKEN_FOREIGN");
  EXPECT_EQ(InfoOf(Refusal("merchants/demo", MakeResumeToken("demo", 3))).reason(),
            "RESUME_TOKEN_AHEAD");
  EXPECT_EQ(Refusal("merchants/none", "").error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(WatchChangesTest, SaysToListAnewWhenWhatFollowsATokenIsNotKeptAnyMore) {
  AddChanges("demo", 3);
  ForgetChanges();
  AddChanges("demo", 1);

  const grpc::Status old = Refusal("merchants/demo", MakeResumeToken("demo", 2));

  EXPECT_EQ(old.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(old).reason(), "CHANGES_FORGOTTEN");
  EXPECT_NE(old.error_message().find("list everything anew"), std::string::npos)
      << old.error_message();
  Reader reader(*stub_, MakeResumeToken("demo", 3));
  EXPECT_EQ(reader.Read(1), Range(4, 4));
}

TEST_F(WatchChangesTest, TakesATokenOfTheNewestChangeWhenAllWereForgotten) {
  AddChanges("demo", 3);
  ForgetChanges();

  Reader reader(*stub_, MakeResumeToken("demo", 3));
  AddChanges("demo", 1);

  EXPECT_EQ(reader.Read(1), Range(4, 4));
}

TEST_F(WatchChangesTest, EndsAListWhoseNextPageWasForgottenMeanwhile) {
  AddChanges("demo", 3);
  v1::ListChangesRequest request;
  request.set_parent("merchants/demo");
  request.set_page_size(1);
  v1::ListChangesResponse response;
  grpc::ClientContext first;
  ASSERT_TRUE(stub_->ListChanges(&first, request, &response).ok());
  request.set_page_token(response.next_page_token());
  ForgetChanges();
  AddChanges("demo", 1);

  grpc::ClientContext second;
  const grpc::Status status = stub_->ListChanges(&second, request, &response);

  EXPECT_EQ(InfoOf(status).reason(), "CHANGES_FORGOTTEN");
  request.clear_page_token();
  grpc::ClientContext anew;
  ASSERT_TRUE(stub_->ListChanges(&anew, request, &response).ok());
  EXPECT_EQ(response.changes(0).sequence(), 4);
}

TEST_F(WatchChangesTest, ListsChangesOldestFirstOverAllPages) {
  AddChanges("demo", 5);
  v1::ListChangesRequest request;
  request.set_parent("merchants/demo");
  request.set_page_size(2);
  std::vector<std::int64_t> sequences;

  do {
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    ASSERT_TRUE(stub_->ListChanges(&context, request, &response).ok());
    for (const v1::Change& change : response.changes()) {
      sequences.push_back(change.sequence());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(sequences, Range(1, 5));
}

TEST_F(WatchChangesTest, ListsWhatFollowsTheTokenOfAListOrAWatch) {
  AddChanges("demo", 3);
  v1::ListChangesRequest request;
  request.set_parent("merchants/demo");
  request.set_page_size(2);
  const auto list = [&] {
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    const grpc::Status status = stub_->ListChanges(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  };
  const v1::ListChangesResponse first = list();
  request.set_resume_token(first.resume_token());
  const v1::ListChangesResponse last = list();
  ASSERT_EQ(last.changes_size(), 1);
  EXPECT_EQ(last.changes(0).sequence(), 3);
  EXPECT_EQ(last.next_page_token(), "");

  request.set_resume_token(last.resume_token());
  const v1::ListChangesResponse none = list();
  EXPECT_EQ(none.changes_size(), 0);
  AddChanges("demo", 3);
  request.set_resume_token(none.resume_token());
  const v1::ListChangesResponse fourth = list();
  request.set_page_token(fourth.next_page_token());
  const v1::ListChangesResponse sixth = list();

  EXPECT_EQ(fourth.changes(0).sequence(), 4);
  ASSERT_EQ(sixth.changes_size(), 1);
  EXPECT_EQ(sixth.changes(0).sequence(), 6);
  EXPECT_EQ(Reader(*stub_, first.resume_token()).Read(1), Range(3, 3));
}

TEST_F(WatchChangesTest, RefusesToListFromATokenThatDoesNotBelongHere) {
  AddChanges("demo", 2);
  const auto reason = [&](const std::string& token) {
    grpc::ClientContext context;
    v1::ListChangesRequest request;
    request.set_parent("merchants/demo");
    request.set_resume_token(token);
    v1::ListChangesResponse response;
    return InfoOf(stub_->ListChanges(&context, request, &response)).reason();
  };

  EXPECT_EQ(reason("abc"), "RESUME_TOKEN");
  EXPECT_EQ(reason(MakeResumeToken("other", 1)), "RESUME_TOKEN_FOREIGN");
  EXPECT_EQ(reason(MakeResumeToken("demo", 3)), "RESUME_TOKEN_AHEAD");
  ForgetChanges();
  EXPECT_EQ(reason(MakeResumeToken("demo", 1)), "CHANGES_FORGOTTEN");
}

}  // namespace
}  // namespace storebridge::api
