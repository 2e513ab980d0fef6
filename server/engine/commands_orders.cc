#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "domain/operation.h"
#include "domain/order_record.h"
#include "domain/record_hash.h"
#include "domain/shipment_update.h"
#include "domain/shipping_rules.h"
#include "domain/stock_rules.h"
#include "engine/commands.h"
#include "engine/ledger.h"
#include "engine/new_id.h"
#include "engine/order_book.h"
#include "engine/store_view.h"
#include "engine/transact.h"

namespace storebridge::engine {
namespace {

// What a command does to an order: changes the record and says what the rules want of it.
using Change = std::function<Result<domain::OrderWish>(Ledger&, OrderBook&, ports::OrderRecord&)>;

// Finds an order, changes it, and settles what follows, in one transaction. An order that stays as
// it is costs no write.
void ChangeOrder(Commands::Ports ports,
                 OrderRef ref,
                 std::string etag,
                 Change change,
                 Commands::Done<v1::Order> done) {
  std::string merchant = ref.merchant;
  Transact<v1::Order>(
      ports.storage,
      std::move(merchant),
      {},
      [ports, ref = std::move(ref), etag = std::move(etag), change = std::move(change)](
          ports::Tx& tx) -> Result<v1::Order> {
        SB_TRY(ports::OrderRecord record, FindOrder(tx, ref));
        SB_CHECK(CheckEtag(etag, record.order.etag(), record.order.name()));
        const std::string before = record.order.etag();
        Ledger ledger(tx, ref.merchant, ports.clock.NowMs());
        OrderBook book(ledger, ports.random);
        SB_TRY(const domain::OrderWish wish, change(ledger, book, record));
        if (record.order.etag() == before) {
          return record.order;
        }
        if (wish == domain::OrderWish::kReady) {
          SB_CHECK(book.Settle(record, wish, true));
        } else {
          SB_CHECK(book.Write(record));
        }
        if (ledger.freed()) {
          SB_CHECK(book.ReleasePending());
        }
        SB_CHECK(ledger.Finish());
        return record.order;
      },
      std::move(done));
}

// None when there is no such store any more, or not for long.
Result<std::optional<v1::Store>> FindStore(const ports::ReadTx& tx, const domain::StoreKey& key) {
  Result<v1::Store> store = tx.stores().Get(key);
  SB_TRY(const bool is_there, WasFound(store));
  if (!is_there || store->state() == v1::Store::STATE_DELETING) {
    return std::optional<v1::Store>();
  }
  return std::optional(std::move(*store));
}

// Queues the shipment for the store, or says in it that the store cannot be told.
Status QueueReport(ports::Tx& tx,
                   const ports::ConnectorHost& connectors,
                   ports::OrderRecord& record,
                   std::int64_t now_ms) {
  v1::Order& order = record.order;
  v1::Shipment& shipment = *order.mutable_shipments()->rbegin();
  SB_TRY(const domain::StoreKey key, domain::ParseStoreName(order.store()));
  SB_TRY(const std::optional<v1::Store> store, FindStore(tx, key));
  std::shared_ptr<const connector::v1::Manifest> manifest;
  if (store) {
    SB_TRY(const std::string connector, domain::ParseConnectorName(store->connector()));
    if (const Result<ports::ConnectorInfo> info = connectors.Find(connector)) {
      manifest = info->manifest;
    }
  }
  // A connector that is not there now may come back: only one that is there can say that it cannot.
  if (!store || (manifest && !domain::HasOperation(*manifest, "shipments.push"))) {
    shipment.mutable_store_report()->set_state(v1::StoreReport::STATE_NOT_SUPPORTED);
    domain::Stamp(order, now_ms);
    return Ok();
  }
  if (manifest && !manifest->partial_shipments() && order.state() != v1::ORDER_STATE_SHIPPED) {
    return Ok();  // Told together with the last one.
  }
  SB_CHECK(tx.outbox().Put({.shipment = IdOf(shipment.name()),
                            .store = key,
                            .order = IdOf(order.name()),
                            .due_ms = now_ms}));
  tx.Wake(key, domain::Flow::kShipments);
  return Ok();
}

// A store that cannot take parts was told nothing yet: what has left is all it will hear of.
Status QueueLast(Ledger& ledger,
                 const ports::ConnectorHost& connectors,
                 ports::OrderRecord& record) {
  const v1::Shipment& last = *record.order.shipments().rbegin();
  if (last.store_report().state() != v1::StoreReport::STATE_WAITING) {
    return Ok();
  }
  SB_TRY(const bool is_queued,
         WasFound(ledger.tx().outbox().Get(ledger.merchant(), IdOf(last.name()))));
  if (is_queued) {
    return Ok();
  }
  return QueueReport(ledger.tx(), connectors, record, ledger.now_ms());
}

// Queues a shipment whose parcels changed, where the store has it, or has refused it. What is being
// told is looked at when its outcome is known.
Status QueueUpdate(ports::Tx& tx, v1::Order& order, int place, std::int64_t now_ms) {
  v1::Shipment& shipment = *order.mutable_shipments(place);
  SB_TRY(const domain::StoreKey key, domain::ParseStoreName(order.store()));
  const std::string id = IdOf(shipment.name());
  const Result<ports::OutboxRow> known = tx.outbox().Get(key.merchant, id);
  SB_TRY(const bool is_known, WasFound(known));
  SB_TRY(const std::optional<v1::Store> store, FindStore(tx, key));
  if (!store || (!is_known && !domain::StoreHas(shipment))) {
    return Ok();
  }
  ports::OutboxRow row{.shipment = id,
                       .store = key,
                       .order = IdOf(order.name()),
                       .attempts = shipment.store_report().attempts()};
  if (is_known) {
    row = *known;
  }
  if (row.state == ports::OutboxRow::State::kSending) {
    return Ok();
  }
  row.state = ports::OutboxRow::State::kWaiting;
  row.failures = 0;
  row.due_ms = std::max(now_ms, row.settled_ms);
  if (v1::StoreReport* report = shipment.mutable_store_report();
      report->state() == v1::StoreReport::STATE_REFUSED) {
    report->set_state(v1::StoreReport::STATE_WAITING);
    domain::Stamp(order, now_ms);
  }
  SB_CHECK(tx.outbox().Put(row));
  tx.Wake(key, domain::Flow::kShipments);
  return Ok();
}

// What was collected and has not left goes back on the shelf.
Status PutBack(Ledger& ledger, const v1::Order& order, const std::string& why) {
  for (const auto& [product, quantity] : domain::NeedsOf(order)) {
    SB_CHECK(ledger.AddOnHand(product, quantity, why));
  }
  return Ok();
}

}  // namespace

void Commands::CollectOrder(OrderRef order, std::string etag, Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [](Ledger& ledger, OrderBook& book, ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(v1::Order collected, domain::CollectOrder(record.order, ledger.now_ms()));
        if (collected.state() != record.order.state()) {
          SB_CHECK(book.CheckIsRead(record));
          for (const auto& [product, quantity] : domain::NeedsOf(record.order)) {
            SB_CHECK(ledger.AddOnHand(
                product,
                -quantity,
                fmt::format("collected for order {}", record.order.order_number())));
          }
        }
        record.order = std::move(collected);
        return domain::OrderWish::kKeep;
      },
      std::move(done));
}

void Commands::ShipOrder(ShipRequest request, RequestKey key, Done<v1::Order> done) {
  Transact<v1::Order>(
      ports_.storage,
      request.order.merchant,
      std::move(key),
      [ports = ports_, request](ports::Tx& tx) -> Result<v1::Order> {
        SB_TRY(ports::OrderRecord record, FindOrder(tx, request.order));
        SB_CHECK(CheckEtag(request.etag, record.order.etag(), record.order.name()));
        const std::int64_t now = ports.clock.NowMs();
        domain::Departure departure{
            .shipment_id = {}, .lines = request.lines, .parcels = request.parcels};
        SB_TRY(departure.shipment_id, NewId(now, ports.random, [&](const std::string& id) {
                 return WasFound(tx.outbox().Get(request.order.merchant, id));
               }));
        departure.ship_ms = request.shipped_ms;
        SB_TRY(domain::ShippedOrder shipped, domain::ShipOrder(record.order, departure, now));
        record.order = std::move(shipped.order);
        SB_CHECK(QueueReport(tx, ports.connectors, record, now));
        Ledger ledger(tx, request.order.merchant, now);
        OrderBook book(ledger, ports.random);
        SB_CHECK(book.Write(record));
        tx.changes().Add(
            request.order.merchant, v1::Change::TYPE_SHIPMENT, shipped.shipment.name());
        SB_CHECK(ledger.Finish());
        return record.order;
      },
      std::move(done));
}

void Commands::UpdateShipment(OrderRef order,
                              std::string shipment,
                              std::vector<v1::Parcel> parcels,
                              std::string etag,
                              Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [shipment = std::move(shipment), parcels = std::move(parcels)](
          Ledger& ledger,
          OrderBook& /*book*/,
          ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(const int place, domain::PlaceOfShipment(record.order, shipment));
        SB_TRY(v1::Order updated,
               domain::UpdateParcels(record.order, place, parcels, ledger.now_ms()));
        if (updated.etag() != record.order.etag()) {
          record.order = std::move(updated);
          const v1::Shipment& changed = record.order.shipments(place);
          if (!domain::StoreHas(changed) || domain::IsBehind(changed)) {
            SB_CHECK(QueueUpdate(ledger.tx(), record.order, place, ledger.now_ms()));
          }
          ledger.tx().changes().Add(
              ledger.merchant(), v1::Change::TYPE_SHIPMENT, record.order.shipments(place).name());
        }
        return domain::OrderWish::kKeep;
      },
      std::move(done));
}

void Commands::PutBackOrder(OrderRef order,
                            std::string reason,
                            std::string etag,
                            Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [reason = std::move(reason)](Ledger& ledger,
                                   OrderBook& book,
                                   ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(const domain::StoreWord word, book.WordOnCollected(record.order));
        SB_TRY(const domain::ProductLookup products, book.ProductsOf(record.order));
        SB_TRY(domain::ReleasedOrder put,
               domain::PutBackOrder(record.order, reason, word, products, ledger.now_ms()));
        if (put.order.etag() == record.order.etag()) {
          return domain::OrderWish::kKeep;
        }
        SB_CHECK(PutBack(
            ledger,
            record.order,
            fmt::format("put back from order {}: {}", record.order.order_number(), reason)));
        record.order = std::move(put.order);
        record.content_hash = 0;
        record.mark.clear();
        SB_TRY(const domain::StoreKey store, domain::ParseStoreName(record.order.store()));
        ledger.tx().ReadOrder(store, record.order.external_id());
        return put.wish;
      },
      std::move(done));
}

void Commands::CancelOrder(OrderRef order,
                           std::string reason,
                           std::string etag,
                           Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [connectors = &ports_.connectors, reason = std::move(reason)](
          Ledger& ledger,
          OrderBook& book,
          ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(v1::Order ended, domain::CancelOrder(record.order, reason, ledger.now_ms()));
        if (ended.etag() == record.order.etag()) {
          return domain::OrderWish::kKeep;
        }
        const v1::Order before = std::exchange(record.order, std::move(ended));
        if (before.state() == v1::ORDER_STATE_COLLECTING) {
          SB_CHECK(
              PutBack(ledger, before, fmt::format("not sent for order {}", before.order_number())));
        }
        if (domain::IsClosedShort(record.order)) {
          SB_CHECK(QueueLast(ledger, *connectors, record));
        }
        if (before.state() != v1::ORDER_STATE_AWAITING_PAYMENT) {
          SB_CHECK(book.NoteEndedHere(record.order));
        }
        return domain::OrderWish::kCancelled;
      },
      std::move(done));
}

void Commands::HoldOrder(OrderRef order,
                         std::string reason,
                         std::string etag,
                         Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [reason = std::move(reason)](Ledger& ledger,
                                   OrderBook& /*book*/,
                                   ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(record.order, domain::HoldOrder(record.order, reason, ledger.now_ms()));
        return domain::OrderWish::kHold;
      },
      std::move(done));
}

void Commands::ReleaseOrder(OrderRef order, std::string etag, Done<v1::Order> done) {
  ChangeOrder(
      ports_,
      std::move(order),
      std::move(etag),
      [](Ledger& ledger, OrderBook& book, ports::OrderRecord& record) -> Result<domain::OrderWish> {
        SB_TRY(const domain::ProductLookup products, book.ProductsOf(record.order));
        SB_TRY(domain::ReleasedOrder released,
               domain::ReleaseOrder(record.order, products, ledger.now_ms()));
        record.order = std::move(released.order);
        return released.wish;
      },
      std::move(done));
}

}  // namespace storebridge::engine
