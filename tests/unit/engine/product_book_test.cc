#include "engine/product_book.h"

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

}  // namespace
}  // namespace storebridge::testing
