#include "adapters/egress/curl_transport.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <zlib.h>

#include "support/manual_executor.h"
#include "support/null_log.h"
#include "test_server.h"

namespace storebridge::egress {
namespace {

// The real transport against a server of ours.
class CurlTransportTest : public ::testing::Test {
 protected:
  void Open(std::vector<std::string> allowed) {
    CurlTransportOptions options;
    options.allowed_addresses = std::move(allowed);
    options.connect_timeout = std::chrono::milliseconds(5000);
    auto made = CurlTransport::Make(options, executor_, log_);
    ASSERT_TRUE(made) << made.error().message;
    transport_ = std::move(*made);
  }

  void Serve(TestServer::Handler handler) {
    server_ = std::make_unique<TestServer>(std::move(handler));
    Open({"127.0.0.0/8"});
  }

  [[nodiscard]] WireRequest Request(const std::string& method = "GET") const {
    WireRequest request;
    request.method = method;
    request.url = "http://" + server_->address() + "/x";
    request.body_max = 1 << 20;
    request.may_repeat = method == "GET";
    return request;
  }

  WireOutcome Ask(WireRequest request) {
    std::optional<WireOutcome> answer;
    transport_->Start(std::move(request), [&](WireOutcome outcome) { answer = outcome; });
    EXPECT_TRUE(executor_.RunUntil([&] { return answer.has_value(); }));
    return answer.value_or(WireOutcome());
  }

  WireResponse AskForResponse(WireRequest request) {
    WireOutcome outcome = Ask(std::move(request));
    if (const auto* failure = std::get_if<WireFailure>(&outcome)) {
      ADD_FAILURE() << failure->detail;
      return {};
    }
    return std::get<WireResponse>(outcome);
  }

  WireFailure AskForFailure(WireRequest request) {
    WireOutcome outcome = Ask(std::move(request));
    if (std::holds_alternative<WireResponse>(outcome)) {
      ADD_FAILURE() << "answered " << std::get<WireResponse>(outcome).status;
      return {};
    }
    return std::get<WireFailure>(outcome);
  }

  testing::ManualExecutor executor_;
  testing::NullLog log_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<HttpTransport> transport_;
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// ------------------------------------------------------------------------------ requests and
// answers

TEST_F(CurlTransportTest, SendsMethodHeadersAndBodyAndNothingOfItsOwn) {
  std::mutex mutex;
  std::vector<std::string> seen;
  Serve([&](ServerConnection& connection) {
    for (std::string text; !(text = connection.ReadRequest()).empty();) {
      {
        const std::lock_guard lock(mutex);
        seen.push_back(text);
      }
      connection.Write(HttpText(200, ""));
    }
  });
  WireRequest request = Request("PUT");
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.body = std::make_shared<const std::string>("{\"a\":1}");

  AskForResponse(request);
  AskForResponse(Request("DELETE"));
  AskForResponse(Request("POST"));

  const std::string host = "Host: " + server_->address() + "\r\n";
  const std::string fixed =
      "User-Agent: storebridge/0.1\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n";
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0],
            "PUT /x HTTP/1.1\r\n" + host + fixed +
                "Content-Type: application/json\r\nX-Empty:\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
  EXPECT_EQ(seen[1], "DELETE /x HTTP/1.1\r\n" + host + fixed + "\r\n");
  EXPECT_EQ(seen[2], "POST /x HTTP/1.1\r\n" + host + fixed + "Content-Length: 0\r\n\r\n");
}

TEST_F(CurlTransportTest, GivesHeadersInLowerCaseAndValidUtf8) {
  Serve(AlwaysAnswers(HttpText(404, "gone", "X-Name:  caf\xE9 \r\nx-wp-total: 7\r\n")));

  const WireResponse response = AskForResponse(Request());

  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(response.body, "gone");
  ASSERT_EQ(response.headers.size(), 3U);
  EXPECT_EQ(response.headers[0].name, "x-name");
  EXPECT_EQ(response.headers[0].value, "caf?");
  EXPECT_EQ(response.headers[1].value, "7");
}

TEST_F(CurlTransportTest, ForgetsInterimAnswers) {
  Serve(AlwaysAnswers("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HttpText(200, "ok")));

  const WireResponse response = AskForResponse(Request());

  EXPECT_EQ(response.status, 200U);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].name, "content-length");
}

TEST_F(CurlTransportTest, ReadsNoBodyAfterHead) {
  Serve(AlwaysAnswers("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"));

  const WireResponse response = AskForResponse(Request("HEAD"));

  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, "");
}

TEST_F(CurlTransportTest, FollowsNoRedirect) {
  Serve(AlwaysAnswers(HttpText(302, "", "Location: /y\r\n")));

  EXPECT_EQ(AskForResponse(Request()).status, 302U);
}

TEST_F(CurlTransportTest, KeepsConnections) {
  Serve(AlwaysAnswers(HttpText(200, "ok")));

  for (int i = 0; i < 20; ++i) {
    AskForResponse(Request());
  }

  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(CurlTransportTest, RunsManyRequestsAtOnce) {
  Serve(AlwaysAnswers(HttpText(200, std::string(1000, 'a'))));
  constexpr int kCount = 200;
  int good = 0;
  int answered = 0;
  for (int i = 0; i < kCount; ++i) {
    transport_->Start(Request(), [&](WireOutcome outcome) {
      ++answered;
      const auto* response = std::get_if<WireResponse>(&outcome);
      good += response != nullptr && response->body.size() == 1000 ? 1 : 0;
    });
  }

  EXPECT_TRUE(executor_.RunUntil([&] { return answered == kCount; }));
  EXPECT_EQ(good, kCount);
}

// --------------------------------------------------------------------------------------------
// limits

TEST_F(CurlTransportTest, UnpacksGzip) {
  const std::string text(100'000, 'a');
  Serve(AlwaysAnswers(HttpText(200, Gzip(text), "Content-Encoding: gzip\r\n")));

  const WireResponse response = AskForResponse(Request());

  EXPECT_EQ(response.body, text);
  EXPECT_TRUE(response.headers.empty());
}

TEST_F(CurlTransportTest, StopsAGzipBomb) {
  const std::string bomb = Gzip(std::string(64 << 20, '\0'));
  ASSERT_LT(bomb.size(), 100'000U);
  Serve(AlwaysAnswers(HttpText(200, bomb, "Content-Encoding: gzip\r\n")));

  const WireFailure failure = AskForFailure(Request());

  EXPECT_EQ(failure.trouble, WireTrouble::kTooLarge);
}

TEST_F(CurlTransportTest, TakesExactlyAsMuchAsAllowed) {
  Serve(AlwaysAnswers(HttpText(200, std::string(1000, 'a'))));
  WireRequest request = Request();
  request.body_max = 1000;
  EXPECT_EQ(AskForResponse(request).body.size(), 1000U);

  request.body_max = 999;
  EXPECT_EQ(AskForFailure(request).trouble, WireTrouble::kTooLarge);
}

TEST_F(CurlTransportTest, StopsABodyWithoutALength) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "1000\r\n" + std::string(0x1000, 'a') + "\r\n";
    while (connection.Write(chunk)) {
    }
  });

  EXPECT_EQ(AskForFailure(Request()).trouble, WireTrouble::kTooLarge);
}

TEST_F(CurlTransportTest, StopsHeadersWithoutAnEnd) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n");
    while (connection.Write("X-A: " + std::string(1000, 'a') + "\r\n")) {
    }
  });

  EXPECT_EQ(AskForFailure(Request()).trouble, WireTrouble::kTooLarge);
}

TEST_F(CurlTransportTest, GivesUpASlowDrip) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (connection.Write("a") && !connection.PeerCloses(5)) {
    }
  });
  WireRequest request = Request();
  request.timeout = std::chrono::milliseconds(150);

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTimeout);
  EXPECT_TRUE(failure.sent);
}

// ------------------------------------------------------------------------- before and after
// sending

TEST_F(CurlTransportTest, SaysThatNothingWasSentWhenRefused) {
  Serve(AlwaysAnswers(""));
  WireRequest request = Request("POST");
  server_.reset();

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kConnect);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatNothingWasSentWithoutAnAddress) {
  Serve(AlwaysAnswers(""));
  WireRequest request = Request("POST");
  request.url = "http://no-such-host.invalid/";

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kName);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatNothingWasSentWhenTheHandshakeFails) {
  Serve([](ServerConnection& connection) {
    connection.Write("no TLS here, no TLS here, no TLS here");
    connection.PeerCloses(5000);
  });
  WireRequest request = Request("POST");
  request.url = "https://" + server_->address() + "/x";

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTls);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatNothingWasSentWhenTheHandshakeHangs) {
  Serve([](ServerConnection& connection) {
    while (!connection.ReadRequest().empty()) {
    }
  });
  WireRequest request = Request("POST");
  request.url = "https://" + server_->address() + "/x";
  request.timeout = std::chrono::milliseconds(150);

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTimeout);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatItWasSentWhenTheAnswerIsLost) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Reset();
  });

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBroken);
  EXPECT_TRUE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatItWasSentWhenTheAnswerIsCut) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBroken);
  EXPECT_TRUE(failure.sent);
}

TEST_F(CurlTransportTest, SaysThatItWasSentWhenNobodyAnswers) {
  Serve([](ServerConnection& connection) {
    while (!connection.ReadRequest().empty()) {
    }
  });
  WireRequest request = Request("POST");
  request.timeout = std::chrono::milliseconds(150);

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTimeout);
  EXPECT_TRUE(failure.sent);
}

TEST_F(CurlTransportTest, TakesNoOldProtocolForAnAnswer) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("just text");
  });

  EXPECT_EQ(AskForFailure(Request()).trouble, WireTrouble::kBroken);
}

// Counts requests; answers the first on each connection, and dies on the second after reading it.
class DyingServer {
 public:
  TestServer::Handler Handler() {
    return [this](ServerConnection& connection) {
      while (!connection.ReadRequest().empty()) {
        if (++requests_ == 2) {
          connection.Reset();
          return;
        }
        connection.Write(HttpText(200, "ok"));
      }
    };
  }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  std::atomic<int> requests_{0};
};

TEST_F(CurlTransportTest, RepeatsAReadingRequestOnADeadConnection) {
  DyingServer dying;
  Serve(dying.Handler());
  AskForResponse(Request());

  EXPECT_EQ(AskForResponse(Request()).status, 200U);

  EXPECT_EQ(dying.requests(), 3);
}

TEST_F(CurlTransportTest, NeverRepeatsAnUnsafeRequestOnADeadConnection) {
  DyingServer dying;
  Serve(dying.Handler());
  AskForResponse(Request());

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_TRUE(failure.sent);
  EXPECT_EQ(dying.requests(), 2);
}

// -----------------------------------------------------------------------------------------
// cancelling

TEST_F(CurlTransportTest, ClosesTheConnectionOfACancelledRequest) {
  std::atomic<bool> asked{false};
  std::atomic<bool> closed{false};
  Serve([&](ServerConnection& connection) {
    connection.ReadRequest();
    asked = true;
    executor_.Post([] {});
    closed = connection.ReadRequest().empty();
    executor_.Post([] {});
  });
  bool answered = false;
  const auto id = transport_->Start(Request(), [&](WireOutcome) { answered = true; });
  ASSERT_TRUE(executor_.RunUntil([&] { return asked.load(); }));

  transport_->Cancel(id);
  transport_->Cancel(id);

  EXPECT_TRUE(executor_.RunUntil([&] { return closed.load(); }));
  EXPECT_FALSE(answered);
}

TEST_F(CurlTransportTest, EndsWhileRequestsAreOnTheirWay) {
  std::atomic<bool> asked{false};
  Serve([&](ServerConnection& connection) {
    connection.ReadRequest();
    asked = true;
    executor_.Post([] {});
    connection.ReadRequest();
  });
  bool answered = false;
  transport_->Start(Request(), [&](WireOutcome) { answered = true; });
  ASSERT_TRUE(executor_.RunUntil([&] { return asked.load(); }));

  transport_.reset();
  executor_.RunAll();

  EXPECT_FALSE(answered);
}

// ------------------------------------------------------------------------------------------
// addresses

TEST_F(CurlTransportTest, ReachesNoAddressThatIsNotPublicByAnyTrick) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({});
  const std::string port = ":" + std::to_string(server_->port());
  for (const std::string url : {
           "http://127.0.0.1" + port + "/x",
           "http://127.1" + port + "/",
           "http://127.0.1" + port + "/",
           "http://2130706433" + port + "/",
           "http://0x7f000001" + port + "/",
           "http://0x7f.1" + port + "/",
           "http://0177.0.0.1" + port + "/",
           "http://017700000001" + port + "/",
           "http://127.0.0.1." + port + "/",
           "http://127.255.255.254" + port + "/",
           "http://localhost" + port + "/",
           "http://LOCALHOST" + port + "/",
           "http://localhost." + port + "/",
           "http://[::1]" + port + "/",
           "http://[0:0:0:0:0:0:0:1]" + port + "/",
           "http://[::ffff:127.0.0.1]" + port + "/",
           "http://[::ffff:7f00:1]" + port + "/",
           "http://[::127.0.0.1]" + port + "/",
           "http://[64:ff9b::7f00:1]" + port + "/",
           "http://[2002:7f00:1::]" + port + "/",
           "http://[fe80::1]" + port + "/",
           "http://[fe80::1%251]" + port + "/",
           "http://[fd00:ec2::254]/",
           "http://0.0.0.0" + port + "/",
           "http://0" + port + "/",
           "http://[::]" + port + "/",
           "http://169.254.169.254/latest/meta-data/",
           "http://169.254.170.2/v2/credentials",
           "http://100.100.100.200/",
           "http://168.63.129.16/",
           "http://10.0.0.1/",
           "http://192.168.0.1/",
           "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1" + port + "/",
           "http://a@127.0.0.1" + port + "/",
           "http://8.8.8.8:22/",
           "https://127.0.0.1" + port + "/",
           std::string("file:///etc/passwd"),
           "gopher://127.0.0.1" + port + "/_x",
           "ftp://127.0.0.1" + port + "/",
           "dict://127.0.0.1" + port + "/x",
       }) {
    SCOPED_TRACE(url);
    WireRequest request = Request();
    request.url = url;
    request.timeout = std::chrono::milliseconds(2000);

    const WireFailure failure = AskForFailure(request);

    EXPECT_FALSE(failure.sent && failure.trouble != WireTrouble::kBroken);
  }
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(CurlTransportTest, NamesTheAddressThatItDidNotReach) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({});

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBlocked);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(failure.detail, server_->address());
}

TEST_F(CurlTransportTest, ReachesWhatIsAllowedByPortOrName) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({server_->address()});
  EXPECT_EQ(AskForResponse(Request()).status, 200U);

  Open({"localhost:" + std::to_string(server_->port())});
  WireRequest request = Request();
  EXPECT_EQ(AskForFailure(request).trouble, WireTrouble::kBlocked);
  request.url = "http://localhost:" + std::to_string(server_->port()) + "/x";
  EXPECT_EQ(AskForResponse(request).status, 200U);
}

TEST_F(CurlTransportTest, IgnoresProxiesOfTheEnvironment) {
  TestServer proxy(AlwaysAnswers(HttpText(200, "proxied")));
  const std::string address = "http://" + proxy.address();
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) {
    setenv(name, address.c_str(), 1);
  }
  Serve(AlwaysAnswers(HttpText(200, "direct")));

  EXPECT_EQ(AskForResponse(Request()).body, "direct");

  EXPECT_EQ(proxy.connections(), 0);
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) {
    unsetenv(name);
  }
}

// --------------------------------------------------------------------------------------------
// options

// Keeps what was written.
class KeptLog final : public ports::Log {
 public:
  void Write(ports::LogLevel level,
             std::string_view message,
             std::initializer_list<Field> fields) override {
    lines.emplace_back(level, std::string(message));
    for (const Field& field : fields) {
      lines.back().second += " " + field.second;
    }
  }
  std::vector<std::pair<ports::LogLevel, std::string>> lines;
};

TEST(CurlTransportOptionsTest, WarnsOnceWhenPrivateAddressesAreAllowed) {
  testing::ManualExecutor executor;
  KeptLog log;
  CurlTransportOptions options;
  EXPECT_TRUE(CurlTransport::Make(options, executor, log));
  EXPECT_TRUE(log.lines.empty());

  options.allowed_addresses = {"127.0.0.1:8080", "10.0.0.0/8"};
  EXPECT_TRUE(CurlTransport::Make(options, executor, log));

  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.lines[0].first, ports::LogLevel::kWarning);
  EXPECT_NE(log.lines[0].second.find("127.0.0.1:8080, 10.0.0.0/8"), std::string::npos);
}

TEST(CurlTransportOptionsTest, RefusesWhatCannotWork) {
  testing::ManualExecutor executor;
  KeptLog log;
  CurlTransportOptions bad_rule;
  bad_rule.allowed_addresses = {"everything"};
  CurlTransportOptions bad_file;
  bad_file.extra_ca_file = "/no/such/file.pem";

  EXPECT_FALSE(CurlTransport::Make(bad_rule, executor, log));
  EXPECT_FALSE(CurlTransport::Make(bad_file, executor, log));
}

}  // namespace
}  // namespace storebridge::egress
