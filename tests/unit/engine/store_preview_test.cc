// What a preview shows of a store that is not connected yet, and that it leaves no trace.
#include "engine/store_preview.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::seconds;

class StorePreviewTest : public EngineDay {
 protected:
  using Merge = std::function<void(v1::StoreSettings&)>;
  static constexpr const char* kStore = "new";

  // A merchant whose store `web` sells a mug, of which ten are here.
  void Merchant() {
    Sell("MUG", "p1");
    Connect();
    ASSERT_EQ(SetStock("MUG", 10).on_hand(), 10);
  }

  // Connects a second store, which does not begin.
  void CreatePaused() {
    engine::NewStore request{
        .key = {"acme", kStore}, .store = {}, .secrets = {}, .start_paused = true};
    request.store.set_connector("connectors/fake");
    const Result<v1::Store> created =
        Wait<v1::Store>([&](auto done) { commands_->CreateStore(std::move(request), {}, done); });
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_EQ(created->state(), v1::Store::STATE_PAUSED);
    Settle();
  }

  void Begin(
      const Merge& merge = [](v1::StoreSettings&) {}, const std::string& store = kStore) {
    preview_.reset();
    engine_->PreviewStore(
        {.store = {"acme", store}, .merge_settings = merge},
        [this] { return is_wanted_; },
        [this](Result<v1::StorePreview> result) { preview_ = std::move(result); });
  }

  Result<v1::StorePreview> Preview(
      const Merge& merge = [](v1::StoreSettings&) {}, const std::string& store = kStore) {
    Begin(merge, store);
    executor_.RunUntil([&] { return preview_.has_value(); });
    return *preview_;
  }

  std::string ReasonOf(const Result<v1::StorePreview>& preview) {
    return preview ? "" : preview.error().reason;
  }

  // Everything that the tables have of the second store, and of the merchant's products.
  std::string Traces() {
    std::string text;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const auto listings, tx.products().ListingIds({"acme", kStore}, "", 1000));
      SB_TRY(const auto orders, tx.orders().List({.merchant = "acme", .store = kStore}, {}, 1000));
      SB_TRY(const auto issues, tx.issues().List("acme", true, {}, 1000));
      SB_TRY(const auto products, tx.products().List("acme", {}, 1000));
      SB_TRY(const std::int64_t head, tx.changes().Head("acme"));
      text = std::to_string(listings.size()) + " " + std::to_string(orders.size()) + " " +
             std::to_string(issues.size()) + " " + std::to_string(head) + "\n";
      for (const v1::Product& product : products) {
        text += product.DebugString();
      }
      return Ok();
    }));
    return text + std::to_string(storage_->commits());
  }

  bool is_wanted_ = true;
  std::optional<Result<v1::StorePreview>> preview_;
};

TEST_F(StorePreviewTest, NothingRunsForAStoreThatIsCreatedPaused) {
  Merchant();
  const int pulls = store_.sessions["products.pull"];
  CreatePaused();
  Pass(kMinute);

  // `web` has its turns; the second store has none.
  EXPECT_EQ(OpenIssues().size(), 0U);
  EXPECT_EQ(store_.sessions["products.pull"], pulls);
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->ResumeStore({"acme", kStore}, std::move(done));
  }));
  Settle();
  EXPECT_EQ(store_.sessions["products.pull"], pulls + 1);
}

TEST_F(StorePreviewTest, ShowsWhatBecomesOfProductsOrdersAndStock) {
  Merchant();
  store_.products["p1"].set_stock_quantity(25);
  Sell("CUP", "p2");
  CreatePaused();
  Pass(seconds(1));
  Order("1001", "MUG", 4);
  Order("1002", "MUG", 7);
  Order("1003", "MUG", 1).set_payment_state(cv1::PAYMENT_STATE_UNPAID);
  Order("1004", "MUG", 1).set_progress(cv1::Order::PROGRESS_COMPLETED);

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_EQ(preview->store(), "merchants/acme/stores/new");
  EXPECT_EQ(preview->products().taken_over(), 2);
  EXPECT_EQ(preview->products().joined(), 1) << "the mug is the one of `web`";
  EXPECT_EQ(preview->orders().passed_over(), 1);
  std::vector<std::string> states;
  for (const v1::OrderStateCount& state : preview->orders().states()) {
    for (const std::string& number : state.order_numbers()) {
      states.push_back(v1::OrderState_Name(state.state()) + " " + number);
    }
    EXPECT_EQ(state.count(), state.order_numbers_size());
  }
  EXPECT_EQ(states,
            (std::vector<std::string>{"ORDER_STATE_AWAITING_PAYMENT 1003",
                                      "ORDER_STATE_NEW 1001",
                                      "ORDER_STATE_PENDING 1002"}));
  EXPECT_EQ(preview->stock().uncounted(), 1) << "the cup";
  ASSERT_EQ(preview->stock().changed(), 1);
  EXPECT_EQ(preview->stock().differences(0).product_code(), "MUG");
  EXPECT_EQ(preview->stock().differences(0).shown(), 25);
  EXPECT_EQ(preview->stock().differences(0).published(), 0) << "11 are sold";
  EXPECT_EQ(preview->left_out_size(), 0);
}

TEST_F(StorePreviewTest, ComesTrue) {
  Merchant();
  ASSERT_EQ(SetStock("MUG", 20).on_hand(), 20);
  store_.products["p1"].set_stock_quantity(25);
  CreatePaused();
  Pass(seconds(1));
  Order("1001", "MUG", 4);
  Order("1002", "MUG", 7);
  const Result<v1::StorePreview> preview = Preview();
  ASSERT_TRUE(preview) << preview.error().message;
  ASSERT_EQ(preview->stock().differences_size(), 1);
  EXPECT_EQ(preview->stock().differences(0).published(), 9);
  // The fake store is the same one for both: only the second one is to sell.
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->PauseStore({"acme", "web"}, "", std::move(done));
  }));
  store_.stock_pushes.clear();

  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->ResumeStore({"acme", kStore}, std::move(done));
  }));
  Pass(seconds(10));

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_NEW);
  ASSERT_FALSE(store_.stock_pushes.empty());
  EXPECT_EQ(store_.stock_pushes.back().quantity(), 9);
}

TEST_F(StorePreviewTest, CountsAnOrderOnceThatIsListedAndFetched) {
  Merchant();
  CreatePaused();
  Pass(seconds(1));
  store_.lists_open_orders = true;
  Order("1001", "MUG", 4);
  Order("1002", "MUG", 1).set_paid_ms(clock_.NowMs() - 3'600'000);

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  ASSERT_EQ(preview->orders().states_size(), 1);
  EXPECT_EQ(preview->orders().states(0).count(), 1);
  EXPECT_EQ(preview->orders().passed_over(), 1) << "paid before the store was connected";
}

TEST_F(StorePreviewTest, ReadsProductsAgainOfAStoreThatShowsOneTwice) {
  Merchant();
  CreatePaused();
  store_.more_products.push_back(store_.products["p1"]);
  const int pulls = store_.full_pulls["products.pull"];

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_EQ(preview->products().taken_over(), 1);
  EXPECT_EQ(preview->products().refused(), 0);
  EXPECT_EQ(store_.full_pulls["products.pull"], pulls + 2);
}

TEST_F(StorePreviewTest, KnowsWhatTheStoreCanDo) {
  Merchant();
  CreatePaused();
  store_.capabilities = {"fulfillments"};

  ASSERT_TRUE(Preview());

  EXPECT_EQ(store_.told_capabilities["orders.pull"], store_.capabilities);
  EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const v1::Store store, tx.stores().Get({"acme", kStore}));
    EXPECT_EQ(store.capabilities_size(), 0) << "it keeps nothing";
    return Ok();
  }));
}

TEST_F(StorePreviewTest, KeepsChangesAndSendsNothing) {
  Merchant();
  store_.products["p1"].set_title("Another title");
  store_.products["p1"].set_stock_quantity(25);
  CreatePaused();
  Order("1001", "MUG", 4);
  const std::size_t pushes = store_.stock_pushes.size();
  const std::string before = Traces();

  ASSERT_TRUE(Preview());

  EXPECT_EQ(Traces(), before);
  EXPECT_EQ(store_.stock_pushes.size(), pushes);
  EXPECT_TRUE(store_.shipment_pushes.empty());
}

TEST_F(StorePreviewTest, LetsNothingOutThatWrites) {
  Merchant();
  CreatePaused();
  egress_.sent.clear();
  store_.checks_by = cv1::HttpRequest::SAFETY_UNSAFE;

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_FALSE(preview);
  EXPECT_NE(preview.error().message.find("a preview changes nothing"), std::string::npos);
  EXPECT_TRUE(egress_.sent.empty());
  store_.checks_by = cv1::HttpRequest::SAFETY_SAFE;
  EXPECT_TRUE(Preview());
  EXPECT_EQ(egress_.sent.size(), 1U);
}

TEST_F(StorePreviewTest, EndsWhenTheProductsTakeTooLong) {
  Merchant();
  CreatePaused();
  store_.checks_by = cv1::HttpRequest::SAFETY_SAFE;
  egress_.delay = std::chrono::hours(1);

  Begin();
  Pass(std::chrono::minutes(10) + seconds(2));

  ASSERT_TRUE(preview_);
  EXPECT_EQ(ReasonOf(*preview_), "PREVIEW_TIME");
}

TEST_F(StorePreviewTest, TellsWhatACheckOfTheStoreFindsWrong) {
  Merchant();
  CreatePaused();
  cv1::Check& right = store_.checks.emplace_back();
  right.set_name("address");
  right.set_ok(true);
  cv1::Check& wrong = store_.checks.emplace_back();
  wrong.set_name("write");
  wrong.set_message("the key may only read");
  wrong.set_action("give it Read/Write");

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  ASSERT_EQ(preview->findings_size(), 1);
  EXPECT_EQ(preview->findings(0).reason(), "STORE_CHECK");
  EXPECT_EQ(preview->findings(0).example(), "write");
  EXPECT_EQ(preview->findings(0).message(), "the key may only read");
  EXPECT_EQ(preview->findings(0).resolution(), "give it Read/Write");
}

TEST_F(StorePreviewTest, TriesOtherSettings) {
  Merchant();
  store_.products["p1"].set_stock_quantity(10);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  // `web` has taken it over, and nine are left.
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  store_.products["p1"].set_stock_quantity(50);
  CreatePaused();

  const Result<v1::StorePreview> as_it_is = Preview();
  const Result<v1::StorePreview> tried = Preview([](v1::StoreSettings& settings) {
    settings.mutable_orders_from()->Clear();  // 1970.
    settings.set_stock_buffer(3);
    settings.set_hold_new_orders(true);
  });

  ASSERT_TRUE(as_it_is);
  EXPECT_EQ(as_it_is->orders().states_size(), 0);
  EXPECT_EQ(as_it_is->orders().passed_over(), 1);
  ASSERT_TRUE(tried);
  ASSERT_EQ(tried->orders().states_size(), 1);
  EXPECT_EQ(tried->orders().states(0).state(), v1::ORDER_STATE_ON_HOLD);
  EXPECT_EQ(tried->settings().stock_buffer(), 3);
  ASSERT_EQ(tried->stock().differences_size(), 1);
  ASSERT_EQ(as_it_is->stock().differences_size(), 1);
  EXPECT_LE(tried->stock().differences(0).published(),
            as_it_is->stock().differences(0).published() - 3);
}

TEST_F(StorePreviewTest, RefusesSettingsThatAreOutOfBounds) {
  Merchant();
  CreatePaused();

  EXPECT_EQ(ReasonOf(Preview([](v1::StoreSettings& settings) { settings.set_stock_buffer(-1); })),
            "SETTING_RANGE");
  EXPECT_TRUE(Preview()) << "and another one may begin";
}

TEST_F(StorePreviewTest, NamesWhatNeedsAPersonOnceForEachReason) {
  Merchant();
  CreatePaused();
  Pass(seconds(1));
  for (const char* id : {"1001", "1002", "1003"}) {
    Order(id, "NONE", 1);
  }
  Order("1004", "MUG", 1).mutable_shipping_address()->clear_recipient();
  cv1::BadRecord& bad = store_.bad.emplace_back();
  bad.set_is_order(true);
  bad.set_external_id("1005");
  bad.set_message("$.total is missing");
  Sell("TWICE", "p3");
  Sell("TWICE", "p4");

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_EQ(preview->products().refused(), 1);
  EXPECT_EQ(preview->orders().refused(), 1);
  ASSERT_GE(preview->findings_size(), 4);
  EXPECT_EQ(preview->findings(0).reason(), "PRODUCT_UNKNOWN");
  EXPECT_EQ(preview->findings(0).count(), 3);
  EXPECT_EQ(preview->findings(0).record_type(), v1::Issue::RECORD_TYPE_ORDER);
  EXPECT_FALSE(preview->findings(0).example().empty());
  std::set<std::string> reasons;
  for (const v1::PreviewFinding& finding : preview->findings()) {
    EXPECT_FALSE(finding.message().empty());
    EXPECT_TRUE(reasons.insert(finding.reason()).second) << finding.reason();
  }
  EXPECT_TRUE(reasons.contains("PRODUCT_CODE_DUPLICATE"));
}

TEST_F(StorePreviewTest, CopiesMoreThanAPageOfProductsWithTheirStock) {
  Merchant();
  constexpr int kMany = 901;
  for (int i = 0; i < kMany; ++i) {
    Sell("X" + std::to_string(i), "x" + std::to_string(i));
  }
  Pass(std::chrono::minutes(30));
  ASSERT_EQ(SetStock("X0", 3).on_hand(), 3);
  ASSERT_EQ(SetStock("X899", 4).on_hand(), 4);
  for (auto& [id, product] : store_.products) {
    product.set_stock_quantity(50);
  }
  CreatePaused();

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_EQ(preview->products().joined(), kMany + 1);
  EXPECT_EQ(preview->stock().changed(), 3);
  EXPECT_EQ(preview->stock().uncounted(), kMany - 2);
  EXPECT_EQ(preview->stock().differences(0).product_code(), "X0") << "the greatest first";
}

TEST_F(StorePreviewTest, RefusesAStoreThatSomethingWasTakenOverFrom) {
  Merchant();

  const Result<v1::StorePreview> preview = Preview([](v1::StoreSettings&) {}, "web");

  EXPECT_EQ(ReasonOf(preview), "STORE_IN_USE");
  EXPECT_EQ(ReasonOf(Preview([](v1::StoreSettings&) {}, "none")), "STORE_NOT_FOUND");
}

TEST_F(StorePreviewTest, ComparesWithAnyNumberThatAStoreShows) {
  Merchant();
  store_.products["p1"].set_stock_quantity(std::numeric_limits<std::int64_t>::min());
  CreatePaused();

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  ASSERT_EQ(preview->stock().differences_size(), 1);
  EXPECT_EQ(preview->stock().differences(0).published(), 10);
}

TEST_F(StorePreviewTest, RefusesAnActiveStore) {
  Merchant();
  CreatePaused();
  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  store_.failing = {{"products.pull", down}, {"orders.pull", down}};
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->ResumeStore({"acme", kStore}, std::move(done));
  }));
  Settle();

  EXPECT_EQ(ReasonOf(Preview()), "STORE_ACTIVE");
}

TEST_F(StorePreviewTest, SaysWhatTheStoreSays) {
  Merchant();
  CreatePaused();
  cv1::Failure refusal;
  refusal.set_code(cv1::Failure::CODE_AUTH);
  refusal.set_message("the key is wrong");
  store_.fail_next["products.pull"] = refusal;

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_FALSE(preview);
  EXPECT_EQ(preview.error().code, Code::kPermissionDenied);
  EXPECT_NE(preview.error().message.find("the key is wrong"), std::string::npos);
  EXPECT_TRUE(Preview());
}

// Six orders, two on a page, each page an answer of ten seconds.
class SlowPreviewTest : public StorePreviewTest {
 protected:
  void SetUp() override {
    Merchant();
    CreatePaused();
    Pass(seconds(1));
    ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
      commands_->PauseStore({"acme", "web"}, "", std::move(done));
    }));
    for (int i = 1; i <= 6; ++i) {
      Order(std::to_string(1000 + i), "MUG", 1);
    }
    store_.orders_per_page = 2;
    egress_.delay = seconds(10);
    Begin();
    Pass(seconds(11));
    ASSERT_FALSE(preview_) << "it goes on";
  }
};

TEST_F(SlowPreviewTest, GoesOnAlone) {
  const auto first = std::move(preview_);
  std::optional<Result<v1::StorePreview>> second;
  engine_->PreviewStore(
      {.store = {"acme", kStore}, .merge_settings = [](v1::StoreSettings&) {}},
      [] { return true; },
      [&](Result<v1::StorePreview> result) { second = std::move(result); });
  Settle();

  ASSERT_TRUE(second);
  EXPECT_EQ(ReasonOf(*second), "PREVIEW_GOES_ON");
  Pass(kMinute);
  ASSERT_TRUE(preview_);
  ASSERT_TRUE(*preview_) << preview_->error().message;
  ASSERT_EQ((*preview_)->orders().states_size(), 1);
  EXPECT_EQ((*preview_)->orders().states(0).count(), 6);
}

TEST_F(SlowPreviewTest, EndsWhenNobodyWaits) {
  is_wanted_ = false;
  Pass(seconds(2));  // Not only at the next page.

  ASSERT_TRUE(preview_);
  EXPECT_EQ(ReasonOf(*preview_), "PREVIEW_CANCELLED");
}

TEST_F(SlowPreviewTest, EndsWhenTheServerStops) {
  bool drained = false;
  engine_->Drain([&] { drained = true; });
  Settle();

  EXPECT_TRUE(drained);
  ASSERT_TRUE(preview_);
  EXPECT_EQ(ReasonOf(*preview_), "PREVIEW_CANCELLED");
  EXPECT_EQ(ReasonOf(Preview()), "SERVER_STOPPING");
}

TEST_F(SlowPreviewTest, EndsAfterTenMinutes) {
  egress_.delay = std::chrono::hours(1);
  Pass(std::chrono::minutes(10) - seconds(15));
  ASSERT_FALSE(preview_);
  Pass(seconds(10));

  ASSERT_TRUE(preview_);
  ASSERT_TRUE(*preview_) << preview_->error().message;
  ASSERT_EQ((*preview_)->left_out_size(), 1);
  EXPECT_NE((*preview_)->left_out(0).find("10 minutes"), std::string::npos);
  EXPECT_EQ((*preview_)->products().taken_over(), 1) << "what was read is told";
}

TEST_F(SlowPreviewTest, EndsWhenTheStoreIsChanged) {
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
    commands_->ResumeStore({"acme", kStore}, std::move(done));
  }));
  Settle();

  ASSERT_TRUE(preview_);
  EXPECT_EQ(ReasonOf(*preview_), "PREVIEW_CANCELLED");
}

TEST_F(StorePreviewTest, LeavesOutWhatIsPastItsLimitOfOrders) {
  Merchant();
  CreatePaused();
  Pass(seconds(1));
  constexpr std::size_t kPage = 1'000;
  for (std::size_t i = 0; i < static_cast<std::size_t>(engine::kPreviewOrdersMax) + kPage + 1;
       ++i) {
    Order(std::to_string(100'000 + i), "MUG", 1).set_payment_state(cv1::PAYMENT_STATE_UNPAID);
  }
  store_.orders_per_page = kPage;

  const Result<v1::StorePreview> preview = Preview();

  ASSERT_TRUE(preview) << preview.error().message;
  EXPECT_GT(preview->orders().states(0).count(), engine::kPreviewOrdersMax);
  EXPECT_LE(preview->orders().states(0).count(), engine::kPreviewOrdersMax + 2'000);
  ASSERT_EQ(preview->left_out_size(), 1);
  EXPECT_EQ(preview->left_out(0), "Orders past the first 5000, or so: stock does not count them.");
  EXPECT_EQ(preview->orders().states(0).order_numbers_size(), 20);
}

TEST_F(StorePreviewTest, RefusesAMerchantWithTooManyProducts) {
  Merchant();
  CreatePaused();
  bool written = false;
  storage_->Submit(
      [](ports::Tx& tx) -> Status {
        v1::Product product;
        for (std::size_t i = 0; i < engine::kPreviewHadMax; ++i) {
          const std::string number = std::to_string(100'000 + i);
          product.set_name("merchants/acme/products/0000000" + number);
          product.set_product_code("Y" + number);
          SB_CHECK(tx.products().Put("acme", product));
        }
        return Ok();
      },
      [&](const Status& status) { written = status.has_value(); });
  Settle();
  ASSERT_TRUE(written);

  EXPECT_EQ(ReasonOf(Preview()), "PREVIEW_PRODUCTS");
}

}  // namespace
}  // namespace storebridge::testing
