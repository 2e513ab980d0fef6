// A full run of stock: all that a store shows is compared with what it should show.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kOnHand = 10;
// What a full run compares at a time.
constexpr int kPage = 1000;
// The same where a batch has place for few.
constexpr int kPageOfSmallBatches = 500;
// One more than the batches of one run.
constexpr int kMoreThanARun = 101;
// How long the store takes to answer.
constexpr seconds kAnswer{10};

class StockAuditTest : public EngineDay {
 protected:
  // Products that the store shows as many of as lie on the shelf.
  void SellRight(int count) {
    for (int i = 0; i < count; ++i) {
      Sell(CodeOf(i), IdOf(i));
    }
    Connect();
    for (int i = 0; i < count; ++i) {
      SetStock(CodeOf(i), kOnHand);
    }
    store_.stock_pushes.clear();
    store_.sessions.clear();
  }

  // Products of which nobody counted how many lie on the shelf.
  void SellMany(int count) {
    // A connector shows no more of them at once.
    for (int from = 0; from < count; from += kPage) {
      for (int i = from; i < std::min(count, from + kPage); ++i) {
        Sell(CodeOf(i), IdOf(i));
      }
      if (from == 0) {
        Connect();
      }
      Pass(16 * kMinute);
      for (const auto& [id, product] : store_.products) {
        store_.unchanged_products.insert(id);
      }
    }
  }

  void ShowFirstAndLastWrong(int count) {
    for (const int i : {0, count - 1}) {
      SetStock(CodeOf(i), kOnHand);
      ShowWrong(i);
    }
    store_.sessions.clear();
    store_.stock_pushes.clear();
  }

  static std::string CodeOf(int number) { return fmt::format("MUG-{:04}", number); }
  static std::string IdOf(int number) { return fmt::format("p{:04}", number); }

  // The store shows another number, and nothing says that it is to be looked at.
  void ShowWrong(int number) {
    std::optional<Status> ended;
    storage_->Submit(
        [&](ports::Tx& tx) -> Status {
          SB_TRY(std::optional<ports::Listing> listing,
                 tx.products().FindListing({"acme", "web"}, IdOf(number)));
          if (!listing || listing->stock_dirty) {
            return Error{.code = Code::kInternal, .message = "it waits already"};
          }
          listing->known_quantity = kOnHand + 1;
          return tx.products().PutListingStock(*listing);
        },
        [&](Status status) { ended = std::move(status); });
    executor_.RunUntil([&] { return ended.has_value(); });
    ASSERT_TRUE(*ended) << ended->error().message;
    store_.products.at(IdOf(number)).set_stock_quantity(kOnHand + 1);
  }

  ports::Listing ListingOf(int number) {
    std::optional<ports::Listing> listing;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(listing, tx.products().FindListing({"acme", "web"}, IdOf(number)));
      return Ok();
    });
    EXPECT_TRUE(read && listing);
    return listing.value_or(ports::Listing());
  }

  void ShowAllWrong(int count) {
    for (int i = 0; i < count; ++i) {
      ShowWrong(i);
    }
  }

  void TakeAtOnce(std::uint32_t items) {
    for (cv1::Operation& operation : *host_.manifest().mutable_operations()) {
      if (operation.name() == "stock.push") {
        operation.set_max_items(items);
      }
    }
  }

  v1::SyncRun Audit() {
    const Result<v1::SyncRun> run = Wait<v1::SyncRun>([&](auto done) {
      engine_->StartRun(
          {.store = {"acme", "web"}, .flow = domain::Flow::kStock, .is_full = true}, {}, done);
    });
    EXPECT_TRUE(run) << run.error().message;
    Settle();
    return run ? *run : v1::SyncRun();
  }

  // All of so many products are wrong; two go with each request, and answers take their time.
  v1::SyncRun AuditInSlowPairs(int count) {
    SellRight(count);
    ShowAllWrong(count);
    TakeAtOnce(2);
    store_.pushes_by_request = true;
    egress_.delay = kAnswer;
    return Audit();
  }

  [[nodiscard]] std::vector<std::string> Pushed() const {
    std::vector<std::string> codes;
    for (const cv1::StockLevel& level : store_.stock_pushes) {
      codes.push_back(level.product_code());
    }
    return codes;
  }

  [[nodiscard]] int ShownWrong() const {
    int wrong = 0;
    for (const auto& [id, product] : store_.products) {
      wrong += product.stock_quantity() == kOnHand ? 0 : 1;
    }
    return wrong;
  }
};

TEST_F(StockAuditTest, SendsNothingThatIsRight) {
  SellRight(3);

  Audit();

  EXPECT_TRUE(store_.stock_pushes.empty());
  EXPECT_EQ(store_.sessions["stock.push"], 0);
}

TEST_F(StockAuditTest, SendsWhatIsWrongTogether) {
  SellRight(5);
  ShowWrong(1);
  ShowWrong(4);

  Audit();

  EXPECT_EQ(Pushed(), (std::vector<std::string>{CodeOf(1), CodeOf(4)}));
  EXPECT_EQ(store_.sessions["stock.push"], 1);
}

TEST_F(StockAuditTest, SendsWhatIsWrongOnDifferentPagesTogether) {
  SellMany(kPage + 1);
  ShowFirstAndLastWrong(kPage + 1);

  Audit();

  EXPECT_EQ(Pushed(), (std::vector<std::string>{CodeOf(0), CodeOf(kPage)}));
  EXPECT_EQ(store_.sessions["stock.push"], 1);
}

// Its first numbers would be old when the last page was read.
TEST_F(StockAuditTest, LetsABatchWaitForTenPagesAtMost) {
  constexpr int kTenPages = 10 * kPageOfSmallBatches;
  SellMany(kTenPages + 1);
  TakeAtOnce(2);
  ShowFirstAndLastWrong(kTenPages);
  Audit();
  EXPECT_EQ(store_.sessions["stock.push"], 1);

  ShowFirstAndLastWrong(kTenPages + 1);
  Audit();

  EXPECT_EQ(store_.sessions["stock.push"], 2);
  EXPECT_EQ(Pushed().size(), 2U);
}

TEST_F(StockAuditTest, SendsNoMoreThanAConnectorTakesAtOnce) {
  SellRight(5);
  ShowAllWrong(5);
  TakeAtOnce(2);

  Audit();

  EXPECT_EQ(ShownWrong(), 0);
  EXPECT_EQ(Pushed().size(), 5U);
  EXPECT_EQ(store_.sessions["stock.push"], 3);
}

TEST_F(StockAuditTest, SendsAFreshChangeBeforeItGoesOn) {
  AuditInSlowPairs(6);
  ASSERT_EQ(egress_.sent.size(), 1U);

  SetStock(CodeOf(5), kOnHand + 5);
  Pass(2 * kAnswer);

  ASSERT_GE(Pushed().size(), 4U);
  EXPECT_EQ(Pushed()[2], CodeOf(2));
  EXPECT_EQ(Pushed()[3], CodeOf(5)) << "not after what is next in the list";
}

// A turn may be a little earlier than its interval says.
TEST_F(StockAuditTest, IsMadeAtEachTurn) {
  Pass(std::chrono::milliseconds(300));
  SellRight(1);
  // No poll for products sees it.
  store_.unchanged_products.insert(IdOf(0));

  for (int turn = 1; turn <= 3; ++turn) {
    ShowWrong(0);
    Pass(15 * kMinute);
    EXPECT_EQ(ShownWrong(), 0) << "turn " << turn;
  }
}

TEST_F(StockAuditTest, IsMadeAlthoughOtherStockChangesBeforeEachTurn) {
  SellRight(2);
  store_.unchanged_products = {IdOf(0), IdOf(1)};
  ShowWrong(0);

  for (int minute = 1; minute <= 16; ++minute) {
    Pass(kMinute);
    SetStock(CodeOf(1), kOnHand + minute);
  }

  EXPECT_EQ(Shown(IdOf(0)), kOnHand);
}

TEST_F(StockAuditTest, LeavesTheRestToTheNextOneWhenItIsCancelled) {
  const v1::SyncRun run = AuditInSlowPairs(5);
  Pass(kAnswer);
  ASSERT_EQ(ShownWrong(), 3);
  ASSERT_TRUE(Wait<v1::SyncRun>([&](auto done) {
    engine_->CancelRun({"acme", "web"}, run.name().substr(run.name().rfind('/') + 1), done);
  }));
  Pass(kAnswer);

  SetStock(CodeOf(0), kOnHand + 1);
  Pass(6 * kAnswer);
  EXPECT_EQ(Shown(IdOf(0)), kOnHand + 1);
  EXPECT_GE(ShownWrong(), 2) << "somebody wanted it to stop";

  SetStock(CodeOf(0), kOnHand);
  Pass(17 * kMinute);
  EXPECT_EQ(ShownWrong(), 0);
}

TEST_F(StockAuditTest, AttemptedNothingWhereNoSessionWasOpened) {
  store_.pushes_by_request = true;
  SellRight(2);
  host_.opens_left = 0;
  SetStock(CodeOf(0), kOnHand + 5);  // Waits before all are looked at.
  ShowWrong(1);

  Audit();

  ASSERT_LE(*host_.opens_left, -2) << "it was tried for each of the two runs";
  for (const int i : {0, 1}) {
    const ports::Listing listing = ListingOf(i);
    EXPECT_TRUE(listing.stock_dirty) << CodeOf(i);
    EXPECT_FALSE(listing.attempt_open) << CodeOf(i);
    EXPECT_EQ(listing.attempt_quantity, kOnHand) << CodeOf(i);
  }
}

TEST_F(StockAuditTest, IsMadeAgainAfterItFailed) {
  SellRight(5);
  TakeAtOnce(2);
  store_.pushes_by_request = true;
  ShowAllWrong(5);
  egress_.answer = [&](const cv1::HttpRequest& /*request*/) {
    ports::EgressAnswer answer;
    if (egress_.sent.size() == 2) {
      answer.failure.emplace();
      answer.failure->set_code(cv1::Failure::CODE_TRANSIENT);
      answer.failure->set_message("got no connection");
    }
    return std::optional<ports::EgressAnswer>(answer);
  };
  Audit();
  ASSERT_EQ(ShownWrong(), 3) << "the store went away after the first batch";

  Pass(2 * kMinute);

  EXPECT_EQ(ShownWrong(), 0) << "long before the next one would be due";
}

TEST_F(StockAuditTest, ComesToAllAfterACrash) {
  SellRight(5);
  TakeAtOnce(2);
  store_.pushes_by_request = true;
  Pass(16 * kMinute);
  ShowAllWrong(5);
  egress_.answer = [](const cv1::HttpRequest& /*request*/) { return std::nullopt; };
  Audit();
  egress_.answer = nullptr;
  Crash();
  EXPECT_EQ(ShownWrong(), 3) << "those that it was about to send go at once";

  Pass(16 * kMinute);

  EXPECT_EQ(ShownWrong(), 0);
}

TEST_F(StockAuditTest, GoesOnWhenOneRunHasMadeAllItsBatches) {
  SellRight(kMoreThanARun);
  ShowAllWrong(kMoreThanARun);
  TakeAtOnce(1);

  Audit();

  EXPECT_EQ(ShownWrong(), 0);
  EXPECT_EQ(store_.sessions["stock.push"], kMoreThanARun);
}

}  // namespace
}  // namespace storebridge::testing
