#include "adapters/storage/issue_tables.h"

#include "adapters/storage/documents.h"
#include "domain/timestamp.h"

namespace storebridge::storage {
namespace {

// The condition of the indexes of open issues, and of the statements that use them, is written in
// this number.
static_assert(v1::Issue::STATE_OPEN == 1);

}  // namespace

Result<v1::Issue> IssueTables::Get(std::string_view merchant, std::string_view issue) const {
  Query query(db_, Sql::kIssueGet, merchant, issue);
  return GetDocument<v1::Issue>(query, "ISSUE_NOT_FOUND", domain::IssueName(merchant, issue));
}

Result<ports::IssueKey> IssueTables::KeyOf(std::string_view merchant,
                                           std::string_view issue) const {
  Query query(db_, Sql::kIssueKeyOf, merchant, issue);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    const std::string name = domain::IssueName(merchant, issue);
    return Error{.code = Code::kNotFound,
                 .reason = "ISSUE_NOT_FOUND",
                 .message = fmt::format("'{}' does not exist", name),
                 .facts = {{"name", name}}};
  }
  return ports::IssueKey{
      .store = {.merchant = std::string(merchant), .store = std::string(query.Text(0))},
      .record_type = static_cast<v1::Issue::RecordType>(query.Int(1)),
      .record_key = std::string(query.Text(2))};
}

Result<std::vector<v1::Issue>> IssueTables::OpenOf(const ports::IssueKey& key) const {
  Query query(db_,
              Sql::kIssueOpenOf,
              key.store.merchant,
              key.store.store,
              static_cast<int>(key.record_type),
              key.record_key);
  return GetDocuments<v1::Issue>(query);
}

Result<bool> IssueTables::AnyOpen(const ports::StoreKey& store,
                                  v1::Issue::RecordType record_type) const {
  return Query(db_, Sql::kIssueAnyOpen, store.merchant, store.store, static_cast<int>(record_type))
      .Step();
}

Result<std::vector<std::string>> IssueTables::OpenKeys(const ports::StoreKey& store,
                                                       v1::Issue::RecordType record_type,
                                                       std::string_view reason,
                                                       int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_,
              Sql::kIssueOpenKeys,
              store.merchant,
              store.store,
              static_cast<int>(record_type),
              reason,
              limit);
  return GetRows(query, [](const Query& row) { return std::string(row.Text(0)); });
}

Result<std::vector<v1::Issue>> IssueTables::List(std::string_view merchant,
                                                 bool with_resolved,
                                                 const domain::MerchantChild& after,
                                                 int limit) const {
  SB_CHECK(CheckLimit(limit));
  const std::string_view id = after.id.empty() ? kAfterAll : std::string_view(after.id);
  if (merchant.empty()) {
    const std::string_view of = after.id.empty() ? kAfterAll : std::string_view(after.merchant);
    Query query(db_, with_resolved ? Sql::kIssueListAll : Sql::kIssueListOpenAll, id, of, limit);
    return GetDocuments<v1::Issue>(query);
  }
  Query query(db_, with_resolved ? Sql::kIssueListOf : Sql::kIssueListOpenOf, merchant, id, limit);
  return GetDocuments<v1::Issue>(query);
}

Status IssueTables::Put(const ports::IssueKey& key, const v1::Issue& issue) {
  SB_TRY(const domain::MerchantChild name, domain::ParseIssueName(issue.name()));
  SB_CHECK(CheckMerchant(key.store.merchant, name.merchant, issue.name()));
  const std::string doc = ToDocument(issue);
  Status status = Query(db_,
                        Sql::kIssuePut,
                        key.store.merchant,
                        name.id,
                        key.store.store,
                        static_cast<int>(key.record_type),
                        key.record_key,
                        issue.reason(),
                        static_cast<int>(issue.state()),
                        domain::MsFromTimestamp(issue.update_time()),
                        Blob{doc})
                      .Run();
  if (!status && status.error().code == Code::kAlreadyExists) {
    return Error{
        .code = Code::kAlreadyExists,
        .reason = "ISSUE_DUPLICATE",
        .message =
            fmt::format("a record of '{}' has another open issue of reason '{}': change that one",
                        domain::StoreName(key.store),
                        issue.reason()),
        .facts = {{"store", domain::StoreName(key.store)}, {"issue_reason", issue.reason()}}};
  }
  return status;
}

}  // namespace storebridge::storage
