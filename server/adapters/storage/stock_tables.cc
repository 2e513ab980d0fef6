#include "adapters/storage/stock_tables.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/storage/claims.h"
#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

// Of the same store and kind; 0 when there is none.
std::int64_t QuantityOf(const std::vector<ports::ClaimTotal>& totals,
                        const ports::ClaimTotal& like) {
  const auto same = std::find_if(totals.begin(), totals.end(), [&](const ports::ClaimTotal& one) {
    return one.store == like.store && one.kind == like.kind;
  });
  return same == totals.end() ? 0 : same->quantity;
}

}  // namespace

Result<bool> StockTables::HasAny(std::string_view merchant) const {
  return Query(db_, Sql::kStockAny, merchant).Step();
}

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
  SB_CHECK(
      Query(db_, Sql::kStockPut, merchant, product, level.on_hand, level.version, level.update_ms)
          .Run());
  if (ports::StockPosition* known = Remembered(merchant, product)) {
    known->level = level;
  }
  return Ok();
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

Result<std::vector<ports::StockEntry>> StockTables::ListEntries(std::string_view merchant,
                                                                std::string_view product,
                                                                std::int64_t number,
                                                                int limit) const {
  SB_CHECK(CheckLimit(limit));
  const std::int64_t before = number == 0 ? std::numeric_limits<std::int64_t>::max() : number;
  Query query(db_, Sql::kStockEntryList, merchant, product, before, limit);
  return GetRows(query, [&](const Query& row) {
    return ports::StockEntry{.product = std::string(product),
                             .delta = row.Int(1),
                             .on_hand = row.Int(2),
                             .reason = std::string(row.Text(3)),
                             .time_ms = row.Int(4),
                             .number = row.Int(0)};
  });
}

Result<ports::StockPosition> StockTables::Position(std::string_view merchant,
                                                   std::string_view product) const {
  if (known_ == nullptr) {
    return ReadPosition(merchant, product);
  }
  if (const ports::StockPosition* known = Remembered(merchant, product)) {
    return *known;
  }
  SB_TRY(ports::StockPosition position, ReadPosition(merchant, product));
  known_->positions.Keep(merchant, product, position);
  return position;
}

ports::StockPosition* StockTables::Remembered(std::string_view merchant,
                                              std::string_view product) const {
  return known_ == nullptr ? nullptr : known_->positions.Find(merchant, product);
}

Result<ports::StockPosition> StockTables::ReadPosition(std::string_view merchant,
                                                       std::string_view product) const {
  // One question instead of two: a stock push asks it three times for each code.
  Query query(db_, Sql::kStockPosition, merchant, product);
  ports::StockPosition position;
  while (true) {
    SB_TRY(const bool more, query.Step());
    if (!more) {
      return position;
    }
    if (query.IsNull(0)) {
      position.level = {
          .on_hand = query.OptionalInt(2), .version = query.Int(3), .update_ms = query.Int(4)};
    } else {
      position.totals.push_back({.store = std::string(query.Text(0)),
                                 .kind = ClaimKindOf(query.Int(1)),
                                 .quantity = query.Int(2)});
    }
  }
}

Status StockTables::AddToTotal(std::string_view merchant,
                               std::string_view product,
                               const ports::ClaimTotal& difference) {
  if (difference.quantity == 0) {
    return Ok();
  }
  SB_TRY(ports::StockPosition position, Position(merchant, product));
  const std::int64_t before = QuantityOf(position.totals, difference);
  ports::AddTo(position.totals, difference);
  const ports::ClaimTotal total{.store = difference.store,
                                .kind = difference.kind,
                                .quantity = QuantityOf(position.totals, difference)};
  const std::int64_t changes = db_.changes();
  if (total.quantity >= 0) {
    SB_CHECK(WriteTotal(merchant, product, before, total));
  }
  // What was counted is not what is there, or less than what is taken.
  if (db_.changes() == changes) {
    return Error{.code = Code::kInternal,
                 .reason = "DATABASE_CONSTRAINT",
                 .message = fmt::format("{} claimed pieces of product '{}' cannot become {}; "
                                        "report it",
                                        before,
                                        product,
                                        total.quantity),
                 .facts = {{"product", std::string(product)}}};
  }
  if (ports::StockPosition* known = Remembered(merchant, product)) {
    known->totals = std::move(position.totals);
  }
  return Ok();
}

Status StockTables::WriteTotal(std::string_view merchant,
                               std::string_view product,
                               std::int64_t before,
                               const ports::ClaimTotal& total) {
  const int kind = NumberOf(total.kind);
  if (total.quantity == 0) {
    return Query(db_, Sql::kClaimTotalRemove, merchant, product, total.store, kind).Run();
  }
  const Sql sql = before == 0 ? Sql::kClaimTotalAdd : Sql::kClaimTotalSet;
  return Query(db_, sql, merchant, product, total.store, kind, total.quantity).Run();
}

}  // namespace storebridge::storage
