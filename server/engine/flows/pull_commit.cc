#include "engine/flows/pull_commit.h"

#include "engine/issue_book.h"

namespace storebridge::engine {
namespace {

constexpr const char* kHealsItself = "Correct it in the store; it is looked at again by itself.";

}  // namespace

bool IsRecordError(const Error& error) {
  return error.code != Code::kUnavailable && error.code != Code::kInternal &&
         error.code != Code::kResourceExhausted;
}

Result<bool> RaiseRecordIssue(ports::Tx& tx,
                              const ports::IssueKey& key,
                              const std::string& label,
                              const Error& error,
                              std::int64_t now_ms,
                              ports::Random& random) {
  return RaiseIssue(tx,
                    key,
                    {.reason = error.reason,
                     .message = error.message,
                     .resolution = kHealsItself,
                     .record = {},
                     .record_label = label.empty() ? key.record_key : label},
                    now_ms,
                    random);
}

Result<bool> RaiseBadRecord(ports::Tx& tx,
                            const domain::StoreKey& store,
                            const connector::v1::BadRecord& bad,
                            std::int64_t now_ms,
                            ports::Random& random) {
  const auto type = bad.is_order() ? v1::Issue::RECORD_TYPE_ORDER : v1::Issue::RECORD_TYPE_PRODUCT;
  return RaiseIssue(tx,
                    {.store = store, .record_type = type, .record_key = bad.external_id()},
                    {.reason = "RECORD_UNREADABLE",
                     .message = bad.message(),
                     .resolution = kHealsItself,
                     .record = {},
                     .record_label = bad.label().empty() ? bad.external_id() : bad.label()},
                    now_ms,
                    random);
}

Status PutCursor(ports::Tx& tx,
                 const domain::StoreKey& store,
                 domain::Flow flow,
                 const std::string& cursor) {
  SB_TRY(ports::FlowState state, tx.stores().GetFlow(store, flow));
  if (state.cursor == cursor) {
    return Ok();
  }
  state.cursor = cursor;
  return tx.stores().PutFlow(store, flow, state);
}

}  // namespace storebridge::engine
