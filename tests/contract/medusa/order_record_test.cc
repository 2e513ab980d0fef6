// What is read of one order.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

class MedusaOrderRecordTest : public ::testing::Test {
 protected:
  MedusaOrderRecordTest() {
    host_.begin.mutable_pull()->add_only_external_ids("order_1");
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  // The order as it is read.
  const v1::Order& Read(const MedusaOrder& order) {
    model_.orders.clear();
    model_.Add(order);
    return Pull();
  }
  // That with a part of it replaced.
  const v1::Order& ReadWith(const std::string& from, const std::string& to) {
    model_.orders.clear();
    model_.Add(MedusaOrder());
    model_.orders[0].json = Replaced(model_.orders[0].json, from, to);
    return Pull();
  }
  const v1::Order& ReadLine(const MedusaLine& line) {
    MedusaOrder order;
    order.items_json = Json(line);
    return Read(order);
  }
  const v1::Order& Pull() {
    static const v1::Order kNone;
    EXPECT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
    EXPECT_EQ(host_.orders.size(), 1U);
    EXPECT_TRUE(host_.bad.empty()) << host_.bad[0].message();
    return host_.orders.empty() ? kNone : host_.orders[0];
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
};

std::string Shown(const v1::Money& money) {
  std::string nanos = std::to_string(money.nanos());
  nanos.insert(0, 9 - nanos.size(), '0');
  return money.currency_code() + ' ' + std::to_string(money.units()) + '.' + nanos;
}

TEST_F(MedusaOrderRecordTest, KnowsCurrenciesWithoutASmallerUnit) {
  MedusaOrder order;
  order.total = "1000.4";
  order.paid = "1000";
  order.pending_difference = "0.4";
  EXPECT_EQ(Read(order).payment_state(), v1::PAYMENT_STATE_UNPAID) << "40 cents are owed";

  model_.orders[0].json =
      Replaced(model_.orders[0].json, R"("currency_code":"eur")", R"("currency_code":"jpy")");
  EXPECT_EQ(Pull().payment_state(), v1::PAYMENT_STATE_PAID) << "nobody can pay 0.4 yen";
}

TEST_F(MedusaOrderRecordTest, ListsLinesInTheOrderInWhichTheyWereMade) {
  MedusaLine second;
  second.id = "ordli_2";
  MedusaOrder order;
  order.items_json = Json(second) + "," + Json(MedusaLine());

  const v1::Order& read = Read(order);

  ASSERT_EQ(read.lines_size(), 2);
  EXPECT_EQ(read.lines(0).external_id(), "ordli_1");
}

TEST_F(MedusaOrderRecordTest, PaysForPiecesThatDidNotComeBackDamagedEither) {
  MedusaLine line;
  line.quantity = 2;
  line.total = "27.4845";
  MedusaOrder order;
  order.items_json =
      Replaced(Json(line), R"("return_received_quantity":0)", R"("return_dismissed_quantity":1)");

  EXPECT_EQ(Shown(Read(order).lines(0).unit_price()), "EUR 27.484500000");
}

// What a fulfilment has beside its id, and whether the order is taken over with it.
struct Packed {
  const char* name;
  const char* fulfillment;
  bool is_taken;
};

class MedusaPackedTest : public MedusaOrderRecordTest,
                         public ::testing::WithParamInterface<Packed> {};

TEST_P(MedusaPackedTest, IsAnIssueWhereNobodyWouldSendIt) {
  model_.Add(MedusaOrder());
  model_.orders[0].json.insert(
      1, R"("fulfillments":[{"id":"ful_1",)" + std::string(GetParam().fulfillment) + "}],");

  ASSERT_TRUE(host_.Run("orders.pull"));

  EXPECT_EQ(host_.orders.size(), GetParam().is_taken ? 1U : 0U);
  ASSERT_EQ(host_.bad.size(), GetParam().is_taken ? 0U : 1U);
  if (!GetParam().is_taken) {
    EXPECT_EQ(host_.bad[0].external_id(), "order_1");
    EXPECT_TRUE(Has(host_.bad[0].message(), "(ful_1): cancel it there")) << host_.bad[0].message();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fulfilments,
    MedusaPackedTest,
    ::testing::Values(
        Packed{"OfAnother", R"("metadata":null,"shipped_at":null)", false},
        Packed{"OfOurs", R"("metadata":{"storebridge_shipment":"a"},"shipped_at":null)", true},
        Packed{"Shipped", R"("metadata":null,"shipped_at":"2026-11-29T12:00:00.000Z")", true},
        Packed{"Delivered", R"("metadata":null,"delivered_at":"2026-11-29T12:00:00.000Z")", true},
        Packed{"Cancelled", R"("metadata":null,"canceled_at":"2026-11-29T12:00:00.000Z")", true},
        Packed{"OfADownload", R"("metadata":null,"requires_shipping":false)", true}),
    [](const auto& packed) { return std::string(packed.param.name); });

TEST_F(MedusaOrderRecordTest, TakesNoNoteOfWhatWasPackedBeforeTheStoreWasConnected) {
  model_.Add(MedusaOrder());
  model_.orders[0].json.insert(1, R"("fulfillments":[{"id":"ful_1","metadata":null}],)");
  model_.orders[0].updated_ms = kNoonMs + 5000;
  host_.begin.mutable_pull()->set_from_ms(kNoonMs + 1);

  ASSERT_TRUE(host_.Run("orders.pull"));

  EXPECT_TRUE(host_.bad.empty());
}

// What Medusa said of an order at one of its turns.
struct Payment {
  const char* name;
  const char* status;
  const char* payment_status;
  const char* total;
  const char* paid;
  const char* refunded;
  const char* pending_difference;
  v1::PaymentState expected;
};

class MedusaPaymentTest : public MedusaOrderRecordTest,
                          public ::testing::WithParamInterface<Payment> {};

TEST_P(MedusaPaymentTest, IsReadOfTheSums) {
  const Payment& payment = GetParam();
  MedusaOrder order;
  order.status = payment.status;
  order.payment_status = payment.payment_status;
  order.total = payment.total;
  order.paid = payment.paid;
  order.refunded = payment.refunded;
  order.pending_difference = payment.pending_difference;

  EXPECT_EQ(Read(order).payment_state(), payment.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Turns,
    MedusaPaymentTest,
    ::testing::Values(
        Payment{"Authorized",
                "pending",
                "authorized",
                "46.787",
                "0",
                "0",
                "46.787",
                v1::PAYMENT_STATE_AUTHORIZED},
        Payment{"PartlyAuthorized",
                "pending",
                "partially_authorized",
                "46.787",
                "0",
                "0",
                "46.787",
                v1::PAYMENT_STATE_AUTHORIZED},
        Payment{"NotPaid",
                "pending",
                "not_paid",
                "27.4845",
                "0",
                "0",
                "27.4845",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"Captured",
                "pending",
                "captured",
                "331.1945",
                "331.1945",
                "0",
                "0",
                v1::PAYMENT_STATE_PAID},
        Payment{"CapturedToTheCent",
                "pending",
                "captured",
                "62.3735",
                "62.37",
                "0",
                "0.0035",
                v1::PAYMENT_STATE_PAID},
        Payment{"CapturedButForACent",
                "pending",
                "partially_captured",
                "62.3735",
                "62.365",
                "0",
                "0.0085",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"RefundedToTheCent",
                "pending",
                "partially_refunded",
                "0.0035",
                "62.3735",
                "62.37",
                "0",
                v1::PAYMENT_STATE_REFUNDED},
        Payment{"RefundedByItsState",
                "pending",
                "refunded",
                "2",
                "62.3735",
                "60.3735",
                "0",
                v1::PAYMENT_STATE_REFUNDED},
        Payment{"PartlyCaptured",
                "pending",
                "partially_captured",
                "169.2995",
                "10",
                "0",
                "159.2995",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"EditedToCostMore",
                "pending",
                "partially_captured",
                "62.3735",
                "34.889",
                "0",
                "27.4845",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"EditedToCostMoreAndPaid",
                "pending",
                "captured",
                "62.3735",
                "62.3735",
                "0",
                "0",
                v1::PAYMENT_STATE_PAID},
        Payment{"EditedToCostLess",
                "pending",
                "partially_captured",
                "98.7685",
                "126.253",
                "0",
                "-27.4845",
                v1::PAYMENT_STATE_PAID},
        Payment{"EditedToCostLessAndRefunded",
                "pending",
                "partially_refunded",
                "62.3735",
                "89.858",
                "27.4845",
                "0",
                v1::PAYMENT_STATE_PAID},
        Payment{"EditedBeforeItWasCaptured",
                "pending",
                "not_paid",
                "34.889",
                "0",
                "0",
                "34.889",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"PaidButForARestOfAComputation",
                "pending",
                "captured",
                "12.42",
                "12.42",
                "0",
                "1e-15",
                v1::PAYMENT_STATE_PAID},
        Payment{"PartlyRefunded",
                "pending",
                "partially_refunded",
                "326.1945",
                "331.1945",
                "5",
                "0",
                v1::PAYMENT_STATE_PAID},
        Payment{"Refunded",
                "pending",
                "refunded",
                "0",
                "331.1945",
                "331.1945",
                "0",
                v1::PAYMENT_STATE_REFUNDED},
        Payment{"SomePiecesReturned",
                "pending",
                "captured",
                "34.889",
                "62.3735",
                "0",
                "-27.4845",
                v1::PAYMENT_STATE_PAID},
        Payment{"CancelledBeforeItWasCaptured",
                "canceled",
                "canceled",
                "331.1945",
                "0",
                "0",
                "331.1945",
                v1::PAYMENT_STATE_UNPAID},
        Payment{"CancelledAfterwards",
                "canceled",
                "refunded",
                "0",
                "331.1945",
                "331.1945",
                "0",
                v1::PAYMENT_STATE_REFUNDED},
        Payment{"Free", "pending", "not_paid", "0", "0", "0", "0", v1::PAYMENT_STATE_PAID},
        Payment{"FreeAndCancelled",
                "canceled",
                "canceled",
                "0",
                "0",
                "0",
                "0",
                v1::PAYMENT_STATE_UNPAID}),
    [](const auto& row) { return row.param.name; });

struct Sent {
  const char* name;
  const char* status;
  const char* fulfillment_status;
  // Of three pieces.
  int shipped;
  v1::Order::Progress expected;
};

class MedusaProgressTest : public MedusaOrderRecordTest,
                           public ::testing::WithParamInterface<Sent> {};

TEST_P(MedusaProgressTest, IsReadOfWhatWasSent) {
  const Sent& sent = GetParam();
  MedusaLine line;
  line.quantity = 3;
  line.shipped = sent.shipped;
  MedusaOrder order;
  order.status = sent.status;
  order.fulfillment_status = sent.fulfillment_status;
  order.items_json = Json(line);

  EXPECT_EQ(Read(order).progress(), sent.expected);
  EXPECT_EQ(host_.orders[0].store_state(), sent.status);
}

INSTANTIATE_TEST_SUITE_P(
    Turns,
    MedusaProgressTest,
    ::testing::Values(
        Sent{"New", "pending", "not_fulfilled", 0, v1::Order::PROGRESS_OPEN},
        Sent{"PartlyPacked", "pending", "partially_fulfilled", 0, v1::Order::PROGRESS_OPEN},
        Sent{"Packed", "pending", "fulfilled", 0, v1::Order::PROGRESS_OPEN},
        Sent{"PartlySent", "pending", "partially_shipped", 2, v1::Order::PROGRESS_OPEN},
        Sent{"Sent", "pending", "shipped", 3, v1::Order::PROGRESS_COMPLETED},
        Sent{"Arrived", "pending", "delivered", 3, v1::Order::PROGRESS_COMPLETED},
        Sent{"PartlyArrivedAndTheRestNotSent",
             "pending",
             "partially_delivered",
             1,
             v1::Order::PROGRESS_OPEN},
        Sent{"PartlyArrivedAndTheRestSent",
             "pending",
             "partially_delivered",
             3,
             v1::Order::PROGRESS_COMPLETED},
        Sent{"CompletedByTheMerchant",
             "completed",
             "not_fulfilled",
             0,
             v1::Order::PROGRESS_COMPLETED},
        Sent{"Archived", "archived", "not_fulfilled", 0, v1::Order::PROGRESS_COMPLETED},
        Sent{"Cancelled", "canceled", "not_fulfilled", 0, v1::Order::PROGRESS_CANCELLED},
        Sent{"CancelledAlthoughSent", "canceled", "shipped", 3, v1::Order::PROGRESS_CANCELLED}),
    [](const auto& row) { return row.param.name; });

TEST_F(MedusaOrderRecordTest, ReadsAnOrderWhole) {
  const v1::Order& order = Read(MedusaOrder());

  EXPECT_EQ(order.external_id(), "order_1");
  EXPECT_EQ(order.number(), "1");
  EXPECT_EQ(order.currency_code(), "EUR") << "Medusa has it in lower case";
  EXPECT_TRUE(order.stock_taken()) << "it is reserved at once";
  EXPECT_EQ(order.placed_ms(), kNoonMs);
  EXPECT_EQ(order.paid_ms(), kNoonMs);
  EXPECT_EQ(order.modified_ms(), kNoonMs);
  EXPECT_EQ(order.shipping_code(), "so_1");
  EXPECT_EQ(order.shipping_title(), "Postin paketti");
  EXPECT_EQ(order.payment_method(), "pp_system_default");
  ASSERT_EQ(order.lines_size(), 1);
  EXPECT_EQ(order.lines(0).external_id(), "ordli_1");
  EXPECT_EQ(order.lines(0).product_code(), "VILLASUKAT-1");
  EXPECT_EQ(order.lines(0).external_product_id(), "variant_1");
  EXPECT_EQ(order.lines(0).quantity(), 2);
  EXPECT_FALSE(order.lines(0).is_virtual());
  EXPECT_FALSE(order.mark().empty());
}

TEST_F(MedusaOrderRecordTest, ReadsAnAddressOfWhichMuchIsNull) {
  const v1::Order& order = Read(MedusaOrder());

  const v1::Address& address = order.shipping_address();
  EXPECT_EQ(address.recipient(), "Åsa Mäkinen");
  EXPECT_EQ(address.company(), "");
  ASSERT_EQ(address.lines_size(), 1) << "address_2 is null";
  EXPECT_EQ(address.lines(0), "Hämeenkatu 1 A 2");
  EXPECT_EQ(address.city(), "Tampere");
  EXPECT_EQ(address.region(), "");
  EXPECT_EQ(address.region_code(), "FI");
  EXPECT_EQ(address.phone(), "+358401234567");
  EXPECT_EQ(address.email(), "c@example.com");
  EXPECT_FALSE(order.has_billing_address());

  EXPECT_EQ(
      ReadWith(R"("first_name":"Åsa")", R"("first_name":null)").shipping_address().recipient(),
      "Mäkinen");
  EXPECT_EQ(
      ReadWith(R"("last_name":"Mäkinen")", R"("last_name":null)").shipping_address().recipient(),
      "Åsa");
  EXPECT_EQ(
      ReadWith(R"("country_code":"fi")", R"("country_code":null)").shipping_address().region_code(),
      "");
}

TEST_F(MedusaOrderRecordTest, TakesAnOrderWithoutAddressOrMail) {
  EXPECT_FALSE(ReadWith(R"("shipping_address":{)", R"("shipping_address":null,"x":{)")
                   .has_shipping_address());
  EXPECT_EQ(ReadWith(R"("email":"c@example.com")", R"("email":null)").shipping_address().email(),
            "");
}

TEST_F(MedusaOrderRecordTest, ShowsTheNumberThatTheMerchantGave) {
  EXPECT_EQ(ReadWith(R"("custom_display_id":null)", R"("custom_display_id":"2026-0001")").number(),
            "2026-0001");
  EXPECT_EQ(ReadWith(R"("custom_display_id":null)", R"("custom_display_id":"")").number(), "1");
}

TEST_F(MedusaOrderRecordTest, TakesAmountsAsTheyAre) {
  EXPECT_EQ(Shown(Read(MedusaOrder()).grand_total()), "EUR 62.373500000") << "not rounded to cents";
  EXPECT_EQ(Shown(host_.orders[0].items_total()), "EUR 54.969000000");
  EXPECT_EQ(Shown(host_.orders[0].shipping_total()), "EUR 7.404500000");
  EXPECT_EQ(Shown(host_.orders[0].tax_total()), "EUR 12.673500000");
  EXPECT_EQ(Shown(host_.orders[0].discount_total()), "EUR 0.000000000");
  EXPECT_EQ(Shown(host_.orders[0].lines(0).unit_price()), "EUR 27.484500000") << "with tax";
  EXPECT_EQ(Shown(host_.orders[0].lines(0).tax()), "EUR 11.169000000");
}

// With prices that include tax, Medusa computes what is without it to 17 digits.
TEST_F(MedusaOrderRecordTest, TakesALongFraction) {
  EXPECT_EQ(Shown(ReadWith(R"("discount_total":0,"summary")",
                           R"("discount_total":12.158590308370044,"summary")")
                      .discount_total()),
            "EUR 12.158590308");
}

struct Titles {
  const char* name;
  const char* product;
  const char* variant;
  const char* expected;
};

class MedusaTitleTest : public MedusaOrderRecordTest,
                        public ::testing::WithParamInterface<Titles> {};

TEST_P(MedusaTitleTest, OfALineIsThatOfTheProductAndTheVariant) {
  MedusaLine line;
  line.product_title = GetParam().product;
  line.variant_title = GetParam().variant;

  EXPECT_EQ(ReadLine(line).lines(0).title(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Titles,
    MedusaTitleTest,
    ::testing::Values(Titles{"Both", "Villasukat", "36–39", "Villasukat - 36–39"},
                      Titles{"WholeVariant", "Villasukat", "Villasukat 36–39", "Villasukat 36–39"},
                      Titles{"NoVariant", "Villasukat", "", "Villasukat"},
                      Titles{"DefaultOfTheAdmin", "Muki", "Default variant", "Muki"},
                      Titles{"DefaultInOtherLetters", "Muki", "Default Variant", "Muki"}),
    [](const auto& row) { return row.param.name; });

TEST_F(MedusaOrderRecordTest, TakesTheTitleOfALineThatHasNoProduct) {
  const v1::Order& order = ReadWith(
      R"("product_title":"Villasukat","variant_sku":"VILLASUKAT-1","variant_title":"36–39")",
      R"("product_title":null,"variant_sku":null,"variant_title":null)");

  EXPECT_EQ(order.lines(0).title(), "Villasukat");
  EXPECT_EQ(order.lines(0).product_code(), "");
}

TEST_F(MedusaOrderRecordTest, CountsWhatCameBackAndWhatWasLost) {
  MedusaLine line;
  line.fulfilled = 2;
  line.shipped = 2;
  line.returned = 1;
  line.total = "27.4845";  // Of the piece that stayed.
  const v1::Order& order = ReadLine(line);

  EXPECT_EQ(order.lines(0).quantity(), 2);
  EXPECT_EQ(order.lines(0).refunded_quantity(), 1);
  EXPECT_EQ(order.lines(0).fulfilled_quantity(), 2);
  EXPECT_EQ(Shown(order.lines(0).unit_price()), "EUR 27.484500000");

  line.returned = 2;
  line.total = "0";
  EXPECT_EQ(ReadLine(line).lines(0).refunded_quantity(), 2);
  EXPECT_FALSE(host_.orders[0].lines(0).has_unit_price()) << "nothing says it any more";

  line.returned = 0;
  line.written_off = 1;
  line.total = "54.969";
  EXPECT_EQ(ReadLine(line).lines(0).refunded_quantity(), 1);
  EXPECT_EQ(Shown(host_.orders[0].lines(0).unit_price()), "EUR 27.484500000");
}

// More than was ordered is what two fulfilments at the same moment leave behind.
TEST_F(MedusaOrderRecordTest, CountsNoMoreThanWasOrdered) {
  MedusaLine line;
  line.fulfilled = 4;
  line.returned = 3;

  const v1::Order& order = ReadLine(line);

  EXPECT_EQ(order.lines(0).fulfilled_quantity(), 2);
  EXPECT_EQ(order.lines(0).refunded_quantity(), 2);
}

TEST_F(MedusaOrderRecordTest, ALineThatAnEditRemovedIsNotThere) {
  MedusaLine kept;
  kept.id = "ordli_2";
  MedusaOrder order;
  order.items_json = Json(MedusaLine()) + "," + Json(kept);
  EXPECT_EQ(Read(order).lines_size(), 2);

  order.items_json = Json(kept);
  order.version = 2;
  EXPECT_EQ(Read(order).lines_size(), 1);
  EXPECT_EQ(host_.orders[0].lines(0).external_id(), "ordli_2");
}

TEST_F(MedusaOrderRecordTest, KnowsALineThatIsNotSent) {
  EXPECT_TRUE(ReadWith(R"("requires_shipping":true)", R"("requires_shipping":false)")
                  .lines(0)
                  .is_virtual());
}

TEST_F(MedusaOrderRecordTest, WasPaidWhenTheLastOfItsPaymentsWasCaptured) {
  const std::string payments = R"("payments":[{"id":"pay_1",)";
  const std::int64_t later_ms = kNoonMs + 60'000;
  EXPECT_EQ(ReadWith(payments,
                     R"("payments":[{"id":"pay_0","provider_id":"pp_x","captured_at":")" +
                         sdk::FormatTime(later_ms) + R"("},{"id":"pay_1",)")
                .paid_ms(),
            later_ms);

  MedusaOrder order;
  order.captured_ms = 0;
  EXPECT_EQ(Read(order).paid_ms(), kNoonMs) << "it is paid, and nothing says when";

  order.payment_status = "authorized";
  order.paid = "0";
  order.pending_difference = "62.3735";
  EXPECT_EQ(Read(order).paid_ms(), 0);
}

// A capture moves nothing but payment_status; an edit of the address nothing but the time.
TEST_F(MedusaOrderRecordTest, MarksDifferAtEveryTurn) {
  std::vector<MedusaOrder> turns(6);
  turns[1].payment_status = "authorized";
  turns[2].fulfillment_status = "shipped";
  turns[3].status = "canceled";
  turns[4].version = 2;
  turns[5].updated_ms = kNoonMs + 1;
  std::vector<std::string> marks;
  for (const MedusaOrder& turn : turns) {
    marks.push_back(Read(turn).mark());
  }

  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(marks[i], marks[j]) << i << " and " << j;
    }
  }
}

}  // namespace
}  // namespace storebridge::testing
