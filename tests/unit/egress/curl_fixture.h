#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/egress/curl_transport.h"
#include "support/manual_executor.h"
#include "support/null_log.h"
#include "test_server.h"

namespace storebridge::egress {

inline Url UrlOf(const std::string& text) {
  Result<Url> url = ParseUrl(text);
  EXPECT_TRUE(url) << text;
  return url ? *std::move(url) : Url();
}

// The real transport against a server of ours.
class CurlTransportTest : public ::testing::Test {
 protected:
  void Open(std::vector<std::string> allowed, std::size_t kept_connections_max = 16'384) {
    CurlTransportOptions options;
    options.allowed_addresses = std::move(allowed);
    options.kept_connections_max = kept_connections_max;
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
    return RequestTo(*server_, method);
  }

  [[nodiscard]] static WireRequest RequestTo(const TestServer& server,
                                             const std::string& method = "GET") {
    WireRequest request;
    request.method = method;
    request.url = UrlOf("http://" + server.address() + "/x");
    request.body_max = 1 << 20;
    request.may_repeat = method == "GET";
    return request;
  }

  WireOutcome Ask(WireRequest request) {
    std::optional<WireOutcome> answer;
    transport_->Start(std::move(request),
                      [&](WireOutcome outcome) { answer = std::move(outcome); });
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

}  // namespace storebridge::egress
