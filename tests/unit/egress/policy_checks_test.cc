#include <gtest/gtest.h>

#include "adapters/egress/request_check.h"
#include "adapters/egress/text.h"
#include "policy_fixture.h"

namespace storebridge::egress {
namespace {

class PolicyChecksTest : public PolicyEgressTest {
 protected:
  void UseBearer() {
    auto& scheme = profile_->auth.emplace_back();
    scheme.set_id("bearer");
    scheme.mutable_header()->set_name("Authorization");
    scheme.mutable_header()->set_value("Bearer {secret.token}");
    secrets_.Set("token", "hush-hush-hush");
  }

  void ExpectRefused(const Http& request, Failure::Code code) {
    const auto& answer = SendAndWait(request);
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code(), code) << answer.failure->message();
    EXPECT_FALSE(answer.failure->ambiguous());
    EXPECT_EQ(answer.attempts, 0U);
    EXPECT_TRUE(transport_->requests.empty());
  }
};

// --------------------------------------------------------------------------------------- requests

TEST_F(PolicyChecksTest, LetsNoRequestOutOfItsPrefixes) {
  for (const std::string url : {"https://evil.example/wp-json/x",
                                "http://shop.example/wp-json/x",
                                "https://shop.example:444/wp-json/x",
                                "https://shop.example/wp-admin/",
                                "https://shop.example/wp-json/../wp-admin/",
                                "https://shop.example/wp-json/%2e%2e/wp-admin/",
                                "https://shop.example@evil.example/wp-json/",
                                "https://u:p@shop.example/wp-json/",
                                "file:///wp-json/",
                                "https://shop.example\\@evil.example/wp-json/"}) {
    SCOPED_TRACE(url);
    ExpectRefused(Get(url), Failure::CODE_EGRESS_DENIED);
  }
}

TEST_F(PolicyChecksTest, LetsNothingOutWithoutPrefixes) {
  profile_->allowed_prefixes.clear();

  ExpectRefused(Get(), Failure::CODE_EGRESS_DENIED);
}

TEST_F(PolicyChecksTest, RefusesMethodsThatAreNotUpperCaseWords) {
  for (const std::string method :
       {"", "get", "TRACE", "CONNECT", "GET / HTTP/1.1\r\nX: y\r\n\r\n"}) {
    Http request = Get();
    request.set_method(method);
    ExpectRefused(request, Failure::CODE_CONNECTOR_BUG);
  }
}

TEST_F(PolicyChecksTest, RefusesHeadersThatWouldAddOthers) {
  const std::vector<std::pair<std::string, std::string>> headers{
      {"", "x"},
      {"X A", "x"},
      {"X\r\nY", "x"},
      {"X:", "x"},
      {"X-A", "a\r\nHost: evil.example"},
      {"X-A", "a\nb"},
      {"X-A", std::string("a\0b", 3)},
  };
  for (const auto& [name, value] : headers) {
    Http request = Get();
    AddHeader(request, name, value);
    ExpectRefused(request, Failure::CODE_CONNECTOR_BUG);
  }
}

TEST_F(PolicyChecksTest, RefusesHeadersThatBelongToTheHost) {
  for (const std::string name : {"Host",
                                 "hOST",
                                 "Content-Length",
                                 "Transfer-Encoding",
                                 "Connection",
                                 "Expect",
                                 "Upgrade",
                                 "TE",
                                 "Accept-Encoding",
                                 "User-Agent",
                                 "Proxy-Authorization"}) {
    Http request = Get();
    AddHeader(request, name, "x");
    ExpectRefused(request, Failure::CODE_CONNECTOR_BUG);
  }
}

TEST_F(PolicyChecksTest, RefusesAHeaderBesideTheSignedOne) {
  UseBearer();
  Http request = Get();
  request.set_auth("bearer");
  AddHeader(request, "authorization", "x");

  ExpectRefused(request, Failure::CODE_CONNECTOR_BUG);
}

TEST_F(PolicyChecksTest, RefusesOneMoreThanItsLimits) {
  Http many = Get();
  for (int i = 0; i <= kRequestHeadersMax; ++i) {
    AddHeader(many, "x-" + std::to_string(i), "");
  }
  Http large = Get();
  AddHeader(large, "x", std::string(kRequestHeaderBytesMax, 'a'));
  Http body = Post(Http::SAFETY_UNSAFE);
  body.set_body(std::string(kRequestBodyMax + 1, 'a'));

  ExpectRefused(many, Failure::CODE_LIMIT);
  ExpectRefused(large, Failure::CODE_LIMIT);
  ExpectRefused(body, Failure::CODE_LIMIT);
}

TEST_F(PolicyChecksTest, SendsAtItsLimits) {
  transport_->always = Status(200);
  Http request = Post(Http::SAFETY_UNSAFE);
  AddHeader(request, "x", std::string(kRequestHeaderBytesMax - 1, 'a'));
  request.set_body(std::string(kRequestBodyMax, 'a'));

  EXPECT_FALSE(SendAndWait(request).failure);
}

TEST_F(PolicyChecksTest, CapsTimeoutsAndAnswers) {
  Http request = Get();
  request.set_timeout_ms(4'000'000'000U);
  profile_->response_bytes_max = ~std::uint64_t{0};
  Send(request);

  EXPECT_EQ(transport_->requests[0].timeout.count(), kTimeoutMaxMs);
  EXPECT_EQ(transport_->requests[0].body_max, kResponseBytesMax);
}

// ------------------------------------------------------------------------------------ credentials

TEST_F(PolicyChecksTest, SignsEveryAttempt) {
  UseBearer();
  transport_->script = {Status(503), Status(200)};
  Http request = Get();
  request.set_auth("bearer");

  SendAndWait(request);

  ASSERT_EQ(transport_->requests.size(), 2U);
  for (const auto& wire : transport_->requests) {
    ASSERT_EQ(wire.headers.size(), 1U);
    EXPECT_EQ(wire.headers[0].value, "Bearer hush-hush-hush");
  }
}

TEST_F(PolicyChecksTest, ShowsNoCredentialThatTheStoreRepeats) {
  UseBearer();
  Http request = Get("https://shop.example/wp-json/x?q=private");
  request.set_auth("bearer");
  transport_->always = Status(401, "no such token: hush-hush-hush " + std::string(1000, '\xC3'));

  const auto& answer = SendAndWait(request);

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), Failure::CODE_AUTH);
  EXPECT_NE(answer.failure->detail().find("no such token: [hidden]"), std::string::npos);
  EXPECT_LE(answer.failure->detail().size(), kDetailMax);
  EXPECT_EQ(answer.failure->DebugString().find("hush"), std::string::npos);
  EXPECT_EQ(answer.failure->message().find("private"), std::string::npos);
  EXPECT_EQ(ValidUtf8(answer.failure->message()), answer.failure->message());
}

// A page for debugging, or an error of a plugin, may repeat the request.
TEST_F(PolicyChecksTest, BlotsCredentialsOutOfAGoodAnswer) {
  UseBearer();
  transport_->script.push_back(
      Status(400, R"({"sent":"Bearer hush-hush-hush","ok":true})", {{"x-echo", "hush-hush-hush"}}));
  Http request = Get();
  request.set_auth("bearer");

  const auto& answer = SendAndWait(request);

  ASSERT_FALSE(answer.failure);
  EXPECT_EQ(answer.response.body(), R"({"sent":"Bearer **************","ok":true})");
  EXPECT_EQ(answer.response.headers(0).value(), "**************");
}

TEST_F(PolicyChecksTest, KeepsThePlaceFreeWhenARequestCannotBeSigned) {
  UseBearer();
  secrets_.Set("token", "");
  Http request = Get();
  request.set_auth("bearer");
  for (int i = 0; i < 20; ++i) {
    const auto& answer = SendAndWait(request);
    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code(), Failure::CODE_CONFIG);
  }

  transport_->always = Status(200);
  EXPECT_FALSE(SendAndWait(Get()).failure);
}

// -------------------------------------------------------------------------------------- redirects

TEST_F(PolicyChecksTest, FollowsReadingRequestsWithinTheStore) {
  transport_->script = {Status(301, "", {{"location", "/wp-json/y"}}),
                        Status(307, "", {{"location", "z?page=2"}}),
                        Status(302, "", {{"location", "https://SHOP.example:443/wp-json/w"}}),
                        Status(200, "there")};

  const auto& answer = SendAndWait(Get());

  ASSERT_FALSE(answer.failure) << answer.failure->message();
  EXPECT_EQ(answer.response.body(), "there");
  EXPECT_EQ(answer.attempts, 4U);
  EXPECT_EQ(transport_->requests[1].url.Text(), "https://shop.example/wp-json/y");
  EXPECT_EQ(transport_->requests[2].url.Text(), "https://shop.example/wp-json/z?page=2");
  EXPECT_EQ(transport_->requests[3].url.Text(), "https://shop.example/wp-json/w");
}

TEST_F(PolicyChecksTest, FollowsAtMostThreeRedirects) {
  transport_->always = Status(302, "", {{"location", "/wp-json/x"}});

  const auto& answer = SendAndWait(Get());

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), Failure::CODE_CONFIG);
  EXPECT_EQ(transport_->requests.size(), 1U + kRedirectsMax);
}

struct RedirectCase {
  std::string location;
  Failure::Code code;
};

TEST_F(PolicyChecksTest, FollowsNoRedirectOutOfTheStore) {
  const std::vector<RedirectCase> cases{
      {"https://evil.example/wp-json/x?code=private", Failure::CODE_CONFIG},
      {"http://shop.example/wp-json/x", Failure::CODE_CONFIG},
      {"https://shop.example:444/wp-json/x", Failure::CODE_CONFIG},
      {"//evil.example/wp-json/x", Failure::CODE_CONFIG},
      {"http://169.254.169.254/latest/meta-data/", Failure::CODE_CONFIG},
      {"file:///etc/passwd", Failure::CODE_CONFIG},
      {"https://a:b@shop.example/wp-json/x", Failure::CODE_CONFIG},
      {"/wp-login.php?redirect_to=private", Failure::CODE_EGRESS_DENIED},
      {"../wp-admin/", Failure::CODE_EGRESS_DENIED},
  };
  for (const RedirectCase& one : cases) {
    SCOPED_TRACE(one.location);
    Restart();
    transport_->always = Status(302, "", {{"location", one.location}});

    const auto& answer = SendAndWait(Get());

    ASSERT_TRUE(answer.failure);
    EXPECT_EQ(answer.failure->code(), one.code) << answer.failure->message();
    EXPECT_EQ(answer.failure->message().find("private"), std::string::npos);
    EXPECT_EQ(transport_->requests.size(), 1U);
  }
}

TEST_F(PolicyChecksTest, FollowsNoRedirectOfARequestThatWrites) {
  for (const auto safety : {Http::SAFETY_SAFE, Http::SAFETY_IDEMPOTENT, Http::SAFETY_UNSAFE}) {
    for (const std::uint32_t status : {301U, 302U, 303U, 307U, 308U}) {
      Restart();
      transport_->always = Status(status, "", {{"location", "/wp-json/y"}});

      const auto& answer = SendAndWait(Post(safety));

      ASSERT_TRUE(answer.failure);
      EXPECT_EQ(answer.failure->code(), Failure::CODE_CONFIG);
      EXPECT_EQ(answer.failure->ambiguous(),
                safety == Http::SAFETY_UNSAFE && (status == 302 || status == 303));
      EXPECT_EQ(transport_->requests.size(), 1U);
    }
  }
}

}  // namespace
}  // namespace storebridge::egress
