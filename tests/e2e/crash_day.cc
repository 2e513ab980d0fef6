#include "crash_day.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "day_kit/wait.h"

namespace storebridge::e2e {
namespace {

using Kind = WireMoment::Kind;

constexpr std::int64_t kFirstStock = 1'000;
constexpr std::int64_t kPollSeconds = 10;
// A moment that did not come within this time is given up for one that does.
constexpr std::chrono::milliseconds kMomentMost{8'000};
constexpr std::int64_t kSoonMs = 200;
// One moment may always fail to come: bytes that nobody sends, a third write where there were two.
// Of so many of a kind, and of so many kills, some come.
constexpr int kAimsMany = 4;

std::int64_t Number(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

// Whether the server went away before it answered.
bool IsCutOff(const Status& status) {
  return !status && status.error().code == Code::kUnavailable;
}

std::string KindText(Kind kind) {
  switch (kind) {
    case Kind::kTime:
      return "by time";
    case Kind::kRequestBytes:
      return "in a request";
    case Kind::kAnswerBytes:
      return "in an answer";
    case Kind::kAnswerHeld:
      return "answer lost";
    case Kind::kAnswerPassed:
      return "after an answer";
  }
  return "";
}

std::string IdOf(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace

CrashOptions CrashOptions::FromEnvironment() {
  CrashOptions options;
  if (Number("CRASH_FULL", 0) != 0) {
    options = {.kills = 50,
               .orders = 200,
               .is_real = true,
               .patience = std::chrono::milliseconds(600'000)};
  }
  options.seed =
      static_cast<std::uint64_t>(Number("CRASH_SEED", static_cast<std::int64_t>(options.seed)));
  options.kills = static_cast<int>(Number("CRASH_KILLS", options.kills));
  options.orders = static_cast<int>(Number("CRASH_ORDERS", options.orders));
  return options;
}

void CrashDay::PutProxy(const std::string& place) {
  proxy_ = Must(WireProxy::Start(place));
  ASSERT_TRUE(proxy_);
}

void CrashDay::Live(const CrashStore& store) {
  store_ = store;
  random_.seed(options_.seed);
  Begin();
  int left = options_.orders;
  for (int kill = 1; kill <= options_.kills && !HasFailure(); ++kill) {
    const int now = (left + options_.kills - kill) / (options_.kills - kill + 1);
    left -= now;
    Buy(now);
    KillOnce(kill);
  }
  EXPECT_TRUE(Came(day::WaitUntil(
      "the store to know everything", options_.patience, [this] { return IsAllTold(); })));
  CheckOrders();
  CheckStock();
  CheckMoments();
  Tell();
}

void CrashDay::Begin() {
  StartAgain();
  ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
  v1::StoreSettings settings;
  settings.set_orders_interval_seconds(kPollSeconds);
  // A store tells times in whole seconds: what is bought in the second of connecting counts too.
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  settings.mutable_orders_from()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now).count() - 60);
  ASSERT_TRUE(Came(platform_->Connect("web", *store_.by_proxy, settings)));
  ASSERT_TRUE(Came(platform_->Check("web")));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  for (const std::string& code : store_.side->product_codes()) {
    ASSERT_TRUE(Came(platform_->SetStock(code, kFirstStock)));
    shelf_[code] = kFirstStock;
  }
  CheckStock();
}

void CrashDay::StartAgain() {
  platform_.reset();
  server_ = {};
  const std::string connectors = options_.is_real ? E2E_CONNECTORS : E2E_QUICK_CONNECTORS;
  server_ = Must(StartServer(folder_, {proxy_->place()}, "", connectors));
  ASSERT_TRUE(server_.process);
  platform_ = std::make_unique<day::Platform>(server_.address, "demo");
  ASSERT_TRUE(Came(platform_->WaitForServer()));
}

std::int64_t CrashDay::Draw(std::int64_t least, std::int64_t most) {
  const auto spread = static_cast<std::uint64_t>(most - least + 1);
  return least + static_cast<std::int64_t>(random_() % spread);
}

std::int64_t CrashDay::DrawSize(std::int64_t most) {
  const double share = static_cast<double>(Draw(0, 1'000'000)) / 1'000'000;
  return static_cast<std::int64_t>(std::pow(static_cast<double>(most), share));
}

void CrashDay::Buy(int count) {
  const std::vector<std::string> codes = store_.side->product_codes();
  while (count > 0) {
    const int now = std::min<int>(count, static_cast<int>(Draw(1, 3)));
    count -= now;
    day::Purchase purchase{.lines = {}, .address = {}, .count = now};
    const auto first = static_cast<std::size_t>(Draw(0, 3));
    purchase.lines.push_back({codes.at(first), Draw(1, 2)});
    if (Draw(0, 2) == 0) {
      purchase.lines.push_back({codes.at((first + 1) % codes.size()), 1});
    }
    for (const std::string& number : Must(store_.side->Place(purchase))) {
      placed_.insert(number);
      for (const day::CartLine& line : purchase.lines) {
        shelf_[line.code] -= line.quantity;
      }
    }
  }
}

WireMoment CrashDay::DrawMoment() {
  const auto last_write = static_cast<std::int64_t>(store_.writes.size()) - 1;
  const std::string& write = store_.writes.at(static_cast<std::size_t>(Draw(0, last_write)));
  switch (Draw(0, 9)) {
    case 0:
    case 1:
      return {.kind = Kind::kTime, .count = DrawSize(2'000)};
    case 2:
      return {.kind = Kind::kRequestBytes, .count = DrawSize(50'000)};
    case 3:
      return {.kind = Kind::kAnswerBytes, .count = DrawSize(200'000)};
    case 4:
      return {.kind = Kind::kAnswerPassed, .count = Draw(1, 20), .delay_ms = Draw(0, 10)};
    case 5:
    case 6:
      return {
          .kind = Kind::kAnswerPassed, .count = Draw(1, 3), .text = write, .delay_ms = Draw(0, 10)};
    default:
      return {.kind = Kind::kAnswerHeld, .count = Draw(1, 3), .text = write};
  }
}

void CrashDay::KillOnce(int number) {
  PlanGoods();
  const pid_t server = server_.process->pid();
  std::atomic<bool> is_struck = false;
  const auto strike = [server, &is_struck] {
    kill(server, SIGKILL);
    is_struck = true;
  };
  WireMoment moment = DrawMoment();
  ++aims_[KindText(moment.kind)];
  const std::int64_t soon = Draw(0, kSoonMs);
  const auto work = [&]() -> Status {
    Work();
    return is_struck ? Ok() : day::NotYet(moment.Text());
  };
  proxy_->Arm(moment, strike);
  if (!day::WaitUntil("the moment", kMomentMost, work)) {
    ++fell_back_;
    moment = {.kind = Kind::kTime, .count = soon};
    proxy_->Arm(moment, strike);
    EXPECT_TRUE(Came(day::WaitUntil("the moment", kMomentMost, work)));
  }
  proxy_->Disarm();
  ++kills_[KindText(moment.kind)];
  std::cout << fmt::format("kill {} of {}: {}\n", number, options_.kills, moment.Text())
            << std::flush;
  server_.process->Kill();
  StartAgain();
}

bool CrashDay::Work() {
  while (!calls_.empty()) {
    const Status made = calls_.front().make(*platform_);
    if (IsCutOff(made)) {
      ++repeated_;
      return false;
    }
    EXPECT_TRUE(Came(made)) << calls_.front().what;
    calls_.pop_front();
  }
  return FindWork().has_value();
}

Status CrashDay::FindWork() {
  SB_TRY(const std::vector<v1::Order> orders, platform_->ListOrders("state = NEW"));
  for (const v1::Order& order : orders) {
    if (planned_.insert(order.order_number()).second) {
      Plan(order);
    }
  }
  return Ok();
}

void CrashDay::Plan(const v1::Order& order) {
  const std::string number = order.order_number();
  calls_.push_back({.what = "collect " + number, .make = [number](day::Platform& platform) {
                      const Result<v1::Order> done = platform.Collect(number);
                      return done ? Ok() : Status(done.error());
                    }});
  if (order.lines_size() > 1) {
    v1::ShipmentLine part;
    part.set_external_line_id(order.lines(0).external_id());
    part.set_quantity(order.lines(0).quantity());
    PlanShipment(order, {part});
  }
  PlanShipment(order, {});
}

void CrashDay::PlanShipment(const v1::Order& order, const std::vector<v1::ShipmentLine>& lines) {
  ++shipments_;
  const std::string number = order.order_number();
  const std::string request_id = fmt::format("ship-{}", ++last_id_);
  v1::Parcel parcel;
  parcel.set_tracking_code(fmt::format("JJFI{:014}", 40'000'000 + last_id_));
  parcel.set_carrier("posti");
  calls_.push_back({.what = "ship " + number,
                    .make = [number, request_id, parcel, lines](day::Platform& platform) {
                      const Result<v1::Order> done =
                          platform.Ship(number, {parcel}, lines, request_id);
                      return done ? Ok() : Status(done.error());
                    }});
}

void CrashDay::PlanGoods() {
  const auto index = static_cast<std::size_t>(Draw(0, 3));
  const std::string code = store_.side->product_codes().at(index);
  const std::int64_t delta = Draw(1, 5);
  const std::string request_id = fmt::format("goods-{}", ++last_id_);
  shelf_[code] += delta;
  calls_.push_back(
      {.what = "goods of " + code, .make = [code, delta, request_id](day::Platform& platform) {
         const Result<v1::Stock> done = platform.AdjustStock(code, delta, request_id);
         return done ? Ok() : Status(done.error());
       }});
}

Status CrashDay::IsAllTold() {
  Work();
  SB_TRY(const std::vector<v1::Order> orders, platform_->ListOrders(""));
  std::size_t told = 0;
  for (const v1::Order& order : orders) {
    bool is_told = order.state() == v1::ORDER_STATE_SHIPPED;
    for (const v1::Shipment& shipment : order.shipments()) {
      is_told = is_told && shipment.store_report().state() == v1::StoreReport::STATE_CONFIRMED;
    }
    told += is_told ? 1U : 0U;
  }
  return calls_.empty() && told >= placed_.size()
             ? Ok()
             : day::NotYet(fmt::format("{} of {} orders", told, placed_.size()));
}

void CrashDay::CheckOrders() {
  const std::map<std::string, day::StoreOrder> shown = Must(store_.side->Orders());
  std::set<std::string> met;
  for (const v1::Order& order : Must(platform_->ListOrders(""))) {
    const std::string& number = order.order_number();
    EXPECT_TRUE(met.insert(number).second) << "order " << number << " is there twice";
    ASSERT_TRUE(shown.contains(number)) << number;
    CheckOrder(order, shown.at(number));
  }
  EXPECT_EQ(met, placed_) << "paid orders, once each";
  EXPECT_EQ(shown.size(), placed_.size());
}

void CrashDay::CheckOrder(const v1::Order& order, const day::StoreOrder& shown) {
  std::vector<std::string> told = shown.markers;
  std::vector<std::string> shipped;
  for (const v1::Shipment& shipment : order.shipments()) {
    shipped.push_back(IdOf(shipment.name()));
  }
  std::sort(told.begin(), told.end());
  std::sort(shipped.begin(), shipped.end());
  EXPECT_EQ(told, shipped) << "shipments that the store was told, once each: " << shown.everything;
  EXPECT_TRUE(shown.is_shipped) << shown.everything;
  EXPECT_EQ(shown.shipping_mails, static_cast<std::int64_t>(shipped.size())) << shown.everything;
}

void CrashDay::CheckStock() {
  for (const auto& [code, pieces] : shelf_) {
    EXPECT_EQ(Must(platform_->GetStock(code)).on_hand(), pieces) << code;
    EXPECT_TRUE(Came(day::WaitUntil(code + " to match", options_.patience, [&]() -> Status {
      SB_TRY(const std::int64_t shown, store_.side->ShownStock(code));
      return shown == pieces ? Ok() : day::NotYet(fmt::format("{}, not {}", shown, pieces));
    })));
    EXPECT_EQ(Must(store_.side->Salable(code)), pieces) << code;
  }
}

// Moments may fail to come on a slow machine; that none comes means that the proxy sees nothing.
void CrashDay::CheckMoments() {
  int traffic = 0;
  for (const auto& [kind, count] : aims_) {
    traffic += kind == KindText(Kind::kTime) ? 0 : count;
  }
  if (traffic >= kAimsMany) {
    EXPECT_LT(fell_back_, traffic) << "no moment of the traffic came";
  }
}

void CrashDay::Tell() const {
  std::cout << fmt::format(
      "seed {}, {} orders, {} shipments, {} calls repeated; {} moments did not come; kills:",
      options_.seed,
      placed_.size(),
      shipments_,
      repeated_,
      fell_back_);
  for (const auto& [kind, count] : kills_) {
    std::cout << fmt::format(" {} {};", count, kind);
  }
  std::cout << "\n";
  if (!HasFailure()) {
    return;
  }
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::cout << fmt::format(
      "Again: {}CRASH_SEED={} CRASH_KILLS={} CRASH_ORDERS={} crash_test --gtest_filter={}.{}\n"
      "The server's last words:\n{}\n",
      options_.is_real ? "CRASH_FULL=1 " : "",
      options_.seed,
      options_.kills,
      options_.orders,
      test->test_suite_name(),
      test->name(),
      server_.process ? server_.process->Output() : "");
}

}  // namespace storebridge::e2e
