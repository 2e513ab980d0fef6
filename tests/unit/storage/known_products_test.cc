// What the writer knows of products is what the tables say, whatever was written and undone.
#include "adapters/storage/known_products.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

constexpr int kProducts = 4;
const ports::StoreKey kPos{"acme", "pos"};

// All that is known of products, as text.
std::string TextOf(const ports::ReadTx& tx) {
  std::string text;
  for (int i = 0; i < kProducts; ++i) {
    const std::string id = fmt::format("p{}", i);
    const auto facts = tx.products().FactsOf("acme", fmt::format("CODE-{}", i));
    const auto position = tx.stock().Position("acme", id);
    const auto listings = tx.products().ListingsOf("acme", id);
    if (!facts || !position || !listings) {
      return "an error";
    }
    text += fmt::format("{}: {} {} {} on_hand {} version {} at {}",
                        id,
                        facts->name,
                        static_cast<int>(facts->standing),
                        facts->is_shippable,
                        position->level.on_hand.value_or(-1),
                        position->level.version,
                        position->level.update_ms);
    std::vector<std::string> totals;
    for (const ports::ClaimTotal& total : position->totals) {
      totals.push_back(
          fmt::format(" {}/{}={}", total.store, static_cast<int>(total.kind), total.quantity));
    }
    std::sort(totals.begin(), totals.end());
    for (const std::string& total : totals) {
      text += total;
    }
    for (const ports::Listing& one : *listings) {
      text += fmt::format(" [{} {} parent {} hash {} known {} dirty {} '{}' attempt {} at {} {}]",
                          one.store.store,
                          one.external_id,
                          one.external_parent_id,
                          one.content_hash,
                          one.known_quantity.value_or(-1),
                          one.stock_dirty,
                          one.stock_error,
                          one.attempt_quantity.value_or(-1),
                          one.attempt_ms,
                          one.attempt_open);
    }
    text += "\n";
  }
  return text;
}

class KnownProductsTest : public InlineStorageTest {
 protected:
  std::uint64_t Up(std::uint64_t below) { return random_.Next() % below; }
  std::string AnyProduct() { return fmt::format("p{}", Up(kProducts)); }

  // A listing that is there; none when there is none.
  std::optional<ports::Listing> AnyListing(const ports::Tx& tx) {
    const ports::StoreKey& store = Up(2) == 0 ? kWeb : kPos;
    const auto found = tx.products().FindListing(store, fmt::format("x{}", Up(kProducts)));
    return found ? *found : std::nullopt;
  }

  Status NoteAttempt(ports::Tx& tx, ports::Listing listing) {
    listing.attempt_quantity = static_cast<std::int64_t>(Up(9));
    listing.attempt_ms = static_cast<std::int64_t>(Up(9));
    return tx.products().NoteAttempt(listing);
  }

  // Nothing is noted of one that has an error.
  Status NoteAccepted(ports::Tx& tx, ports::Listing listing) {
    listing.known_quantity = static_cast<std::int64_t>(Up(9));
    listing.known_ms = static_cast<std::int64_t>(Up(9));
    listing.stock_dirty = Up(2) == 0;
    SB_TRY([[maybe_unused]] const bool is_noted, tx.products().NoteAccepted(listing));
    return Ok();
  }

  Status WriteSomething(ports::Tx& tx) {
    switch (Up(9)) {
      case 0: {
        // Codes change hands.
        const std::string id = AnyProduct();
        v1::Product product = MakeProduct("acme", id, fmt::format("CODE-{}", Up(kProducts)));
        product.set_is_active(Up(2) == 0);
        product.set_is_shippable(Up(2) == 0);
        Status put = Ok();
        if (Up(2) == 0) {
          put = tx.products().Put("acme", product);
        } else if (const Result<bool> added = tx.products().Add("acme", product); !added) {
          put = added.error();
        }
        return put || put.error().code == Code::kAlreadyExists ? Ok() : put;
      }
      case 1:
        return tx.stock().Put("acme",
                              AnyProduct(),
                              {.on_hand = static_cast<std::int64_t>(Up(9)),
                               .version = static_cast<std::int64_t>(Up(9)),
                               .update_ms = static_cast<std::int64_t>(Up(9))});
      case 2: {
        const std::string id = AnyProduct();
        const ports::ClaimTotal total{
            .store = Up(2) == 0 ? "web" : "pos",
            .kind = Up(2) == 0 ? ports::ClaimKind::kReserved : ports::ClaimKind::kPicked,
            .quantity = static_cast<std::int64_t>(Up(5)) + 1};
        SB_CHECK(tx.stock().AddToTotal("acme", id, total));
        // Half of them are taken back whole.
        return Up(2) == 0
                   ? Ok()
                   : tx.stock().AddToTotal(
                         "acme",
                         id,
                         {.store = total.store, .kind = total.kind, .quantity = -total.quantity});
      }
      case 3: {
        // Listings move from product to product.
        ports::Listing listing;
        listing.store = Up(2) == 0 ? kWeb : kPos;
        listing.external_id = fmt::format("x{}", Up(kProducts));
        listing.external_parent_id = fmt::format("parent{}", Up(3));
        listing.product = AnyProduct();
        listing.content_hash = Up(100);
        return tx.products().PutListing(listing);
      }
      case 4: {
        std::optional<ports::Listing> listing = AnyListing(tx);
        if (!listing) {
          return Ok();
        }
        listing->external_parent_id = "not written";
        listing->content_hash = 0;
        listing->known_quantity = static_cast<std::int64_t>(Up(9));
        listing->stock_dirty = Up(2) == 0;
        listing->stock_error = Up(2) == 0 ? "" : "refused";
        return tx.products().PutListingStock(*listing);
      }
      case 5: {
        std::optional<ports::Listing> listing = AnyListing(tx);
        if (!listing) {
          return Ok();
        }
        return Up(2) == 0 ? NoteAttempt(tx, *listing) : NoteAccepted(tx, *listing);
      }
      case 6:
        return tx.products().RemoveListing(Up(2) == 0 ? kWeb : kPos,
                                           fmt::format("x{}", Up(kProducts)));
      case 7:
        return Up(8) == 0 ? tx.stores().Remove(Up(2) == 0 ? kWeb : kPos) : Ok();
      default:
        return Up(16) == 0 ? tx.merchants().Remove("acme") : Ok();
    }
  }

  testing::SeededRandom random_;
};

TEST_F(KnownProductsTest, AreAsTheTablesSayWhateverIsWrittenAndUndone) {
  for (int round = 0; round < 2'000; ++round) {
    std::string writer;
    const bool is_undone = Up(4) == 0;
    const Status written = Write([&](ports::Tx& tx) -> Status {
      TextOf(tx);  // From here on it is known.
      for (std::uint64_t i = Up(4); i > 0; --i) {
        SB_CHECK(WriteSomething(tx));
      }
      writer = TextOf(tx);
      return is_undone ? Status(Error{.code = Code::kAborted, .message = "undone"}) : Ok();
    });
    ASSERT_EQ(written.has_value(), !is_undone);

    std::string known;
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      known = TextOf(tx);
      return Ok();
    })));
    std::string tables;
    ASSERT_TRUE(Worked(storage_->Read([&](const ports::ReadTx& tx) {
      tables = TextOf(tx);
      return Ok();
    })));
    ASSERT_EQ(known, tables) << "in round " << round;
    ASSERT_TRUE(is_undone || writer == tables) << "in round " << round;
  }
}

TEST_F(KnownProductsTest, ReadsTheListingsOfAProductThatIsInManyStores) {
  const auto count = [&] {
    std::size_t listings = 0;
    EXPECT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      SB_TRY(const std::vector<ports::Listing> found, tx.products().ListingsOf("acme", "p1"));
      listings = found.size();
      return Ok();
    })));
    return listings;
  };
  for (std::size_t i = 1; i <= KnownProducts::kListingsMax + 2; ++i) {
    ports::Listing listing;
    listing.store = kWeb;
    listing.external_id = std::to_string(i);
    listing.product = "p1";
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.products().PutListing(listing); })));

    EXPECT_EQ(count(), i);
    EXPECT_EQ(count(), i);
  }
}

TEST(KnownTest, BeginsAnewWhenItIsFull) {
  Known<int> known;
  for (std::size_t i = 0; i < Known<int>::kMax; ++i) {
    known.Keep("acme", std::to_string(i), 1);
  }
  ASSERT_NE(known.Find("acme", "0"), nullptr);

  known.Keep("acme", "one more", 2);

  EXPECT_EQ(known.Find("acme", "0"), nullptr);
  ASSERT_NE(known.Find("acme", "one more"), nullptr);
  EXPECT_EQ(*known.Find("acme", "one more"), 2);
}

TEST(KnownTest, KeepsMerchantsApart) {
  Known<int> known;
  known.Keep("acme", "p1", 1);

  EXPECT_EQ(known.Find("other", "p1"), nullptr);
}

}  // namespace
}  // namespace storebridge::storage
