#include "engine/ledger.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/seeded_random.h"
#include "unit/storage/storage_fixture.h"

namespace storebridge::engine {
namespace {

using ports::Claim;
using ports::ClaimKind;
using Claims = std::vector<Claim>;

class LedgerTest : public storage::InlineStorageTest {
 protected:
  std::map<std::pair<std::string, ClaimKind>, std::int64_t> TotalsOf(const std::string& product) {
    std::map<std::pair<std::string, ClaimKind>, std::int64_t> totals;
    const auto position = ReadOne<ports::StockPosition>(
        [&](const ports::ReadTx& tx) { return tx.stock().Position("acme", product); });
    for (const ports::ClaimTotal& total : position.totals) {
      totals[{total.store, total.kind}] = total.quantity;
    }
    return totals;
  }
};

TEST_F(LedgerTest, CountsClaimsOfItsOwnTransactionAsTaken) {
  const Status status = Write([](ports::Tx& tx) -> Status {
    Ledger ledger(tx, "acme", 1);
    SB_CHECK(ledger.SetOnHand("p1", 10, "counted"));
    SB_CHECK(ledger.MoveClaims(
        "web", {}, {{.product = "p1", .kind = ClaimKind::kReserved, .quantity = 4}}));
    EXPECT_EQ(ledger.Available("p1").value(), 6);
    return ledger.Finish();
  });

  ASSERT_TRUE(storage::Worked(status));
  EXPECT_EQ(TotalsOf("p1").size(), 1U);
}

TEST_F(LedgerTest, KeepsTheStockOfAProductThatIsNew) {
  const Status status = Write([](ports::Tx& tx) -> Status {
    Ledger ledger(tx, "acme", 1);
    ledger.AddNew("p1");
    EXPECT_EQ(ledger.Available("p1").value(), 0);
    SB_CHECK(ledger.SetOnHand("p1", 10, "counted"));
    SB_CHECK(ledger.MoveClaims(
        "web", {}, {{.product = "p1", .kind = ClaimKind::kReserved, .quantity = 4}}));
    ledger.AddNew("p1");
    EXPECT_EQ(ledger.Available("p1").value(), 6);
    return ledger.Finish();
  });

  ASSERT_TRUE(storage::Worked(status));
  EXPECT_EQ(TotalsOf("p1"),
            (std::map<std::pair<std::string, ClaimKind>, std::int64_t>{
                {{"web", ClaimKind::kReserved}, 4}}));
}

TEST_F(LedgerTest, WritesNothingForClaimsThatAreTheSame) {
  const Claims claims{{.product = "p1", .kind = ClaimKind::kSeen, .quantity = 2},
                      {.product = "p2", .kind = ClaimKind::kSeen, .quantity = 1}};
  const Claims turned{claims[1], claims[0]};
  const std::int64_t before = storage_->commits();

  ASSERT_TRUE(storage::Worked(Write([&](ports::Tx& tx) -> Status {
    Ledger ledger(tx, "acme", 1);
    SB_CHECK(ledger.MoveClaims("web", claims, turned));
    return ledger.Finish();
  })));

  EXPECT_EQ(storage_->commits(), before);
}

// Several orders in each transaction, of which some are undone; the model counts anew.
TEST_F(LedgerTest, KeepsTheTotalsThatAnybodyWouldCount) {
  constexpr int kRounds = 500;
  testing::SeededRandom random(7);
  std::map<std::string, Claims> model;
  const auto name = [&](std::string_view what, std::uint64_t end) {
    return std::string(what) + std::to_string(random.Below(end));
  };
  const auto store_of = [](const std::string& order) { return "s" + order.substr(1, 1); };

  for (int round = 0; round < kRounds; ++round) {
    std::map<std::string, Claims> after = model;
    const bool fails = random.Below(5) == 0;
    const Status status = Write([&](ports::Tx& tx) -> Status {
      Ledger ledger(tx, "acme", 1);
      for (std::uint64_t orders = random.Below(4); orders > 0; --orders) {
        const std::string order = name("o", 12);
        Claims claims;
        for (std::uint64_t n = random.Below(5); n > 0; --n) {
          claims.push_back({.product = name("p", 4),
                            .kind = static_cast<ClaimKind>(random.Below(3)),
                            .quantity = static_cast<std::int64_t>(1 + random.Below(3))});
        }
        SB_CHECK(ledger.MoveClaims(store_of(order), after[order], claims));
        after[order] = claims;
      }
      SB_CHECK(ledger.Finish());
      return fails ? Status(Error{.code = Code::kAborted}) : Ok();
    });
    ASSERT_EQ(status.has_value(), !fails);
    if (!fails) {
      model = after;
    }
  }

  for (int p = 0; p < 4; ++p) {
    const std::string product = "p" + std::to_string(p);
    std::map<std::pair<std::string, ClaimKind>, std::int64_t> wanted;
    for (const auto& [order, claims] : model) {
      for (const Claim& claim : claims) {
        if (claim.product == product) {
          wanted[{store_of(order), claim.kind}] += claim.quantity;
        }
      }
    }
    EXPECT_EQ(TotalsOf(product), wanted) << product;
  }
}

}  // namespace
}  // namespace storebridge::engine
