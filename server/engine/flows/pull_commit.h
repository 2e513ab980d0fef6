#pragma once

#include <string>

#include "core/result.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/connector/v1/connector.pb.h"

// What orders and products share when a page is committed.
namespace storebridge::engine {

// Whether an error is the record's own fault: then it becomes an issue and the others go on.
bool IsRecordError(const Error& error);

// Raises the issue of a record that the rules refuse. Gives whether it is news.
Result<bool> RaiseRecordIssue(ports::Tx& tx,
                              const ports::IssueKey& key,
                              const std::string& label,
                              const Error& error,
                              std::int64_t now_ms,
                              ports::Random& random);

// Raises the issue of a record that the connector could not read. Gives whether it is news.
Result<bool> RaiseBadRecord(ports::Tx& tx,
                            const domain::StoreKey& store,
                            const connector::v1::BadRecord& bad,
                            std::int64_t now_ms,
                            ports::Random& random);

// Writes the cursor beside the records before it.
Status PutCursor(ports::Tx& tx,
                 const domain::StoreKey& store,
                 domain::Flow flow,
                 const std::string& cursor);

}  // namespace storebridge::engine
