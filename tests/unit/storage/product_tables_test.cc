#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using Ids = std::vector<std::string>;
using Listings = std::vector<ports::Listing>;

ports::Listing MakeListing(std::string_view external_id, std::string_view product = "p1") {
  ports::Listing listing;
  listing.store = kWeb;
  listing.external_id = external_id;
  listing.product = product;
  return listing;
}

Ids ExternalIds(const Listings& listings) {
  Ids ids;
  for (const ports::Listing& listing : listings) {
    ids.push_back(listing.external_id);
  }
  return ids;
}

std::string TextOf(const ports::Listing& listing) {
  return fmt::format(
      "{} of {}: known {} at {}, dirty {}, '{}' until {}, attempt {} at {} open {}, "
      "accepted at {}, confirmed at {}",
      listing.external_id,
      listing.product,
      listing.known_quantity.value_or(-1),
      listing.known_ms,
      listing.stock_dirty,
      listing.stock_error,
      listing.stock_retry_ms,
      listing.attempt_quantity.value_or(-1),
      listing.attempt_ms,
      listing.attempt_open,
      listing.accept_ms,
      listing.confirm_ms);
}

class ProductTablesTest : public InlineStorageTest {
 protected:
  Status Put(const ports::Listing& listing) {
    return Write([&](ports::Tx& tx) { return tx.products().PutListing(listing); });
  }
  Status Put(const v1::Product& product) {
    return Write([&](ports::Tx& tx) { return tx.products().Put("acme", product); });
  }
  std::optional<ports::Listing> Find(std::string_view external_id) {
    return ReadOne<std::optional<ports::Listing>>(
        [&](const ports::ReadTx& tx) { return tx.products().FindListing(kWeb, external_id); });
  }
  Ids Dirty(std::int64_t now_ms, int limit) {
    return ExternalIds(ReadOne<Listings>(
        [&](const ports::ReadTx& tx) { return tx.products().DirtyListings(kWeb, now_ms, limit); }));
  }
  bool NotesAccepted(const ports::Listing& listing) {
    bool is_noted = false;
    EXPECT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      SB_TRY(is_noted, tx.products().NoteAccepted(listing));
      return Ok();
    })));
    return is_noted;
  }
  // A listing after an attempt to write 8 at 9 ms was noted.
  ports::Listing Attempted(ports::Listing listing) {
    EXPECT_TRUE(Worked(Put(listing)));
    listing.attempt_quantity = 8;
    listing.attempt_ms = 9;
    EXPECT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().NoteAttempt(listing); })));
    ports::Listing found = Find(listing.external_id).value_or(ports::Listing{});
    EXPECT_EQ(found.attempt_quantity, 8);
    EXPECT_EQ(found.attempt_ms, 9);
    EXPECT_TRUE(found.attempt_open);
    return found;
  }
  std::optional<std::int64_t> NextDirty() {
    return ReadOne<std::optional<std::int64_t>>(
        [](const ports::ReadTx& tx) { return tx.products().NextDirtyMs(kWeb); });
  }
};

TEST_F(ProductTablesTest, FindsAProductByIdAndByCode) {
  ASSERT_TRUE(Worked(Put(MakeProduct("acme", "p1", "A-1"))));

  const auto by_id =
      ReadOne<v1::Product>([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p1"); });
  const auto by_code = ReadOne<v1::Product>(
      [](const ports::ReadTx& tx) { return tx.products().GetByCode("acme", "A-1"); });
  const auto code = ReadOne<std::string>(
      [](const ports::ReadTx& tx) { return tx.products().CodeOf("acme", "p1"); });

  EXPECT_EQ(code, "A-1");
  EXPECT_EQ(by_id.product_code(), "A-1");
  EXPECT_EQ(by_code.name(), "merchants/acme/products/p1");
}

TEST_F(ProductTablesTest, NamesTheProductThatDoesNotExist) {
  const auto by_id =
      ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p1"); });
  const auto by_code =
      ErrorOf([](const ports::ReadTx& tx) { return tx.products().GetByCode("acme", "A-1"); });

  const auto code =
      ErrorOf([](const ports::ReadTx& tx) { return tx.products().CodeOf("acme", "p1"); });

  ASSERT_TRUE(by_id && by_code && code);
  EXPECT_EQ(code->code, Code::kNotFound);
  EXPECT_EQ(by_id->code, Code::kNotFound);
  EXPECT_EQ(by_code->code, Code::kNotFound);
  EXPECT_NE(by_id->message.find("merchants/acme/products/p1"), std::string::npos);
  EXPECT_NE(by_code->message.find("A-1"), std::string::npos);
}

TEST_F(ProductTablesTest, RefusesASecondProductOfACodeAndKeepsTheFirst) {
  ASSERT_TRUE(Worked(Put(MakeProduct("acme", "p1", "A-1"))));

  const Status status = Put(MakeProduct("acme", "p2", "A-1"));

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kAlreadyExists);
  EXPECT_EQ(status.error().reason, "PRODUCT_CODE_DUPLICATE");
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p2"); }));
  EXPECT_TRUE(Worked(Put(MakeProduct("acme", "p1", "A-1"))));
  EXPECT_TRUE(Worked(Put(MakeProduct("acme", "p1", "A-2"))));
  EXPECT_TRUE(Worked(Put(MakeProduct("acme", "p2", "A-1"))));
}

TEST_F(ProductTablesTest, AddsAProductOnlyWhereItsCodeIsFree) {
  const auto is_added = [&](const v1::Product& product) {
    bool added = false;
    EXPECT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      SB_TRY(added, tx.products().Add("acme", product));
      return Ok();
    })));
    return added;
  };

  EXPECT_TRUE(is_added(MakeProduct("acme", "p1", "A-1")));
  EXPECT_FALSE(is_added(MakeProduct("acme", "p2", "A-1")));
  EXPECT_TRUE(is_added(MakeProduct("acme", "p3", "A-2")));

  const auto by_code = ReadOne<v1::Product>(
      [](const ports::ReadTx& tx) { return tx.products().GetByCode("acme", "A-1"); });
  EXPECT_EQ(by_code.name(), "merchants/acme/products/p1");
  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.products().Get("acme", "p2"); }));
}

TEST_F(ProductTablesTest, RefusesTheNameOfAnotherMerchant) {
  const Status status = Put(MakeProduct("other", "p1", "A-1"));

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
}

TEST_F(ProductTablesTest, ListsByCodeForOneMerchantOrForAll) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.products().Put("b", MakeProduct("b", "p3", "A")));
    SB_CHECK(tx.products().Put("a", MakeProduct("a", "p1", "Z")));
    return tx.products().Put("a", MakeProduct("a", "p2", "B"));
  })));

  const auto list = [&](std::string_view merchant, const domain::MerchantChild& after, int limit) {
    return IdsOf(ReadOne<std::vector<v1::Product>>(
        [&](const ports::ReadTx& tx) { return tx.products().List(merchant, after, limit); }));
  };

  EXPECT_EQ(list("a", {}, 10), (Ids{"p2", "p1"}));
  EXPECT_EQ(list("a", {"a", "B"}, 10), (Ids{"p1"}));
  EXPECT_EQ(list("", {}, 2), (Ids{"p2", "p1"}));
  EXPECT_EQ(list("", {"a", "Z"}, 2), (Ids{"p3"}));
}

TEST_F(ProductTablesTest, GivesBackEveryFieldOfAListing) {
  ports::Listing listing = MakeListing("7");
  listing.external_parent_id = "parent";
  listing.content_hash = std::numeric_limits<std::uint64_t>::max();
  listing.known_quantity = -4;
  listing.known_ms = 5;
  listing.stock_dirty = true;
  listing.stock_error = "refused";
  listing.stock_retry_ms = 6;
  listing.attempt_quantity = 8;
  listing.attempt_ms = 9;
  listing.attempt_open = true;
  listing.accept_ms = 10;
  listing.confirm_ms = 11;
  ASSERT_TRUE(Worked(Put(listing)));

  const auto found = ReadOne<std::optional<ports::Listing>>(
      [](const ports::ReadTx& tx) { return tx.products().FindListing(kWeb, "7"); });

  ASSERT_TRUE(found);
  EXPECT_EQ(found->store, kWeb);
  EXPECT_EQ(found->external_id, "7");
  EXPECT_EQ(found->external_parent_id, "parent");
  EXPECT_EQ(found->product, "p1");
  EXPECT_EQ(found->content_hash, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(found->known_quantity, -4);
  EXPECT_EQ(found->known_ms, 5);
  EXPECT_TRUE(found->stock_dirty);
  EXPECT_EQ(found->stock_error, "refused");
  EXPECT_EQ(found->stock_retry_ms, 6);
  EXPECT_EQ(found->attempt_quantity, 8);
  EXPECT_EQ(found->attempt_ms, 9);
  EXPECT_TRUE(found->attempt_open);
  EXPECT_EQ(found->accept_ms, 10);
  EXPECT_EQ(found->confirm_ms, 11);
}

TEST_F(ProductTablesTest, WritesTheStockOfAListingAndLeavesTheRest) {
  ports::Listing listing = MakeListing("7");
  listing.external_parent_id = "parent";
  listing.content_hash = 3;
  ASSERT_TRUE(Worked(Put(listing)));
  ports::Listing other = MakeListing("7", "p2");
  other.content_hash = 4;
  other.known_quantity = -4;
  other.known_ms = 5;
  other.stock_dirty = true;
  other.stock_error = "refused";
  other.stock_retry_ms = 6;
  other.attempt_quantity = 8;
  other.attempt_ms = 9;
  other.attempt_open = true;
  other.accept_ms = 10;
  other.confirm_ms = 11;

  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().PutListingStock(other); })));

  const auto found = Find("7");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->external_parent_id, "parent");
  EXPECT_EQ(found->product, "p1");
  EXPECT_EQ(found->content_hash, 3U);
  EXPECT_EQ(found->known_quantity, -4);
  EXPECT_EQ(found->known_ms, 5);
  EXPECT_TRUE(found->stock_dirty);
  EXPECT_EQ(found->stock_error, "refused");
  EXPECT_EQ(found->stock_retry_ms, 6);
  EXPECT_EQ(found->attempt_quantity, 8);
  EXPECT_EQ(found->attempt_ms, 9);
  EXPECT_TRUE(found->attempt_open);
  EXPECT_EQ(found->accept_ms, 10);
  EXPECT_EQ(found->confirm_ms, 11);
}

TEST_F(ProductTablesTest, NotesAnAttemptAtAListingThatWaits) {
  ports::Listing listing = MakeListing("7");
  listing.known_quantity = 5;
  listing.stock_error = "refused";
  listing.stock_dirty = true;
  listing.stock_retry_ms = 4;

  const ports::Listing found = Attempted(listing);

  EXPECT_EQ(found.known_quantity, 5);
  EXPECT_EQ(found.stock_error, "refused");
  EXPECT_EQ(found.stock_retry_ms, 4);
  EXPECT_EQ(Dirty(4, 10), Ids{"7"});
}

TEST_F(ProductTablesTest, SaysWhatIsFreeWithoutAnError) {
  v1::Product product;
  product.set_name("merchants/acme/products/p1");
  product.set_product_code("A-1");
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().Put("acme", product); })));

  const auto has_any = [&](const char* merchant, const char* first, const char* last) {
    return ReadOne<bool>(
        [&](const ports::ReadTx& tx) { return tx.products().HasAny(merchant, first, last); });
  };
  const auto by_code = [&](const char* code) {
    return ReadOne<std::optional<v1::Product>>(
        [&](const ports::ReadTx& tx) { return tx.products().FindByCode("acme", code); });
  };

  EXPECT_TRUE(has_any("acme", "p1", "p1"));
  EXPECT_TRUE(has_any("acme", "p0", "p1"));
  EXPECT_TRUE(has_any("acme", "p1", "p2"));
  EXPECT_FALSE(has_any("acme", "p2", "p9"));
  EXPECT_FALSE(has_any("acme", "p0", "p0"));
  EXPECT_FALSE(has_any("other", "p0", "p9"));
  ASSERT_TRUE(by_code("A-1"));
  EXPECT_EQ(by_code("A-1")->name(), product.name());
  EXPECT_FALSE(by_code("A-2"));
}

TEST_F(ProductTablesTest, SaysWhatOrdersNeedOfAProduct) {
  using Standing = domain::ProductFacts::Standing;
  const auto facts = [&](const char* code) {
    return ReadOne<domain::ProductFacts>(
        [&](const ports::ReadTx& tx) { return tx.products().FactsOf("acme", code); });
  };
  v1::Product product;
  product.set_name("merchants/acme/products/p1");
  product.set_product_code("A-1");
  product.set_description("so that there is a text before the two");
  product.add_image_urls("https://shop.example/1.png");
  for (const bool is_active : {false, true}) {
    for (const bool is_shippable : {false, true}) {
      SCOPED_TRACE(fmt::format("active {}, shippable {}", is_active, is_shippable));
      product.set_is_active(is_active);
      product.set_is_shippable(is_shippable);
      ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().Put("acme", product); })));

      EXPECT_EQ(facts("A-1").standing, is_active ? Standing::kActive : Standing::kInactive);
      EXPECT_EQ(facts("A-1").is_shippable, is_shippable);
      EXPECT_EQ(facts("A-1").name, product.name());
    }
  }
  EXPECT_EQ(facts("A-2").standing, Standing::kUnknown);
  EXPECT_EQ(facts("A-2").name, "");
}

TEST_F(ProductTablesTest, NotesWhatAStoreAccepted) {
  ports::Listing listing = MakeListing("7");
  listing.stock_dirty = true;
  listing.stock_retry_ms = 5;
  listing = Attempted(listing);
  listing.known_quantity = 8;
  listing.known_ms = 20;
  listing.confirm_ms = 21;
  listing.stock_dirty = false;

  EXPECT_TRUE(NotesAccepted(listing));

  listing.accept_ms = 20;
  listing.attempt_open = false;
  listing.stock_retry_ms = 0;
  EXPECT_EQ(TextOf(*Find("7")), TextOf(listing));
}

TEST_F(ProductTablesTest, NotesNothingOfWhatIsGoneAnotherProductsOrInTrouble) {
  ports::Listing listing = MakeListing("7");
  EXPECT_FALSE(NotesAccepted(listing)) << "gone";
  ASSERT_TRUE(Worked(Put(listing)));
  const std::string before = TextOf(*Find("7"));
  listing.known_quantity = 8;
  listing.product = "another";
  EXPECT_FALSE(NotesAccepted(listing)) << "another product's";
  EXPECT_EQ(TextOf(*Find("7")), before);

  listing = MakeListing("7");
  listing.stock_error = "refused";
  ASSERT_TRUE(Worked(Put(listing)));
  const std::string refused = TextOf(*Find("7"));
  listing.known_quantity = 8;
  EXPECT_FALSE(NotesAccepted(listing)) << "its trouble ends";
  EXPECT_EQ(TextOf(*Find("7")), refused);
}

TEST_F(ProductTablesTest, MakesNoListingOfOneThatIsGone) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.products().PutListingStock(MakeListing("7")));
    return tx.products().NoteAttempt(MakeListing("7"));
  })));

  EXPECT_FALSE(Find("7"));
}

TEST_F(ProductTablesTest, KnowsZeroFromUnknown) {
  ports::Listing zero = MakeListing("zero");
  zero.known_quantity = 0;
  ASSERT_TRUE(Worked(Put(zero)));
  ASSERT_TRUE(Worked(Put(MakeListing("unknown"))));

  const auto known = [&](std::string_view id) {
    return ReadOne<std::optional<ports::Listing>>(
               [&](const ports::ReadTx& tx) { return tx.products().FindListing(kWeb, id); })
        ->known_quantity;
  };

  EXPECT_EQ(known("zero"), std::optional<std::int64_t>(0));
  EXPECT_EQ(known("unknown"), std::nullopt);
}

TEST_F(ProductTablesTest, FindsTheListingsOfAProductAndOfAStore) {
  ports::Listing elsewhere = MakeListing("9");
  elsewhere.store = {"acme", "pos"};
  ASSERT_TRUE(Worked(Put(elsewhere)));
  for (const char* id : {"3", "1", "2"}) {
    ASSERT_TRUE(Worked(Put(MakeListing(id, id == std::string("2") ? "p2" : "p1"))));
  }

  const auto of_product = ReadOne<Listings>(
      [](const ports::ReadTx& tx) { return tx.products().ListingsOf("acme", "p1"); });
  const auto page = ReadOne<Listings>(
      [](const ports::ReadTx& tx) { return tx.products().Listings(kWeb, "1", 1); });

  EXPECT_EQ(ExternalIds(of_product), (Ids{"9", "1", "3"}));
  EXPECT_EQ(ExternalIds(page), (Ids{"2"}));
  EXPECT_EQ(
      ReadOne<Ids>([](const ports::ReadTx& tx) { return tx.products().ListingIds(kWeb, "1", 1); }),
      (Ids{"2"}));
  EXPECT_EQ(
      ReadOne<Ids>([](const ports::ReadTx& tx) { return tx.products().ListingIds(kWeb, "", 10); }),
      (Ids{"1", "2", "3"}));
  EXPECT_FALSE(ReadOne<std::optional<ports::Listing>>(
      [](const ports::ReadTx& tx) { return tx.products().FindListing(kWeb, "9"); }));
}

TEST_F(ProductTablesTest, ListsDirtyListingsWhoseTimeHasComeByThatTime) {
  EXPECT_EQ(NextDirty(), std::nullopt);
  const auto put = [&](std::string_view id, bool dirty, std::int64_t retry_ms) {
    ports::Listing listing = MakeListing(id);
    listing.stock_dirty = dirty;
    listing.stock_retry_ms = retry_ms;
    ASSERT_TRUE(Worked(Put(listing)));
  };
  put("d", true, 50);
  put("c", true, 100);
  put("b", true, 101);
  put("a", false, 0);

  put("e", true, 50);

  EXPECT_EQ(Dirty(100, 10), (Ids{"d", "e", "c"}));
  EXPECT_EQ(Dirty(100, 1), (Ids{"d"}));
  EXPECT_EQ(NextDirty(), 50);

  put("d", false, 50);
  put("e", false, 50);

  EXPECT_EQ(Dirty(1000, 10), (Ids{"c", "b"}));
  EXPECT_EQ(NextDirty(), 100);
}

TEST_F(ProductTablesTest, RemovesAListing) {
  ASSERT_TRUE(Worked(Put(MakeListing("1"))));
  ASSERT_TRUE(Worked(Put(MakeListing("2"))));

  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return tx.products().RemoveListing(kWeb, "1"); })));

  const auto left = ReadOne<Listings>(
      [](const ports::ReadTx& tx) { return tx.products().Listings(kWeb, "", 10); });
  EXPECT_EQ(ExternalIds(left), (Ids{"2"}));
}

}  // namespace
}  // namespace storebridge::storage
