#include "engine/read_only_egress.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// Keeps what it is asked to send.
class KeptEgress final : public ports::Egress {
 public:
  RequestId Send(std::shared_ptr<const ports::EgressProfile> /*profile*/,
                 cv1::HttpRequest request,
                 Done /*done*/) override {
    sent.push_back(std::move(request));
    return sent.size();
  }
  void Cancel(RequestId request) override { cancelled.push_back(request); }

  std::vector<cv1::HttpRequest> sent;
  std::vector<RequestId> cancelled;
};

class ReadOnlyEgressTest : public ::testing::Test {
 protected:
  ports::Egress::RequestId Send(cv1::HttpRequest::Safety safety,
                                const std::string& method = "POST") {
    cv1::HttpRequest request;
    request.set_method(method);
    request.set_safety(safety);
    answer_.reset();
    return egress_.Send(
        nullptr, request, [this](ports::EgressAnswer answer) { answer_ = std::move(answer); });
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  KeptEgress inner_;
  ReadOnlyEgress egress_{inner_, executor_};
  std::optional<ports::EgressAnswer> answer_;
};

TEST_F(ReadOnlyEgressTest, LetsOutWhatChangesNothing) {
  const auto id = Send(cv1::HttpRequest::SAFETY_SAFE);
  egress_.Cancel(id);
  executor_.RunAll();

  EXPECT_EQ(inner_.sent.size(), 1U);
  EXPECT_EQ(inner_.cancelled, std::vector<ports::Egress::RequestId>{id});
  EXPECT_FALSE(answer_);
}

TEST_F(ReadOnlyEgressTest, DoesNotTakeAMethodThatWritesForAQuestion) {
  for (const char* method : {"PUT", "PATCH", "DELETE", ""}) {
    Send(cv1::HttpRequest::SAFETY_SAFE, method);
    executor_.RunAll();

    EXPECT_TRUE(answer_ && answer_->failure) << method;
  }
  EXPECT_TRUE(inner_.sent.empty());
}

TEST_F(ReadOnlyEgressTest, RefusesEverythingElse) {
  for (const auto safety : {cv1::HttpRequest::SAFETY_UNSPECIFIED,
                            cv1::HttpRequest::SAFETY_IDEMPOTENT,
                            cv1::HttpRequest::SAFETY_UNSAFE}) {
    Send(safety);
    EXPECT_FALSE(answer_) << "never inside Send";
    executor_.RunAll();

    ASSERT_TRUE(answer_);
    ASSERT_TRUE(answer_->failure);
    EXPECT_EQ(answer_->failure->code(), cv1::Failure::CODE_PERMANENT);
    EXPECT_FALSE(answer_->failure->ambiguous());
    EXPECT_EQ(answer_->attempts, 0U);
  }
  EXPECT_TRUE(inner_.sent.empty());
}

TEST_F(ReadOnlyEgressTest, ForgetsARefusalThatIsGivenUp) {
  egress_.Cancel(Send(cv1::HttpRequest::SAFETY_UNSAFE));
  executor_.RunAll();

  EXPECT_FALSE(answer_);
  EXPECT_TRUE(inner_.cancelled.empty());
}

}  // namespace
}  // namespace storebridge::engine
