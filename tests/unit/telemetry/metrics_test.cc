#include "adapters/telemetry/metrics.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/telemetry/metrics_page.h"
#include "adapters/telemetry/process_facts.h"

namespace storebridge::telemetry {
namespace {

using connector::v1::Failure;
using ports::HttpReply;

bool Shows(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

class MetricsTest : public ::testing::Test {
 protected:
  HttpReply Ask(std::vector<Fact> facts, std::string method, std::string target) {
    const MetricsPage page(metrics_, [facts = std::move(facts)] { return facts; });
    return page.Answer({.method = std::move(method), .target = std::move(target)});
  }

  Metrics metrics_;
};

TEST_F(MetricsTest, CountRunsByConnectorFlowAndState) {
  for (const auto state :
       {v1::SyncRun::STATE_SUCCEEDED, v1::SyncRun::STATE_SUCCEEDED, v1::SyncRun::STATE_FAILED}) {
    metrics_.RunEnded(
        {.connector = "woo", .flow = domain::Flow::kOrders, .state = state, .ms = 300});
  }

  const std::string text = metrics_.Text();

  const std::string where = R"(connector="woo",flow="orders")";
  EXPECT_TRUE(Shows(text, "storebridge_sync_runs_total{" + where + R"(,state="succeeded"} 2)"))
      << text;
  EXPECT_TRUE(Shows(text, "storebridge_sync_runs_total{" + where + R"(,state="failed"} 1)"));
  EXPECT_TRUE(Shows(text, "storebridge_sync_run_seconds_count{" + where + "} 3"));
  EXPECT_TRUE(Shows(text, "storebridge_sync_run_seconds_bucket{" + where + R"(,le="0.2"} 0)"));
  EXPECT_TRUE(Shows(text, "storebridge_sync_run_seconds_bucket{" + where + R"(,le="1"} 3)"));
}

TEST_F(MetricsTest, TellTheKindOfAnAnswerAndWhyThereWasNone) {
  metrics_.RequestEnded({.connector = "woo", .status = 200, .ms = 40});
  metrics_.RequestEnded({.connector = "woo", .status = 201, .ms = 40});
  metrics_.RequestEnded({.connector = "woo", .status = 404, .ms = 40});
  metrics_.RequestEnded({.connector = "woo", .failure = Failure::CODE_RATE_LIMITED, .ms = 40});

  const std::string text = metrics_.Text();

  const std::string of = R"(storebridge_store_requests_total{connector="woo",outcome=)";
  EXPECT_TRUE(Shows(text, of + R"("2xx"} 2)")) << text;
  EXPECT_TRUE(Shows(text, of + R"("4xx"} 1)"));
  EXPECT_TRUE(Shows(text, of + R"("rate_limited"} 1)"));
  EXPECT_TRUE(Shows(text, R"(storebridge_store_request_seconds_count{connector="woo"} 4)"));
}

TEST_F(MetricsTest, CountCallsByMethodAndCode) {
  metrics_.CallEnded({.method = "/a.B/C", .code = "OK", .ms = 3});
  metrics_.CallEnded({.method = "/a.B/C", .code = "NOT_FOUND", .ms = 3});

  const std::string text = metrics_.Text();

  EXPECT_TRUE(Shows(text, R"(storebridge_calls_total{code="NOT_FOUND",method="/a.B/C"} 1)"));
  EXPECT_TRUE(Shows(text, R"(storebridge_call_seconds_count{method="/a.B/C"} 2)")) << text;
}

TEST_F(MetricsTest, CountCallsOfStoresByWhatCameOfThem) {
  using ports::WebhookOutcome;
  for (const auto outcome :
       {WebhookOutcome::kHeard, WebhookOutcome::kPing, WebhookOutcome::kRefused}) {
    metrics_.WebhookCame({.connector = "woo", .outcome = outcome});
  }
  metrics_.WebhookCame({.connector = "woo"});

  const std::string text = metrics_.Text();

  const std::string of = R"(storebridge_webhooks_total{connector="woo",outcome=)";
  EXPECT_TRUE(Shows(text, of + R"("heard"} 2)")) << text;
  EXPECT_TRUE(Shows(text, of + R"("ping"} 1)"));
  EXPECT_TRUE(Shows(text, of + R"("refused"} 1)"));
}

TEST_F(MetricsTest, HaveASeriesOfEachMethodBeforeItFails) {
  metrics_.ExpectCalls("/a.B/C");

  EXPECT_TRUE(
      Shows(metrics_.Text(), R"(storebridge_calls_total{code="INTERNAL",method="/a.B/C"} 0)"));
}

TEST_F(MetricsTest, AreShownWithFacts) {
  metrics_.CallEnded({.method = "/a.B/C", .code = "OK", .ms = 3});

  const HttpReply reply = Ask({{.name = "storebridge_stores",
                                .help = "Stores.",
                                .samples = {{.labels = {{"state", "active"}}, .value = 7}}},
                               {.name = "storebridge_commits_total",
                                .help = "Commits.",
                                .only_grows = true,
                                .samples = {{.labels = {}, .value = 12}}}},
                              "GET",
                              "/metrics");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(Shows(reply.body, R"(storebridge_calls_total{code="OK",method="/a.B/C"} 1)"));
  EXPECT_TRUE(Shows(reply.body, R"(storebridge_stores{state="active"} 7)"));
  EXPECT_TRUE(Shows(reply.body, "# TYPE storebridge_commits_total counter"));
  EXPECT_TRUE(Shows(reply.body, "storebridge_commits_total 12")) << reply.body;
}

TEST_F(MetricsTest, AreAllThatThereIsToSee) {
  for (const char* path : {"/", "/metrics/../../etc/passwd", "/etc/passwd", "/metric"}) {
    EXPECT_EQ(Ask({}, "GET", path).status, 404) << path;
  }
}

TEST_F(MetricsTest, AreShownByGetAlone) {
  const HttpReply reply = Ask({}, "POST", "/metrics");

  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.allow, "GET");
  EXPECT_EQ(reply.body.find("storebridge_"), std::string::npos);
}

TEST_F(MetricsTest, SayWhyThereAreNone) {
  const MetricsPage page(metrics_,
                         []() -> std::vector<Fact> { throw std::runtime_error("no room"); });

  const HttpReply reply = page.Answer({.method = "GET", .target = "/metrics"});

  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body, "No metrics: no room.\n");
}

TEST(ProcessFactsTest, SayWhatTheProcessUses) {
  int seen = 0;
  for (const Fact& fact : ProcessFacts()) {
    ASSERT_EQ(fact.samples.size(), 1U) << fact.name;
    EXPECT_GT(fact.samples.front().value, 0) << fact.name;
    ++seen;
  }
  EXPECT_EQ(seen, 4);
}

}  // namespace
}  // namespace storebridge::telemetry
