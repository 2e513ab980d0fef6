#include "adapters/storage/stock_tables.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

using ports::Claim;
using ports::ClaimKind;

int NumberOf(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::kSeen:
      return 0;
    case ClaimKind::kReserved:
      return 1;
    case ClaimKind::kPicked:
      return 2;
  }
  return -1;
}

ClaimKind KindOf(std::int64_t number) {
  if (number == NumberOf(ClaimKind::kReserved)) {
    return ClaimKind::kReserved;
  }
  // The table holds no other numbers.
  return number == NumberOf(ClaimKind::kPicked) ? ClaimKind::kPicked : ClaimKind::kSeen;
}

bool IsSame(const Claim& a, const Claim& b) {
  return std::tie(a.product, a.store, a.kind, a.quantity) ==
         std::tie(b.product, b.store, b.kind, b.quantity);
}

// The claims that are kept.
Result<std::vector<Claim>> WithoutZeros(std::string_view order, const std::vector<Claim>& claims) {
  std::vector<Claim> kept;
  for (const Claim& claim : claims) {
    if (claim.quantity < 0) {
      return Error{
          .code = Code::kInvalidArgument,
          .reason = "CLAIM_QUANTITY",
          .message = fmt::format("order '{}' cannot claim {} of product '{}': claim 0 or more",
                                 order,
                                 claim.quantity,
                                 claim.product),
          .facts = {{"order", std::string(order)}, {"product", claim.product}}};
    }
    if (claim.quantity > 0) {
      kept.push_back(claim);
    }
  }
  return kept;
}

}  // namespace

Result<ports::StockLevel> StockTables::Get(std::string_view merchant,
                                           std::string_view product) const {
  Query query(db_, Sql::kStockGet, merchant, product);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return ports::StockLevel{};
  }
  return ports::StockLevel{
      .on_hand = query.OptionalInt(0), .version = query.Int(1), .update_ms = query.Int(2)};
}

Status StockTables::Put(std::string_view merchant,
                        std::string_view product,
                        const ports::StockLevel& level) {
  return Query(
             db_, Sql::kStockPut, merchant, product, level.on_hand, level.version, level.update_ms)
      .Run();
}

Status StockTables::AddEntry(std::string_view merchant, const ports::StockEntry& entry) {
  return Query(db_,
               Sql::kStockEntryAdd,
               merchant,
               entry.product,
               entry.delta,
               entry.on_hand,
               entry.reason,
               entry.time_ms)
      .Run();
}

Result<std::vector<Claim>> StockTables::ClaimsOf(std::string_view merchant,
                                                 std::string_view order) const {
  Query query(db_, Sql::kClaimsOf, merchant, order);
  return GetRows(query, [order](const Query& row) {
    return Claim{.order = std::string(order),
                 .product = std::string(row.Text(0)),
                 .store = std::string(row.Text(1)),
                 .kind = KindOf(row.Int(2)),
                 .quantity = row.Int(3)};
  });
}

Status StockTables::ReplaceClaims(std::string_view merchant,
                                  std::string_view order,
                                  const std::vector<Claim>& claims) {
  SB_TRY(const std::vector<Claim> after, WithoutZeros(order, claims));
  SB_TRY(const std::vector<Claim> before, ClaimsOf(merchant, order));
  if (std::equal(before.begin(), before.end(), after.begin(), after.end(), IsSame)) {
    return Ok();
  }
  if (!before.empty()) {
    SB_CHECK(Query(db_, Sql::kClaimsRemove, merchant, order).Run());
  }
  int position = 0;
  for (const Claim& claim : after) {
    SB_CHECK(Query(db_,
                   Sql::kClaimAdd,
                   merchant,
                   order,
                   position++,
                   claim.product,
                   claim.store,
                   NumberOf(claim.kind),
                   claim.quantity)
                 .Run());
  }
  return AddToTotals(merchant, before, after);
}

Status StockTables::AddToTotals(std::string_view merchant,
                                const std::vector<Claim>& before,
                                const std::vector<Claim>& after) {
  std::map<std::tuple<std::string_view, std::string_view, int>, std::int64_t> differences;
  for (const Claim& claim : before) {
    differences[{claim.product, claim.store, NumberOf(claim.kind)}] -= claim.quantity;
  }
  for (const Claim& claim : after) {
    differences[{claim.product, claim.store, NumberOf(claim.kind)}] += claim.quantity;
  }
  for (const auto& [key, difference] : differences) {
    if (difference == 0) {
      continue;
    }
    const auto& [product, store, kind] = key;
    if (difference < 0) {
      SB_CHECK(Query(db_, Sql::kClaimTotalTake, merchant, product, store, kind, -difference).Run());
      SB_CHECK(Query(db_, Sql::kClaimTotalTrim, merchant, product, store, kind).Run());
    } else {
      SB_CHECK(Query(db_, Sql::kClaimTotalAdd, merchant, product, store, kind, difference).Run());
    }
  }
  return Ok();
}

Result<std::vector<ports::ClaimTotal>> StockTables::Totals(std::string_view merchant,
                                                           std::string_view product) const {
  Query query(db_, Sql::kClaimTotals, merchant, product);
  return GetRows(query, [](const Query& row) {
    return ports::ClaimTotal{
        .store = std::string(row.Text(0)), .kind = KindOf(row.Int(1)), .quantity = row.Int(2)};
  });
}

}  // namespace storebridge::storage
