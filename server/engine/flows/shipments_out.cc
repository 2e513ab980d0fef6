#include "engine/flows/shipments_out.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "domain/order_record.h"
#include "domain/record_hash.h"
#include "domain/timestamp.h"
#include "engine/backoff.h"
#include "engine/issue_book.h"
#include "engine/ledger.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;
using Row = ports::OutboxRow;

constexpr int kBatchMax = 100;
constexpr std::int64_t kRetryFirstMs = 5'000;
constexpr std::int64_t kRetryMostMs = 30 * 60 * 1000;
// The longest that a request may be on its way: what the host waits for an answer.
constexpr std::int64_t kRequestMs = 30'000;
// From here on a person is told; it is still tried again.
constexpr int kAttemptsUntilIssue = 5;

v1::Shipment* FindShipment(v1::Order& order, std::string_view id) {
  for (v1::Shipment& shipment : *order.mutable_shipments()) {
    if (IdOf(shipment.name()) == id) {
      return &shipment;
    }
  }
  return nullptr;
}

bool IsTold(const v1::Shipment& shipment) {
  const v1::StoreReport::State state = shipment.store_report().state();
  return state == v1::StoreReport::STATE_ACCEPTED || state == v1::StoreReport::STATE_CONFIRMED ||
         state == v1::StoreReport::STATE_NOT_SUPPORTED || state == v1::StoreReport::STATE_REFUSED;
}

void AddContents(const v1::Shipment& shipment, cv1::Shipment& out) {
  for (const v1::ShipmentLine& line : shipment.lines()) {
    cv1::ShipmentLine* added = out.add_lines();
    added->set_external_line_id(line.external_line_id());
    added->set_quantity(line.quantity());
  }
  for (const v1::Parcel& parcel : shipment.parcels()) {
    cv1::Parcel* added = out.add_parcels();
    added->set_tracking_code(parcel.tracking_code());
    added->set_tracking_url(parcel.tracking_url());
    added->set_carrier(parcel.carrier());
  }
}

// What the store is told of a shipment. A store that cannot take parts is told of everything with
// the last one.
cv1::Shipment Told(const v1::Order& order,
                   const v1::Shipment& shipment,
                   const RunSubject& subject) {
  cv1::Shipment told;
  told.set_ref(IdOf(shipment.name()));
  told.set_external_order_id(order.external_id());
  told.set_shipped_ms(domain::MsFromTimestamp(shipment.ship_time()));
  const v1::StoreSettings& settings = subject.store.settings();
  told.set_notify_customer(!settings.has_notify_customer() || settings.notify_customer());
  bool others_wait = false;
  for (const v1::Shipment& other : order.shipments()) {
    const bool is_this = other.name() == shipment.name();
    others_wait = others_wait || (!is_this && !IsTold(other));
    if (is_this || (!subject.manifest->partial_shipments() && !IsTold(other))) {
      AddContents(other, told);
    }
  }
  // An order that was closed short is not complete before people have refunded the rest; a store
  // that cannot take parts can be told in no other way.
  const bool is_last = !others_wait && !domain::IsClosedShort(order);
  told.set_completes_order(order.state() == v1::ORDER_STATE_SHIPPED &&
                           (is_last || !subject.manifest->partial_shipments()));
  return told;
}

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

}  // namespace

Status ShipmentsOut::Collect(ports::Tx& tx, cv1::Begin& begin) {
  begin.set_operation("shipments.push");
  const std::int64_t now = ports_.clock.NowMs();
  SB_TRY(const std::vector<Row> rows,
         tx.outbox().Due(subject_.key, now, ItemsMax("shipments.push", kBatchMax)));
  std::set<std::string> orders;
  for (const Row& row : rows) {
    // One shipment of an order at a time: the store sees them in the order in which they left.
    if (!orders.insert(row.order).second) {
      continue;
    }
    SB_CHECK(Claim(tx, row, begin));
  }
  return Ok();
}

Status ShipmentsOut::Claim(ports::Tx& tx, Row row, cv1::Begin& begin) {
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  v1::Shipment* shipment = FindShipment(record.order, row.shipment);
  if (shipment == nullptr) {
    row.state = Row::State::kRefused;
    return tx.outbox().Put(row);
  }
  const std::int64_t now = ports_.clock.NowMs();
  cv1::Shipment told = Told(record.order, *shipment, subject_);
  told.set_read_back_first(row.state == Row::State::kSending);
  row.state = Row::State::kSending;
  ++row.attempts;
  row.sending_ms = now;
  row.due_ms = now + kRequestMs + subject_.manifest->settle_ms();
  SB_CHECK(tx.outbox().Put(row));
  v1::StoreReport* report = shipment->mutable_store_report();
  report->set_state(v1::StoreReport::STATE_SENDING);
  report->set_attempts(row.attempts);
  *report->mutable_attempt_time() = domain::TimestampFromMs(now);
  domain::Stamp(record.order, now);
  SB_CHECK(tx.orders().Put(row.store.merchant, record));
  *begin.mutable_shipments()->add_shipments() = std::move(told);
  Expect(row.shipment);
  return Ok();
}

Status ShipmentsOut::Record(ports::Tx& tx, const cv1::ItemResult& result) {
  SB_TRY(Row row, tx.outbox().Get(subject_.key.merchant, result.ref()));
  if (row.state != Row::State::kSending) {
    return Ok();
  }
  if (result.has_accepted()) {
    return RecordAccepted(tx, std::move(row), result.accepted());
  }
  return RecordFailure(tx, std::move(row), result.failure());
}

Status ShipmentsOut::RecordAccepted(ports::Tx& tx, Row row, const cv1::Accepted& accepted) {
  const std::int64_t now = ports_.clock.NowMs();
  row.state = Row::State::kDone;
  row.last_error.clear();
  SB_CHECK(tx.outbox().Put(row));
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  for (v1::Shipment& shipment : *record.order.mutable_shipments()) {
    const bool is_this = IdOf(shipment.name()) == row.shipment;
    if (!is_this && (subject_.manifest->partial_shipments() || IsTold(shipment))) {
      continue;
    }
    v1::StoreReport* report = shipment.mutable_store_report();
    report->set_state(accepted.confirmed() ? v1::StoreReport::STATE_CONFIRMED
                                           : v1::StoreReport::STATE_ACCEPTED);
    report->set_external_id(accepted.external_id());
    report->clear_last_error();
    *report->mutable_accept_time() = domain::TimestampFromMs(now);
    if (accepted.confirmed()) {
      *report->mutable_confirm_time() = domain::TimestampFromMs(now);
    }
    tx.changes().Add(row.store.merchant, v1::Change::TYPE_SHIPMENT, shipment.name());
  }
  domain::Stamp(record.order, now);
  Ledger ledger(tx, row.store.merchant, now);
  OrderBook book(ledger, ports_.random);
  SB_CHECK(book.Write(record));
  SB_CHECK(ResolveIssues(tx, IssueKeyOf(row), now));
  return ledger.Finish();
}

Status ShipmentsOut::RecordFailure(ports::Tx& tx, Row row, const cv1::Failure& failure) {
  const std::int64_t now = ports_.clock.NowMs();
  row.last_error = failure.message();
  v1::StoreReport::State state = v1::StoreReport::STATE_WAITING;
  if (IsFinal(failure)) {
    row.state = Row::State::kRefused;
    state = v1::StoreReport::STATE_REFUSED;
  } else if (failure.ambiguous()) {
    // It may have arrived: stays SENDING, and is read back when it must be visible if it did.
    row.due_ms = std::max(row.due_ms, now + subject_.manifest->settle_ms());
    state = v1::StoreReport::STATE_SENDING;
  } else {
    row.state = Row::State::kWaiting;
    row.due_ms =
        now + std::max(failure.retry_after_ms(),
                       BackoffMs(row.attempts, kRetryFirstMs, kRetryMostMs, ports_.random));
  }
  SB_CHECK(tx.outbox().Put(row));
  SB_TRY(ports::OrderRecord record, tx.orders().Get(row.store.merchant, row.order));
  if (v1::Shipment* shipment = FindShipment(record.order, row.shipment)) {
    shipment->mutable_store_report()->set_state(state);
    shipment->mutable_store_report()->set_last_error(failure.message());
    domain::Stamp(record.order, now);
    Ledger ledger(tx, row.store.merchant, now);
    OrderBook book(ledger, ports_.random);
    SB_CHECK(book.Write(record));
    SB_CHECK(ledger.Finish());
  }
  if (state != v1::StoreReport::STATE_REFUSED && row.attempts < kAttemptsUntilIssue) {
    return Ok();
  }
  SB_CHECK(RaiseIssue(
      tx,
      IssueKeyOf(row),
      {.reason = state == v1::StoreReport::STATE_REFUSED ? "SHIPMENT_REFUSED" : "SHIPMENT_NOT_TOLD",
       .message = fmt::format("the store was not told of a shipment of order {}: {}",
                              record.order.order_number(),
                              failure.message()),
       .resolution =
           "Correct the order in the store, then call RetryIssue; or tell the store by hand.",
       .record = record.order.name(),
       .record_label = record.order.order_number()},
      now,
      ports_.random));
  return Ok();
}

Status ShipmentsOut::GiveBack(ports::Tx& tx, const std::string& ref, const cv1::Failure& failure) {
  // Whatever ended the session, something may have left before: the row stays SENDING and is read
  // back.
  cv1::ItemResult lost;
  lost.set_ref(ref);
  *lost.mutable_failure() = failure;
  lost.mutable_failure()->set_ambiguous(true);
  return Record(tx, lost);
}

}  // namespace storebridge::engine
