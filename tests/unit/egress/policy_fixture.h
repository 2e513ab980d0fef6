#pragma once

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "adapters/egress/policy_egress.h"
#include "fakes.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

namespace storebridge::egress {

using Http = connector::v1::HttpRequest;
using Failure = connector::v1::Failure;

// The rules over a fake transport, in virtual time.
class PolicyEgressTest : public ::testing::Test {
 protected:
  PolicyEgressTest() { Restart(); }

  void Restart(std::size_t in_flight_max = 1000) {
    auto transport = std::make_unique<FakeTransport>(executor_);
    transport_ = transport.get();
    egress_ = std::make_unique<PolicyEgress>(
        std::move(transport),
        PolicyEgress::Ports{secrets_, clock_, random_, executor_, log_},
        in_flight_max);
    profile_ = std::make_shared<ports::EgressProfile>();
    profile_->store = {"m1", "s1"};
    profile_->allowed_prefixes = {"https://shop.example/wp-json/"};
    profile_->rate_limit.set_max_concurrent(4);
    answered_ = 0;
  }

  static Http Get(const std::string& url = "https://shop.example/wp-json/x") {
    Http request;
    request.set_method("GET");
    request.set_url(url);
    request.set_safety(Http::SAFETY_SAFE);
    return request;
  }

  static Http Post(Http::Safety safety) {
    Http request = Get();
    request.set_method("POST");
    request.set_safety(safety);
    return request;
  }

  static void AddHeader(Http& request, const std::string& name, const std::string& value) {
    auto* header = request.add_headers();
    header->set_name(name);
    header->set_value(value);
  }

  ports::Egress::RequestId Send(Http request) {
    return egress_->Send(profile_, std::move(request), [this](ports::EgressAnswer answer) {
      ++answered_;
      last_ = std::move(answer);
    });
  }

  // Lets virtual time pass until this request is answered. The answer is good until the next one.
  const ports::EgressAnswer& SendAndWait(Http request) {
    bool done = false;
    egress_->Send(profile_, std::move(request), [&, this](ports::EgressAnswer answer) {
      done = true;
      ++answered_;
      answers_.push_back(std::move(answer));
    });
    EXPECT_TRUE(executor_.AdvanceUntil([&] { return done; }, std::chrono::hours(2)));
    if (!done) {
      answers_.emplace_back();
    }
    return answers_.back();
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  testing::SeededRandom random_;
  testing::NullLog log_;
  FakeSecrets secrets_;
  std::shared_ptr<ports::EgressProfile> profile_;
  std::unique_ptr<PolicyEgress> egress_;
  FakeTransport* transport_ = nullptr;
  int answered_ = 0;
  ports::EgressAnswer last_;
  std::deque<ports::EgressAnswer> answers_;
};

}  // namespace storebridge::egress
