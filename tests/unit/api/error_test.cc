#include "api/error.h"

#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "fakes.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "support/seeded_random.h"

namespace storebridge::api {
namespace {

class ErrorTest : public ::testing::Test {
 protected:
  grpc::Status Map(const Error& error) {
    return ToGrpcStatus(error, {.method = "OrderService.GetOrder", .random = random_, .log = log_});
  }

  testing::SeededRandom random_;
  testing::KeptLog log_;
};

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  EXPECT_TRUE(DetailsOf(status).details(0).UnpackTo(&info));
  return info;
}

using Row = std::pair<Code, grpc::StatusCode>;

class ErrorCodeTest : public ::testing::TestWithParam<Row> {};

TEST_P(ErrorCodeTest, BecomesTheCodeOfTheSameName) {
  EXPECT_EQ(ToGrpcCode(GetParam().first), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    AllCodes,
    ErrorCodeTest,
    ::testing::Values(Row{Code::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
                      Row{Code::kNotFound, grpc::StatusCode::NOT_FOUND},
                      Row{Code::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS},
                      Row{Code::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
                      Row{Code::kAborted, grpc::StatusCode::ABORTED},
                      Row{Code::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
                      Row{Code::kUnavailable, grpc::StatusCode::UNAVAILABLE},
                      Row{Code::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
                      Row{Code::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED},
                      Row{Code::kCancelled, grpc::StatusCode::CANCELLED},
                      Row{Code::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED},
                      Row{Code::kInternal, grpc::StatusCode::INTERNAL}),
    [](const ::testing::TestParamInfo<Row>& row) {
      return "Code" + std::to_string(static_cast<int>(row.param.first));
    });

TEST_F(ErrorTest, CarriesMessageReasonAndFacts) {
  const grpc::Status status = Map({.code = Code::kNotFound,
                                   .reason = "ORDER_NOT_FOUND",
                                   .message = "there is no order '7'",
                                   .facts = {{"order", "7"}}});

  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "there is no order '7'");
  EXPECT_EQ(DetailsOf(status).code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(DetailsOf(status).details_size(), 1);
  EXPECT_EQ(InfoOf(status).reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(InfoOf(status).domain(), "storebridge");
  EXPECT_EQ(InfoOf(status).metadata().at("order"), "7");
}

TEST_F(ErrorTest, SaysWhenToTryAgain) {
  const grpc::Status status = Map({.code = Code::kUnavailable,
                                   .reason = "DISK",
                                   .message = "the disk is full",
                                   .retry_after = std::chrono::milliseconds(2500)});

  google::rpc::RetryInfo retry;
  ASSERT_EQ(DetailsOf(status).details_size(), 2);
  ASSERT_TRUE(DetailsOf(status).details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 2);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
}

TEST_F(ErrorTest, KeepsInnerTextInTheLogUnderAnIncident) {
  const grpc::Status status = Map({.code = Code::kInternal,
                                   .reason = "ROW_BROKEN",
                                   .message = "row 7 of table x is broken",
                                   .facts = {{"row", "7"}}});

  EXPECT_EQ(status.error_message().find("row 7"), std::string::npos);
  EXPECT_EQ(status.error_details().find("row 7"), std::string::npos);
  EXPECT_EQ(InfoOf(status).reason(), "INTERNAL");
  const std::string incident = InfoOf(status).metadata().at("incident");
  EXPECT_EQ(incident.size(), 13U);
  EXPECT_NE(status.error_message().find(incident), std::string::npos);
  EXPECT_NE(log_.text().find(incident), std::string::npos);
  EXPECT_NE(log_.text().find("row 7 of table x is broken"), std::string::npos);
}

TEST_F(ErrorTest, FitsIntoTrailersHoweverLongTheTextIs) {
  Error error{.code = Code::kInvalidArgument,
              .reason = "FIELD_LENGTH",
              .message = std::string(100'000, 'x')};
  for (int i = 0; i < 100; ++i) {
    error.facts["fact" + std::to_string(i)] = std::string(10'000, 'y');
  }

  const grpc::Status status = Map(error);

  EXPECT_EQ(status.error_message().size(), kErrorMessageBytesMax);
  EXPECT_EQ(InfoOf(status).metadata_size(), static_cast<int>(kErrorFactsMax));
  EXPECT_LT(status.error_message().size() + status.error_details().size() * 4 / 3, 8192U);
}

TEST(CutTextTest, NeverSplitsACharacter) {
  EXPECT_EQ(CutText("äö", 3), "ä");
  EXPECT_EQ(CutText("äö", 4), "äö");
  EXPECT_EQ(CutText("a€b", 3), "a");
  EXPECT_EQ(CutText("😀", 4), "😀");
}

TEST(CutTextTest, ReplacesWhatIsNoText) {
  EXPECT_EQ(CutText("a\xff"
                    "b",
                    10),
            "a?b");
  EXPECT_EQ(CutText("\xc3", 10), "?");
  EXPECT_EQ(CutText("\xed\xa0\x80", 10), "???");
  EXPECT_EQ(CutText("\xc0\xaf", 10), "??");
}

}  // namespace
}  // namespace storebridge::api
