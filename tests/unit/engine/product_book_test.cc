#include "engine/product_book.h"

#include <map>
#include <string>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class ProductBookTest : public EngineDay {
 protected:
  // Whether orders have to be looked at again after this store showed that product.
  bool ChangesCodes(const std::string& store, const cv1::Product& seen, std::uint64_t hash) {
    bool changes = false;
    const domain::StoreKey key{"acme", store};
    storage_->Submit(
        [&](ports::Tx& tx) -> Status {
          engine::Ledger ledger(tx, "acme", clock_.NowMs());
          engine::ProductBook book(ledger, random_, key, 0);
          SB_CHECK(book.Observe(seen, hash));
          changes = book.codes_changed();
          return ledger.Finish();
        },
        [](const Status& status) { EXPECT_TRUE(status); });
    Settle();
    return changes;
  }
};

// A line is in doubt by what its store lists under the code.
TEST_F(ProductBookTest, HasOrdersLookedAtAgainWhenAListingComesOrGoes) {
  cv1::Product product = Sell("MUG", "p1");
  store_.products.clear();
  Connect("web");
  Connect("outlet");
  ASSERT_TRUE(ChangesCodes("web", product, 1)) << "the code is new";

  EXPECT_TRUE(ChangesCodes("outlet", product, 1)) << "listed there now";
  product.set_title("Another title");
  EXPECT_FALSE(ChangesCodes("outlet", product, 2));
  product.set_is_deleted(true);
  EXPECT_TRUE(ChangesCodes("outlet", product, 3)) << "it stays in the other store";
}

// The second store has some of the codes already, in one page with new ones.
TEST_F(ProductBookTest, JoinsTheProductsOfAnotherStoreAndAddsTheOthers) {
  Connect("web");
  Connect("outlet");
  ChangesCodes("web", Sell("MUG", "p1"), 1);
  ChangesCodes("web", Sell("CUP", "p2"), 2);
  const std::vector<cv1::Product> page = {
      Sell("NEW", "o1"), Sell("CUP", "o2"), Sell("ODD", "o3"), Sell("MUG", "o4")};
  store_.products.clear();
  const domain::StoreKey outlet{"acme", "outlet"};
  storage_->Submit(
      [&](ports::Tx& tx) -> Status {
        engine::Ledger ledger(tx, "acme", clock_.NowMs());
        engine::ProductBook book(ledger, random_, outlet, 0);
        for (const cv1::Product& seen : page) {
          SB_TRY([[maybe_unused]] const bool changed, book.ObserveNew(seen, 1));
        }
        return ledger.Finish();
      },
      [](const Status& status) { EXPECT_TRUE(status); });
  Settle();

  std::map<std::string, int> listings;
  ASSERT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const std::vector<v1::Product> products, tx.products().List("acme", {}, 100));
    for (const v1::Product& product : products) {
      listings[product.product_code()] = product.listings_size();
      for (const v1::ProductListing& listing : product.listings()) {
        SB_TRY(const domain::StoreKey key, domain::ParseStoreName(listing.store()));
        SB_TRY(const auto found, tx.products().FindListing(key, listing.external_id()));
        EXPECT_TRUE(found && product.name() == domain::ProductName("acme", found->product));
      }
    }
    return Ok();
  }));
  const std::map<std::string, int> wanted = {{"MUG", 2}, {"CUP", 2}, {"NEW", 1}, {"ODD", 1}};
  EXPECT_EQ(listings, wanted);
}

}  // namespace
}  // namespace storebridge::testing
