#include "adapters/webhooks/store_calls.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/storage/storage.h"
#include "support/fake_store.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"

namespace storebridge::webhooks {
namespace {

namespace cv1 = connector::v1;

using ports::HttpCall;
using ports::HttpReply;
using ports::WebhookOutcome;

constexpr const char* kBody = R"({"id":7})";
// Of kBody with `s3cr3t`, by `openssl dgst -sha256 -hmac s3cr3t -binary | base64`.
constexpr const char* kSignature = "24RGLRjklwe/hgwZVFjspHbY5CiQTAxEEar8L6IS7qo=";
constexpr const char* kPath = "/webhooks/merchants/acme/stores/web";

class KnownSecrets : public ports::SecretSource {
 public:
  Result<std::shared_ptr<const ports::SecretMap>> ForStore(const domain::StoreKey& store) override {
    if (is_broken) {
      return Error{.code = Code::kFailedPrecondition, .message = "the key was another one"};
    }
    auto known = std::make_shared<ports::SecretMap>();
    if (const auto found = by_store.find(store.store); found != by_store.end()) {
      known->emplace("hook_secret", Secret(found->second));
    }
    return std::shared_ptr<const ports::SecretMap>(std::move(known));
  }

  std::map<std::string, std::string> by_store;
  bool is_broken = false;
};

class CountingMeter : public ports::Meter {
 public:
  void WebhookCame(const ports::WebhookMeasure& webhook) override {
    EXPECT_EQ(webhook.connector, "fake");
    outcomes.push_back(webhook.outcome);
  }

  std::vector<WebhookOutcome> outcomes;
};

class StoreCallsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    storage_ = *storage::OpenStorage(
        {.path = ":memory:", .inline_mode = true}, executor_, clock_, nullptr);
    cv1::Webhook& webhook = *host_.manifest().mutable_webhook();
    webhook.mutable_secret()->set_name("hook_secret");
    webhook.set_signature_header("X-Signature");
    webhook.set_signature(cv1::Webhook::SIGNATURE_HMAC_SHA256_BASE64);
    webhook.set_topic_header("X-Topic");
    webhook.set_ping_prefix("webhook_id=");
    for (const auto& [prefix, operation] :
         {std::pair("order.", "orders.pull"), {"product.", "products.pull"}}) {
      cv1::WebhookTopic* topic = webhook.add_topics();
      topic->set_prefix(prefix);
      topic->set_operation(operation);
    }
    PutStore("web");
    secrets_.by_store["web"] = "s3cr3t";
  }

  void PutStore(const std::string& id) {
    v1::Store store;
    store.set_name("merchants/acme/stores/" + id);
    store.set_connector("connectors/fake");
    storage_->Submit(
        [&](ports::Tx& tx) { return tx.stores().Put({.merchant = "acme", .store = id}, store); },
        [](const Status& status) { ASSERT_TRUE(status) << status.error().message; });
    executor_.RunAll();
  }

  // One that is well signed.
  static HttpCall Call(const std::string& topic = "order.updated") {
    return {.method = "POST",
            .target = kPath,
            .headers = {{"Host", "here"}, {"X-Topic", topic}, {"X-Signature", kSignature}},
            .body = kBody};
  }

  HttpReply Answer(const HttpCall& call) {
    StoreCalls calls(
        {.storage = *storage_, .connectors = host_, .secrets = secrets_, .meter = meter_},
        [this](Heard heard, const std::function<void()>& heeded) {
          heard_.push_back(std::move(heard));
          heeded();
        });
    return calls.Answer(call);
  }

  // That a call is not believed, and why is told to us alone; nothing where it tells nothing.
  void ExpectRefused(const HttpCall& call, const std::string& why) {
    heard_.clear();
    const HttpReply reply = Answer(call);
    EXPECT_EQ(reply.status, 401) << why;
    EXPECT_EQ(reply.body,
              "No store of this name signs so. GetStore says why a call was refused.\n");
    ASSERT_EQ(heard_.size(), why.empty() ? 0U : 1U);
    if (!why.empty()) {
      EXPECT_NE(heard_[0].refusal.find(why), std::string::npos) << heard_[0].refusal;
      EXPECT_EQ(heard_[0].refusal.find("s3cr3t"), std::string::npos);
      EXPECT_FALSE(heard_[0].news);
    }
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_{clock_};
  std::unique_ptr<ports::Storage> storage_;
  testing::FakeStore store_;
  testing::FakeHost host_{store_, cv1::STOCK_BASIS_SALABLE};
  KnownSecrets secrets_;
  CountingMeter meter_;
  std::vector<Heard> heard_;
};

TEST_F(StoreCallsTest, WakeWhatTheirTopicIsAbout) {
  using domain::Flow;
  const std::pair<const char*, std::optional<Flow>> topics[] = {
      {"order.created", Flow::kOrders},
      {"order.updated", Flow::kOrders},
      {"order.deleted", Flow::kOrders},
      {"product.updated", Flow::kProducts},
      {"customer.updated", std::nullopt},
      {"orders", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [topic, news] : topics) {
    heard_.clear();

    const HttpReply reply = Answer(Call(topic));

    EXPECT_EQ(reply.status, 200) << topic;
    ASSERT_EQ(heard_.size(), 1U) << topic;
    EXPECT_EQ(heard_[0].store, (domain::StoreKey{.merchant = "acme", .store = "web"}));
    EXPECT_EQ(heard_[0].news, news) << topic;
    EXPECT_EQ(heard_[0].refusal, "");
  }
  EXPECT_EQ(meter_.outcomes,
            std::vector<WebhookOutcome>(std::size(topics), WebhookOutcome::kHeard));
}

// Proxies and HTTP/2 write the names of headers in small letters.
TEST_F(StoreCallsTest, AreKnownByHeadersOfAnyCaseAndWithAQuery) {
  HttpCall call = Call();
  call.target += "?from=here";
  call.headers = {{"x-topic", "order.created"}, {"x-signature", kSignature}};

  EXPECT_EQ(Answer(call).status, 200);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(heard_[0].news, domain::Flow::kOrders);
}

TEST_F(StoreCallsTest, AreRefusedWithoutTheRightSignature) {
  HttpCall other_body = Call();
  other_body.body = R"({"id":8})";
  ExpectRefused(other_body, "the signature is not made with the secret 'hook_secret'");

  HttpCall is_unsigned = Call();
  is_unsigned.headers.pop_back();
  ExpectRefused(is_unsigned, "");

  // Which one counts, none can tell.
  HttpCall is_signed_twice = Call();
  is_signed_twice.headers.emplace_back("x-signature", kSignature);
  ExpectRefused(is_signed_twice, "");

  EXPECT_EQ(meter_.outcomes,
            (std::vector{
                WebhookOutcome::kRefused, WebhookOutcome::kUnsigned, WebhookOutcome::kUnsigned}));
}

TEST_F(StoreCallsTest, OfOneStoreAreNotThoseOfAnother) {
  PutStore("shop");
  secrets_.by_store["shop"] = "another";
  HttpCall call = Call();
  call.target = "/webhooks/merchants/acme/stores/shop";

  ExpectRefused(call, "the signature is not made with");
}

TEST_F(StoreCallsTest, AreRefusedWhileTheStoreHasNoSecret) {
  secrets_.by_store.clear();

  ExpectRefused(Call(), "the store has no secret 'hook_secret'");
}

TEST_F(StoreCallsTest, AreRefusedWhileSecretsCannotBeRead) {
  secrets_.is_broken = true;

  ExpectRefused(Call(), "the store's secrets cannot be read: the key was another one");
}

TEST_F(StoreCallsTest, ByWhichAStoreTriesWhetherAnybodyAnswersWakeNothing) {
  secrets_.by_store.clear();
  const HttpCall ping{.method = "POST", .target = kPath, .body = "webhook_id=12"};

  EXPECT_EQ(Answer(ping).status, 200);

  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(meter_.outcomes, std::vector{WebhookOutcome::kPing});
}

TEST_F(StoreCallsTest, ThatBeginLikeAPingAreNone) {
  HttpCall is_signed = Call();
  is_signed.body = "webhook_id=12";
  ExpectRefused(is_signed, "the signature is not made with");

  const HttpCall is_long{
      .method = "POST", .target = kPath, .body = "webhook_id=" + std::string(200, '1')};
  ExpectRefused(is_long, "");

  host_.manifest().mutable_webhook()->clear_ping_prefix();
  const HttpCall is_unknown{.method = "POST", .target = kPath, .body = "webhook_id=12"};
  ExpectRefused(is_unknown, "");
}

// Who could ask which stores there are would learn who our merchants are.
TEST_F(StoreCallsTest, OfNobodyDoNotTellWhichStoresThereAre) {
  HttpCall unsigned_call = Call();
  unsigned_call.headers.pop_back();
  HttpCall wrong = Call();
  wrong.body = "{}";
  const HttpCall ping{.method = "POST", .target = "", .body = "webhook_id=12"};
  for (HttpCall call : {unsigned_call, wrong, ping}) {
    call.target = kPath;
    const HttpReply there = Answer(call);
    call.target = "/webhooks/merchants/acme/stores/none";
    const HttpReply none = Answer(call);

    EXPECT_EQ(there.status, none.status) << call.body;
    EXPECT_EQ(there.body, none.body) << call.body;
  }
}

TEST_F(StoreCallsTest, HaveAPathOfTheirOwn) {
  for (const char* target : {"/",
                             "/webhooks/",
                             "/webhooks/merchants/acme/stores/web/",
                             "/webhooks/merchants/acme/stores/../stores/web",
                             "/webhooks/merchants/acme",
                             "/merchants/acme/stores/web"}) {
    HttpCall call = Call();
    call.target = target;
    EXPECT_EQ(Answer(call).status, 404) << target;
  }
  EXPECT_TRUE(heard_.empty());
}

TEST_F(StoreCallsTest, AreNotBelievedWhereTheConnectorKnowsNone) {
  host_.manifest().clear_webhook();

  ExpectRefused(Call(), "");
}

TEST_F(StoreCallsTest, CannotBeJudgedWhileTheConnectorCannotBeUsed) {
  host_.Refuse("it does not fit");

  EXPECT_EQ(Answer(Call()).status, 503);

  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_NE(heard_[0].refusal.find("connector cannot be used"), std::string::npos);
}

TEST_F(StoreCallsTest, ThatSayTheSameArePassedOnOnceUntilTheyAreHeeded) {
  std::vector<std::function<void()>> heeded;
  StoreCalls calls(
      {.storage = *storage_, .connectors = host_, .secrets = secrets_, .meter = meter_},
      [&](const Heard& /*heard*/, std::function<void()> done) {
        heeded.push_back(std::move(done));
      });
  HttpCall wrong = Call();
  wrong.body = "{}";
  for (int i = 0; i < 100; ++i) {
    for (const HttpCall& call : {Call("order.updated"), Call("product.updated"), Call(""), wrong}) {
      EXPECT_NE(calls.Answer(call).status, 404);
    }
  }
  EXPECT_EQ(heeded.size(), 4U) << "orders, products, something else, a refusal";

  for (const auto& done : heeded) {
    done();
  }
  EXPECT_EQ(calls.Answer(Call()).status, 200);
  EXPECT_EQ(heeded.size(), 5U);
}

TEST_F(StoreCallsTest, ComeByPost) {
  HttpCall call = Call();
  call.method = "GET";

  const HttpReply reply = Answer(call);

  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.allow, "POST");
  EXPECT_TRUE(heard_.empty());
}

}  // namespace
}  // namespace storebridge::webhooks
