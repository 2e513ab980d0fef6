#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include "curl_fixture.h"
#include "support/kept_log.h"

namespace storebridge::egress {
namespace {

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

TEST_F(CurlTransportTest, ClosesWhatABusyMomentOpenedBeside) {
  constexpr int kCount = 100;
  // One for the origin, and 16 beside.
  constexpr int kKept = 17;
  std::mutex mutex;
  std::condition_variable moved;
  int asked = 0;
  int open = 0;
  Serve([&](ServerConnection& connection) {
    std::unique_lock lock(mutex);
    ++open;
    lock.unlock();
    while (!connection.ReadRequest().empty()) {
      lock.lock();
      ++asked;
      moved.notify_all();
      // Nobody is answered before all have asked: so each has a connection of its own.
      moved.wait_for(lock, std::chrono::seconds(20), [&] { return asked >= kCount; });
      lock.unlock();
      connection.Write(HttpText(200, "ok"));
    }
    lock.lock();
    --open;
    moved.notify_all();
  });
  int answered = 0;
  for (int i = 0; i < kCount; ++i) {
    transport_->Start(Request(), [&](const WireOutcome& /*outcome*/) { ++answered; });
  }
  ASSERT_TRUE(executor_.RunUntil([&] { return answered == kCount; }));

  std::unique_lock lock(mutex);
  EXPECT_TRUE(moved.wait_for(lock, std::chrono::seconds(20), [&] { return open <= kKept; }))
      << open;
  EXPECT_EQ(server_->connections(), kCount);
  lock.unlock();
  // Its threads use what is above.
  server_.reset();
}

// With one multi handle, and with several.
class ManyOriginsTest : public CurlTransportTest, public ::testing::WithParamInterface<int> {
 protected:
  static constexpr std::size_t kOrigins = 40;

  void SetUp() override {
    // Half of the files that may be open are for connections.
    rlimit files{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 65'536);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
    for (std::size_t i = 0; i < kOrigins; ++i) {
      servers_.push_back(std::make_unique<TestServer>(AlwaysAnswers(HttpText(200, "ok"))));
    }
    Open({"127.0.0.0/8"}, static_cast<std::size_t>(GetParam()));
  }

  // Asks all of them at once.
  void AskAll() {
    std::size_t good = 0;
    for (const auto& server : servers_) {
      transport_->Start(RequestTo(*server), [&](const WireOutcome& outcome) {
        good += std::holds_alternative<WireResponse>(outcome) ? 1U : 0U;
      });
    }
    EXPECT_TRUE(executor_.RunUntil([&] { return good == kOrigins; }));
  }

  std::vector<std::unique_ptr<TestServer>> servers_;
};

TEST_P(ManyOriginsTest, KeepAConnectionEach) {
  for (int round = 0; round < 3; ++round) {
    AskAll();
  }

  for (const auto& server : servers_) {
    EXPECT_EQ(server->connections(), 1);
  }
}

TEST_P(ManyOriginsTest, LoseOnlyTheRequestThatIsCancelled) {
  std::atomic<bool> asked{false};
  std::atomic<bool> closed{false};
  TestServer silent([&](ServerConnection& connection) {
    connection.ReadRequest();
    asked = true;
    executor_.Post([] {});
    closed = connection.ReadRequest().empty();
    executor_.Post([] {});
  });
  const auto id = transport_->Start(RequestTo(silent), [](WireOutcome) { ADD_FAILURE(); });
  ASSERT_TRUE(executor_.RunUntil([&] { return asked.load(); }));

  transport_->Cancel(id);
  AskAll();

  EXPECT_TRUE(executor_.RunUntil([&] { return closed.load(); }));
}

INSTANTIATE_TEST_SUITE_P(Connections, ManyOriginsTest, ::testing::Values(40, 16'384));

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

TEST(CurlTransportOptionsTest, WarnsOnceWhenPrivateAddressesAreAllowed) {
  testing::ManualExecutor executor;
  testing::KeptLog log;
  CurlTransportOptions options;
  EXPECT_TRUE(CurlTransport::Make(options, executor, log));
  EXPECT_TRUE(log.lines().empty());

  options.allowed_addresses = {"127.0.0.1:8080", "10.0.0.0/8"};
  EXPECT_TRUE(CurlTransport::Make(options, executor, log));

  ASSERT_EQ(log.lines().size(), 1U);
  EXPECT_EQ(log.lines()[0].level, ports::LogLevel::kWarning);
  EXPECT_NE(log.lines()[0].text.find("127.0.0.1:8080, 10.0.0.0/8"), std::string::npos);
}

TEST(CurlTransportOptionsTest, RefusesWhatCannotWork) {
  testing::ManualExecutor executor;
  testing::KeptLog log;
  CurlTransportOptions bad_rule;
  bad_rule.allowed_addresses = {"everything"};
  CurlTransportOptions bad_file;
  bad_file.extra_ca_file = "/no/such/file.pem";

  CurlTransportOptions no_certificate;
  no_certificate.extra_ca_file = ::testing::TempDir() + "no_certificate.pem";
  std::ofstream(no_certificate.extra_ca_file) << "not a certificate\n";

  EXPECT_FALSE(CurlTransport::Make(bad_rule, executor, log));
  for (const CurlTransportOptions& options : {bad_file, no_certificate}) {
    const auto made = CurlTransport::Make(options, executor, log);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, "CA_FILE_UNREADABLE");
    EXPECT_NE(made.error().message.find(options.extra_ca_file), std::string::npos);
  }
}

}  // namespace
}  // namespace storebridge::egress
