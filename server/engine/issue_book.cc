#include "engine/issue_book.h"

#include "domain/timestamp.h"
#include "engine/new_id.h"

namespace storebridge::engine {
namespace {

constexpr std::int64_t kRepeatMs = std::int64_t{15} * 60 * 1000;

}  // namespace

Result<bool> RaiseIssue(ports::Tx& tx,
                        const ports::IssueKey& key,
                        const IssueText& text,
                        std::int64_t now_ms,
                        ports::Random& random) {
  v1::Issue issue;
  SB_TRY(const std::vector<v1::Issue> open, tx.issues().OpenOf(key));
  for (const v1::Issue& known : open) {
    if (known.reason() != text.reason) {
      continue;
    }
    if ((known.message() == text.message || text.has_varying_words) &&
        now_ms - domain::MsFromTimestamp(known.update_time()) < kRepeatMs) {
      return false;
    }
    issue = known;
  }
  const bool is_new = issue.name().empty();
  if (is_new) {
    SB_TRY(const std::string id, NewId(now_ms, random, [&](const std::string& drawn) {
             return WasFound(tx.issues().Get(key.store.merchant, drawn));
           }));
    issue.set_name(domain::IssueName(key.store.merchant, id));
    *issue.mutable_create_time() = domain::TimestampFromMs(now_ms);
  }
  const bool is_changed = issue.message() != text.message;
  issue.set_store(domain::StoreName(key.store));
  issue.set_record_type(key.record_type);
  issue.set_record(text.record);
  issue.set_record_label(text.record_label);
  issue.set_reason(text.reason);
  issue.set_message(text.message);
  issue.set_resolution(text.resolution);
  issue.set_state(v1::Issue::STATE_OPEN);
  issue.set_occurrences(issue.occurrences() + 1);
  *issue.mutable_update_time() = domain::TimestampFromMs(now_ms);
  if (is_changed) {
    tx.changes().Add(key.store.merchant, v1::Change::TYPE_ISSUE, issue.name());
  }
  SB_CHECK(tx.issues().Put(key, issue));
  return is_changed;
}

Status ResolveIssues(ports::Tx& tx,
                     const ports::IssueKey& key,
                     std::int64_t now_ms,
                     std::string_view reason) {
  SB_TRY(std::vector<v1::Issue> open, tx.issues().OpenOf(key));
  for (v1::Issue& issue : open) {
    if (!reason.empty() && issue.reason() != reason) {
      continue;
    }
    issue.set_state(v1::Issue::STATE_RESOLVED);
    *issue.mutable_update_time() = domain::TimestampFromMs(now_ms);
    SB_CHECK(tx.issues().Put(key, issue));
    tx.changes().Add(key.store.merchant, v1::Change::TYPE_ISSUE, issue.name());
  }
  return Ok();
}

}  // namespace storebridge::engine
