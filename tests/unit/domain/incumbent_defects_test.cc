#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/money.h"
#include "domain/order_record.h"
#include "domain/shipping_rules.h"
#include "domain/stock_rules.h"
#include "domain_fixtures.h"

// Defects that were read in published integrations of this trade. Each has to be impossible here.
namespace storebridge::domain {
namespace {

class IncumbentDefectsTest : public testing::Test {
 protected:
  FakeProducts products_;
  OrderContext context_ = ContextWith(products_);
};

TEST_F(IncumbentDefectsTest, SendsAnOrderWhosePaymentComesLater) {
  connector::v1::Order seen = PaidOrder();
  seen.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  const v1::Order waiting = MergeOrder(nullptr, seen, context_).value().record;
  // Some stores do not move the modification time at payment.
  seen.set_payment_state(connector::v1::PAYMENT_STATE_PAID);

  EXPECT_EQ(MergeOrder(&waiting, seen, context_).value().wish, OrderWish::kReady);
}

TEST_F(IncumbentDefectsTest, SendsNoOrderThatIsNotPaid) {
  connector::v1::Order seen = PaidOrder();
  seen.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);

  EXPECT_EQ(MergeOrder(nullptr, seen, context_).value().wish, OrderWish::kAwaitingPayment);
}

TEST_F(IncumbentDefectsTest, PublishesAStockOfZero) {
  EXPECT_EQ(PublishedQuantity({.on_hand = 0}), std::optional<std::int64_t>(0));
}

TEST_F(IncumbentDefectsTest, KeepsTheDecimalsOfAPrice) {
  const v1::Product record =
      MergeProduct(nullptr, SeenProduct(), ProductContextOf("web")).value().record;

  EXPECT_EQ(FormatMoney(record.price()), "12.50 EUR");
}

TEST_F(IncumbentDefectsTest, KeepsThePriceThatWasPaidNotTheCatalogues) {
  connector::v1::Order seen = PaidOrder();
  SetMoney(*seen.mutable_lines(0)->mutable_unit_price(), 9, 990'000'000);

  EXPECT_EQ(FormatMoney(MergeOrder(nullptr, seen, context_).value().record.lines(0).unit_price()),
            "9.99 EUR");
}

TEST_F(IncumbentDefectsTest, MakesAShipmentWithoutTracking) {
  const v1::Order order = TakenOver(PaidOrder(), products_, OrderState::kCollecting);

  const ShippedOrder shipped = ShipOrder(order, {.shipment_id = "0000000000002"}, kNow).value();

  EXPECT_EQ(shipped.order.shipments_size(), 1);
  EXPECT_TRUE(shipped.shipment.parcels().empty());
}

TEST_F(IncumbentDefectsTest, KeepsTwoLinesOfOneProductApart) {
  connector::v1::Order seen = PaidOrder();
  AddLine(seen, "l-3", "MUG-1", 4);
  const v1::Order order = TakenOver(seen, products_, OrderState::kCollecting);
  v1::ShipmentLine by_code;
  by_code.set_product_code("MUG-1");
  by_code.set_quantity(1);
  v1::ShipmentLine by_id = by_code;
  by_id.set_external_line_id("l-3");

  EXPECT_EQ(
      ShipOrder(order, {.shipment_id = "0000000000002", .lines = {by_code}}, kNow).error().reason,
      "SHIPMENT_LINE");
  const ShippedOrder shipped =
      ShipOrder(order, {.shipment_id = "0000000000002", .lines = {by_id}}, kNow).value();
  EXPECT_EQ(shipped.order.lines(0).shipped_quantity(), 0);
  EXPECT_EQ(shipped.order.lines(2).shipped_quantity(), 1);
}

TEST_F(IncumbentDefectsTest, TreatsAVariantAsAStockKeyOfItsOwn) {
  connector::v1::Product red = SeenProduct();
  red.set_external_parent_id("p-0");
  connector::v1::Product blue = red;
  blue.set_external_id("p-2");
  blue.set_product_code("MUG-1-BLUE");
  const v1::Product first = MergeProduct(nullptr, red, ProductContextOf("web")).value().record;

  const ProductTarget target =
      FindTarget(nullptr, nullptr, blue, {.merchant = "demo", .store = "web"});

  EXPECT_EQ(target.existing, nullptr);
  EXPECT_EQ(first.listings(0).external_parent_id(), "p-0");
}

TEST_F(IncumbentDefectsTest, LosesNoEditThatWasMadeAfterTheTransfer) {
  const v1::Order existing = TakenOver(PaidOrder(), products_, OrderState::kNew);
  connector::v1::Order seen = PaidOrder();
  seen.set_modified_ms(seen.modified_ms() + 1);
  seen.mutable_shipping_address()->set_lines(0, "Aleksanterinkatu 2");

  EXPECT_EQ(MergeOrder(&existing, seen, context_).value().record.shipping_address().lines(0),
            "Aleksanterinkatu 2");
  const v1::Order collecting = TakenOver(PaidOrder(), products_, OrderState::kCollecting);
  EXPECT_EQ(MergeOrder(&collecting, seen, context_).value().notices.size(), 1U)
      << "nor without a word";
}

TEST_F(IncumbentDefectsTest, WritesNothingOnAPollThatFoundNothingNew) {
  v1::Order existing = TakenOver(PaidOrder(), products_, OrderState::kPending);
  ASSERT_TRUE(MoveTo(existing, OrderState::kPending, "", context_.now_ms));

  for (int poll = 0; poll < 3; ++poll) {
    context_.now_ms += 60'000;
    EXPECT_EQ(MergeOrder(&existing, PaidOrder(), context_).value().outcome,
              OrderMerge::Outcome::kUnchanged);
  }
}

TEST_F(IncumbentDefectsTest, KeepsTheShipmentOfAnOrderThatTheStoreCompletedMeanwhile) {
  const v1::Order order = TakenOver(PaidOrder(), products_, OrderState::kCollecting);
  const v1::Order shipped = ShipOrder(order, {.shipment_id = "0000000000002"}, kNow).value().order;
  connector::v1::Order seen = PaidOrder();
  seen.set_modified_ms(seen.modified_ms() + 1);
  seen.set_progress(connector::v1::Order::PROGRESS_COMPLETED);

  const v1::Order record = MergeOrder(&shipped, seen, context_).value().record;

  EXPECT_EQ(record.shipments(0).store_report().state(), v1::StoreReport::STATE_WAITING);
}

TEST_F(IncumbentDefectsTest, LosesNoOrderForAProductThatIsNotKnown) {
  connector::v1::Order seen = PaidOrder();
  seen.mutable_lines(0)->set_product_code("");

  const OrderMerge merge = MergeOrder(nullptr, seen, context_).value();

  EXPECT_EQ(merge.outcome, OrderMerge::Outcome::kWritten);
  EXPECT_EQ(merge.wish, OrderWish::kDraft);
}

}  // namespace
}  // namespace storebridge::domain
