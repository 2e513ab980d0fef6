#include "adapters/storage/log_tables.h"

#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

v1::Change ReadChange(const Query& row) {
  v1::Change change;
  change.set_sequence(row.Int(0));
  change.set_type(static_cast<v1::Change::Type>(row.Int(1)));
  change.set_resource(std::string(row.Text(2)));
  change.mutable_time()->set_seconds(row.Int(3) / 1000);
  change.mutable_time()->set_nanos(static_cast<std::int32_t>(row.Int(3) % 1000 * 1'000'000));
  return change;
}

}  // namespace

Result<std::vector<v1::Change>> ChangeTables::List(std::string_view merchant,
                                                   std::int64_t after,
                                                   int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kChangeList, merchant, after, limit);
  return GetRows(query, ReadChange);
}

Result<std::int64_t> ChangeTables::Head(std::string_view merchant) const {
  Query query(db_, Sql::kChangeHead, merchant);
  SB_TRY(const bool found, query.Step());
  return found ? query.Int(0) : 0;
}

Result<std::int64_t> ChangeTables::Floor(std::string_view merchant) const {
  Query oldest(db_, Sql::kChangeOldest, merchant, 1);
  SB_TRY(const bool found, oldest.Step());
  if (found) {
    return oldest.Int(0) - 1;
  }
  return Head(merchant);
}

Result<std::vector<ports::ChangeLogEnds>> ChangeTables::ListEnds(std::string_view after,
                                                                 int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kChangeListEnds, after, limit);
  return GetRows(query, [](const Query& row) {
    return ports::ChangeLogEnds{
        .merchant = std::string(row.Text(0)), .head = row.Int(1), .floor = row.Int(2)};
  });
}

void ChangeTables::Add(std::string_view merchant,
                       v1::Change::Type type,
                       std::string_view resource) {
  auto found = notes_.find(merchant);
  if (found == notes_.end()) {
    found = notes_.emplace(merchant, Notes{}).first;
  }
  Notes& notes = found->second;
  static_assert(v1::Change::Type_MAX < 32);
  const std::uint32_t bit = std::uint32_t{1} << static_cast<unsigned>(type);
  std::uint32_t& types = notes.seen[std::string(resource)];
  if ((types & bit) == 0) {
    types |= bit;
    notes.in_order.emplace_back(type, resource);
  }
}

Status ChangeTables::Flush() {
  for (const auto& [merchant, notes] : notes_) {
    const auto count = static_cast<std::int64_t>(notes.in_order.size());
    std::int64_t sequence = 0;
    {
      Query take(db_, Sql::kChangeTake, merchant, count);
      SB_CHECK(take.Step());
      sequence = take.Int(0);
      SB_CHECK(take.Run());
    }
    heads_[merchant] = sequence;
    sequence -= count;
    for (const auto& [type, resource] : notes.in_order) {
      ++sequence;
      SB_CHECK(Query(db_,
                     Sql::kChangeAdd,
                     merchant,
                     sequence,
                     static_cast<int>(type),
                     resource,
                     clock_.NowMs())
                   .Run());
    }
  }
  return Ok();
}

void ChangeTables::Clear() {
  notes_.clear();
  heads_.clear();
}

Result<std::optional<ports::KeptAnswer>> RequestTables::Find(std::string_view merchant,
                                                             std::string_view request_id) const {
  Query query(db_, Sql::kRequestFind, merchant, request_id, clock_.NowMs() - kKeptMs);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return std::optional<ports::KeptAnswer>();
  }
  return std::optional(
      ports::KeptAnswer{.request_hash = query.Hash(0), .answer = std::string(query.Bytes(1))});
}

Status RequestTables::Put(std::string_view merchant,
                          std::string_view request_id,
                          const ports::KeptAnswer& answer) {
  return Query(db_,
               Sql::kRequestPut,
               merchant,
               request_id,
               answer.request_hash,
               Blob{answer.answer},
               clock_.NowMs())
      .Run();
}

}  // namespace storebridge::storage
