#include "domain/shipping_rules.h"

#include <gtest/gtest.h>

#include "domain/order_record.h"
#include "domain/timestamp.h"
#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

v1::ShipmentLine Line(const std::string& id, const std::string& code, std::int64_t quantity) {
  v1::ShipmentLine line;
  line.set_external_line_id(id);
  line.set_product_code(code);
  line.set_quantity(quantity);
  return line;
}

v1::Parcel ParcelOf(const std::string& code, const std::string& url = "") {
  v1::Parcel parcel;
  parcel.set_tracking_code(code);
  parcel.set_tracking_url(url);
  return parcel;
}

class ShippingRulesTest : public testing::Test {
 protected:
  v1::Order InState(OrderState state) {
    v1::Order order = TakenOver(PaidOrder(), products_, state);
    EXPECT_TRUE(MoveTo(order, state, "", kNow));
    return order;
  }
  Result<ShippedOrder> Ship(std::vector<v1::ShipmentLine> lines,
                            std::vector<v1::Parcel> parcels = {}) {
    return ShipOrder(
        InState(OrderState::kCollecting),
        {.shipment_id = "0000000000002", .lines = std::move(lines), .parcels = std::move(parcels)},
        kNow);
  }
  std::string ShipReason(std::vector<v1::ShipmentLine> lines,
                         std::vector<v1::Parcel> parcels = {}) {
    const Result<ShippedOrder> shipped = Ship(std::move(lines), std::move(parcels));
    return shipped ? "none" : shipped.error().reason;
  }

  FakeProducts products_;
};

TEST_F(ShippingRulesTest, CollectsOnlyNewOrders) {
  for (const OrderState state : kOrderStates) {
    const Result<v1::Order> collected = CollectOrder(InState(state), kNow + 1);
    const bool may = state == OrderState::kNew || state == OrderState::kCollecting;
    ASSERT_EQ(collected.has_value(), may) << OrderStateName(state);
    if (collected) {
      EXPECT_EQ(collected->state(), v1::ORDER_STATE_COLLECTING);
    } else {
      EXPECT_EQ(collected.error().code, Code::kFailedPrecondition);
      EXPECT_EQ(collected.error().reason, "ORDER_STATE");
    }
  }
}

TEST_F(ShippingRulesTest, CollectsTwiceWithoutHarm) {
  const v1::Order once = CollectOrder(InState(OrderState::kNew), kNow + 1).value();

  EXPECT_EQ(CollectOrder(once, kNow + 2).value().etag(), once.etag());
}

TEST_F(ShippingRulesTest, RefusesToShipWhatWasNotCollected) {
  const Result<ShippedOrder> shipped =
      ShipOrder(InState(OrderState::kNew), {.shipment_id = "0000000000002"}, kNow);

  EXPECT_EQ(shipped.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(shipped.error().message,
            "order 1001 is NEW and cannot become SHIPPED: collect it first");
  for (const OrderState state : kOrderStates) {
    EXPECT_EQ(ShipOrder(InState(state), {.shipment_id = "0000000000002"}, kNow).has_value(),
              state == OrderState::kCollecting);
  }
}

TEST_F(ShippingRulesTest, ShipsEverythingThatIsOpen) {
  const ShippedOrder shipped = Ship({}, {ParcelOf("JJFI1", "https://posti.example/JJFI1")}).value();

  EXPECT_EQ(shipped.order.state(), v1::ORDER_STATE_SHIPPED);
  EXPECT_EQ(shipped.order.lines(0).shipped_quantity(), 2);
  EXPECT_EQ(shipped.order.lines(0).open_quantity(), 0);
  ASSERT_EQ(shipped.order.shipments_size(), 1);
  EXPECT_EQ(shipped.shipment.name(), "merchants/demo/shipments/0000000000002");
  EXPECT_EQ(shipped.shipment.order(), shipped.order.name());
  EXPECT_EQ(shipped.shipment.lines_size(), 2);
  EXPECT_EQ(shipped.shipment.parcels(0).tracking_code(), "JJFI1");
  EXPECT_EQ(shipped.shipment.store_report().state(), v1::StoreReport::STATE_WAITING);
  EXPECT_EQ(MsFromTimestamp(shipped.shipment.ship_time()), kNow);
}

TEST_F(ShippingRulesTest, ShipsInParts) {
  const ShippedOrder first = Ship({Line("l-1", "MUG-1", 1)}).value();
  EXPECT_EQ(first.order.state(), v1::ORDER_STATE_COLLECTING);
  EXPECT_EQ(first.order.lines(0).open_quantity(), 1);
  EXPECT_EQ(first.shipment.lines_size(), 1);

  const ShippedOrder second =
      ShipOrder(first.order, {.shipment_id = "0000000000003"}, kNow + 1).value();
  EXPECT_EQ(second.order.state(), v1::ORDER_STATE_SHIPPED);
  EXPECT_EQ(second.order.shipments_size(), 2);
  EXPECT_EQ(second.shipment.lines(0).quantity(), 1);
}

TEST_F(ShippingRulesTest, FindsALineByItsProductCode) {
  EXPECT_EQ(Ship({Line("", "TEE-2", 1)}).value().shipment.lines(0).external_line_id(), "l-2");
}

TEST_F(ShippingRulesTest, RefusesLinesThatAreNotOpen) {
  EXPECT_EQ(ShipReason({Line("l-9", "", 1)}), "SHIPMENT_LINE");
  EXPECT_EQ(ShipReason({Line("", "CUP-9", 1)}), "SHIPMENT_LINE");
  EXPECT_EQ(ShipReason({Line("", "", 1)}), "SHIPMENT_LINE");
  EXPECT_EQ(ShipReason({Line("l-1", "TEE-2", 1)}), "SHIPMENT_LINE");
  EXPECT_EQ(ShipReason({Line("l-1", "", 0)}), "SHIPMENT_QUANTITY");
  EXPECT_EQ(ShipReason({Line("l-1", "", -1)}), "SHIPMENT_QUANTITY");
  EXPECT_EQ(ShipReason({Line("l-1", "", 3)}), "SHIPMENT_QUANTITY");
  EXPECT_EQ(ShipReason({Line("l-1", "", 2), Line("l-1", "", 1)}), "SHIPMENT_QUANTITY");
  EXPECT_EQ(ShipReason({Line("l-1", "", 1), Line("l-1", "", 1)}), "none");
}

TEST_F(ShippingRulesTest, NamesTheLineThatHasTooMany) {
  const Error error = Ship({Line("l-1", "", 3)}).error();

  EXPECT_NE(error.message.find("quantity 3 of line 'l-1' (MUG-1)"), std::string::npos)
      << error.message;
}

TEST_F(ShippingRulesTest, RefusesParcelsThatNoStoreWouldTake) {
  v1::Parcel light;
  light.set_weight_grams(-1);

  EXPECT_EQ(ShipReason({}, {ParcelOf(std::string(101, '1'))}), "PARCEL");
  EXPECT_EQ(ShipReason({}, {ParcelOf(std::string(100, '1'))}), "none");
  EXPECT_EQ(ShipReason({}, {ParcelOf("1\n2")}), "PARCEL");
  EXPECT_EQ(ShipReason({}, {ParcelOf("1", "javascript:alert(1)")}), "PARCEL");
  EXPECT_EQ(ShipReason({}, {ParcelOf("1", "https://")}), "PARCEL");
  EXPECT_EQ(ShipReason({}, {ParcelOf("1", "https://a b")}), "PARCEL");
  EXPECT_EQ(ShipReason({}, {light}), "PARCEL");
  EXPECT_EQ(ShipReason({}, std::vector<v1::Parcel>(51, ParcelOf("1"))), "TOO_MANY_PARCELS");
  EXPECT_EQ(ShipReason({}, std::vector<v1::Parcel>(50, ParcelOf("1"))), "none");
}

TEST_F(ShippingRulesTest, RefusesToShipInTheFarFuture) {
  const v1::Order order = InState(OrderState::kCollecting);
  const auto ship_at = [&](std::int64_t ms) {
    return ShipOrder(order, {.shipment_id = "0000000000002", .ship_ms = ms}, kNow).has_value();
  };

  EXPECT_TRUE(ship_at(kNow - 1000));
  EXPECT_TRUE(ship_at(kNow + 1000));
  EXPECT_FALSE(ship_at(kNow + 25LL * 3600 * 1000));
  EXPECT_FALSE(ship_at(0));
}

TEST_F(ShippingRulesTest, BoundsTheShipmentsOfAnOrder) {
  v1::Order order = InState(OrderState::kCollecting);
  for (int i = 0; i < kShipmentsMax; ++i) {
    order.add_shipments();
  }

  EXPECT_EQ(ShipOrder(order, {.shipment_id = "0000000000002"}, kNow).error().reason,
            "TOO_MANY_SHIPMENTS");
}

TEST_F(ShippingRulesTest, CancelsWhatHasNotLeft) {
  for (const OrderState state : kOrderStates) {
    const Result<v1::Order> cancelled = CancelOrder(InState(state), "customer called", kNow);
    const bool has_left = state == OrderState::kShipped || state == OrderState::kReturned;
    ASSERT_EQ(cancelled.has_value(), !has_left) << OrderStateName(state);
    if (cancelled) {
      EXPECT_EQ(cancelled->state(), v1::ORDER_STATE_CANCELLED);
      EXPECT_TRUE(NothingOpen(*cancelled)) << OrderStateName(state);
    }
  }
  const v1::Order once = CancelOrder(InState(OrderState::kNew), "customer called", kNow).value();
  EXPECT_EQ(once.state_reason(), "customer called");
  EXPECT_EQ(CancelOrder(once, "again", kNow).value().etag(), once.etag());
}

TEST_F(ShippingRulesTest, ClosesAnOrderShortOfWhichAPartHasLeft) {
  const v1::Order part = Ship({Line("l-1", "MUG-1", 1)}).value().order;

  const v1::Order closed = CancelOrder(part, " broken ", kNow + 1).value();

  EXPECT_EQ(closed.state(), v1::ORDER_STATE_SHIPPED);
  EXPECT_EQ(closed.state_reason(), "broken");
  EXPECT_EQ(closed.lines(0).shipped_quantity(), 1);
  EXPECT_EQ(closed.lines(0).open_quantity(), 0);
  EXPECT_TRUE(NothingOpen(closed));
  EXPECT_TRUE(IsClosedShort(closed));
  EXPECT_FALSE(IsClosedShort(part));
  EXPECT_EQ(CancelOrder(closed, "again", kNow + 2).value().etag(), closed.etag());
  EXPECT_EQ(ShipOrder(closed, {.shipment_id = "0000000000003"}, kNow).error().reason,
            "ORDER_STATE");
}

TEST_F(ShippingRulesTest, RefusesToCancelWhatHasLeftWhole) {
  const Error error = CancelOrder(Ship({}).value().order, "late", kNow).error();

  EXPECT_EQ(error.reason, "ORDER_STATE");
  EXPECT_EQ(error.message,
            "order 1001 is SHIPPED and cannot become CANCELLED: it has left already");
}

TEST_F(ShippingRulesTest, AsksWhy) {
  const v1::Order order = InState(OrderState::kNew);

  EXPECT_EQ(CancelOrder(order, " ", kNow).error().reason, "REASON");
  EXPECT_EQ(HoldOrder(order, "", kNow).error().reason, "REASON");
  EXPECT_EQ(HoldOrder(order, std::string(501, 'x'), kNow).error().reason, "REASON");
  EXPECT_EQ(HoldOrder(order, "a\x1B", kNow).error().reason, "REASON");
}

TEST_F(ShippingRulesTest, ParksNewPendingAndDraftOrders) {
  for (const OrderState state : kOrderStates) {
    const bool may = state == OrderState::kNew || state == OrderState::kPending ||
                     state == OrderState::kDraft || state == OrderState::kOnHold;
    EXPECT_EQ(HoldOrder(InState(state), "fraud check", kNow).has_value(), may)
        << OrderStateName(state);
  }
  const v1::Order held = HoldOrder(InState(OrderState::kNew), "fraud check", kNow).value();
  EXPECT_EQ(held.state_reason(), "fraud check");
  EXPECT_EQ(HoldOrder(held, "other", kNow).value().etag(), held.etag());
}

TEST_F(ShippingRulesTest, ReleasesByTheRules) {
  const v1::Order held = HoldOrder(InState(OrderState::kNew), "fraud check", kNow).value();
  v1::Order wrong = held;
  wrong.mutable_shipping_address()->clear_city();
  v1::Order unpaid = held;
  unpaid.mutable_payment()->set_state(v1::PAYMENT_STATE_UNPAID);

  const ReleasedOrder released = ReleaseOrder(held, products_.Lookup(), kNow).value();
  EXPECT_EQ(released.wish, OrderWish::kReady);
  EXPECT_EQ(released.order.state(), v1::ORDER_STATE_PENDING);
  EXPECT_EQ(released.order.state_reason(), "");
  EXPECT_EQ(ReleaseOrder(wrong, products_.Lookup(), kNow).value().order.state(),
            v1::ORDER_STATE_DRAFT);
  EXPECT_EQ(ReleaseOrder(unpaid, products_.Lookup(), kNow).value().order.state(),
            v1::ORDER_STATE_AWAITING_PAYMENT);
}

TEST_F(ShippingRulesTest, ReleasesTwiceWithoutHarmAndNothingThatIsNotParked) {
  v1::Order held = HoldOrder(InState(OrderState::kNew), "call the customer", kNow).value();
  const v1::Order released = ReleaseOrder(held, products_.Lookup(), kNow).value().order;

  const ReleasedOrder again = ReleaseOrder(released, products_.Lookup(), kNow + 1).value();

  EXPECT_EQ(again.wish, OrderWish::kKeep);
  EXPECT_EQ(again.order.etag(), released.etag());
  EXPECT_EQ(ReleaseOrder(InState(OrderState::kCollecting), products_.Lookup(), kNow).error().reason,
            "ORDER_STATE");
}

}  // namespace
}  // namespace storebridge::domain
