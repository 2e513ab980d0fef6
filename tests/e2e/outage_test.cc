// A store that is down for a while: what the API says meanwhile, and what comes true afterwards by
// itself.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "day_kit/wait.h"
#include "demo_fixture.h"
#include "store_log.h"
#include "wire_proxy.h"

namespace storebridge::e2e {
namespace {

using std::chrono::steady_clock;

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSoap = "SF-SOAP-TAR";
// Calls that the store did not answer, at least.
constexpr std::int64_t kUnanswered = 4;
// A request is given up after four attempts; a flow is tried again after 5 and 10 s.
constexpr std::chrono::milliseconds kSaidMost{120'000};
// The longest pause between attempts, after a minute.
constexpr std::chrono::milliseconds kBackMost{360'000};
// How far away the next attempt is at least when the store comes back. Every pause but the first is
// longer.
constexpr std::int64_t kRestSeconds = 3;

struct Outage {
  std::string name;
  std::function<void(WireProxy&, day::DemoSide&)> begin;
  std::function<void(WireProxy&, day::DemoSide&)> end;
  // How long the store is down at least.
  std::chrono::seconds least{0};
};

// How long the store is down at least; the environment may ask for more of every kind, or for less.
std::chrono::seconds DownFor(const Outage& outage) {
  const char* text = std::getenv("OUTAGE_SECONDS");
  return text == nullptr ? outage.least : std::chrono::seconds(std::strtol(text, nullptr, 10));
}

class OutageTest : public DemoFixture, public testing::WithParamInterface<Outage> {
 protected:
  void StartByProxy() {
    store_ = Must(StartDemoStore(folder_, "store"));
    ASSERT_TRUE(store_.side);
    proxy_ = Must(WireProxy::Start(store_.place));
    ASSERT_TRUE(proxy_);
    server_ = Must(StartServer(folder_, {proxy_->place()}, "", E2E_QUICK_CONNECTORS));
    ASSERT_TRUE(server_.process);
    platform_ = std::make_unique<day::Platform>(server_.address, "demo");
    warehouse_ = std::make_unique<day::Warehouse>(*platform_, "posti", kFirstCode);
    ASSERT_TRUE(Came(platform_->WaitForServer()));
    ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
    const day::DemoSide by_proxy(day::DemoAccess{.url = "http://" + proxy_->place()});
    v1::StoreSettings settings = Quiet();
    settings.set_orders_interval_seconds(10);
    ASSERT_TRUE(Came(platform_->Connect("web", by_proxy, settings)));
    ASSERT_TRUE(Came(platform_->Check("web")));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
    Stock(kMug, 100);
    Stock(kSoap, 50);
  }

  // Flows that the store keeps from their work, with what is said of each.
  Status SaysThatItIsDown() {
    SB_TRY(const v1::Store store, platform_->GetStore("web"));
    std::set<v1::Flow> failing;
    for (const v1::FlowHealth& flow : store.flows()) {
      if (flow.failures() > 0 && !flow.last_error().empty() && flow.has_next_run_time()) {
        failing.insert(flow.flow());
      }
    }
    return failing.contains(v1::FLOW_ORDERS) && failing.contains(v1::FLOW_SHIPMENTS)
               ? Ok()
               : day::NotYet(store.ShortDebugString());
  }

  // Whether no shipment is tried just now. In the middle of a run the first may have been given up
  // already when the store takes the second: then there is no order to look at.
  Status ShipmentsRest() {
    SB_TRY(const v1::Store store, platform_->GetStore("web"));
    for (const v1::FlowHealth& flow : store.flows()) {
      if (flow.flow() == v1::FLOW_SHIPMENTS && flow.failures() > 0 &&
          flow.next_run_time().seconds() >= Now() + kRestSeconds) {
        return Ok();
      }
    }
    return day::NotYet(store.ShortDebugString());
  }

  // The orders whose shipments the store was told, one after the other.
  std::vector<std::string> Told() {
    constexpr std::string_view kBefore = "/orders/";
    std::vector<std::string> orders;
    for (const StoreRequest& request : Must(LastRequests(store_))) {
      if (request.method == "POST" && request.route == "/orders/{id}/notes" &&
          request.status == 201) {
        const std::size_t begin = request.target.find(kBefore) + kBefore.size();
        orders.push_back(request.target.substr(begin, request.target.find('/', begin) - begin));
      }
    }
    return orders;
  }

  // Nothing is called done that the store has not said yes to.
  void ClaimsNothing() {
    for (const std::string& number : sent_) {
      const v1::Order order = Must(platform_->GetOrder(number));
      for (const v1::Shipment& shipment : order.shipments()) {
        const v1::StoreReport& report = shipment.store_report();
        EXPECT_TRUE(report.state() == v1::StoreReport::STATE_WAITING ||
                    report.state() == v1::StoreReport::STATE_SENDING)
            << report.ShortDebugString();
        EXPECT_FALSE(report.has_accept_time() || report.has_confirm_time())
            << report.ShortDebugString();
      }
    }
    const v1::Stock stock = Must(platform_->GetStock(kSoap));
    ASSERT_EQ(stock.published_size(), 1);
    EXPECT_EQ(stock.published(0).wanted(), 7);
    EXPECT_TRUE(stock.published(0).state() == v1::PublishedStock::STATE_WAITING ||
                stock.published(0).state() == v1::PublishedStock::STATE_SENDING)
        << stock.ShortDebugString();
  }

  Status IsAllDelivered() {
    for (const std::string& number : sent_) {
      SB_TRY(const v1::Order order, platform_->GetOrder(number));
      for (const v1::Shipment& shipment : order.shipments()) {
        if (shipment.store_report().state() != v1::StoreReport::STATE_CONFIRMED) {
          return day::NotYet(shipment.ShortDebugString());
        }
      }
    }
    SB_TRY(const std::int64_t soap, store_.side->ShownStock(kSoap));
    SB_TRY(const v1::Store store, platform_->GetStore("web"));
    for (const v1::FlowHealth& flow : store.flows()) {
      if (flow.failures() > 0) {
        return day::NotYet(flow.ShortDebugString());
      }
    }
    SB_TRY(const std::vector<v1::Order> fresh, platform_->ListOrders("state = NEW"));
    return soap == 7 && fresh.size() == 2
               ? Ok()
               : day::NotYet("stock " + std::to_string(soap) + ", " + std::to_string(fresh.size()) +
                             " new orders");
  }

  std::unique_ptr<WireProxy> proxy_;
  std::vector<std::string> sent_;
};

TEST_P(OutageTest, EverythingIsDeliveredAfterwardsByItselfAndInOrder) {
  StartByProxy();
  ASSERT_FALSE(HasFailure());
  const std::vector<std::string> whole = Buy(kMug, 3);
  const std::string parts = Must(store_.side->Place({.lines = {{kMug, 1}, {kSoap, 1}}})).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  GetParam().begin(*proxy_, *store_.side);
  const steady_clock::time_point began = steady_clock::now();
  for (const std::string& number : whole) {
    ASSERT_TRUE(Came(warehouse_->Send(number)));
  }
  ASSERT_TRUE(Came(platform_->Collect(parts)));
  ASSERT_TRUE(Came(warehouse_->SendPart(parts, kSoap, 1)));
  ASSERT_TRUE(Came(warehouse_->SendPart(parts, kMug, 1)));
  ASSERT_TRUE(Came(platform_->SetStock(kSoap, 7)));
  sent_ = whole;
  sent_.push_back(parts);
  Buy(kMug, 2);
  EXPECT_TRUE(Came(day::WaitUntil("the API to say it", kSaidMost, [&]() -> Status {
    ClaimsNothing();
    SB_CHECK(SaysThatItIsDown());
    if (steady_clock::now() - began < DownFor(GetParam())) {
      return day::NotYet("it is still down");
    }
    return ShipmentsRest();
  })));
  GetParam().end(*proxy_, *store_.side);

  EXPECT_TRUE(
      Came(day::WaitUntil("everything to arrive", kBackMost, [&] { return IsAllDelivered(); })));
  for (const std::string& number : sent_) {
    std::vector<std::string> shipped;
    const v1::Order order = Must(platform_->GetOrder(number));
    for (const v1::Shipment& shipment : order.shipments()) {
      shipped.push_back(shipment.name().substr(shipment.name().rfind('/') + 1));
    }
    const day::StoreOrder shown = Must(store_.side->Order(number));
    EXPECT_EQ(shown.markers, shipped) << "once each, in order: " << shown.everything;
    EXPECT_EQ(shown.shipping_mails, static_cast<std::int64_t>(shipped.size()));
  }
  std::vector<std::string> left = sent_;
  left.push_back(parts);  // It left in two.
  EXPECT_EQ(Told(), left) << "in the order in which they left, whatever order they are of";
  EXPECT_TRUE(Must(platform_->ListIssues()).empty()) << "what was open has gone by itself";
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    OutageTest,
    testing::Values(
        Outage{"NobodyListens",
               [](WireProxy& proxy, day::DemoSide&) { EXPECT_TRUE(Came(proxy.Close())); },
               [](WireProxy& proxy, day::DemoSide&) { EXPECT_TRUE(Came(proxy.Open())); },
               std::chrono::seconds(60)},
        Outage{"ConnectionsAreClosed",
               [](WireProxy& proxy, day::DemoSide&) { proxy.Refuse(); },
               [](WireProxy& proxy, day::DemoSide&) {
                 EXPECT_GE(proxy.refused(), kUnanswered);
                 EXPECT_TRUE(Came(proxy.Open()));
               }},
        Outage{"Answers503",
               [](WireProxy&, day::DemoSide& store) {
                 EXPECT_TRUE(Came(store.Misbehave({{"kind", "503"}, {"times", -1}})));
               },
               [](WireProxy&, day::DemoSide& store) { EXPECT_TRUE(Came(store.Behave())); }}),
    [](const testing::TestParamInfo<Outage>& outage) { return outage.param.name; });

}  // namespace
}  // namespace storebridge::e2e
