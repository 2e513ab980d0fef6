#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using ports::Claim;
using ports::ClaimKind;
using Claims = std::vector<Claim>;
using Totals = std::vector<ports::ClaimTotal>;

Claim MakeClaim(std::string_view product,
                std::string_view store,
                ClaimKind kind,
                std::int64_t quantity) {
  return Claim{.order = {},
               .product = std::string(product),
               .store = std::string(store),
               .kind = kind,
               .quantity = quantity};
}

class StockTablesTest : public InlineStorageTest {
 protected:
  Status Replace(std::string_view order, const Claims& claims) {
    return Write([&](ports::Tx& tx) { return tx.stock().ReplaceClaims("acme", order, claims); });
  }
  Totals TotalsOf(std::string_view product) {
    return ReadOne<Totals>(
        [&](const ports::ReadTx& tx) { return tx.stock().Totals("acme", product); });
  }
  Claims ClaimsOf(std::string_view order) {
    return ReadOne<Claims>(
        [&](const ports::ReadTx& tx) { return tx.stock().ClaimsOf("acme", order); });
  }
};

TEST_F(StockTablesTest, GivesAnEmptyLevelForAProductWithoutOne) {
  const auto level = ReadOne<ports::StockLevel>(
      [](const ports::ReadTx& tx) { return tx.stock().Get("acme", "p1"); });

  EXPECT_EQ(level.on_hand, std::nullopt);
  EXPECT_EQ(level.version, 0);
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

TEST_F(StockTablesTest, GivesBackTheClaimsOfAnOrderInTheirOrderWithoutZeros) {
  ASSERT_TRUE(Worked(Replace("o1",
                             {MakeClaim("p2", "web", ClaimKind::kReserved, 2),
                              MakeClaim("p3", "web", ClaimKind::kReserved, 0),
                              MakeClaim("p1", "web", ClaimKind::kPicked, 1),
                              MakeClaim("p2", "web", ClaimKind::kReserved, 3)})));

  const Claims claims = ClaimsOf("o1");

  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[0].order, "o1");
  EXPECT_EQ(claims[0].product, "p2");
  EXPECT_EQ(claims[1].kind, ClaimKind::kPicked);
  EXPECT_EQ(claims[2].quantity, 3);
  ASSERT_EQ(TotalsOf("p2").size(), 1U);
  EXPECT_EQ(TotalsOf("p2")[0].quantity, 5);
  EXPECT_TRUE(TotalsOf("p3").empty());
}

TEST_F(StockTablesTest, RefusesAClaimBelowZero) {
  const Status status = Replace("o1", {MakeClaim("p1", "web", ClaimKind::kSeen, -1)});

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_TRUE(TotalsOf("p1").empty());
}

TEST_F(StockTablesTest, CommitsNothingWhenTheClaimsAreTheSame) {
  const Claims claims{MakeClaim("p1", "web", ClaimKind::kSeen, 2)};
  ASSERT_TRUE(Worked(Replace("o1", claims)));
  const std::int64_t before = storage_->commits();

  ASSERT_TRUE(Worked(Replace("o1", claims)));

  EXPECT_EQ(storage_->commits(), before);
}

TEST_F(StockTablesTest, SumsUpPerStoreAndKind) {
  ASSERT_TRUE(Worked(Replace("o1", {MakeClaim("p1", "web", ClaimKind::kReserved, 2)})));
  ASSERT_TRUE(Worked(Replace("o2", {MakeClaim("p1", "web", ClaimKind::kReserved, 3)})));
  ASSERT_TRUE(Worked(Replace("o3", {MakeClaim("p1", "pos", ClaimKind::kSeen, 4)})));
  ASSERT_TRUE(Worked(Replace("o1", {MakeClaim("p1", "web", ClaimKind::kPicked, 2)})));

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

// The totals are kept; the model counts them anew.
TEST_F(StockTablesTest, KeepsTheTotalsThatAnybodyWouldCount) {
  constexpr int kRounds = 1000;
  testing::SeededRandom random(7);
  std::map<std::string, Claims> model;
  const auto name = [&](std::string_view what, std::uint64_t end) {
    return std::string(what) + std::to_string(random.Below(end));
  };

  for (int round = 0; round < kRounds; ++round) {
    const std::string order = name("o", 12);
    Claims claims;
    for (std::uint64_t n = random.Below(5); n > 0; --n) {
      claims.push_back(MakeClaim(name("p", 4),
                                 name("s", 3),
                                 static_cast<ClaimKind>(random.Below(3)),
                                 static_cast<std::int64_t>(random.Below(4))));
    }
    const bool fails = random.Below(5) == 0;
    const Status status = Write([&](ports::Tx& tx) -> Status {
      SB_CHECK(tx.stock().ReplaceClaims("acme", order, claims));
      return fails ? Status(Error{.code = Code::kAborted}) : Ok();
    });
    ASSERT_EQ(status.has_value(), !fails);
    if (!fails) {
      model[order] = claims;
    }
  }

  for (int p = 0; p < 4; ++p) {
    const std::string product = "p" + std::to_string(p);
    std::map<std::tuple<std::string, ClaimKind>, std::int64_t> wanted;
    for (const auto& [order, claims] : model) {
      for (const Claim& claim : claims) {
        if (claim.product == product && claim.quantity > 0) {
          wanted[{claim.store, claim.kind}] += claim.quantity;
        }
      }
    }
    std::map<std::tuple<std::string, ClaimKind>, std::int64_t> found;
    for (const ports::ClaimTotal& total : TotalsOf(product)) {
      found[{total.store, total.kind}] = total.quantity;
    }
    EXPECT_EQ(found, wanted) << product;
  }
}

}  // namespace
}  // namespace storebridge::storage
