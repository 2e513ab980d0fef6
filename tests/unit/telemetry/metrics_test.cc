#include "adapters/telemetry/metrics.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/telemetry/metrics_server.h"
#include "adapters/telemetry/process_facts.h"
#include "support/plain_http.h"

namespace storebridge::telemetry {
namespace {

using connector::v1::Failure;
using testing::Exchange;
using testing::Get;
using testing::PortIn;

bool Shows(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

class MetricsTest : public ::testing::Test {
 protected:
  void Start(std::vector<Fact> facts) {
    auto started = MetricsServer::Start(
        "127.0.0.1", 0, metrics_, [facts = std::move(facts)] { return facts; });
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }
  [[nodiscard]] int port() const { return PortIn(server_->address()); }

  Metrics metrics_;
  std::unique_ptr<MetricsServer> server_;
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

TEST_F(MetricsTest, HaveASeriesOfEachMethodBeforeItFails) {
  metrics_.ExpectCalls("/a.B/C");

  EXPECT_TRUE(
      Shows(metrics_.Text(), R"(storebridge_calls_total{code="INTERNAL",method="/a.B/C"} 0)"));
}

TEST_F(MetricsTest, AreShownWithFacts) {
  metrics_.CallEnded({.method = "/a.B/C", .code = "OK", .ms = 3});
  Start({{.name = "storebridge_stores",
          .help = "Stores.",
          .samples = {{.labels = {{"state", "active"}}, .value = 7}}},
         {.name = "storebridge_commits_total",
          .help = "Commits.",
          .only_grows = true,
          .samples = {{.labels = {}, .value = 12}}}});

  const std::string answer = Get(port(), "/metrics");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(Shows(answer, R"(storebridge_calls_total{code="OK",method="/a.B/C"} 1)"));
  EXPECT_TRUE(Shows(answer, R"(storebridge_stores{state="active"} 7)"));
  EXPECT_TRUE(Shows(answer, "# TYPE storebridge_commits_total counter"));
  EXPECT_TRUE(Shows(answer, "storebridge_commits_total 12")) << answer;
}

TEST_F(MetricsTest, AreAllThatThereIsToSee) {
  Start({});

  for (const char* path : {"/", "/metrics/../../etc/passwd", "/etc/passwd", "/metric"}) {
    EXPECT_TRUE(Get(port(), path).starts_with("HTTP/1.1 404 ")) << path;
  }
}

TEST_F(MetricsTest, AreShownByGetAlone) {
  Start({});

  const std::string answer = Exchange(
      port(), "POST /metrics HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000000\r\n\r\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 ")) << answer;
  EXPECT_EQ(answer.find("storebridge_"), std::string::npos);
}

TEST_F(MetricsTest, AreNotShownForARequestThatIsTooLong) {
  Start({});

  const std::string head = "GET /metrics HTTP/1.1\r\nX-Long: ";
  const std::string answer = Exchange(port(), head + std::string(kMetricsHeadBytesMax, 'x'));

  EXPECT_EQ(answer, "");
  EXPECT_TRUE(Get(port(), "/metrics").starts_with("HTTP/1.1 200 OK\r\n")) << "it goes on";
}

// A connection that says nothing, as long as it lives.
class Silence {
 public:
  explicit Silence(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Silence() { close(socket_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int socket_;
};

TEST_F(MetricsTest, AreShownBesideConnectionsThatSayNothing) {
  Start({});
  std::vector<std::unique_ptr<Silence>> silent;
  while (silent.size() + 1 < kMetricsConnectionsMax) {
    silent.push_back(std::make_unique<Silence>(port()));
  }
  EXPECT_TRUE(Get(port(), "/metrics").starts_with("HTTP/1.1 200 OK\r\n"));

  silent.push_back(std::make_unique<Silence>(port()));
  EXPECT_EQ(Get(port(), "/metrics"), "") << "one too many is closed";

  server_.reset();  // Waits for none of them.
}

TEST_F(MetricsTest, SayWhyThereAreNone) {
  auto started = MetricsServer::Start(
      "127.0.0.1", 0, metrics_, []() -> std::vector<Fact> { throw std::runtime_error("no room"); });
  ASSERT_TRUE(started) << started.error().message;

  const std::string answer = Get(PortIn((*started)->address()), "/metrics");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
  EXPECT_NE(answer.find("No metrics: no room."), std::string::npos);
}

TEST_F(MetricsTest, CanBeAtEachAddressOfThisMachine) {
  for (const auto& [host, begin] :
       {std::pair{"127.0.0.1", "127.0.0.1:"}, {"localhost", "127.0.0.1:"}, {"::1", "[::1]:"}}) {
    const auto started =
        MetricsServer::Start(host, 0, metrics_, [] { return std::vector<Fact>(); });
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_TRUE((*started)->address().starts_with(begin)) << (*started)->address();
  }
}

TEST_F(MetricsTest, CannotBeOnAPortThatIsTaken) {
  Start({});

  const auto second =
      MetricsServer::Start("127.0.0.1", static_cast<std::uint16_t>(port()), metrics_, [] {
        return std::vector<Fact>();
      });

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "METRICS_ADDRESS");
  for (const std::string& part :
       {"'" + server_->address() + "'", std::string("Address already in use")}) {
    EXPECT_NE(second.error().message.find(part), std::string::npos) << second.error().message;
  }
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
