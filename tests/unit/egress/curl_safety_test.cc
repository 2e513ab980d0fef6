#include <atomic>
#include <cstdlib>

#include <gtest/gtest.h>

#include "curl_fixture.h"

namespace storebridge::egress {
namespace {

class CurlSafetyTest : public CurlTransportTest {
 protected:
  void ExpectNothingLeaves(const WireRequest& request) {
    const WireFailure failure = AskForFailure(request);
    EXPECT_EQ(failure.trouble, WireTrouble::kBlocked);
    EXPECT_FALSE(failure.sent);
    EXPECT_EQ(server_->connections(), 0);
  }
};

TEST_F(CurlSafetyTest, SaysThatNothingWasSentWhenRefused) {
  Serve(AlwaysAnswers(""));
  WireRequest request = Request("POST");
  server_.reset();

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kConnect);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatNothingWasSentWithoutAnAddress) {
  Serve(AlwaysAnswers(""));
  WireRequest request = Request("POST");
  request.url = UrlOf("http://no-such-host.invalid/");

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kName);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatNothingWasSentWhenTheHandshakeFails) {
  Serve([](ServerConnection& connection) {
    connection.Write("no TLS here, no TLS here, no TLS here");
    connection.PeerCloses(5000);
  });
  WireRequest request = Request("POST");
  request.url = UrlOf("https://" + server_->address() + "/x");

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTls);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatNothingWasSentWhenTheHandshakeHangs) {
  Serve([](ServerConnection& connection) {
    while (!connection.ReadRequest().empty()) {
    }
  });
  WireRequest request = Request("POST");
  request.url = UrlOf("https://" + server_->address() + "/x");
  request.timeout = std::chrono::milliseconds(150);

  const WireFailure failure = AskForFailure(request);

  EXPECT_EQ(failure.trouble, WireTrouble::kTimeout);
  EXPECT_FALSE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatItWasSentWhenTheAnswerIsLost) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Reset();
  });

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBroken);
  EXPECT_TRUE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatItWasSentWhenTheAnswerIsCut) {
  Serve([](ServerConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBroken);
  EXPECT_TRUE(failure.sent);
}

TEST_F(CurlSafetyTest, SaysThatItWasSentWhenNobodyAnswers) {
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

TEST_F(CurlSafetyTest, TakesNoOldProtocolForAnAnswer) {
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

TEST_F(CurlSafetyTest, RepeatsAReadingRequestOnADeadConnection) {
  DyingServer dying;
  Serve(dying.Handler());
  AskForResponse(Request());

  EXPECT_EQ(AskForResponse(Request()).status, 200U);

  EXPECT_EQ(dying.requests(), 3);
}

TEST_F(CurlSafetyTest, NeverRepeatsAnUnsafeRequestOnADeadConnection) {
  DyingServer dying;
  Serve(dying.Handler());
  AskForResponse(Request());

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_TRUE(failure.sent);
  EXPECT_EQ(dying.requests(), 2);
}

TEST_F(CurlSafetyTest, ReachesNoAddressThatIsNotPublicByAnyTrick) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({});
  const std::string port = ":" + std::to_string(server_->port());
  const std::vector<std::string> urls{
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
  };
  int refused = 0;
  for (const std::string& text : urls) {
    SCOPED_TRACE(text);
    const Result<Url> url = ParseUrl(text);
    if (!url) {
      ++refused;  // Never comes to the transport.
      continue;
    }
    WireRequest request = Request();
    request.url = *url;
    request.timeout = std::chrono::milliseconds(2000);

    const WireFailure failure = AskForFailure(request);

    EXPECT_FALSE(failure.sent);
  }
  EXPECT_EQ(refused, 3) << "a zone, circled digits, a user";
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(CurlSafetyTest, SendsNoTargetOfMoreThanOneWord) {
  Serve(AlwaysAnswers(HttpText(200, "reached")));
  for (const std::string path : {"", "x", "/x y", "/x\r\nX-Evil: 1", "/\xC3\xA4"}) {
    SCOPED_TRACE(path);
    WireRequest request = Request();
    request.url.path = path;
    ExpectNothingLeaves(request);
  }
}

TEST_F(CurlSafetyTest, SpeaksNothingButHttp) {
  Serve(AlwaysAnswers(HttpText(200, "reached")));
  for (const std::string scheme : {"gopher", "ftp", "dict", "telnet"}) {
    SCOPED_TRACE(scheme);
    WireRequest request = Request();
    request.url.scheme = scheme;
    ExpectNothingLeaves(request);
  }
}

TEST_F(CurlSafetyTest, NamesTheAddressThatItDidNotReach) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({});

  const WireFailure failure = AskForFailure(Request("POST"));

  EXPECT_EQ(failure.trouble, WireTrouble::kBlocked);
  EXPECT_FALSE(failure.sent);
  EXPECT_EQ(failure.detail, server_->address());
}

TEST_F(CurlSafetyTest, ReachesWhatIsAllowedByPortOrName) {
  server_ = std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "reached")));
  Open({server_->address()});
  EXPECT_EQ(AskForResponse(Request()).status, 200U);

  Open({"localhost:" + std::to_string(server_->port())});
  WireRequest request = Request();
  EXPECT_EQ(AskForFailure(request).trouble, WireTrouble::kBlocked);
  request.url = UrlOf("http://localhost:" + std::to_string(server_->port()) + "/x");
  EXPECT_EQ(AskForResponse(request).status, 200U);
}

// Nothing else reads the environment meanwhile.
// NOLINTBEGIN(concurrency-mt-unsafe)
TEST_F(CurlSafetyTest, IgnoresProxiesOfTheEnvironment) {
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
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace
}  // namespace storebridge::egress
