#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/shipping_rules.h"
#include "domain_fixtures.h"

namespace storebridge::domain {

using Outcome = OrderMerge::Outcome;

class MergeOrderTest : public testing::Test {
 protected:
  OrderMerge Merge(const v1::Order* existing, const connector::v1::Order& seen) {
    Result<OrderMerge> merge = MergeOrder(existing, seen, context_);
    EXPECT_TRUE(merge) << (merge ? "" : merge.error().message);
    return std::move(merge).value();
  }
  v1::Order InState(OrderState state) { return TakenOver(PaidOrder(), products_, state); }

  // A later observation.
  static connector::v1::Order Later() {
    connector::v1::Order seen = PaidOrder();
    seen.set_modified_ms(seen.modified_ms() + 1000);
    return seen;
  }
  static connector::v1::Order Cancelled() {
    connector::v1::Order seen = Later();
    seen.set_progress(connector::v1::Order::PROGRESS_CANCELLED);
    return seen;
  }
  static connector::v1::Order Refunded() {
    connector::v1::Order seen = Later();
    seen.set_payment_state(connector::v1::PAYMENT_STATE_REFUNDED);
    return seen;
  }
  static connector::v1::Order Completed() {
    connector::v1::Order seen = Later();
    seen.set_progress(connector::v1::Order::PROGRESS_COMPLETED);
    return seen;
  }

  // The mugs are the store's product `id`.
  static connector::v1::Order PaidOrderOf(const std::string& id) {
    connector::v1::Order seen = PaidOrder();
    seen.mutable_lines(0)->set_external_product_id(id);
    return seen;
  }
  static connector::v1::Order LaterOf(const std::string& id) {
    connector::v1::Order seen = PaidOrderOf(id);
    seen.set_modified_ms(seen.modified_ms() + 1000);
    return seen;
  }
  // One of the two mugs has left.
  v1::Order PartlySent() {
    v1::ShipmentLine line;
    line.set_external_line_id("l-1");
    line.set_quantity(1);
    return ShipOrder(InState(OrderState::kCollecting),
                     {.shipment_id = "0000000000002", .lines = {line}},
                     kNow)
        .value()
        .order;
  }
  // All of the order has left.
  v1::Order Sent() {
    return ShipOrder(InState(OrderState::kCollecting), {.shipment_id = "0000000000002"}, kNow)
        .value()
        .order;
  }

  FakeProducts products_;
  OrderContext context_ = ContextWith(products_);
};

}  // namespace storebridge::domain
