#include "adapters/http_in/http_listener.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/plain_http.h"

namespace storebridge::http_in {
namespace {

using ports::HttpCall;
using ports::HttpReply;
using testing::Exchange;
using testing::Get;
using testing::PortIn;

constexpr std::size_t kBodyBytesMax = 100;

// Says what it was asked.
HttpReply Echo(const HttpCall& call) {
  std::string headers;
  for (const auto& [name, value] : call.headers) {
    headers += fmt::format("[{}={}]", name, value);
  }
  return {.body = fmt::format("{} {} {} '{}'", call.method, call.target, headers, call.body)};
}

class HttpListenerTest : public ::testing::Test {
 protected:
  void Start(HttpListener::Options options, ports::HttpHandler handler = Echo) {
    options.host = options.host.empty() ? "127.0.0.1" : options.host;
    options.setting = "test.address";
    auto started = HttpListener::Start(std::move(options), std::move(handler));
    ASSERT_TRUE(started) << started.error().message;
    listener_ = std::move(*started);
  }
  [[nodiscard]] int port() const { return PortIn(listener_->address()); }

  std::unique_ptr<HttpListener> listener_;
};

std::string Post(std::size_t length, std::string_view body) {
  return fmt::format(
      "POST /a HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n\r\n{}", length, body);
}

TEST_F(HttpListenerTest, GivesTheCallAsItCame) {
  Start({.body_bytes_max = kBodyBytesMax});

  const std::string answer = Exchange(
      port(),
      "PUT /a?b=%20 HTTP/1.0\r\nX-One: 1\r\nx-one: 2\r\nContent-Length: 5\r\n\r\n\x01{\n}\xFF");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("PUT /a?b=%20 [X-One=1][x-one=2][Content-Length=5] '\x01{\n}\xFF'"))
      << answer;
}

TEST_F(HttpListenerTest, TakesABodyOfTheLargestSizeAndNoneThatIsLonger) {
  Start({.body_bytes_max = kBodyBytesMax});
  const std::string most(kBodyBytesMax, 'x');
  const auto chunked = [](std::string_view body) {
    return fmt::format(
        "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        body.size(),
        body);
  };

  EXPECT_TRUE(Exchange(port(), Post(most.size(), most)).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(Exchange(port(), chunked(most)).starts_with("HTTP/1.1 200 "));

  for (const std::string& longer : {Post(most.size() + 1, ""), chunked(most + "x")}) {
    const std::string answer = Exchange(port(), longer);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_TRUE(answer.ends_with("The body is longer than 100 bytes.\n")) << answer;
  }
}

TEST_F(HttpListenerTest, DoesNotReadABodyWhereNoneIsWanted) {
  Start({});

  const std::string answer = Exchange(port(), Post(1'000'000'000, ""));

  EXPECT_TRUE(answer.ends_with("[Content-Length=1000000000] ''")) << answer;
}

TEST_F(HttpListenerTest, ClosesWithoutAnAnswerWhenTheHeadIsTooLong) {
  Start({.head_bytes_max = 2'000});

  const std::string head = "GET / HTTP/1.1\r\nX-Long: ";
  EXPECT_EQ(Exchange(port(), head + std::string(2'000, 'x')), "");

  EXPECT_TRUE(Get(port(), "/").starts_with("HTTP/1.1 200 OK\r\n")) << "it goes on";
}

TEST_F(HttpListenerTest, ClosesWithoutAnAnswerWhatIsNotHttp) {
  Start({.body_bytes_max = kBodyBytesMax});

  EXPECT_EQ(Exchange(port(), "\x16\x03\x01\x02 hello\r\n\r\n"), "");
  EXPECT_EQ(Exchange(port(), "POST /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), "");

  EXPECT_TRUE(Get(port(), "/").starts_with("HTTP/1.1 200 OK\r\n")) << "it goes on";
}

TEST_F(HttpListenerTest, SaysWhichMethodsThereAre) {
  Start({}, [](const HttpCall&) {
    return HttpReply{.status = 405, .body = "No.\n", .content_type = "text/x", .allow = "POST"};
  });

  const std::string answer = Get(port(), "/");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nAllow: POST\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nContent-Type: text/x\r\n"), std::string::npos) << answer;
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

TEST_F(HttpListenerTest, AnswersBesideConnectionsThatSayNothing) {
  Start({.connections_max = 4});
  std::vector<std::unique_ptr<Silence>> silent;
  while (silent.size() + 1 < 4) {
    silent.push_back(std::make_unique<Silence>(port()));
  }
  EXPECT_TRUE(Get(port(), "/").starts_with("HTTP/1.1 200 OK\r\n"));

  listener_.reset();  // Waits for none of them.
}

TEST_F(HttpListenerTest, LetsOneTooManyWaitUntilAnotherHasEnded) {
  Start({.connections_max = 2});
  auto first = std::make_unique<Silence>(port());
  const Silence second(port());
  std::string answer;
  std::thread asker([&] { answer = Get(port(), "/"); });

  first.reset();
  asker.join();

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
}

TEST_F(HttpListenerTest, TellsASenderThatWaitsToGoOn) {
  Start({.body_bytes_max = kBodyBytesMax});

  const std::string answer =
      Exchange(port(), "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("'hi'")) << answer;
}

TEST_F(HttpListenerTest, CanBeAtEachAddressOfThisMachine) {
  for (const auto& [host, begin] :
       {std::pair{"127.0.0.1", "127.0.0.1:"}, {"localhost", "127.0.0.1:"}, {"::1", "[::1]:"}}) {
    Start({.host = host});
    EXPECT_TRUE(listener_->address().starts_with(begin)) << listener_->address();
  }
}

TEST_F(HttpListenerTest, CannotBeOnAPortThatIsTaken) {
  Start({});

  const auto second = HttpListener::Start(
      {.host = "127.0.0.1", .port = static_cast<std::uint16_t>(port()), .setting = "test.address"},
      Echo);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "HTTP_ADDRESS");
  for (const std::string& part : {"'" + listener_->address() + "', which test.address says",
                                  std::string("Address already in use")}) {
    EXPECT_NE(second.error().message.find(part), std::string::npos) << second.error().message;
  }
}

}  // namespace
}  // namespace storebridge::http_in
