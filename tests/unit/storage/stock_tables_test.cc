#include <string>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using ports::ClaimKind;
using ports::ClaimTotal;
using Totals = std::vector<ClaimTotal>;

class StockTablesTest : public InlineStorageTest {
 protected:
  Status Add(std::string_view product, const ClaimTotal& difference) {
    return Write([&](ports::Tx& tx) { return tx.stock().AddToTotal("acme", product, difference); });
  }
  Totals TotalsOf(std::string_view product) {
    return ReadOne<ports::StockPosition>(
               [&](const ports::ReadTx& tx) { return tx.stock().Position("acme", product); })
        .totals;
  }

  // Adds a line that says so many.
  void AddEntry(std::string_view merchant, const std::string& product, std::int64_t delta) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      return tx.stock().AddEntry(merchant,
                                 {.product = product,
                                  .delta = delta,
                                  .on_hand = delta + 100,
                                  .reason = "counted",
                                  .time_ms = 1000 - delta});
    })));
  }
  std::vector<ports::StockEntry> Entries(std::int64_t number, int limit) {
    return ReadOne<std::vector<ports::StockEntry>>([&](const ports::ReadTx& tx) {
      return tx.stock().ListEntries("acme", "p1", number, limit);
    });
  }
};

std::vector<std::int64_t> DeltasOf(const std::vector<ports::StockEntry>& entries) {
  std::vector<std::int64_t> deltas;
  deltas.reserve(entries.size());
  for (const ports::StockEntry& entry : entries) {
    deltas.push_back(entry.delta);
  }
  return deltas;
}

TEST_F(StockTablesTest, GivesAnEmptyLevelForAProductWithoutOne) {
  const auto level = ReadOne<ports::StockLevel>(
      [](const ports::ReadTx& tx) { return tx.stock().Get("acme", "p1"); });

  EXPECT_EQ(level.on_hand, std::nullopt);
  EXPECT_EQ(level.version, 0);
}

TEST_F(StockTablesTest, KnowsWhetherAMerchantEverCounted) {
  const auto has_any = [&](std::string_view merchant) {
    return ReadOne<bool>([&](const ports::ReadTx& tx) { return tx.stock().HasAny(merchant); });
  };
  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kReserved, 5})));
  EXPECT_FALSE(has_any("acme"));

  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) {
    return tx.stock().Put("acme", "p1", {.on_hand = 0, .version = 1, .update_ms = 9});
  })));

  EXPECT_TRUE(has_any("acme"));
  EXPECT_FALSE(has_any("other"));
}

TEST_F(StockTablesTest, GivesALevelTogetherWithItsTotals) {
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
    return tx.stock().Put("acme", "p1", {.on_hand = 4, .version = 3, .update_ms = 9});
  })));
  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kReserved, 5})));
  ASSERT_TRUE(Worked(Add("p1", {"pos", ClaimKind::kPicked, 6})));
  ASSERT_TRUE(Worked(Add("p2", {"web", ClaimKind::kReserved, 7})));

  const auto position = ReadOne<ports::StockPosition>(
      [](const ports::ReadTx& tx) { return tx.stock().Position("acme", "p1"); });

  EXPECT_EQ(position.level.on_hand, 4);
  EXPECT_EQ(position.level.version, 3);
  EXPECT_EQ(position.level.update_ms, 9);
  ASSERT_EQ(position.totals.size(), 2U);
  EXPECT_EQ(position.totals[0].store, "pos");
  EXPECT_EQ(position.totals[0].kind, ClaimKind::kPicked);
  EXPECT_EQ(position.totals[0].quantity, 6);
  EXPECT_EQ(position.totals[1].store, "web");
  EXPECT_EQ(position.totals[1].kind, ClaimKind::kReserved);
  EXPECT_EQ(position.totals[1].quantity, 5);
}

TEST_F(StockTablesTest, GivesTotalsOfAProductThatWasNeverCounted) {
  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kSeen, 5})));

  const auto position = ReadOne<ports::StockPosition>(
      [](const ports::ReadTx& tx) { return tx.stock().Position("acme", "p1"); });

  EXPECT_EQ(position.level.on_hand, std::nullopt);
  EXPECT_EQ(position.level.version, 0);
  EXPECT_EQ(position.totals.size(), 1U);
}

TEST_F(StockTablesTest, GivesBackTheLevelThatWasPutLast) {
  for (const std::int64_t version : {1, 2}) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      return tx.stock().Put(
          "acme", "p1", {.on_hand = 10 - version, .version = version, .update_ms = 99});
    })));
  }

  const auto level = ReadOne<ports::StockLevel>(
      [](const ports::ReadTx& tx) { return tx.stock().Get("acme", "p1"); });

  EXPECT_EQ(level.on_hand, 8);
  EXPECT_EQ(level.version, 2);
  EXPECT_EQ(level.update_ms, 99);
}

TEST_F(StockTablesTest, AddsEntriesOfOneProductWithoutAnEnd) {
  const std::int64_t before = storage_->commits();

  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      return tx.stock().AddEntry(
          "acme", {.product = "p1", .delta = 1, .on_hand = i, .reason = "counted", .time_ms = 1});
    })));
  }

  EXPECT_EQ(storage_->commits() - before, 3);
}

TEST_F(StockTablesTest, ListsEntriesOfOneProductNewestFirst) {
  AddEntry("acme", "p0", 7);
  AddEntry("acme", "p1", 1);
  AddEntry("acme", "p2", 8);
  AddEntry("other", "p1", 9);
  AddEntry("acme", "p1", 2);  // The clock went back meanwhile.
  AddEntry("acme", "p1", 3);

  const std::vector<ports::StockEntry> entries = Entries(0, 10);

  EXPECT_EQ(DeltasOf(entries), (std::vector<std::int64_t>{3, 2, 1}));
  EXPECT_EQ(entries[0].product, "p1");
  EXPECT_EQ(entries[0].on_hand, 103);
  EXPECT_EQ(entries[0].reason, "counted");
  EXPECT_EQ(entries[0].time_ms, 997);
  EXPECT_GT(entries[0].number, entries[1].number);
}

TEST_F(StockTablesTest, ListsEntriesFromAPlaceOn) {
  for (std::int64_t delta = 1; delta <= 5; ++delta) {
    AddEntry("acme", "p1", delta);
  }

  const std::vector<ports::StockEntry> first = Entries(0, 2);
  AddEntry("acme", "p1", 6);
  const std::vector<ports::StockEntry> second = Entries(first.back().number, 2);
  const std::vector<ports::StockEntry> third = Entries(second.back().number, 2);

  EXPECT_EQ(DeltasOf(first), (std::vector<std::int64_t>{5, 4}));
  EXPECT_EQ(DeltasOf(second), (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(DeltasOf(third), (std::vector<std::int64_t>{1}));
  EXPECT_TRUE(Entries(third.back().number, 2).empty());
}

TEST_F(StockTablesTest, RefusesToListMoreEntriesThanOnePageHas) {
  for (const int limit : {0, 1001}) {
    const auto error = ErrorOf(
        [&](const ports::ReadTx& tx) { return tx.stock().ListEntries("acme", "p1", 0, limit); });

    ASSERT_TRUE(error) << limit;
    EXPECT_EQ(error->reason, "PAGE_SIZE");
  }
}

TEST_F(StockTablesTest, SumsUpPerStoreAndKind) {
  for (const ClaimTotal& difference : {ClaimTotal{"web", ClaimKind::kReserved, 2},
                                       ClaimTotal{"web", ClaimKind::kReserved, 3},
                                       ClaimTotal{"pos", ClaimKind::kSeen, 4},
                                       ClaimTotal{"web", ClaimKind::kReserved, -2},
                                       ClaimTotal{"web", ClaimKind::kPicked, 2}}) {
    ASSERT_TRUE(Worked(Add("p1", difference)));
  }

  const Totals totals = TotalsOf("p1");

  ASSERT_EQ(totals.size(), 3U);
  EXPECT_EQ(totals[0].store, "pos");
  EXPECT_EQ(totals[0].kind, ClaimKind::kSeen);
  EXPECT_EQ(totals[0].quantity, 4);
  EXPECT_EQ(totals[1].kind, ClaimKind::kReserved);
  EXPECT_EQ(totals[1].quantity, 3);
  EXPECT_EQ(totals[2].kind, ClaimKind::kPicked);
  EXPECT_EQ(totals[2].quantity, 2);
}

TEST_F(StockTablesTest, KeepsNoTotalOfZero) {
  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kSeen, 5})));

  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kSeen, -5})));

  EXPECT_TRUE(TotalsOf("p1").empty());
}

TEST_F(StockTablesTest, RefusesToTakeFromATotalThatIsNotThere) {
  const Status status = Add("p1", {"web", ClaimKind::kSeen, -1});

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInternal);
}

TEST_F(StockTablesTest, RefusesATotalBelowZero) {
  ASSERT_TRUE(Worked(Add("p1", {"web", ClaimKind::kSeen, 1})));

  const Status status = Add("p1", {"web", ClaimKind::kSeen, -2});

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInternal);
  ASSERT_EQ(TotalsOf("p1").size(), 1U);
  EXPECT_EQ(TotalsOf("p1")[0].quantity, 1);
}

}  // namespace
}  // namespace storebridge::storage
