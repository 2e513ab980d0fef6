#include "demo_store/oauth1.h"
#include "demo_store/text.h"
#include "store_client.h"

namespace storebridge::demo_store {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr char kOrders[] = "/wp-json/wc/v3/orders";

class AuthTest : public StoreTest {
 protected:
  AuthTest() { Start(); }

  struct Signing {
    std::string method = "HMAC-SHA256";
    std::string key;
    std::string secret;
    std::string nonce = "nonce-1";
    std::int64_t timestamp = kStart;
    bool in_header = false;
  };

  Signing Good() const {
    Signing signing;
    signing.key = options_.consumer_key;
    signing.secret = options_.consumer_secret;
    return signing;
  }

  Reply GetSigned(const Signing& signing,
                  const std::string& verb = "GET",
                  const std::string& query = "status=processing%2Con-hold") const {
    const Pairs oauth{{"oauth_consumer_key", signing.key},
                      {"oauth_timestamp", std::to_string(signing.timestamp)},
                      {"oauth_nonce", signing.nonce},
                      {"oauth_signature_method", signing.method}};
    Pairs all = Params::Parse(query).all();
    all.insert(all.end(), oauth.begin(), oauth.end());
    const std::string url = "http://127.0.0.1:" + std::to_string(port_) + kOrders;
    const auto signature =
        OAuthSignature(signing.method, OAuthBaseString(verb, url, all), signing.secret);
    std::string in_query = query;
    std::string header = "OAuth realm=\"demo\"";
    Pairs sent = oauth;
    sent.emplace_back("oauth_signature", signature.value_or("none"));
    for (const auto& [name, value] : sent) {
      in_query += "&" + name + "=" + UrlEncode(value);
      header += ", " + name + "=\"" + UrlEncode(value) + "\"";
    }
    const bool in_header = signing.in_header;
    return SendOnce(port_,
                    verb,
                    std::string(kOrders) + "?" + (in_header ? query : in_query),
                    "",
                    in_header ? Headers{{"Authorization", header}} : Headers{});
  }
};

std::string Basic(const std::string& key, const std::string& secret) {
  return "Basic " + Base64(key + ":" + secret);
}

TEST(OAuthTest, SignsAsAnIndependentImplementationDoes) {
  const Pairs parameters{{"per_page", "2"},
                         {"status", "processing,on-hold"},
                         {"search", "räsy matto"},
                         {"oauth_consumer_key", "ck_a"},
                         {"oauth_nonce", "n1"},
                         {"oauth_signature_method", "HMAC-SHA256"},
                         {"oauth_timestamp", "1700000000"}};

  const std::string base =
      OAuthBaseString("GET", "http://127.0.0.1:8080/wp-json/wc/v3/orders", parameters);

  EXPECT_EQ(OAuthSignature("HMAC-SHA256", base, "cs_b"),
            "JXeUB9yeMLVJNVLyFCSmasmOsNht8/EjSFnuwG5YotU=");
  EXPECT_EQ(OAuthSignature("HMAC-SHA1", base, "cs_b"), "aUIoe11QyIiH0UHI/WqtQ6ojwoE=");
}

TEST_F(AuthTest, RefusesBasicOverPlainHttp) {
  const Headers headers{{"Authorization", Basic(options_.consumer_key, options_.consumer_secret)}};

  const Reply reply = SendOnce(port_, "GET", kOrders, "", headers);

  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.Json().at("code"), "woocommerce_rest_cannot_view");
}

TEST_F(AuthTest, TakesBasicWhenTheProxySaysHttps) {
  EXPECT_EQ(Api("GET", "/orders").status, 200);
}

TEST_F(AuthTest, TakesKeysInTheQueryOnlyWhenSecure) {
  const std::string target = std::string(kOrders) + "?consumer_key=" + options_.consumer_key +
                             "&consumer_secret=" + options_.consumer_secret;

  EXPECT_EQ(SendOnce(port_, "GET", target, "", {}).status, 401);
  EXPECT_EQ(SendOnce(port_, "GET", target, "", {{"X-Forwarded-Proto", "https"}}).status, 200);
}

TEST_F(AuthTest, NamesAWrongSecret) {
  const Headers headers{{"X-Forwarded-Proto", "https"},
                        {"Authorization", Basic(options_.consumer_key, "cs_wrong")}};

  const Reply reply = SendOnce(port_, "GET", kOrders, "", headers);

  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.Json().at("code"), "woocommerce_rest_authentication_error");
  EXPECT_EQ(reply.Json().at("message"), "Consumer secret is invalid.");
}

TEST_F(AuthTest, TakesOAuthInTheQueryWithBothDigests) {
  Signing signing = Good();
  const Reply sha256 = GetSigned(signing);
  signing.method = "HMAC-SHA1";
  signing.nonce = "nonce-2";

  const Reply sha1 = GetSigned(signing);

  EXPECT_EQ(sha256.status, 200) << sha256.body;
  EXPECT_EQ(sha1.status, 200) << sha1.body;
}

TEST_F(AuthTest, TakesOAuthInTheHeader) {
  Signing signing = Good();
  signing.in_header = true;

  const Reply reply = GetSigned(signing);

  EXPECT_EQ(reply.status, 200) << reply.body;
}

TEST_F(AuthTest, RefusesANonceTwice) {
  const Signing signing = Good();
  EXPECT_EQ(GetSigned(signing).status, 200);

  const Reply again = GetSigned(signing);

  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(again.Json().at("code"), "woocommerce_rest_authentication_error");
}

TEST_F(AuthTest, TakesTimestampsOfFifteenMinutesAndNotOlder) {
  Signing signing = Good();
  signing.timestamp = kStart - 15 * 60;
  EXPECT_EQ(GetSigned(signing).status, 200);
  signing.timestamp = kStart - 15 * 60 - 1;
  signing.nonce = "nonce-2";

  const Reply stale = GetSigned(signing);

  EXPECT_EQ(stale.status, 401);
  EXPECT_EQ(stale.Json().at("message"), "Invalid timestamp.");
}

TEST_F(AuthTest, RefusesAWrongSecretAnUnknownKeyAndAnUnknownMethod) {
  Signing wrong_secret = Good();
  wrong_secret.secret = "cs_other";
  Signing unknown_key = Good();
  unknown_key.key = "ck_other";
  Signing unknown_method = Good();
  unknown_method.method = "PLAINTEXT";

  EXPECT_EQ(GetSigned(wrong_secret).status, 401);
  EXPECT_EQ(GetSigned(unknown_key).Json().at("message"), "Consumer key is invalid.");
  EXPECT_EQ(GetSigned(unknown_method).status, 401);
}

TEST_F(AuthTest, LetsAReadKeyReadAndNotWrite) {
  const Headers headers{
      {"X-Forwarded-Proto", "https"},
      {"Authorization",
       Basic(options_.consumer_key + "_read", options_.consumer_secret + "_read")}};

  const Reply read = SendOnce(port_, "GET", kOrders, "", headers);
  const Reply write = SendOnce(port_, "PUT", "/wp-json/wc/v3/products/1001", "{}", headers);

  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(write.status, 401);
  EXPECT_EQ(write.Json().at("code"), "woocommerce_rest_authentication_error");
}

}  // namespace
}  // namespace storebridge::demo_store
