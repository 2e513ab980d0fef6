#include "adapters/egress/auth.h"

#include <gtest/gtest.h>

#include "adapters/egress/oauth1.h"
#include "fakes.h"
#include "support/manual_clock.h"
#include "support/seeded_random.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    profile_.store = {"m1", "s1"};
    cv1::AuthScheme basic;
    basic.set_id("basic");
    basic.mutable_basic()->set_user_secret("user");
    basic.mutable_basic()->set_password_secret("password");
    profile_.auth.push_back(basic);
    AddHeader("bearer", "Authorization", "Bearer {secret.token}");
    cv1::AuthScheme oauth;
    oauth.set_id("oauth");
    oauth.mutable_oauth1()->set_consumer_key_secret("user");
    oauth.mutable_oauth1()->set_consumer_secret_secret("password");
    oauth.mutable_oauth1()->set_signature_method("HMAC-SHA256");
    profile_.auth.push_back(oauth);
    secrets_.Set("user", "ck_alice");
    secrets_.Set("password", "cs_hush:hush");
    secrets_.Set("token", "t0ken");
  }

  void AddHeader(const std::string& id, const std::string& name, const std::string& value) {
    cv1::AuthScheme scheme;
    scheme.set_id(id);
    scheme.mutable_header()->set_name(name);
    scheme.mutable_header()->set_value(value);
    profile_.auth.push_back(scheme);
  }

  std::optional<cv1::Failure> Sign(const std::string& scheme) {
    request_.set_method("GET");
    request_.set_auth(scheme);
    out_ = {};
    return signer_.Sign(profile_, request_, *ParseUrl("https://shop.example/x?a=1"), out_);
  }

  FakeSecrets secrets_;
  testing::ManualClock clock_;
  testing::SeededRandom random_;
  Signer signer_{secrets_, clock_, random_};
  ports::EgressProfile profile_;
  cv1::HttpRequest request_;
  Signed out_;
};

TEST_F(AuthTest, LeavesRequestsWithoutAuthAlone) {
  secrets_.FailWith(Error{});

  EXPECT_FALSE(Sign(""));

  EXPECT_EQ(out_.url.Text(), "https://shop.example/x?a=1");
  EXPECT_TRUE(out_.headers.empty());
}

TEST_F(AuthTest, SignsWithHttpBasic) {
  ASSERT_FALSE(Sign("basic"));

  ASSERT_EQ(out_.headers.size(), 1U);
  EXPECT_EQ(out_.headers[0].name, "Authorization");
  EXPECT_EQ(out_.headers[0].value, "Basic Y2tfYWxpY2U6Y3NfaHVzaDpodXNo");
}

TEST_F(AuthTest, PutsSecretsIntoHeaders) {
  AddHeader("two", "X-Both", "a {secret.user}-{secret.token} b");

  ASSERT_FALSE(Sign("bearer"));
  EXPECT_EQ(out_.headers[0].value, "Bearer t0ken");
  ASSERT_FALSE(Sign("two"));
  EXPECT_EQ(out_.headers[0].name, "X-Both");
  EXPECT_EQ(out_.headers[0].value, "a ck_alice-t0ken b");
}

TEST_F(AuthTest, SignsEveryAttemptWithItsOwnNonceAndTheTime) {
  ASSERT_FALSE(Sign("oauth"));
  const auto first = oauth1::ParseForm(out_.url.query);
  clock_.Advance(std::chrono::seconds(5));
  ASSERT_FALSE(Sign("oauth"));
  const auto second = oauth1::ParseForm(out_.url.query);

  ASSERT_EQ(first.size(), 6U);
  EXPECT_EQ(first[1].second, "ck_alice");
  EXPECT_EQ(first[2].second.size(), 32U);
  EXPECT_NE(first[2].second, second[2].second);
  EXPECT_EQ(first[4].second, "1767225600");
  EXPECT_EQ(second[4].second, "1767225605");
  EXPECT_EQ(out_.url.query.find("cs_hush"), std::string::npos);
}

TEST_F(AuthTest, CoversFormBodiesWithTheSignature) {
  auto* type = request_.add_headers();
  type->set_name("Content-Type");
  type->set_value("application/x-www-form-urlencoded; charset=utf-8");
  request_.set_body("b=2");
  ASSERT_FALSE(Sign("oauth"));
  auto all = oauth1::ParseForm(out_.url.query);
  const std::string signature = all.back().second;
  all.pop_back();
  all.emplace_back("b", "2");

  EXPECT_EQ(oauth1::Signature(
                "HMAC-SHA256", oauth1::BaseString("GET", out_.url, all), Secret("cs_hush:hush")),
            signature);
  EXPECT_EQ(out_.url.query.find("b=2"), std::string::npos);
}

TEST_F(AuthTest, NamesTheMissingSecret) {
  secrets_.Set("token", "");

  const auto failure = Sign("bearer");

  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code(), cv1::Failure::CODE_CONFIG);
  EXPECT_EQ(failure->config_path(), "secrets.token");
  EXPECT_NE(failure->message().find("'token' of merchants/m1/stores/s1"), std::string::npos);
}

TEST_F(AuthTest, RefusesSecretsThatWouldAddAHeader) {
  const std::vector<std::string> values{
      "a\r\nX-Evil: 1", "a\nb", "a\r", std::string("a\0b", 3), "\x7F"};
  for (const std::string& value : values) {
    secrets_.Set("token", value);
    secrets_.Set("user", value);

    for (const std::string scheme : {"bearer", "basic", "oauth"}) {
      const auto failure = Sign(scheme);
      ASSERT_TRUE(failure) << scheme;
      EXPECT_EQ(failure->code(), cv1::Failure::CODE_CONFIG);
      EXPECT_EQ(failure->message().find("Evil"), std::string::npos);
    }
  }
}

TEST_F(AuthTest, RefusesAUserNameThatBasicCannotCarry) {
  secrets_.Set("user", "a:b");

  const auto failure = Sign("basic");

  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->config_path(), "secrets.user");
}

TEST_F(AuthTest, BlamesTheConnectorForSchemesThatCannotWork) {
  AddHeader("open", "X-A", "Bearer {secret.token");
  AddHeader("empty", "X-A", "");
  AddHeader("name", "X A", "x");
  AddHeader("line", "X-A", "x\r\ny");
  profile_.auth.emplace_back().set_id("none");
  auto& oauth = profile_.auth.emplace_back();
  oauth.set_id("plain");
  *oauth.mutable_oauth1() = profile_.auth[2].oauth1();
  oauth.mutable_oauth1()->set_signature_method("PLAINTEXT");

  for (const std::string scheme : {"open", "empty", "name", "line", "none", "plain", "unknown"}) {
    const auto failure = Sign(scheme);
    ASSERT_TRUE(failure) << scheme;
    EXPECT_EQ(failure->code(), cv1::Failure::CODE_CONNECTOR_BUG) << scheme;
    EXPECT_NE(failure->message().find(scheme), std::string::npos) << scheme;
  }
}

TEST_F(AuthTest, PassesOnWhyCredentialsCannotBeRead) {
  secrets_.FailWith(
      Error{.code = Code::kFailedPrecondition, .reason = "X", .message = "wrong key"});
  const auto wrong = Sign("bearer");
  secrets_.FailWith(Error{.code = Code::kUnavailable, .reason = "X", .message = "busy"});
  const auto busy = Sign("bearer");

  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->code(), cv1::Failure::CODE_CONFIG);
  EXPECT_NE(wrong->message().find("wrong key"), std::string::npos);
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->code(), cv1::Failure::CODE_TRANSIENT);
}

}  // namespace
}  // namespace storebridge::egress
