#include "engine/flows/doubtful_shipments.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "domain/shipment_update.h"
#include "engine/flows/shipment_message.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

constexpr int kShipmentsMax = 1000;

std::string ProductOfLine(const v1::Order& order, const std::string& external_line_id) {
  for (const v1::OrderLine& line : order.lines()) {
    if (line.external_id() == external_line_id) {
      return IdOf(line.product());
    }
  }
  return {};
}

}  // namespace

Result<std::map<std::string, std::int64_t>> ProductsInDoubt(const ports::ReadTx& tx,
                                                            const domain::StoreKey& store) {
  std::map<std::string, std::int64_t> products;
  SB_TRY(const std::vector<ports::OutboxRow> rows,
         tx.outbox().Due(store, std::numeric_limits<std::int64_t>::max(), kShipmentsMax));
  for (const ports::OutboxRow& row : rows) {
    if (row.state != ports::OutboxRow::State::kSending) {
      continue;
    }
    SB_TRY(ports::OrderRecord record, tx.orders().Get(store.merchant, row.order));
    const v1::Shipment* shipment = FindShipment(record.order, row.shipment);
    if (shipment == nullptr || domain::StoreHas(*shipment)) {
      continue;
    }
    for (const v1::ShipmentLine& line : shipment->lines()) {
      std::int64_t& until = products[ProductOfLine(record.order, line.external_line_id())];
      until = std::max(until, row.settled_ms);
    }
  }
  return products;
}

}  // namespace storebridge::engine
