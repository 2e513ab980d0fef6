#include "demo_store/demo_store.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "adapters/egress/factory.h"
#include "fakes.h"
#include "support/manual_clock.h"
#include "support/null_log.h"
#include "support/seeded_random.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;

// The whole way out, to a store that checks signatures as WooCommerce does.
class DemoStoreTest : public ::testing::Test {
 protected:
  void Open(bool tls) {
    std::string pattern = (std::filesystem::temp_directory_path() / "egress-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    demo_store::Options demo;
    demo.tls = tls;
    demo.clock = [this] { return clock_.NowMs() / 1000; };
    EgressOptions options;
    if (tls) {
      demo.tls_cert_out = folder_ / "cert.pem";
      options.transport.extra_ca_file = demo.tls_cert_out;
    }
    ASSERT_NE(store_.Start(demo), 0) << store_.error();
    options.transport.allowed_addresses = {"127.0.0.0/8"};
    auto made = MakeEgress(options, secrets_, clock_, random_, executor_, log_);
    ASSERT_TRUE(made) << made.error().message;
    egress_ = std::move(*made);
    profile_->store = {"m1", "s1"};
    profile_->allowed_prefixes = {store_.url() + "/wp-json/"};
    profile_->rate_limit.set_burst(1000);
    secrets_.Set("consumer_key", demo.consumer_key);
    secrets_.Set("consumer_secret", demo.consumer_secret);
    AddSchemes();
  }

  void TearDown() override {
    egress_.reset();
    store_.Stop();
    std::filesystem::remove_all(folder_);
  }

  void AddSchemes() {
    auto& basic = profile_->auth.emplace_back();
    basic.set_id("basic");
    basic.mutable_basic()->set_user_secret("consumer_key");
    basic.mutable_basic()->set_password_secret("consumer_secret");
    for (const std::string method : {"HMAC-SHA256", "HMAC-SHA1"}) {
      auto& oauth = profile_->auth.emplace_back();
      oauth.set_id(method);
      oauth.mutable_oauth1()->set_consumer_key_secret("consumer_key");
      oauth.mutable_oauth1()->set_consumer_secret_secret("consumer_secret");
      oauth.mutable_oauth1()->set_signature_method(method);
    }
  }

  ports::EgressAnswer Get(const std::string& path, const std::string& auth) {
    return GetUrl(store_.url() + path, auth);
  }

  ports::EgressAnswer GetUrl(const std::string& url, const std::string& auth) {
    cv1::HttpRequest request;
    request.set_method("GET");
    request.set_url(url);
    request.set_auth(auth);
    request.set_safety(cv1::HttpRequest::SAFETY_SAFE);
    std::optional<ports::EgressAnswer> answer;
    egress_->Send(profile_, request, [&](ports::EgressAnswer given) { answer = given; });
    EXPECT_TRUE(executor_.RunUntil([&] { return answer.has_value(); }));
    return answer.value_or(ports::EgressAnswer());
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  testing::SeededRandom random_;
  testing::NullLog log_;
  FakeSecrets secrets_;
  demo_store::DemoStore store_;
  std::filesystem::path folder_;
  std::shared_ptr<ports::EgressProfile> profile_ = std::make_shared<ports::EgressProfile>();
  std::unique_ptr<ports::Egress> egress_;
};

TEST_F(DemoStoreTest, AcceptsOurOAuthSignatures) {
  Open(false);
  for (const std::string method : {"HMAC-SHA256", "HMAC-SHA1"}) {
    for (const std::string path : {"/wp-json/wc/v3/products",
                                   "/wp-json/wc/v3/products?per_page=5&page=2",
                                   "/wp-json/wc/v3/orders?status=processing,on-hold",
                                   "/wp-json/wc/v3/orders?status[]=processing&status[]=on-hold",
                                   "/wp-json/wc/v3/products?search=a+b%20c%26d",
                                   "/wp-json/wc/v3/products?_fields=id,name"}) {
      const auto answer = Get(path, method);
      ASSERT_FALSE(answer.failure) << path << ": " << answer.failure->message();
      EXPECT_EQ(answer.response.status(), 200U) << path << answer.response.body().substr(0, 200);
    }
  }
}

TEST_F(DemoStoreTest, RefusesOurSignaturesWithAnotherSecret) {
  Open(false);
  secrets_.Set("consumer_secret", "cs_of_somebody_else");

  const auto answer = Get("/wp-json/wc/v3/products", "HMAC-SHA256");

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), cv1::Failure::CODE_AUTH);
  EXPECT_NE(answer.failure->message().find("401"), std::string::npos);
  EXPECT_NE(answer.failure->detail().find("signature"), std::string::npos);
  EXPECT_EQ(answer.failure->message().find("cs_of"), std::string::npos);
}

TEST_F(DemoStoreTest, AcceptsBasicOverTls) {
  Open(true);

  const auto answer = Get("/wp-json/wc/v3/products", "basic");

  ASSERT_FALSE(answer.failure) << answer.failure->message();
  EXPECT_EQ(answer.response.status(), 200U);
}

// libcurl takes every name that ends in .localhost for this machine; the certificate names it not.
TEST_F(DemoStoreTest, TrustsNoCertificateOfAnotherName) {
  Open(true);
  std::string url = store_.url();
  url.replace(url.find("127.0.0.1"), std::string("127.0.0.1").size(), "shop.localhost");
  profile_->allowed_prefixes = {url + "/wp-json/"};

  const auto answer = GetUrl(url + "/wp-json/wc/v3/products", "basic");

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), cv1::Failure::CODE_CONFIG);
  EXPECT_NE(answer.failure->message().find("certificate"), std::string::npos);
}

TEST_F(DemoStoreTest, TrustsNoCertificateThatNobodyNamed) {
  Open(true);
  EgressOptions options;
  options.transport.allowed_addresses = {"127.0.0.0/8"};
  auto made = MakeEgress(options, secrets_, clock_, random_, executor_, log_);
  ASSERT_TRUE(made);
  egress_ = std::move(*made);

  const auto answer = Get("/wp-json/wc/v3/products", "basic");

  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code(), cv1::Failure::CODE_CONFIG);
  EXPECT_NE(answer.failure->message().find("certificate"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::egress
