#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/storage/connection.h"
#include "core/text_map.h"
#include "ports/clock.h"
#include "ports/repositories.h"

namespace storebridge::storage {

// The change log. Notes are gathered and written by Flush at the end of the transaction, so that
// the sequence is taken last.
class ChangeTables final : public ports::ChangeRepository {
 public:
  ChangeTables(Connection& db, ports::Clock& clock) : db_(db), clock_(clock) {}

  // Not those that were noted in this transaction.
  Result<std::vector<v1::Change>> List(std::string_view merchant,
                                       std::int64_t after,
                                       int limit) const override;
  Result<std::int64_t> Head(std::string_view merchant) const override;
  Result<std::int64_t> Floor(std::string_view merchant) const override;
  Result<std::vector<ports::ChangeLogEnds>> ListEnds(std::string_view after,
                                                     int limit) const override;
  // The same resource with two types (a product and its stock) is noted twice.
  void Add(std::string_view merchant, v1::Change::Type type, std::string_view resource) override;

  // Writes what was noted. Merchants take their sequence in order.
  Status Flush();

  // Forgets what was noted.
  void Clear();

  // Newest sequence of each merchant that Flush wrote.
  [[nodiscard]] const std::map<std::string, std::int64_t>& heads() const { return heads_; }

 private:
  using Note = std::pair<v1::Change::Type, std::string>;

  struct Notes {
    std::vector<Note> in_order;
    // The types of each resource, a bit each.
    TextMap<std::uint32_t> seen;
  };

  Connection& db_;
  ports::Clock& clock_;
  std::map<std::string, Notes, std::less<>> notes_;
  std::map<std::string, std::int64_t> heads_;
};

// Answers of requests that may be repeated.
class RequestTables final : public ports::RequestRepository {
 public:
  static constexpr std::int64_t kKeptMs = std::int64_t{24} * 60 * 60 * 1000;

  RequestTables(Connection& db, ports::Clock& clock) : db_(db), clock_(clock) {}

  Result<std::optional<ports::KeptAnswer>> Find(std::string_view merchant,
                                                std::string_view request_id) const override;
  Status Put(std::string_view merchant,
             std::string_view request_id,
             const ports::KeptAnswer& answer) override;

 private:
  Connection& db_;
  ports::Clock& clock_;
};

}  // namespace storebridge::storage
