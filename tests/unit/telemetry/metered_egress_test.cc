#include "adapters/telemetry/metered_egress.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace storebridge::telemetry {
namespace {

using connector::v1::Failure;

// Answers when the test says so.
class HeldEgress final : public ports::Egress {
 public:
  RequestId Send(std::shared_ptr<const ports::EgressProfile> /*profile*/,
                 connector::v1::HttpRequest request,
                 Done done) override {
    url = request.url();
    done_ = std::move(done);
    return 7;
  }
  void Cancel(RequestId request) override { cancelled = request; }
  void Answer(ports::EgressAnswer answer) { done_(std::move(answer)); }

  std::string url;
  std::optional<RequestId> cancelled;

 private:
  Done done_;
};

struct Seen {
  std::string connector;
  std::uint32_t status = 0;
  Failure::Code failure = Failure::CODE_UNSPECIFIED;
  std::int64_t ms = 0;
};

class KeepingMeter final : public ports::Meter {
 public:
  void RequestEnded(const ports::RequestMeasure& request) override {
    seen.push_back({.connector = std::string(request.connector),
                    .status = request.status,
                    .failure = request.failure,
                    .ms = request.ms});
  }
  std::vector<Seen> seen;
};

class MeteredEgressTest : public ::testing::Test {
 protected:
  ports::Egress::RequestId Send() {
    auto profile = std::make_shared<ports::EgressProfile>();
    profile->connector = "woo";
    connector::v1::HttpRequest request;
    request.set_url("https://shop.example/");
    return metered_.Send(std::move(profile),
                         std::move(request),
                         [this](ports::EgressAnswer answer) { answer_ = std::move(answer); });
  }

  testing::ManualClock clock_;
  HeldEgress inner_;
  KeepingMeter meter_;
  MeteredEgress metered_{inner_, clock_, meter_};
  std::optional<ports::EgressAnswer> answer_;
};

TEST_F(MeteredEgressTest, PassesTheRequestAndItsAnswerOn) {
  EXPECT_EQ(Send(), 7U);
  EXPECT_EQ(inner_.url, "https://shop.example/");
  ports::EgressAnswer answer;
  answer.response.set_body("it");
  answer.attempts = 3;

  inner_.Answer(answer);

  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->response.body(), "it");
  EXPECT_EQ(answer_->attempts, 3U);
}

TEST_F(MeteredEgressTest, TellsHowLongItTookAndHowItEnded) {
  Send();
  clock_.Advance(std::chrono::milliseconds(250));
  ports::EgressAnswer answer;
  answer.response.set_status(404);
  inner_.Answer(answer);
  Send();
  ports::EgressAnswer none;
  none.failure.emplace().set_code(Failure::CODE_AUTH);
  inner_.Answer(none);

  ASSERT_EQ(meter_.seen.size(), 2U);
  EXPECT_EQ(meter_.seen[0].connector, "woo");
  EXPECT_EQ(meter_.seen[0].status, 404U);
  EXPECT_EQ(meter_.seen[0].ms, 250);
  EXPECT_EQ(meter_.seen[1].status, 0U);
  EXPECT_EQ(meter_.seen[1].failure, Failure::CODE_AUTH);
}

TEST_F(MeteredEgressTest, TellsNothingOfARequestThatWasGivenUp) {
  metered_.Cancel(Send());

  EXPECT_EQ(inner_.cancelled, 7U);
  EXPECT_TRUE(meter_.seen.empty());
}

}  // namespace
}  // namespace storebridge::telemetry
