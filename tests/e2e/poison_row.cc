#include "poison_row.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "day_kit/wait.h"
#include "expect.h"
#include "store_log.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kCode = "SF-SOAP-TAR";
constexpr std::int64_t kHourSeconds = 3600;
constexpr std::size_t kPoisoned = 249;
// On a busy machine, with sanitizers, the first poll of so many stores takes its time.
constexpr std::chrono::milliseconds kFirstPollMost{90'000};

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string DateOf(std::int64_t seconds) {
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::string text(32, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts));
  return text;
}

v1::StoreSettings Often() {
  v1::StoreSettings settings;
  settings.set_orders_interval_seconds(PoisonRow::kPollSeconds);
  settings.set_products_interval_seconds(PoisonRow::kPollSeconds);
  settings.mutable_orders_from()->set_seconds(Now() - 2 * kHourSeconds);
  return settings;
}

}  // namespace

std::vector<Poison> AllPoisons() {
  constexpr auto kDraft = v1::ORDER_STATE_DRAFT;
  constexpr auto kPending = v1::ORDER_STATE_PENDING;  // There is no stock.
  constexpr int kTenMegabytes = 10 << 20;
  const std::vector<std::string> kCorrect = {"Correct it in the store"};
  std::vector<Poison> table = {
      {.name = "UnknownProductCode",
       .members = {{"/line_items/0/sku", R"("NOT-SOLD")"}},
       .reason = "ORDER_DRAFT",
       .wrong = {"line 1: no product has the code 'NOT-SOLD'",
                 "Add a product with the code 'NOT-SOLD' in the store"},
       .remedy = kCorrect,
       .state = kDraft},
      {.name = "MissingAddress",
       .members = {{"/shipping", "{}"}, {"/billing", nullptr}},
       .reason = "ORDER_DRAFT",
       .wrong = {"recipient's name and company are missing",
                 "the street address is missing",
                 "the country is missing"},
       .remedy = kCorrect,
       .state = kDraft},
      {.name = "NegativeQuantity",
       .members = {{"/line_items/0/quantity", "-2"}},
       .reason = "ORDER_DRAFT",
       .wrong = {"line 1", "has the quantity -2", "1 to"},
       .remedy = kCorrect,
       .state = kDraft},
      {.name = "AbsentPriceOfALine",
       .members = {{"/line_items/0/total", nullptr}},
       .reason = "RECORD_UNREADABLE",
       .wrong = {"line_items[0].total is missing"},
       .remedy = kCorrect},
      {.name = "FourByteText",
       .members = {{"/shipping/first_name", "\"Zo\xC3\xAB \xF0\x9F\x98\x80\""}},
       .state = kPending},
      {.name = "Nul",
       .members = {{"/shipping/last_name", R"("M\u0000kinen")"}},
       .reason = "ORDER_DRAFT",
       .wrong = {"shipping_address.recipient has a character that cannot be read"},
       .remedy = kCorrect,
       .state = kDraft},
      {.name = "TextForANumber",
       .members = {{"/line_items/0/quantity", R"("many")"}},
       .reason = "RECORD_UNREADABLE",
       .wrong = {"line_items[0].quantity is the string \"many\", expected an integer"},
       .remedy = kCorrect},
      {.name = "HugeNumber",
       .members = {{"/line_items/0/quantity", "1000000000000000000"}},
       .reason = "RECORD_UNREADABLE",
       .wrong = {"line_items[0].quantity is 1000000000000000000, expected a number of pieces"},
       .remedy = kCorrect},
      {.name = "TwiceOnAPage",
       .members = {{"/shipping/city", R"("Espoo")"}},
       .twice = true,
       .reason = "RECORD_TWICE",
       .wrong = {"twice at one time, with different contents"},
       .remedy = {"save it there again"},
       .state = kPending},
  };
  std::vector<Poison> products = {
      {.name = "AbsentPriceOfAProduct",
       .members = {{"/price", nullptr}},
       .reason = "RECORD_UNREADABLE",
       .wrong = {"price is missing"},
       .remedy = kCorrect},
      {.name = "TenMegabytes",
       .members = {{"/description", kTenMegabytes}},
       .reason = "RECORD_UNREADABLE",
       .wrong = {"bytes large", "shorten its texts in the store"},
       .remedy = kCorrect},
      {.name = "TwoOfTenMegabytesOnAPage",
       .members = {{"/description", kTenMegabytes}},
       .count = 2,
       .reason = "RECORD_UNREADABLE",
       .wrong = {"bytes large", "shorten its texts in the store"},
       .remedy = kCorrect},
  };
  for (Poison& product : products) {
    product.is_order = false;
    table.push_back(std::move(product));
  }
  return table;
}

void PoisonRow::StartStore(const day::TempFolder& folder) {
  const int products = poison_.is_order ? 12 : kRecords;
  store_ = Must(StartDemoStore(
      folder,
      poison_.name,
      {.flags = {"--products", std::to_string(products), "--variable-products", "0"}}));
  ASSERT_TRUE(store_.side);
  if (poison_.is_order) {
    const std::string placed = DateOf(Now() - kHourSeconds);
    for (const std::string& number : Must(store_.side->PlaceAt(kCode, kRecords, placed))) {
      ids_.push_back(std::stoll(number));
      labels_.push_back(number);
    }
  } else {
    const std::int64_t first = Must(store_.side->IdOf(kCode));
    for (int i = 0; i < poison_.count; ++i) {
      ids_.push_back(first + i);
      labels_.push_back(i == 0 ? kCode : "");
    }
  }
  const std::size_t at = poison_.is_order ? kPoisoned : 0;
  ASSERT_GE(ids_.size(), at + static_cast<std::size_t>(poison_.count));
  ids_ = {ids_.begin() + static_cast<std::ptrdiff_t>(at),
          ids_.begin() + static_cast<std::ptrdiff_t>(at) + poison_.count};
  labels_ = {labels_.begin() + static_cast<std::ptrdiff_t>(at),
             labels_.begin() + static_cast<std::ptrdiff_t>(at) + poison_.count};
  for (const std::int64_t id : ids_) {
    ASSERT_TRUE(Came(store_.side->Spoil(id, poison_.members, poison_.twice)));
  }
}

void PoisonRow::Connect(const std::string& server) {
  std::string merchant = "m";
  for (const char c : poison_.name) {
    merchant += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  platform_ = std::make_unique<day::Platform>(server, merchant);
  ASSERT_TRUE(Came(platform_->CreateMerchant(poison_.name)));
  ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, Often())));
}

Status PoisonRow::PulledWell() {
  SB_TRY(const v1::Store store, platform_->GetStore("web"));
  int well = 0;
  std::string seen;
  for (const v1::FlowHealth& flow : store.flows()) {
    const bool is_pull = flow.flow() == v1::FLOW_ORDERS || flow.flow() == v1::FLOW_PRODUCTS;
    well += is_pull && flow.has_last_success_time() ? 1 : 0;
    seen += fmt::format(" {}: {}", v1::Flow_Name(flow.flow()), flow.last_error());
  }
  return well == 2 ? Ok() : day::NotYet(seen);
}

void PoisonRow::WaitForFirstPoll() {
  ASSERT_TRUE(Came(day::WaitUntil("the first poll", kFirstPollMost, [&] { return PulledWell(); })));
}

void PoisonRow::ExpectIssues() {
  const std::vector<v1::Issue> issues = Must(platform_->ListIssues());
  ASSERT_EQ(issues.size(), poison_.reason.empty() ? 0U : static_cast<std::size_t>(poison_.count));
  for (const v1::Issue& issue : issues) {
    EXPECT_EQ(issue.reason(), poison_.reason);
    EXPECT_EQ(issue.record_type(),
              poison_.is_order ? v1::Issue::RECORD_TYPE_ORDER : v1::Issue::RECORD_TYPE_PRODUCT);
    EXPECT_TRUE(poison_.count > 1 || issue.record_label() == labels_[0]) << issue.record_label();
    for (const std::string& words : poison_.wrong) {
      EXPECT_NE(issue.message().find(words), std::string::npos) << words << "\n" << issue.message();
    }
    for (const std::string& words : poison_.remedy) {
      EXPECT_NE(issue.resolution().find(words), std::string::npos) << issue.resolution();
    }
  }
}

void PoisonRow::ExpectOrders() {
  std::map<v1::OrderState, int> count;
  v1::Order own;
  for (const v1::Order& order : Must(platform_->ListOrders(""))) {
    ++count[order.state()];
    own = order.order_number() == labels_[0] ? order : own;
  }
  EXPECT_EQ(own.state(), poison_.state);
  EXPECT_EQ(count[v1::ORDER_STATE_PENDING],
            poison_.state == v1::ORDER_STATE_PENDING ? kRecords : kRecords - 1);
  EXPECT_EQ(count[v1::ORDER_STATE_DRAFT], poison_.state == v1::ORDER_STATE_DRAFT ? 1 : 0);
  EXPECT_EQ(own.problems().empty(), poison_.state != v1::ORDER_STATE_DRAFT);
  for (const v1::OrderProblem& problem : own.problems()) {
    EXPECT_FALSE(problem.field().empty());
    EXPECT_NE(problem.message().find("in the store"), std::string::npos) << problem.message();
  }
  if (poison_.name == "FourByteText") {
    EXPECT_TRUE(own.shipping_address().recipient().starts_with("Zo\xC3\xAB \xF0\x9F\x98\x80"));
  }
  if (poison_.twice) {
    EXPECT_EQ(own.shipping_address().city(), "Espoo") << "the one that comes last counts";
  }
}

void PoisonRow::ExpectOthersPassed() {
  ExpectIssues();
  if (poison_.is_order) {
    ExpectOrders();
  } else {
    EXPECT_EQ(Must(platform_->ListProducts()).size(),
              static_cast<std::size_t>(kRecords - poison_.count));
  }
}

// A poll asks the list once for what has changed: the others have not for an hour, so that it is
// one page. What is asked for beside, by number, names no time.
Result<std::int64_t> PoisonRow::Polls() {
  SB_TRY(const std::vector<StoreRequest> requests, LastRequests(store_));
  const std::string list = poison_.is_order ? "/orders" : "/products";
  return std::count_if(requests.begin(), requests.end(), [&](const StoreRequest& request) {
    return request.method == "GET" && request.route == list &&
           request.target.find("modified_after=") != std::string::npos;
  });
}

void PoisonRow::Correct() {
  ASSERT_TRUE(Came(store_.side->ResetCounters()));
  for (const std::int64_t id : ids_) {
    ASSERT_TRUE(Came(store_.side->Heal(id)));
  }
  // One that was answered since the last of these two calls counts as one before: milliseconds.
  polls_before_ = Must(Polls());
}

Status PoisonRow::IsWell() {
  SB_TRY(const std::vector<v1::Issue> issues, platform_->ListIssues());
  if (!issues.empty()) {
    return day::NotYet(issues.front().message());
  }
  if (!poison_.is_order) {
    SB_TRY(const std::vector<v1::Product> products, platform_->ListProducts());
    return products.size() == static_cast<std::size_t>(kRecords)
               ? Ok()
               : day::NotYet(std::to_string(products.size()));
  }
  SB_TRY(const v1::Order order, platform_->GetOrder(labels_[0]));
  const bool is_as_in_the_store = order.shipping_address().city() != "Espoo" &&
                                  order.shipping_address().recipient().find("Zo\xC3\xAB") != 0;
  return order.state() == v1::ORDER_STATE_PENDING && order.problems().empty() && is_as_in_the_store
             ? Ok()
             : day::NotYet(v1::OrderState_Name(order.state()));
}

Status PoisonRow::LookWhetherHealed() {
  if (!polls_until_well_) {
    SB_CHECK(IsWell());
    SB_TRY(polls_until_well_, Polls());
  }
  return Ok();
}

void PoisonRow::ExpectHealedInTime() {
  ASSERT_TRUE(polls_until_well_) << "it has not healed";
  EXPECT_GT(*polls_until_well_, 0) << "by itself";
  EXPECT_LE(*polls_until_well_ - polls_before_, kPollsMost);
}

}  // namespace storebridge::e2e
