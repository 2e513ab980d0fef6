#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "engine/flow_run.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/connector/v1/connector.pb.h"

// What orders and products share when a page is committed.
namespace storebridge::engine {

// An issue of the store, not of one record: a record whose id cannot be read.
inline constexpr std::string_view kNamelessReason = "RECORD_WITHOUT_ID";
// The store shows a record twice at one time, with different contents.
inline constexpr std::string_view kTwinReason = "RECORD_TWICE";

// Raises the issue of a record that the rules refuse. Gives whether it is news.
Result<bool> RaiseRecordIssue(ports::Tx& tx,
                              const ports::IssueKey& key,
                              const std::string& label,
                              const Error& error,
                              std::int64_t now_ms,
                              ports::Random& random);

// Raises the issue of a record that the connector could not read; one without an id is an issue of
// its store. Gives whether it is news.
Result<bool> RaiseBadRecord(ports::Tx& tx,
                            const domain::StoreKey& store,
                            const connector::v1::BadRecord& bad,
                            std::int64_t now_ms,
                            ports::Random& random);

// Raises the issue of a record that came twice. Gives whether it is news.
Result<bool> RaiseTwin(ports::Tx& tx,
                       const ports::IssueKey& key,
                       const std::string& label,
                       std::int64_t now_ms,
                       ports::Random& random);

// Resolves what is open about records without an id, after a look at everything that met none; then
// calls `then`. Costs no write when nothing is open.
void ResolveNameless(const FlowPorts& ports,
                     const domain::StoreKey& store,
                     v1::Issue::RecordType record_type,
                     std::function<void()> then);

// Writes the cursor beside the records before it.
Status PutCursor(ports::Tx& tx,
                 const domain::StoreKey& store,
                 domain::Flow flow,
                 const std::string& cursor);

}  // namespace storebridge::engine
