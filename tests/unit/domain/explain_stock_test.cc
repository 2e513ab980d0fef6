// Why does the store show 3 and not 5.
#include "domain/explain_stock.h"

#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

using Published = v1::PublishedStock;

std::vector<std::string> TermsIn(const v1::StockExplanation& explanation) {
  std::vector<std::string> terms;
  for (const v1::StockTerm& term : explanation.terms()) {
    terms.push_back(term.reason() + " " + std::to_string(term.quantity()));
  }
  return terms;
}

class ExplainStockTest : public testing::Test {
 protected:
  ExplainStockTest() {
    facts_.store.set_name("merchants/demo/stores/web");
    facts_.store.set_state(v1::Store::STATE_ACTIVE);
    facts_.is_published = true;
    facts_.stock = {.on_hand = 10,
                    .basis = StockBasis::kSalable,
                    .buffer = 2,
                    .reserved_all = 4,
                    .reserved_other_stores = 1,
                    .seen_this_store = 1,
                    .picked_this_store = 5};
  }
  void Shows(std::int64_t known, Published::State state) {
    facts_.published.set_known(known);
    facts_.published.set_state(state);
    facts_.published.mutable_known_time()->set_seconds(1'700'000'000);
  }
  // The reason of the only cause.
  std::string Reason() {
    const v1::StockExplanation stock = ExplainStock(facts_);
    EXPECT_EQ(stock.explanation().causes_size(), 1) << stock.ShortDebugString();
    return stock.explanation().causes().empty() ? "" : stock.explanation().causes(0).reason();
  }

  StoreStockFacts facts_;
};

TEST_F(ExplainStockTest, AddsUpWhatASalableNumberIs) {
  Shows(3, Published::STATE_CONFIRMED);

  const v1::StockExplanation stock = ExplainStock(facts_);

  EXPECT_EQ(TermsIn(stock),
            (std::vector<std::string>{"ON_HAND 10", "RESERVED -4", "UNRESERVED -1", "BUFFER -2"}));
  EXPECT_EQ(stock.wanted(), 3);
  EXPECT_EQ(stock.explanation().summary(),
            "At 2023-11-14T22:13:20Z the store showed 3, as it should.");
  EXPECT_TRUE(stock.explanation().causes().empty());
}

TEST_F(ExplainStockTest, AddsUpWhatAPhysicalNumberIs) {
  facts_.stock.basis = StockBasis::kPhysical;

  EXPECT_EQ(TermsIn(ExplainStock(facts_)),
            (std::vector<std::string>{"ON_HAND 10", "PICKED 5", "RESERVED -1", "BUFFER -2"}));
}

TEST_F(ExplainStockTest, AlwaysAddsUpToWhatIsWanted) {
  std::mt19937_64 random(7);
  const auto up = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  for (int round = 0; round < 2'000; ++round) {
    const std::int64_t reserved = up(9);
    facts_.stock = {.on_hand = up(9),
                    .basis = up(2) == 0 ? StockBasis::kSalable : StockBasis::kPhysical,
                    .buffer = up(3),
                    .reserved_all = reserved,
                    .reserved_other_stores = up(reserved + 1),
                    .seen_this_store = up(4),
                    .picked_this_store = up(4)};
    const v1::StockExplanation stock = ExplainStock(facts_);
    const std::int64_t sum = std::accumulate(
        stock.terms().begin(),
        stock.terms().end(),
        std::int64_t{0},
        [](std::int64_t so_far, const v1::StockTerm& term) { return so_far + term.quantity(); });
    ASSERT_EQ(sum, stock.wanted()) << stock.ShortDebugString();
    ASSERT_EQ(stock.wanted(), PublishedQuantity(facts_.stock));
  }
}

TEST_F(ExplainStockTest, SaysWhyTheStoreShowsAnotherNumber) {
  Shows(5, Published::STATE_WAITING);
  EXPECT_EQ(Reason(), "STOCK_WAITING");
  EXPECT_EQ(ExplainStock(facts_).explanation().summary(), "The store shows 5; it should be 3.");
  facts_.published.set_last_error("it answered 503");
  EXPECT_EQ(Reason(), "STOCK_FAILED");
  v1::Issue& issue = facts_.issues.emplace_back();
  issue.set_reason("STOCK_REFUSED");
  issue.set_resolution("Correct the product.");
  EXPECT_EQ(Reason(), "STOCK_REFUSED");
  EXPECT_EQ(ExplainStock(facts_).explanation().action(), "Correct the product.");
}

TEST_F(ExplainStockTest, SaysThatTheOutcomeOfAWriteIsNotKnownThoughTheNumberIsRight) {
  Shows(3, Published::STATE_SENDING);

  EXPECT_EQ(Reason(), "STOCK_SENDING");
  EXPECT_EQ(ExplainStock(facts_).explanation().summary(),
            "The store shows 3; whether the last write arrived is not known.");
}

TEST_F(ExplainStockTest, NamesWhatKeepsTheStoreFromBeingTold) {
  Shows(5, Published::STATE_WAITING);
  facts_.store.set_state(v1::Store::STATE_PAUSED);

  EXPECT_EQ(Reason(), "STORE_PAUSED");
  EXPECT_EQ(ExplainStock(facts_).explanation().action(),
            "Call ResumeStore for 'merchants/demo/stores/web'.");
}

// Stock is written only after the orders were read, and not while a shipment is in doubt.
TEST_F(ExplainStockTest, NamesWhatStockWaitsFor) {
  Shows(5, Published::STATE_WAITING);
  v1::FlowHealth& orders = *facts_.store.add_flows();
  orders.set_flow(v1::FLOW_ORDERS);
  orders.set_failures(3);
  const v1::Explanation waits = ExplainStock(facts_).explanation();
  ASSERT_EQ(waits.causes_size(), 2);
  EXPECT_EQ(waits.causes(0).reason(), "FLOW_FAILING");
  EXPECT_EQ(waits.causes(1).reason(), "ORDERS_FIRST");

  orders.set_failures(0);
  facts_.is_in_doubt = true;

  EXPECT_EQ(Reason(), "STOCK_WAITS_FOR_SHIPMENT");
}

TEST_F(ExplainStockTest, SaysOnceThatAStoreIsPaused) {
  Shows(5, Published::STATE_WAITING);
  facts_.store.set_state(v1::Store::STATE_PAUSED);
  facts_.is_in_doubt = true;

  const v1::Explanation explanation = ExplainStock(facts_).explanation();

  ASSERT_EQ(explanation.causes_size(), 2) << explanation.ShortDebugString();
  EXPECT_EQ(explanation.causes(0).reason(), "STOCK_WAITS_FOR_SHIPMENT");
  EXPECT_EQ(explanation.causes(1).reason(), "STORE_PAUSED");
}

TEST_F(ExplainStockTest, SaysThatAnEditInTheStoreMayNotBeSeen) {
  Shows(3, Published::STATE_CONFIRMED);
  facts_.store.set_state(v1::Store::STATE_PAUSED);

  EXPECT_EQ(Reason(), "STORE_PAUSED");
}

TEST_F(ExplainStockTest, SaysWhyNothingIsPublished) {
  facts_.stock.on_hand.reset();
  EXPECT_EQ(Reason(), "STOCK_NOT_SET");
  EXPECT_FALSE(ExplainStock(facts_).has_wanted());
  facts_.is_published = false;
  EXPECT_EQ(Reason(), "STOCK_NOT_SUPPORTED");
  EXPECT_TRUE(ExplainStock(facts_).terms().empty());
}

TEST(SummaryOfStockTest, TellsNothingOnTheShelfFromNothingSaid) {
  v1::Stock stock;
  stock.set_product_code("MUG-1");
  EXPECT_EQ(SummaryOfStock(stock), "Nobody has said how many pieces of MUG-1 are on the shelf.");
  stock.set_on_hand(0);
  EXPECT_EQ(SummaryOfStock(stock),
            "0 of MUG-1 on the shelf, 0 promised: 0 can be promised. 0 were picked.");
  stock.set_available(-2);
  EXPECT_EQ(SummaryOfStock(stock),
            "0 of MUG-1 on the shelf, 0 promised: 2 too few. 0 were picked.");
}

}  // namespace
}  // namespace storebridge::domain
