#include "engine/flows/shipments_out.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "domain/operation.h"
#include "domain/record_hash.h"
#include "domain/shipment_update.h"
#include "domain/timestamp.h"
#include "engine/backoff.h"
#include "engine/flows/shipment_message.h"
#include "engine/issue_book.h"
#include "engine/ledger.h"
#include "engine/order_book.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;
using Row = ports::OutboxRow;

constexpr std::string_view kPush = "shipments.push";
constexpr std::string_view kUpdate = "shipments.update";
constexpr int kBatchMax = 100;
constexpr std::int64_t kRetryFirstMs = 5'000;
constexpr std::int64_t kRetryMostMs = 30 * 60 * 1000;
// Where the store gave no answer, more likely it is down than that the shipment is to blame: when
// it is back, nothing waits longer than this.
constexpr std::int64_t kSilentRetryMostMs = 60'000;
// What the host waits for an answer when the connector does not say.
constexpr std::int64_t kRequestMs = 30'000;
// From here on a person is told; it is still tried again.
constexpr int kFailuresUntilIssue = 5;
// So many shipments in a row without an answer are the store's trouble, not theirs.
constexpr int kTroublesMax = 2;

ports::IssueKey IssueKeyOf(const Row& row) {
  return {.store = row.store,
          .record_type = v1::Issue::RECORD_TYPE_SHIPMENT,
          .record_key = row.shipment};
}

bool IsFinal(const cv1::Failure& failure) {
  switch (static_cast<int>(failure.code())) {
    case cv1::Failure::CODE_PERMANENT:
    case cv1::Failure::CODE_NOT_FOUND:
    case cv1::Failure::CODE_CONFLICT:
    case cv1::Failure::CODE_UNSUPPORTED:
      return !failure.ambiguous();
    default:
      return false;
  }
}

// Whether a session ended for a reason that is none of its shipments'.
bool IsOfTheStore(const cv1::Failure& failure) {
  switch (static_cast<int>(failure.code())) {
    case cv1::Failure::CODE_CONFIG:
    case cv1::Failure::CODE_AUTH:
    case cv1::Failure::CODE_RATE_LIMITED:
    case cv1::Failure::CODE_TRANSIENT:
    case cv1::Failure::CODE_CANCELLED:
    case cv1::Failure::CODE_EGRESS_DENIED:
      return true;
    default:
      return false;
  }
}

v1::StoreReport::State ReportState(Row::State state) {
  switch (state) {
    case Row::State::kWaiting:
      return v1::StoreReport::STATE_WAITING;
    case Row::State::kSending:
      return v1::StoreReport::STATE_SENDING;
    case Row::State::kDone:
      return v1::StoreReport::STATE_ACCEPTED;
    case Row::State::kRefused:
      return v1::StoreReport::STATE_REFUSED;
  }
  return v1::StoreReport::STATE_UNSPECIFIED;
}

IssueText NotTold(const v1::Order& order, const cv1::Failure& failure, bool is_refused) {
  return {.reason = is_refused ? "SHIPMENT_REFUSED" : "SHIPMENT_NOT_TOLD",
          .message = fmt::format("the store was not told of a shipment of order {}: {}",
                                 order.order_number(),
                                 failure.message()),
          .resolution =
              "Correct the order in the store, then call RetryIssue; or tell the store by hand.",
          .record = order.name(),
          .record_label = order.order_number()};
}

IssueText NotUpdated(const v1::Order& order, const cv1::Failure& failure) {
  return {
      .reason = "SHIPMENT_NOT_UPDATED",
      .message = fmt::format("the store was not told of new parcels of a shipment of order {}: {}",
                             order.order_number(),
                             failure.message()),
      .resolution =
          static_cast<int>(failure.code()) == cv1::Failure::CODE_UNSUPPORTED
              ? "Put its tracking code into the store by hand, or tell the customer; then call "
                "RetryIssue, which takes it for done."
              : "Look at the order in the store, then call RetryIssue: it is told again.",
      .record = order.name(),
      .record_label = order.order_number()};
}

}  // namespace

ShipmentsOut::ShipmentsOut(FlowPorts ports, RunSubject subject)
    : PushFlow(ports, std::move(subject), kPush, kBatchMax) {}

bool ShipmentsOut::Describe(cv1::Begin& begin) const {
  for (const auto& [ref, open] : batch_) {
    *begin.mutable_shipments()->add_shipments() = open.told;
  }
  return !batch_.empty();
}

Status ShipmentsOut::Collect(ports::Tx& tx) {
  batch_.clear();
  SB_TRY(const std::vector<Row> rows,
         tx.outbox().Due(subject_.key, ports_.clock.NowMs(), kBatchMax));
  for (const Row& row : rows) {
    SB_CHECK(ClaimRow(tx, row));
  }
  return Ok();
}

Status ShipmentsOut::ClaimRow(ports::Tx& tx, Row row) {
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  const v1::Shipment* shipment = FindShipment(record.order, row.shipment);
  if (shipment == nullptr) {
    row.state = Row::State::kRefused;
    return tx.outbox().Put(row);
  }
  // One shipment of an order at a time: the store is told in the order in which they left.
  for (const v1::Shipment& earlier : record.order.shipments()) {
    if (earlier.name() == shipment->name()) {
      break;
    }
    if (domain::StoreHas(earlier)) {
      continue;  // An update of it holds nothing back.
    }
    const Result<Row> first = tx.outbox().Get(row.store.merchant, IdOf(earlier.name()));
    if (first && (first->state == Row::State::kWaiting || first->state == Row::State::kSending)) {
      row.due_ms = std::max(row.due_ms, first->due_ms);
      return batch_.contains(first->shipment) ? Ok() : tx.outbox().Put(row);
    }
  }
  const bool is_update = domain::StoreHas(*shipment);
  if (is_update) {
    SB_TRY(const bool may_update, MayUpdate(tx, row, record));
    if (!may_update) {
      return Ok();
    }
  }
  const std::string_view operation = is_update ? kUpdate : kPush;
  if (batch_.empty()) {
    Use(operation);
  } else if (operation != this->operation() ||
             batch_.size() >= static_cast<std::size_t>(items_max())) {
    return Ok();  // For the next session.
  }
  Open open{.told = ShipmentMessage(record.order, *shipment, subject_),
            .revision = shipment->revision(),
            .parcels = {shipment->parcels().begin(), shipment->parcels().end()}};
  // Not only after a lost answer: also what was answered may not have been all.
  open.told.set_read_back_first(row.attempts > 0 || row.state == Row::State::kSending);
  batch_.emplace(row.shipment, std::move(open));
  return Ok();
}

Result<bool> ShipmentsOut::MayUpdate(ports::Tx& tx, Row row, ports::OrderRecord& record) {
  v1::Shipment& shipment = *FindShipment(record.order, row.shipment);
  const bool is_able = domain::HasOperation(*subject_.manifest, kUpdate);
  if (domain::IsBehind(shipment) && is_able) {
    return true;
  }
  const std::string unable = fmt::format("{} cannot change a shipment that the store has",
                                         subject_.manifest->display_name());
  const bool was_said = row.failures > 0 && row.last_error == unable;
  if (domain::IsBehind(shipment) && !was_said) {
    Outcome outcome{.result = {}, .revision = shipment.revision()};
    cv1::Failure* failure = outcome.result.mutable_failure();
    failure->set_code(cv1::Failure::CODE_UNSUPPORTED);
    failure->set_message(unable);
    SB_CHECK(RecordFailure(tx, std::move(row), outcome));
    return false;
  }
  // It is done, or a person who was told that it cannot be says so by asking for it again.
  domain::NoteRevision(shipment, shipment.revision());
  shipment.mutable_store_report()->clear_last_error();
  row.state = Row::State::kDone;
  SB_CHECK(tx.outbox().Put(row));
  SB_CHECK(ResolveIssues(tx, IssueKeyOf(row), ports_.clock.NowMs()));
  tx.changes().Add(row.store.merchant, v1::Change::TYPE_SHIPMENT, shipment.name());
  SB_CHECK(WriteOrder(tx, record));
  return false;
}

void ShipmentsOut::BeforeWrite(const cv1::HttpRequest& request, std::function<void(Status)> go) {
  if (!request.ref().empty() && !batch_.contains(request.ref())) {
    return go(Error{.code = Code::kInternal,
                    .reason = "CONNECTOR_BUG",
                    .message = fmt::format("the request is about '{}', which is no shipment that "
                                           "waits for an outcome",
                                           request.ref())});
  }
  const bool may_repeat = request.safety() == cv1::HttpRequest::SAFETY_IDEMPOTENT;
  std::map<std::string, Open> begun;
  for (const auto& [ref, open] : batch_) {
    const bool is_meant = request.ref().empty() || request.ref() == ref;
    if (is_meant && !(may_repeat && open.is_begun)) {
      begun.emplace(ref, open);
    }
  }
  if (begun.empty()) {
    return go(Ok());
  }
  const std::int64_t timeout_ms = request.timeout_ms() > 0 ? request.timeout_ms() : kRequestMs;
  auto self = Self<ShipmentsOut>();
  ports_.storage.Submit(
      [self, begun, timeout_ms](ports::Tx& tx) { return self->NoteAttempt(tx, begun, timeout_ms); },
      [self, begun, go = std::move(go)](Status status) {
        for (const auto& [ref, before] : begun) {
          if (const auto open = self->batch_.find(ref); status && open != self->batch_.end()) {
            open->second.is_begun = true;
          }
        }
        self->wrote_ = true;
        go(std::move(status));
      });
}

Status ShipmentsOut::NoteAttempt(ports::Tx& tx,
                                 const std::map<std::string, Open>& begun,
                                 std::int64_t timeout_ms) const {
  const std::int64_t now = ports_.clock.NowMs();
  for (const auto& [ref, open] : begun) {
    SB_TRY(Row row, tx.outbox().Get(subject_.key.merchant, ref));
    // Also where an attempt failed: a part of it may have arrived before.
    const bool may_have_older = row.attempts > 0;
    row.attempts += open.is_begun ? 0 : 1;
    row.state = Row::State::kSending;
    row.sending_ms = now;
    row.settled_ms = now + timeout_ms + subject_.manifest->settle_ms();
    row.due_ms = row.settled_ms;
    SB_CHECK(tx.outbox().Put(row));
    SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
    if (v1::Shipment* shipment = FindShipment(record.order, ref)) {
      domain::NoteTelling(*shipment, open.revision, open.parcels, may_have_older);
      v1::StoreReport* report = shipment->mutable_store_report();
      if (!domain::StoreHas(*shipment)) {
        report->set_state(v1::StoreReport::STATE_SENDING);
      }
      report->set_attempts(row.attempts);
      *report->mutable_attempt_time() = domain::TimestampFromMs(now);
      *report->mutable_next_attempt_time() = domain::TimestampFromMs(row.due_ms);
      domain::Stamp(record.order, now);
      SB_CHECK(tx.orders().Put(row.store.merchant, record));
      tx.changes().Add(row.store.merchant, v1::Change::TYPE_SHIPMENT, shipment->name());
      tx.changes().Add(row.store.merchant, v1::Change::TYPE_ORDER, record.order.name());
    }
  }
  return Ok();
}

std::vector<ShipmentsOut::Outcome> ShipmentsOut::TakeOutcomes(const cv1::Emit& emit) {
  std::vector<Outcome> outcomes;
  for (const cv1::ItemResult& result : emit.results()) {
    const auto open = batch_.find(result.ref());
    if (open == batch_.end()) {
      continue;  // Not ours, or answered twice.
    }
    Outcome outcome{
        .result = result, .revision = open->second.revision, .is_begun = open->second.is_begun};
    outcome.is_silent = result.has_failure() && LastRequestFailed() && !IsFinal(result.failure());
    if (outcome.is_silent) {
      ++troubles_in_a_row_;
      trouble_ = result.failure();
    } else {
      troubles_in_a_row_ = 0;
      put_off_until_ms_ = 0;
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

void ShipmentsOut::OnEmit(Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<ShipmentsOut>();
  auto outcomes = std::make_shared<const std::vector<Outcome>>(TakeOutcomes(*emit));
  ports_.storage.Submit(
      [self, outcomes](ports::Tx& tx) -> Status {
        for (const Outcome& outcome : *outcomes) {
          SB_CHECK(self->Record(tx, outcome));
        }
        return Ok();
      },
      [self, outcomes, done = std::move(done)](Status status) {
        if (!status) {
          return done(status.error());
        }
        for (const Outcome& outcome : *outcomes) {
          if (self->batch_.erase(outcome.result.ref()) > 0) {
            self->Count(outcome.result);
          }
        }
        self->CountPage();
        if (self->troubles_in_a_row_ >= kTroublesMax) {
          self->StopSession("the store does not answer");
        }
        done(cv1::EmitResult());
      });
}

Status ShipmentsOut::Record(ports::Tx& tx, const Outcome& outcome) {
  SB_TRY(Row row, tx.outbox().Get(subject_.key.merchant, outcome.result.ref()));
  if (row.state == Row::State::kDone || row.state == Row::State::kRefused) {
    return Ok();
  }
  if (outcome.result.has_accepted()) {
    return RecordAccepted(tx, std::move(row), outcome);
  }
  return RecordFailure(tx, std::move(row), outcome);
}

Status ShipmentsOut::RecordAccepted(ports::Tx& tx, Row row, const Outcome& outcome) {
  const cv1::Accepted& accepted = outcome.result.accepted();
  const std::int64_t now = ports_.clock.NowMs();
  row.state = Row::State::kDone;
  row.last_error.clear();
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  for (v1::Shipment& shipment : *record.order.mutable_shipments()) {
    const bool is_this = IdOf(shipment.name()) == row.shipment;
    if (!is_this && (subject_.manifest->partial_shipments() || IsTold(shipment))) {
      continue;
    }
    v1::StoreReport* report = shipment.mutable_store_report();
    const bool was_update = domain::StoreHas(shipment);
    if (!was_update || accepted.confirmed()) {
      report->set_state(accepted.confirmed() ? v1::StoreReport::STATE_CONFIRMED
                                             : v1::StoreReport::STATE_ACCEPTED);
    }
    if (!was_update || !accepted.external_id().empty()) {
      report->set_external_id(accepted.external_id());
    }
    // What was there before this session has the parcels of an earlier one.
    const bool is_older = accepted.was_there() && !was_update;
    const std::int32_t told = is_this ? outcome.revision : shipment.revision();
    domain::NoteRevision(shipment, is_older ? report->revision() : told);
    if (is_this && domain::IsBehind(shipment)) {
      row.state = Row::State::kWaiting;
      row.failures = 0;
      row.due_ms = std::max(now, row.settled_ms);
    }
    report->clear_last_error();
    report->clear_next_attempt_time();
    *report->mutable_accept_time() = domain::TimestampFromMs(now);
    if (accepted.confirmed()) {
      *report->mutable_confirm_time() = domain::TimestampFromMs(now);
    }
    tx.changes().Add(row.store.merchant, v1::Change::TYPE_SHIPMENT, shipment.name());
  }
  SB_CHECK(tx.outbox().Put(row));
  SB_CHECK(ResolveIssues(tx, IssueKeyOf(row), now));
  return WriteOrder(tx, record);
}

Status ShipmentsOut::WriteOrder(ports::Tx& tx, ports::OrderRecord& record) const {
  const std::int64_t now = ports_.clock.NowMs();
  domain::Stamp(record.order, now);
  Ledger ledger(tx, subject_.key.merchant, now);
  OrderBook book(ledger, ports_.random);
  SB_CHECK(book.Write(record));
  return ledger.Finish();
}

void ShipmentsOut::Postpone(Row& row, const Outcome& outcome) const {
  const cv1::Failure& failure = outcome.result.failure();
  const std::int64_t now = ports_.clock.NowMs();
  if (failure.ambiguous()) {
    // It may have arrived: it is read back when it must be visible if it did.
    const std::int64_t request_ms = outcome.is_begun ? 0 : kRequestMs;
    row.state = Row::State::kSending;
    row.settled_ms = std::max(row.settled_ms, now + request_ms + subject_.manifest->settle_ms());
    row.due_ms = row.settled_ms;
    return;
  }
  if (outcome.is_begun) {
    row.state = Row::State::kWaiting;  // Its outcome is known.
  }
  const std::int64_t most_ms = outcome.is_silent ? kSilentRetryMostMs : kRetryMostMs;
  const std::int64_t pause = std::max(
      failure.retry_after_ms(), BackoffMs(row.failures, kRetryFirstMs, most_ms, ports_.random));
  row.due_ms = std::max(now + pause, row.settled_ms);
}

Status ShipmentsOut::RecordFailure(ports::Tx& tx, Row row, const Outcome& outcome) {
  const cv1::Failure& failure = outcome.result.failure();
  row.last_error = failure.message();
  ++row.failures;
  if (IsFinal(failure)) {
    SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
    const v1::Shipment* shipment = FindShipment(record.order, row.shipment);
    const bool is_newer = shipment != nullptr && outcome.revision < shipment->revision();
    row.state = is_newer ? Row::State::kWaiting : Row::State::kRefused;
    if (is_newer) {
      // What was refused is not what is to be told now.
      row.failures = 0;
      row.due_ms = std::max(ports_.clock.NowMs(), row.settled_ms);
    }
  } else {
    Postpone(row, outcome);
    if (outcome.is_silent) {
      put_off_until_ms_ = std::max(put_off_until_ms_, row.due_ms);
    }
  }
  SB_CHECK(tx.outbox().Put(row));
  return ShowReport(tx, row, failure);
}

Status ShipmentsOut::ShowReport(ports::Tx& tx, const Row& row, const cv1::Failure& failure) {
  const std::int64_t now = ports_.clock.NowMs();
  const bool is_refused = row.state == Row::State::kRefused;
  bool is_update = false;
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  if (v1::Shipment* shipment = FindShipment(record.order, row.shipment)) {
    v1::StoreReport* report = shipment->mutable_store_report();
    is_update = domain::StoreHas(*shipment);
    if (!is_update) {
      report->set_state(ReportState(row.state));
    }
    report->set_last_error(failure.message());
    report->clear_next_attempt_time();
    if (!is_refused && row.due_ms > now) {
      *report->mutable_next_attempt_time() = domain::TimestampFromMs(row.due_ms);
    }
    tx.changes().Add(row.store.merchant, v1::Change::TYPE_SHIPMENT, shipment->name());
    SB_CHECK(WriteOrder(tx, record));
  }
  if (!is_refused && row.failures < kFailuresUntilIssue) {
    return Ok();
  }
  SB_CHECK(RaiseIssue(
      tx,
      IssueKeyOf(row),
      is_update ? NotUpdated(record.order, failure) : NotTold(record.order, failure, is_refused),
      now,
      ports_.random));
  return Ok();
}

void ShipmentsOut::GiveBack(cv1::Failure failure) {
  auto self = Self<ShipmentsOut>();
  ports_.storage.Submit(
      [self, failure](ports::Tx& tx) -> Status {
        for (const auto& [ref, open] : self->batch_) {
          if (!open.is_begun && IsOfTheStore(failure)) {
            continue;  // Nothing of it has left: it waits in its place.
          }
          Outcome outcome{.result = {},
                          .revision = open.revision,
                          .is_begun = open.is_begun,
                          .is_silent = open.is_begun};
          outcome.result.set_ref(ref);
          *outcome.result.mutable_failure() = failure;
          // Whatever ended the session, what had left before may have arrived.
          outcome.result.mutable_failure()->set_ambiguous(open.is_begun);
          SB_CHECK(self->Record(tx, outcome));
        }
        return Ok();
      },
      [self, failure](Status /*status*/) { self->EndInTrouble(failure); });
}

void ShipmentsOut::EndInTrouble(cv1::Failure failure) {
  failure.set_retry_after_ms(
      std::max(failure.retry_after_ms(), put_off_until_ms_ - ports_.clock.NowMs()));
  End(RunEnd{.failure = std::move(failure)});
}

void ShipmentsOut::OnSessionEnd(SessionEnd session) {
  if (troubles_in_a_row_ >= kTroublesMax) {
    return GiveBack(trouble_);
  }
  if (session.failure) {
    return GiveBack(std::move(*session.failure));
  }
  if (!batch_.empty()) {
    return GiveBack(NoOutcome(batch_.size(), batch_.begin()->first));
  }
  if (troubles_in_a_row_ > 0) {
    return EndInTrouble(trouble_);
  }
  PushBatch();
}

}  // namespace storebridge::engine
