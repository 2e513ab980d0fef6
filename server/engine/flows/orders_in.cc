#include "engine/flows/orders_in.h"

#include <set>
#include <utility>
#include <vector>

#include "domain/timestamp.h"
#include "engine/flows/pull_commit.h"
#include "engine/issue_book.h"
#include "engine/ledger.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kOpenHeadsPerRead = 1000;

}  // namespace

OrdersIn::OrdersIn(FlowPorts ports, RunSubject subject, PullOptions options)
    : FlowRun(ports, std::move(subject)), options_(std::move(options)) {}

void OrdersIn::Begin() {
  if (options_.is_full) {
    options_.memory->ForgetWhatMayHeal();
  }
  cv1::Begin begin;
  begin.set_operation("orders.pull");
  begin.set_cursor(options_.cursor);
  begin.mutable_pull()->set_full(options_.is_full);
  begin.mutable_pull()->set_from_ms(
      domain::MsFromTimestamp(subject_.store.settings().orders_from()));
  begin.mutable_pull()->mutable_only_external_ids()->Assign(options_.only.begin(),
                                                            options_.only.end());
  OpenSession(std::move(begin));
}

Status OrdersIn::Commit(ports::Tx& tx, Page& page) const {
  page.changed = 0;
  page.failed = 0;
  page.news = 0;
  page.notes.clear();
  const domain::StoreKey& store = subject_.key;
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, store.merchant, now);
  OrderBook book(ledger, ports_.random);
  SB_TRY(const bool any_issue, tx.issues().AnyOpen(store, v1::Issue::RECORD_TYPE_ORDER));
  for (const cv1::Order& seen : page.emit.orders()) {
    const ports::IssueKey key{.store = store,
                              .record_type = v1::Issue::RECORD_TYPE_ORDER,
                              .record_key = seen.external_id()};
    const Result<domain::OrderMerge::Outcome> outcome =
        book.Observe(store, subject_.store.settings(), seen, !options_.only.empty());
    if (!outcome) {
      if (!IsRecordError(outcome.error())) {
        return outcome.error();
      }
      ++page.failed;
      SB_TRY(const bool is_news,
             RaiseRecordIssue(tx, key, seen.number(), outcome.error(), now, ports_.random));
      page.news += is_news ? 1 : 0;
      page.notes.push_back({seen.external_id(), seen.mark(), OrderMemory::Why::kUnusable});
      continue;
    }
    if (*outcome == domain::OrderMerge::Outcome::kIgnored) {
      page.notes.push_back({seen.external_id(), seen.mark(), OrderMemory::Why::kIgnored});
    }
    page.changed += *outcome == domain::OrderMerge::Outcome::kWritten ? 1 : 0;
    if (any_issue) {
      SB_CHECK(ResolveIssues(tx, key, now, "RECORD_UNREADABLE"));
      SB_CHECK(ResolveIssues(tx, key, now, "ORDER_MALFORMED"));
    }
  }
  SB_CHECK(CommitBad(tx, page));
  if (ledger.freed()) {
    SB_CHECK(book.ReleasePending());
  }
  SB_CHECK(ledger.Finish());
  // Without records the cursor may stay behind: reading again from there is harmless and spares the
  // commit.
  if (!page.emit.cursor().empty() && page.changed + page.news > 0 && options_.only.empty()) {
    return PutCursor(tx, store, domain::Flow::kOrders, page.emit.cursor());
  }
  return Ok();
}

Status OrdersIn::CommitBad(ports::Tx& tx, Page& page) const {
  for (const cv1::BadRecord& bad : page.emit.bad()) {
    ++page.failed;
    SB_TRY(const bool is_news,
           RaiseBadRecord(tx, subject_.key, bad, ports_.clock.NowMs(), ports_.random));
    page.news += is_news ? 1 : 0;
    if (const auto asked = asked_.find(bad.external_id()); asked != asked_.end()) {
      page.notes.push_back({asked->first, asked->second, OrderMemory::Why::kUnusable});
    }
  }
  return Ok();
}

void OrdersIn::Committed(Page& page) {
  counts_.set_seen(counts_.seen() + page.emit.orders_size() + page.emit.bad_size());
  counts_.set_changed(counts_.changed() + page.changed);
  counts_.set_failed(counts_.failed() + page.failed);
  wrote_ = wrote_ || page.news > 0;
  for (Note& note : page.notes) {
    options_.memory->Note(note.external_id, std::move(note.mark), note.why);
  }
  if (!page.emit.cursor().empty() && options_.only.empty()) {
    cursor_ = page.emit.cursor();
  }
  CountPage();
}

void OrdersIn::OnEmit(cv1::Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<OrdersIn>();
  auto page = std::make_shared<Page>();
  page->emit = std::move(emit);
  ports_.storage.Submit([self, page](ports::Tx& tx) { return self->Commit(tx, *page); },
                        [self, page, done = std::move(done)](Status status) {
                          if (!status) {
                            return done(status.error());
                          }
                          self->Committed(*page);
                          cv1::EmitResult result;
                          result.set_changed(static_cast<std::uint32_t>(page->changed));
                          done(std::move(result));
                        });
}

Status OrdersIn::AddMissing(const ports::ReadTx& tx,
                            const std::set<std::string_view>& listed,
                            cv1::CompareResult& result) {
  // What is collected, or ended here, goes on as it is whatever the store says: it is fetched once,
  // and again when everything is compared.
  const auto add_once = [&](const std::string& id) {
    if (!listed.contains(id) && !options_.memory->IsGone(id)) {
      result.add_missing(id);
      asked_gone_.push_back(id);
    }
  };
  std::string after;
  bool more = true;
  while (more) {
    SB_TRY(const std::vector<ports::OrderHead> page,
           tx.orders().OpenHeads(subject_.key, after, kOpenHeadsPerRead));
    for (const ports::OrderHead& head : page) {
      after = head.external_id;
      if (head.state == v1::ORDER_STATE_COLLECTING) {
        add_once(head.external_id);
      } else if (!listed.contains(head.external_id)) {
        result.add_missing(head.external_id);
      }
    }
    more = page.size() == kOpenHeadsPerRead;
  }
  SB_TRY(const std::vector<std::string> ended,
         tx.issues().OpenKeys(
             subject_.key, v1::Issue::RECORD_TYPE_ORDER, domain::kOpenInStore, kOpenHeadsPerRead));
  for (const std::string& id : ended) {
    add_once(id);
  }
  return Ok();
}

Result<cv1::CompareResult> OrdersIn::CompareNow(const cv1::Compare& compare) {
  cv1::CompareResult result;
  SB_CHECK(ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    std::set<std::string_view> listed;
    for (int i = 0; i < compare.records_size(); ++i) {
      const cv1::OrderMark& record = compare.records(i);
      listed.insert(record.external_id());
      SB_TRY(const std::optional<ports::OrderHead> head,
             tx.orders().FindHead(subject_.key, record.external_id()));
      const bool is_known = head ? head->mark == record.mark()
                                 : options_.memory->Knows(record.external_id(), record.mark());
      if (!is_known) {
        result.add_wanted(static_cast<std::uint32_t>(i));
        asked_[record.external_id()] = record.mark();
      }
    }
    return compare.is_whole_set() ? AddMissing(tx, listed, result) : Ok();
  }));
  return result;
}

void OrdersIn::OnCompare(cv1::Compare compare, Done<cv1::CompareResult> done) {
  ports_.executor.Post(
      [self = Self<OrdersIn>(), compare = std::move(compare), done = std::move(done)] {
        self->counts_.set_seen(self->counts_.seen() + compare.records_size());
        Result<cv1::CompareResult> result = self->CompareNow(compare);
        self->CountPage();
        done(std::move(result));
      });
}

void OrdersIn::OnSessionEnd(SessionEnd session) {
  RunEnd end{.failure = std::move(session.failure)};
  if (!session.cursor.empty() && !end.failure && options_.only.empty()) {
    cursor_ = session.cursor;
  }
  end.cursor = cursor_;
  if (!end.failure) {
    for (const std::string& id : asked_gone_) {
      options_.memory->Note(id, {}, OrderMemory::Why::kGone);
    }
  }
  End(std::move(end));
}

}  // namespace storebridge::engine
