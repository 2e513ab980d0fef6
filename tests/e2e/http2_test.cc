// A store behind a web server that speaks HTTP/2, as most shops with https are.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "demo_fixture.h"
#include "http2_front.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSoap = "SF-SOAP-TAR";
constexpr int kOrders = 3;

class Http2Test : public DemoFixture {
 protected:
  void StartBehindFront(const std::vector<std::string>& faults = {}) {
    store_ = Must(StartDemoStore(folder_, "store", {.flags = {"--tls"}, .auth = "basic"}));
    ASSERT_TRUE(store_.side);
    front_ = Must(Http2Front::Start(folder_, store_.place, faults));
    ASSERT_TRUE(front_);
    server_ =
        Must(StartServer(folder_, {front_->place()}, front_->certificate(), E2E_QUICK_CONNECTORS));
    ASSERT_TRUE(server_.process);
    platform_ = std::make_unique<day::Platform>(server_.address, "demo");
    warehouse_ = std::make_unique<day::Warehouse>(*platform_, "posti", kFirstCode);
    ASSERT_TRUE(Came(platform_->WaitForServer()));
    ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
    const day::DemoSide by_front(day::DemoAccess{.url = front_->url(), .auth = "basic"});
    ASSERT_TRUE(Came(platform_->Connect("web", by_front, Quiet())));
    ASSERT_TRUE(Came(platform_->Check("web")));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  }

  // Stock goes out, orders come in and are sent, and a title is edited.
  void LiveADay() {
    Stock(kMug, 10);
    Stock(kSoap, 5);
    const std::vector<std::string> numbers = Buy(kMug, kOrders);
    SendAll();
    ASSERT_TRUE(Came(store_.side->EditTitle(kSoap, "Tar soap, large")));
    RunAll();

    EXPECT_EQ(Must(platform_->GetProduct(kSoap)).title(), "Tar soap, large");
    EXPECT_TRUE(Came(WaitForShown(*store_.side, kMug, 10 - kOrders)));
    for (const std::string& number : numbers) {
      EXPECT_EQ(TimesTold(number), 1U);
    }
  }

  std::size_t TimesTold(const std::string& number) {
    return Must(store_.side->Order(number)).markers.size();
  }

  // Requests that have this in their method, path and query.
  [[nodiscard]] std::size_t Count(std::string_view text) const {
    const std::vector<Http2Front::Request> requests = front_->Requests();
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [&](const Http2Front::Request& request) {
          return request.asked.find(text) != std::string::npos;
        }));
  }

  std::unique_ptr<Http2Front> front_;
};

// What may not be sent twice goes by a new session: one that is kept may be dead, and nobody knows
// then what has arrived.
TEST_F(Http2Test, ADayComesTrueInTwoSessionsAndOneForEachOrderThatIsTold) {
  StartBehindFront();
  ASSERT_FALSE(HasFailure());

  LiveADay();

  EXPECT_GE(Count("GET /wp-json/wc/v3/products?"), 1U);
  EXPECT_GE(Count("GET /wp-json/wc/v3/orders?"), 2U);
  EXPECT_GE(Count("POST /wp-json/wc/v3/products/batch"), 2U);
  std::map<int, std::size_t> sessions;
  std::set<int> sessions_of_telling;
  for (const Http2Front::Request& request : front_->Requests()) {
    ++sessions[request.session];
    if (request.asked.starts_with("POST /wp-json/wc/v3/orders/")) {
      sessions_of_telling.insert(request.session);
    }
  }
  EXPECT_EQ(sessions_of_telling.size(), std::size_t{kOrders});
  for (const int session : sessions_of_telling) {
    EXPECT_EQ(sessions.at(session), 1U);
  }
  // The first two requests leave together.
  EXPECT_LE(sessions.size() - sessions_of_telling.size(), 2U);
}

TEST_F(Http2Test, ADayComesTrueInAStoreThatEndsSessions) {
  StartBehindFront({"--session-requests", "2"});
  ASSERT_FALSE(HasFailure());

  LiveADay();

  const std::vector<Http2Front::Request> requests = front_->Requests();
  std::map<int, int> sessions;
  for (const Http2Front::Request& request : requests) {
    EXPECT_LE(++sessions[request.session], 2) << request.asked;
  }
  EXPECT_TRUE(Must(platform_->ListIssues()).empty());
}

TEST_F(Http2Test, AShipmentWhoseAnswerIsLostWithItsStreamIsToldOnce) {
  StartBehindFront({"--lose", "POST /wp-json/wc/v3/orders/"});
  ASSERT_FALSE(HasFailure());
  Stock(kMug, 10);
  const std::string number = Buy(kMug).at(0);

  SendAll();

  EXPECT_EQ(TimesTold(number), 1U);
}

TEST_F(Http2Test, WhatTheStoreRefusedIsSentAgain) {
  StartBehindFront({"--refuse", "POST /wp-json/wc/v3/products/batch"});
  ASSERT_FALSE(HasFailure());

  Stock(kMug, 10);

  EXPECT_GE(Count("POST /wp-json/wc/v3/products/batch"), 2U);
  EXPECT_TRUE(Must(platform_->ListIssues()).empty());
}

}  // namespace
}  // namespace storebridge::e2e
