#include "adapters/egress/policy_egress.h"

#include <set>

#include <gtest/gtest.h>

#include "adapters/egress/request_check.h"
#include "adapters/egress/retry.h"
#include "policy_fixture.h"

namespace storebridge::egress {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(PolicyEgressTest, GivesTheAnswerAsItCame) {
  transport_->script.push_back(Status(200, "[]", {{"x-wp-total", "7"}}));

  const auto& answer = SendAndWait(Get());

  ASSERT_FALSE(answer.failure);
  EXPECT_EQ(answer.response.status(), 200U);
  EXPECT_EQ(answer.response.body(), "[]");
  ASSERT_EQ(answer.response.headers_size(), 1);
  EXPECT_EQ(answer.response.headers(0).name(), "x-wp-total");
  EXPECT_EQ(answer.attempts, 1U);
}

TEST_F(PolicyEgressTest, SendsWhatWasAskedFor) {
  auto request = Post(Http::SAFETY_UNSAFE);
  request.set_body("{\"a\":1}");
  request.set_timeout_ms(1234);
  AddHeader(request, "X-A", "b");
  Send(request);

  ASSERT_EQ(transport_->requests.size(), 1U);
  const WireRequest& wire = transport_->requests[0];
  EXPECT_EQ(wire.method, "POST");
  EXPECT_EQ(wire.url.Text(), "https://shop.example/wp-json/x");
  EXPECT_EQ(*wire.body, "{\"a\":1}");
  EXPECT_EQ(wire.timeout, milliseconds(1234));
  EXPECT_EQ(wire.body_max, kResponseBytesDefault);
  ASSERT_EQ(wire.headers.size(), 1U);
  EXPECT_EQ(wire.headers[0].name, "X-A");
}

TEST_F(PolicyEgressTest, AsksBeforeARequestThatWritesLeavesAndNotForOneThatReads) {
  std::vector<std::string> asked;
  std::function<void(storebridge::Status)> go;
  profile_->before_write = [&](const Http& request, std::function<void(storebridge::Status)> done) {
    asked.push_back(request.method());
    go = std::move(done);
  };

  Send(Get());
  Send(Post(Http::SAFETY_UNSAFE));
  executor_.RunAll();
  EXPECT_EQ(asked, std::vector<std::string>{"POST"});
  ASSERT_EQ(transport_->requests.size(), 1U) << "not a byte before it is allowed";
  go(Ok());
  executor_.RunAll();

  ASSERT_EQ(transport_->requests.size(), 2U);
  EXPECT_EQ(transport_->requests[1].method, "POST");
}

TEST_F(PolicyEgressTest, SendsNothingThatWasNotAllowedAndGoesOnWithTheNext) {
  profile_->rate_limit.set_max_concurrent(1);
  profile_->before_write = [](const Http&, const std::function<void(storebridge::Status)>& go) {
    go(Error{.code = Code::kInternal, .message = "the disk is full"});
  };

  const auto& answer = SendAndWait(Post(Http::SAFETY_UNSAFE));

  ASSERT_TRUE(answer.failure);
  EXPECT_FALSE(answer.failure->ambiguous()) << "nothing has happened";
  EXPECT_NE(answer.failure->message().find("the disk is full"), std::string::npos);
  EXPECT_TRUE(transport_->requests.empty());
  transport_->always = Status(200);
  EXPECT_FALSE(SendAndWait(Get()).failure) << "its place is free again";
}

TEST_F(PolicyEgressTest, GivesUpARequestThatWaitsToBeAllowed) {
  profile_->rate_limit.set_max_concurrent(1);
  std::function<void(storebridge::Status)> go;
  profile_->before_write = [&](const Http&, std::function<void(storebridge::Status)> done) {
    go = std::move(done);
  };
  const auto id = Send(Post(Http::SAFETY_UNSAFE));
  executor_.RunAll();

  egress_->Cancel(id);
  go(Ok());
  executor_.RunAll();

  EXPECT_TRUE(transport_->requests.empty());
  EXPECT_EQ(answered_, 0);
  transport_->always = Status(200);
  EXPECT_FALSE(SendAndWait(Get()).failure) << "its place is free again";
}

TEST_F(PolicyEgressTest, LetsTheTransportRepeatOnlyWhatMayBeRepeated) {
  Send(Get());
  Send(Post(Http::SAFETY_IDEMPOTENT));
  Send(Post(Http::SAFETY_UNSAFE));
  Send(Post(Http::SAFETY_UNSPECIFIED));

  ASSERT_EQ(transport_->requests.size(), 4U);
  EXPECT_TRUE(transport_->requests[0].may_repeat);
  EXPECT_TRUE(transport_->requests[1].may_repeat);
  EXPECT_FALSE(transport_->requests[2].may_repeat);
  EXPECT_FALSE(transport_->requests[3].may_repeat);
}

TEST_F(PolicyEgressTest, NeverAnswersInsideSend) {
  bool answered = false;
  egress_->Send(
      profile_, Get("https://evil.example/"), [&](const ports::EgressAnswer&) { answered = true; });

  EXPECT_FALSE(answered);
  executor_.RunAll();
  EXPECT_TRUE(answered);
}

// ----------------------------------------------------------------------------- statuses and safety

enum class Want { kDelivered, kAuth, kLimited, kTransient };

struct StatusCase {
  std::uint32_t status;
  Want want;
};

// What every status becomes, for every safety: attempts, code, and whether it may have happened.
TEST_F(PolicyEgressTest, TreatsEveryStatusByItsSafety) {
  const std::vector<StatusCase> cases{
      {200, Want::kDelivered}, {201, Want::kDelivered}, {204, Want::kDelivered},
      {300, Want::kDelivered}, {302, Want::kDelivered}, {304, Want::kDelivered},
      {400, Want::kDelivered}, {401, Want::kAuth},      {403, Want::kAuth},
      {404, Want::kDelivered}, {405, Want::kDelivered}, {408, Want::kTransient},
      {409, Want::kDelivered}, {410, Want::kDelivered}, {413, Want::kDelivered},
      {422, Want::kDelivered}, {429, Want::kLimited},   {500, Want::kTransient},
      {502, Want::kTransient}, {503, Want::kTransient}, {504, Want::kTransient},
      {520, Want::kTransient}, {599, Want::kTransient},
  };
  for (const StatusCase& one : cases) {
    for (const auto safety : {Http::SAFETY_SAFE,
                              Http::SAFETY_IDEMPOTENT,
                              Http::SAFETY_UNSAFE,
                              Http::SAFETY_UNSPECIFIED}) {
      SCOPED_TRACE(std::to_string(one.status) + " " + std::to_string(safety));
      Restart();
      transport_->always = Status(one.status, "words of the store");

      const auto& answer = SendAndWait(Post(safety));

      const bool may_repeat = safety == Http::SAFETY_SAFE || safety == Http::SAFETY_IDEMPOTENT;
      const bool repeats = one.want == Want::kLimited || one.want == Want::kTransient;
      EXPECT_EQ(answer.attempts, repeats && may_repeat ? kAttemptsMax : 1U);
      EXPECT_EQ(transport_->requests.size(), answer.attempts);
      ASSERT_EQ(answer.failure.has_value(), one.want != Want::kDelivered);
      if (!answer.failure) {
        EXPECT_EQ(answer.response.status(), one.status);
        continue;
      }
      EXPECT_EQ(answer.failure->code(),
                one.want == Want::kAuth      ? Failure::CODE_AUTH
                : one.want == Want::kLimited ? Failure::CODE_RATE_LIMITED
                                             : Failure::CODE_TRANSIENT);
      EXPECT_EQ(answer.failure->ambiguous(),
                one.want == Want::kTransient && safety != Http::SAFETY_SAFE);
      EXPECT_EQ(answer.failure->detail(), "words of the store");
      EXPECT_NE(answer.failure->message().find(std::to_string(one.status)), std::string::npos);
    }
  }
}

struct TroubleCase {
  WireTrouble trouble;
  bool sent;
  Failure::Code code;
  bool repeats;
};

TEST_F(PolicyEgressTest, TreatsEveryTroubleByItsSafety) {
  const std::vector<TroubleCase> cases{
      {WireTrouble::kBlocked, false, Failure::CODE_EGRESS_DENIED, false},
      {WireTrouble::kName, false, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kConnect, false, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kTls, false, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kCertificate, false, Failure::CODE_CONFIG, false},
      {WireTrouble::kTimeout, false, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kTimeout, true, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kBroken, true, Failure::CODE_TRANSIENT, true},
      {WireTrouble::kTooLarge, true, Failure::CODE_LIMIT, false},
  };
  for (const TroubleCase& one : cases) {
    for (const auto safety : {Http::SAFETY_SAFE, Http::SAFETY_IDEMPOTENT, Http::SAFETY_UNSAFE}) {
      SCOPED_TRACE(std::to_string(static_cast<int>(one.trouble)) + " " + std::to_string(safety));
      Restart();
      transport_->always = Trouble(one.trouble, one.sent);

      const auto& answer = SendAndWait(Post(safety));

      const bool may_repeat = safety != Http::SAFETY_UNSAFE;
      ASSERT_TRUE(answer.failure);
      EXPECT_EQ(answer.attempts, one.repeats && may_repeat ? kAttemptsMax : 1U);
      EXPECT_EQ(answer.failure->code(), one.code);
      EXPECT_EQ(answer.failure->ambiguous(), one.sent && safety != Http::SAFETY_SAFE);
      EXPECT_EQ(answer.failure->detail(), "it did");
      EXPECT_EQ(answer.failure->answer_too_large(), one.trouble == WireTrouble::kTooLarge);
    }
  }
}

TEST_F(PolicyEgressTest, RemembersThatAnEarlierAttemptMayHaveHappened) {
  transport_->script = {Trouble(WireTrouble::kTimeout, true),
                        Trouble(WireTrouble::kConnect, false),
                        Trouble(WireTrouble::kConnect, false),
                        Trouble(WireTrouble::kConnect, false)};

  const auto& answer = SendAndWait(Post(Http::SAFETY_IDEMPOTENT));

  ASSERT_TRUE(answer.failure);
  EXPECT_TRUE(answer.failure->ambiguous());
}

TEST_F(PolicyEgressTest, RepeatsUntilItIsAnswered) {
  transport_->script = {Trouble(WireTrouble::kConnect, false), Status(502), Status(200, "ok")};

  const auto& answer = SendAndWait(Get());

  ASSERT_FALSE(answer.failure);
  EXPECT_EQ(answer.response.body(), "ok");
  EXPECT_EQ(answer.attempts, 3U);
}

TEST_F(PolicyEgressTest, WaitsBetweenAttemptsAndSpreadsThem) {
  std::set<std::int64_t> ends;
  for (int i = 0; i < 20; ++i) {
    transport_->always = Status(503);
    const auto start = executor_.now_ms();
    SendAndWait(Get());
    ends.insert(executor_.now_ms() - start);
  }

  EXPECT_GT(ends.size(), 10U);
  EXPECT_LE(*ends.rbegin(), 500 + 1000 + 2000 + 3000);
}

// ----------------------------------------------------------------------------------- Retry-After

TEST_F(PolicyEgressTest, WaitsAsLongAsTheStoreAsks) {
  transport_->script = {Status(429, "", {{"retry-after", "7"}}), Status(200)};

  const auto& answer = SendAndWait(Get());

  EXPECT_FALSE(answer.failure);
  EXPECT_GE(executor_.now_ms(), 7000);
  EXPECT_LE(executor_.now_ms(), 7500);
}

TEST_F(PolicyEgressTest, ReadsRetryAfterAsADate) {
  transport_->script = {Status(503, "", {{"retry-after", "Thu, 01 Jan 2026 00:00:20 GMT"}}),
                        Status(200)};

  const auto& answer = SendAndWait(Get());

  EXPECT_FALSE(answer.failure);
  EXPECT_GE(executor_.now_ms(), 20'000);
  EXPECT_LE(executor_.now_ms(), 20'500);
}

TEST_F(PolicyEgressTest, HoldsAllRequestsOfAStoreThatAskedForAPause) {
  transport_->script = {Status(429, "", {{"retry-after", "10"}}), Status(200), Status(200)};
  Send(Get());
  executor_.RunAll();
  Send(Get());
  executor_.Advance(milliseconds(9999));
  EXPECT_EQ(transport_->requests.size(), 1U);

  executor_.Advance(seconds(5));

  EXPECT_EQ(transport_->requests.size(), 3U);
}

TEST_F(PolicyEgressTest, GivesLongPausesBackInsteadOfWaiting) {
  transport_->script = {Status(429, "slow", {{"retry-after", "999999"}})};

  const auto& first = SendAndWait(Get());
  const auto& second = SendAndWait(Get());

  ASSERT_TRUE(first.failure);
  EXPECT_EQ(first.failure->code(), Failure::CODE_RATE_LIMITED);
  EXPECT_EQ(first.failure->retry_after_ms(), kRetryAfterMax.count());
  EXPECT_EQ(first.attempts, 1U);
  ASSERT_TRUE(second.failure);
  EXPECT_EQ(second.failure->code(), Failure::CODE_RATE_LIMITED);
  EXPECT_EQ(second.failure->retry_after_ms(), kRetryAfterMax.count());
  EXPECT_EQ(second.attempts, 0U);
  EXPECT_EQ(executor_.now_ms(), 0);
}

TEST_F(PolicyEgressTest, StopsRepeatingWhenItsTimeIsUp) {
  transport_->always = Status(503, "", {{"retry-after", "59"}});

  const auto& answer = SendAndWait(Get());

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.attempts, 4U);
  EXPECT_LE(executor_.now_ms(), kAttemptsTimeMax.count());

  transport_->always = Status(503, "", {{"retry-after", "60"}});
  const auto start = executor_.now_ms();
  const auto& slower = SendAndWait(Get());
  EXPECT_LT(slower.attempts, 4U);
  EXPECT_LE(executor_.now_ms() - start, kAttemptsTimeMax.count());
}

TEST_F(PolicyEgressTest, NeverRepeatsAnUnsafeRequestHoweverTheStoreAsks) {
  transport_->always = Status(429, "", {{"retry-after", "1"}});

  const auto& answer = SendAndWait(Post(Http::SAFETY_UNSAFE));

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->retry_after_ms(), 1000);
  EXPECT_FALSE(answer.failure->ambiguous());
  EXPECT_EQ(transport_->requests.size(), 1U);
}

// ------------------------------------------------------------------------------- rate and queues

TEST_F(PolicyEgressTest, KeepsToBurstAndRateOfTheStore) {
  profile_->rate_limit.set_burst(3);
  profile_->rate_limit.set_per_second(2);
  profile_->rate_limit.set_max_concurrent(50);
  transport_->always = Status(200);
  for (int i = 0; i < 10; ++i) {
    Send(Get());
  }

  executor_.RunAll();
  EXPECT_EQ(transport_->requests.size(), 3U);
  executor_.Advance(milliseconds(499));
  EXPECT_EQ(transport_->requests.size(), 3U);
  executor_.Advance(milliseconds(1));
  EXPECT_EQ(transport_->requests.size(), 4U);
  executor_.Advance(milliseconds(3000));
  EXPECT_EQ(transport_->requests.size(), 10U);
  EXPECT_EQ(answered_, 10);
}

TEST_F(PolicyEgressTest, KeepsToTheConcurrencyOfTheStore) {
  profile_->rate_limit.set_max_concurrent(3);
  for (int i = 0; i < 5; ++i) {
    Send(Get());
  }
  executor_.RunAll();
  EXPECT_EQ(transport_->open(), 3U);

  transport_->Answer(2, Status(200));
  executor_.RunAll();

  EXPECT_EQ(transport_->open(), 3U);
  EXPECT_EQ(transport_->requests.size(), 4U);
}

TEST_F(PolicyEgressTest, ServesAStoreInTheOrderOfAsking) {
  profile_->rate_limit.set_max_concurrent(1);
  transport_->always = Status(200);
  for (int i = 0; i < 5; ++i) {
    Send(Get("https://shop.example/wp-json/" + std::to_string(i)));
  }
  executor_.RunAll();

  ASSERT_EQ(transport_->requests.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(transport_->requests[i].url.Text().ends_with(std::to_string(i)));
  }
}

TEST_F(PolicyEgressTest, DoesNotLetOneStoreHoldUpAnother) {
  auto other = std::make_shared<ports::EgressProfile>(*profile_);
  other->store.store = "s2";
  for (int i = 0; i < 50; ++i) {
    Send(Get());
  }
  executor_.RunAll();
  const std::size_t before = transport_->requests.size();

  egress_->Send(other, Get(), [](const ports::EgressAnswer&) {});
  executor_.RunAll();

  EXPECT_EQ(transport_->requests.size(), before + 1);
}

TEST_F(PolicyEgressTest, TakesTurnsBetweenStoresWhenAllPlacesAreTaken) {
  Restart(1);
  profile_->rate_limit.set_max_concurrent(9);
  auto other = std::make_shared<ports::EgressProfile>(*profile_);
  other->store.store = "s2";
  transport_->always = Status(200);
  for (int i = 0; i < 3; ++i) {
    Send(Get("https://shop.example/wp-json/a"));
  }
  for (int i = 0; i < 3; ++i) {
    egress_->Send(other, Get("https://shop.example/wp-json/b"), [](const ports::EgressAnswer&) {});
  }
  executor_.RunAll();

  std::string order;
  for (const auto& request : transport_->requests) {
    order += request.url.path.back();
  }
  EXPECT_EQ(order, "aababb");
}

TEST_F(PolicyEgressTest, RefusesOneMoreThanTheQueueHolds) {
  profile_->rate_limit.set_max_concurrent(1);
  for (std::size_t i = 0; i < 1 + kQueueMax; ++i) {
    Send(Get());
  }
  executor_.RunAll();
  EXPECT_EQ(answered_, 0);

  const auto& answer = SendAndWait(Get());

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), Failure::CODE_LIMIT);
  EXPECT_EQ(answer.attempts, 0U);
}

TEST_F(PolicyEgressTest, LetsNothingWaitForEver) {
  profile_->rate_limit.set_max_concurrent(1);
  Send(Get());

  const auto& answer = SendAndWait(Get());

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), Failure::CODE_RATE_LIMITED);
  EXPECT_FALSE(answer.failure->ambiguous());
  EXPECT_EQ(executor_.now_ms(), kQueueWaitMaxMs);
}

TEST_F(PolicyEgressTest, SlowsDownWhenTheStoreComplains) {
  profile_->rate_limit.set_burst(1);
  profile_->rate_limit.set_per_second(10);
  profile_->rate_limit.set_max_concurrent(8);
  transport_->script = {Status(429)};
  transport_->always = Status(200);
  SendAndWait(Post(Http::SAFETY_UNSAFE));
  for (int i = 0; i < 100; ++i) {
    Send(Get());
  }
  const auto before = transport_->requests.size();

  executor_.Advance(seconds(1));

  const auto in_a_second = transport_->requests.size() - before;
  EXPECT_GE(in_a_second, 4U);
  EXPECT_LE(in_a_second, 7U);
}

// -------------------------------------------------------------------------------------- cancelling

TEST_F(PolicyEgressTest, NeverAnswersACancelledRequest) {
  profile_->rate_limit.set_max_concurrent(1);
  const auto on_its_way = Send(Get());
  const auto waiting = Send(Get());
  const auto refused = Send(Get("https://evil.example/"));

  egress_->Cancel(waiting);
  egress_->Cancel(on_its_way);
  egress_->Cancel(refused);
  egress_->Cancel(refused);
  egress_->Cancel(12345);
  executor_.Advance(seconds(1000));

  EXPECT_EQ(answered_, 0);
  EXPECT_EQ(transport_->cancelled.size(), 1U);
  EXPECT_EQ(transport_->requests.size(), 1U);
}

TEST_F(PolicyEgressTest, GivesThePlaceOfACancelledRequestToTheNext) {
  profile_->rate_limit.set_max_concurrent(1);
  const auto first = Send(Get());
  Send(Get());

  egress_->Cancel(first);

  EXPECT_EQ(transport_->requests.size(), 2U);
}

TEST_F(PolicyEgressTest, CanBeCancelledBetweenAttempts) {
  transport_->always = Status(503, "", {{"retry-after", "5"}});
  const auto id = Send(Get());
  executor_.RunAll();

  egress_->Cancel(id);
  executor_.Advance(seconds(1000));

  EXPECT_EQ(answered_, 0);
  EXPECT_EQ(transport_->requests.size(), 1U);
}

TEST_F(PolicyEgressTest, CanEndWithRequestsInEveryState) {
  profile_->rate_limit.set_max_concurrent(1);
  transport_->script = {Status(503)};
  Send(Get());
  executor_.RunAll();
  Send(Get());
  Send(Get());
  Send(Get("https://evil.example/"));

  egress_.reset();
  executor_.Advance(seconds(1000));

  EXPECT_EQ(answered_, 0);
}

TEST_F(PolicyEgressTest, LetsAnAnswerSendTheNextRequest) {
  transport_->always = Status(200);
  int count = 0;
  std::function<void(ports::EgressAnswer)> next = [&](const ports::EgressAnswer&) {
    if (++count < 1000) {
      egress_->Send(profile_, Get(), next);
    }
  };
  egress_->Send(profile_, Get(), next);

  EXPECT_TRUE(executor_.AdvanceUntil([&] { return count == 1000; }, seconds(1000)));
}

}  // namespace
}  // namespace storebridge::egress
