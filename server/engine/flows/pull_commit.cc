#include "engine/flows/pull_commit.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/text_rules.h"
#include "engine/issue_book.h"

namespace storebridge::engine {
namespace {

constexpr const char* kHealsItself = "Correct it in the store; it is looked at again by itself.";
constexpr const char* kFindIt =
    "Find the record at that place of the store's list and repair it, or what lists it so. This "
    "goes "
    "away with the next look at everything: for orders within 15 minutes, for products within a "
    "day, or at once with RetryIssue.";

ports::IssueKey NamelessKey(const domain::StoreKey& store, v1::Issue::RecordType type) {
  return {.store = store, .record_type = type, .record_key = {}};
}

Result<bool> RaiseNameless(ports::Tx& tx,
                           const ports::IssueKey& key,
                           const std::string& message,
                           std::int64_t now_ms,
                           ports::Random& random) {
  const bool is_order = key.record_type == v1::Issue::RECORD_TYPE_ORDER;
  const char* what = is_order ? "an order without an id" : "a product without an id";
  return RaiseIssue(tx,
                    key,
                    {.reason = std::string(kNamelessReason),
                     .message = fmt::format("the store shows {}: {}", what, message),
                     .resolution = kFindIt,
                     .record = {},
                     .record_label = what,
                     .has_varying_words = true},
                    now_ms,
                    random);
}

}  // namespace

Result<bool> RaiseRecordIssue(ports::Tx& tx,
                              const ports::IssueKey& key,
                              const std::string& label,
                              const Error& error,
                              std::int64_t now_ms,
                              ports::Random& random) {
  if (key.record_key.empty()) {
    return RaiseNameless(tx, key, error.message, now_ms, random);
  }
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
  if (bad.external_id().empty()) {
    return RaiseNameless(tx, NamelessKey(store, type), bad.message(), now_ms, random);
  }
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

Result<bool> RaiseTwin(ports::Tx& tx,
                       const ports::IssueKey& key,
                       const std::string& label,
                       std::int64_t now_ms,
                       ports::Random& random) {
  return RaiseIssue(
      tx,
      key,
      {.reason = std::string(kTwinReason),
       .message = fmt::format("the store shows '{}' (external_id '{}') twice at one time, with "
                              "different contents; the one that comes last counts",
                              domain::Shown(label.empty() ? key.record_key : label),
                              domain::Shown(key.record_key)),
       .resolution = "Look at it in the store, and save it there again; this goes away when the "
                     "store shows it once.",
       .record = {},
       .record_label = label.empty() ? key.record_key : label},
      now_ms,
      random);
}

void ResolveNameless(const FlowPorts& ports,
                     const domain::StoreKey& store,
                     v1::Issue::RecordType record_type,
                     std::function<void()> then) {
  const ports::IssueKey key = NamelessKey(store, record_type);
  bool is_open = false;
  const Status read = ports.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const std::vector<v1::Issue> open, tx.issues().OpenOf(key));
    is_open = !open.empty();
    return Ok();
  });
  if (!read || !is_open) {
    return then();
  }
  ports.storage.Submit(
      [key, now = ports.clock.NowMs()](ports::Tx& tx) { return ResolveIssues(tx, key, now); },
      [then = std::move(then)](Status /*status*/) { then(); });  // Tried again the next time.
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
