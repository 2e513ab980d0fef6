#include "engine/flows/orders_in.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "domain/timestamp.h"
#include "engine/flows/pull_commit.h"
#include "engine/issue_book.h"
#include "engine/ledger.h"
#include "engine/order_book.h"
#include "engine/record_error.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// Orders that a second look asks for by id.
constexpr std::size_t kAskAgainMax = 100;

}  // namespace

OrdersIn::OrdersIn(FlowPorts ports, RunSubject subject, PullOptions options)
    : PullRun(ports, std::move(subject)),
      options_(std::move(options)),
      open_(subject_.key, *options_.memory) {}

void OrdersIn::Begin() {
  if (options_.is_full) {
    options_.memory->ForgetWhatMayHeal(ports_.clock.SteadyMs());
  }
  options_.twins->Begin();
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

void OrdersIn::Sort(Page& page) {
  // They are in the places that the orders have now.
  const std::vector<std::uint64_t> hashes = std::exchange(page.emit.hashes.orders, {});
  auto& orders = *page.emit->mutable_orders();
  int taken = 0;
  for (int i = 0; i < orders.size(); ++i) {
    const cv1::Order& order = orders[i];
    const std::uint64_t hash = hashes.at(static_cast<std::size_t>(i));
    Twins::Sight sight;
    if (!IsLimited() && !order.external_id().empty()) {
      sight = options_.twins->See(order.external_id(), hash, order.modified_ms());
    }
    if (!sight.is_taken) {
      continue;
    }
    Sight& kept = page.sights.emplace_back();
    kept.is_twin = sight.is_twin;
    kept.book.content_hash = hash;
    kept.book.is_asked_for = !options_.only.empty() && options_.is_by_person;
    kept.book.has_stood =
        options_.memory->HasStood(order.external_id(), hash, ports_.clock.SteadyMs());
    orders.SwapElements(taken++, i);
  }
  orders.DeleteSubrange(taken, orders.size() - taken);
}

Status OrdersIn::Commit(ports::Tx& tx, Page& page) const {
  page.changed = 0;
  page.failed = 0;
  page.news = 0;
  page.notes.clear();
  page.has_nameless = false;
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, subject_.key.merchant, now);
  OrderBook book(ledger, ports_.random);
  SB_TRY(page.any_issue, tx.issues().AnyOpen(subject_.key, v1::Issue::RECORD_TYPE_ORDER));
  for (int i = 0; i < page.emit->orders_size(); ++i) {
    SB_CHECK(CommitOrder(
        book, tx, page.emit->orders(i), page.sights[static_cast<std::size_t>(i)], page));
  }
  SB_CHECK(CommitBad(tx, page));
  if (ledger.freed()) {
    SB_CHECK(book.ReleasePending());
  }
  SB_CHECK(ledger.Finish());
  // Without records the cursor may stay behind: reading again from there is harmless and spares the
  // commit.
  if (!page.emit->cursor().empty() && page.changed + page.news > 0 && !IsLimited()) {
    return PutCursor(tx, subject_.key, domain::Flow::kOrders, page.emit->cursor());
  }
  return Ok();
}

Status OrdersIn::CommitOrder(
    OrderBook& book, ports::Tx& tx, const cv1::Order& seen, Sight& sight, Page& page) const {
  const std::int64_t now = ports_.clock.NowMs();
  const ports::IssueKey key{.store = subject_.key,
                            .record_type = v1::Issue::RECORD_TYPE_ORDER,
                            .record_key = seen.external_id()};
  using Outcome = domain::OrderMerge::Outcome;
  const Result<OrderBook::Verdict> verdict =
      book.Observe(subject_.key, subject_.store.settings(), seen, sight.book);
  sight.is_older = verdict && verdict->outcome == Outcome::kOlder;
  if (!verdict) {
    if (!IsRecordError(verdict.error())) {
      return verdict.error();
    }
    ++page.failed;
    SB_TRY(const bool is_news,
           RaiseRecordIssue(tx, key, seen.number(), verdict.error(), now, ports_.random));
    page.news += is_news ? 1 : 0;
    page.has_nameless = page.has_nameless || seen.external_id().empty();
    page.notes.push_back({seen.external_id(), seen.mark(), OrderMemory::Why::kUnusable});
    return Ok();
  }
  if (verdict->outcome == Outcome::kIgnored) {
    page.notes.push_back(
        {seen.external_id(),
         seen.mark(),
         verdict->may_heal ? OrderMemory::Why::kNothingToSend : OrderMemory::Why::kIgnored});
  }
  page.changed += verdict->outcome == Outcome::kWritten ? 1 : 0;
  if (page.any_issue) {
    SB_CHECK(ResolveIssues(tx, key, now, "RECORD_UNREADABLE"));
    SB_CHECK(ResolveIssues(tx, key, now, "ORDER_MALFORMED"));
  }
  if (sight.is_twin && verdict->outcome != Outcome::kIgnored) {
    SB_TRY(const bool is_news, RaiseTwin(tx, key, seen.number(), now, ports_.random));
    page.news += is_news ? 1 : 0;
  } else if (page.any_issue) {
    SB_CHECK(ResolveIssues(tx, key, now, kTwinReason));
  }
  return Ok();
}

Status OrdersIn::CommitBad(ports::Tx& tx, Page& page) const {
  for (const cv1::BadRecord& bad : page.emit->bad()) {
    ++page.failed;
    SB_TRY(const bool is_news,
           RaiseBadRecord(tx, subject_.key, bad, ports_.clock.NowMs(), ports_.random));
    page.news += is_news ? 1 : 0;
    page.has_nameless = page.has_nameless || bad.external_id().empty();
    if (const auto asked = open_.wanted().find(bad.external_id()); asked != open_.wanted().end()) {
      page.notes.push_back({asked->first, asked->second, OrderMemory::Why::kUnusable});
    }
  }
  return Ok();
}

void OrdersIn::Committed(Page& page) {
  counts_.set_seen(counts_.seen() + page.emit->orders_size() + page.emit->bad_size());
  counts_.set_changed(counts_.changed() + page.changed);
  counts_.set_failed(counts_.failed() + page.failed);
  wrote_ = wrote_ || page.news > 0;
  met_nameless_ = met_nameless_ || page.has_nameless;
  for (Note& note : page.notes) {
    options_.memory->Note(note.external_id, std::move(note.mark), note.why);
  }
  for (int i = 0; i < page.emit->orders_size(); ++i) {
    const Sight& sight = page.sights[static_cast<std::size_t>(i)];
    const std::string& id = page.emit->orders(i).external_id();
    if (sight.is_older) {
      options_.memory->Doubt(id, sight.book.content_hash, ports_.clock.SteadyMs());
    } else {
      options_.memory->EndDoubt(id);
    }
  }
  if (!page.emit->cursor().empty() && !IsLimited()) {
    cursor_ = page.emit->cursor();
  }
  CountPage();
}

void OrdersIn::OnEmit(Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<OrdersIn>();
  auto page = std::make_shared<Page>();
  page->emit = std::move(emit);
  Sort(*page);
  WritePage({.write = [self, page](ports::Tx& tx) { return self->Commit(tx, *page); },
             .committed = [self, page] { self->Committed(*page); }},
            std::move(done));
}

void OrdersIn::OnCompare(Compare compare, Done<cv1::CompareResult> done) {
  ports_.executor.Post(
      [self = Self<OrdersIn>(), compare = std::move(compare), done = std::move(done)] {
        self->AfterPages([self, compare, done](const Status& written) {
          done(written ? self->CompareNow(*compare) : Result<cv1::CompareResult>(written.error()));
        });
      });
}

Result<cv1::CompareResult> OrdersIn::CompareNow(const cv1::Compare& compare) {
  counts_.set_seen(counts_.seen() + compare.records_size());
  Result<cv1::CompareResult> result = cv1::CompareResult();
  const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(result, open_.Compare(tx, compare));
    return Ok();
  });
  CountPage();
  return read ? std::move(result) : read.error();
}

void OrdersIn::AskAgain(const std::vector<std::string>& ids) {
  is_second_look_ = true;
  cv1::Begin begin;
  begin.set_operation("orders.pull");
  begin.set_cursor(cursor_.value_or(options_.cursor));
  begin.mutable_pull()->mutable_only_external_ids()->Assign(ids.begin(), ids.end());
  OpenSession(std::move(begin));
}

void OrdersIn::OnPullEnd(SessionEnd session) {
  if (session.failure && (!is_second_look_ || IsCancelled())) {
    return End(RunEnd{.failure = std::move(session.failure), .cursor = cursor_});
  }
  if (is_second_look_) {
    return EndPull();  // A look more; what it did not come to is seen the next time.
  }
  for (const std::string& id : open_.missing_once()) {
    options_.memory->Note(id, {}, OrderMemory::Why::kGone);
  }
  if (IsLimited()) {
    return End(RunEnd{});
  }
  if (!session.cursor.empty()) {
    cursor_ = session.cursor;
  }
  options_.twins->End();
  const std::vector<std::string> doubted =
      options_.memory->Doubted(ports_.clock.SteadyMs(), kAskAgainMax);
  // A run that is cancelled while its last page is written has done its work.
  return doubted.empty() || IsCancelled() ? EndPull() : AskAgain(doubted);
}

void OrdersIn::EndPull() {
  const bool saw_all =
      options_.is_full || subject_.manifest->order_feed() == cv1::ORDER_FEED_OPEN_SET;
  if (!saw_all || met_nameless_) {
    return End(RunEnd{.cursor = cursor_});
  }
  ResolveNameless(ports_, subject_.key, v1::Issue::RECORD_TYPE_ORDER, [self = Self<OrdersIn>()] {
    self->End(RunEnd{.cursor = self->cursor_});
  });
}

}  // namespace storebridge::engine
