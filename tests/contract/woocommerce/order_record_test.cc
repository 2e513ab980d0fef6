#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kModified = 1'795'000'000;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// An order that is paid at the door.
std::string CashOrder(const std::string& status) {
  return Replaced(
      OrderJson(12, status, kModified), R"("payment_method":"bacs")", R"("payment_method":"cod")");
}

// `order` with these refunds.
std::string Refunded(const std::string& order, const std::string& list) {
  return Replaced(order, R"("refunds":[])", R"("refunds":)" + list);
}

// Refunds by these ids, of one piece of line 120 each.
std::string RefundsOf(int from, int until) {
  std::string list;
  for (int id = from; id <= until; ++id) {
    list += (list.empty() ? "" : ",") + (R"({"id":)" + std::to_string(id)) +
            R"(,"total":"-0.01","line_items":[{"id":9,"quantity":-1,"meta_data":[)"
            R"({"id":1,"key":"_refunded_item_id","value":"120"}]}]})";
  }
  return "[" + list + "]";
}

// An order whose `_fulfillment_status` is this.
std::string Marked(const std::string& status, const std::string& mark) {
  return Replaced(OrderJson(12, status, kModified),
                  R"("refunds":[],"meta_data":[])",
                  R"("refunds":[],"meta_data":[{"id":1,"key":"_fulfillment_status","value":")" +
                      mark + R"("}])");
}

class OrderRecordTest : public ::testing::Test {
 protected:
  // Pulls one page of these orders.
  void Pull(const std::string& list) {
    host_.begin.mutable_pull();
    host_.answer = [this, list](const v1::HttpRequest& request) {
      const std::string path = PathOf(request.url());
      if (path.ends_with("/refunds")) {
        const std::string page = QueryOf(request.url(), "page");
        return HttpAnswer(refunds_status, page.empty() || page == "1" ? refunds : refunds_after);
      }
      if (path.ends_with("/fulfillments")) {
        return HttpAnswer(fulfillments_status, fulfillments);
      }
      return HttpAnswer(200, list, kModified * 1000);
    };
    is_well = host_.Run("orders.pull");
  }
  void PullOne(const std::string& order) {
    Pull("[" + order + "]");
    ASSERT_TRUE(is_well) << host_.failure.message();
    ASSERT_EQ(host_.orders.size(), 1U) << (host_.bad.empty() ? "" : host_.bad[0].message());
  }
  [[nodiscard]] const v1::Order& order() const { return host_.orders.at(0); }

  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  std::string refunds = "[]";
  // From the second page on.
  std::string refunds_after = "[]";
  int refunds_status = 200;
  std::string fulfillments = "[]";
  int fulfillments_status = 200;
  bool is_well = false;
};

TEST_F(OrderRecordTest, ReadsAnOrderWhole) {
  PullOne(OrderJson(12, "processing", kModified));

  EXPECT_EQ(order().number(), "12");
  EXPECT_EQ(order().payment_state(), v1::PAYMENT_STATE_PAID);
  EXPECT_EQ(order().progress(), v1::Order::PROGRESS_OPEN);
  EXPECT_TRUE(order().stock_taken());
  EXPECT_EQ(order().grand_total().units(), 36);
  EXPECT_EQ(order().grand_total().nanos(), 900'000'000);
  EXPECT_EQ(order().shipping_total().units(), 5);
  EXPECT_EQ(order().items_total().units(), 31);
  EXPECT_EQ(order().shipping_code(), "flat_rate");
  EXPECT_FALSE(order().has_cash_on_delivery());
  ASSERT_EQ(order().lines_size(), 1);
  EXPECT_EQ(order().lines(0).product_code(), "VS-1");
  EXPECT_EQ(order().lines(0).external_product_id(), "71");
  EXPECT_EQ(order().lines(0).unit_price().units(), 15);
  EXPECT_EQ(order().lines(0).unit_price().nanos(), 500'000'000);
}

// Products are read without them: a line that keeps them names a product that does not exist.
TEST_F(OrderRecordTest, TakesTheCodeOfALineWithoutTheBlanksAroundIt) {
  PullOne(
      Replaced(OrderJson(12, "processing", kModified), R"("sku":"VS-1")", R"("sku":"\t VS-1 ")"));

  EXPECT_EQ(order().lines(0).product_code(), "VS-1");
}

TEST_F(OrderRecordTest, TakesTheBillingAddressWhereThereIsNoShippingAddress) {
  PullOne(OrderJson(12, "processing", kModified));

  EXPECT_EQ(order().shipping_address().recipient(), "Åsa Mäkinen");
  EXPECT_EQ(order().shipping_address().postal_code(), "33100");
  EXPECT_EQ(order().shipping_address().phone(), "+358401234567");
  EXPECT_EQ(order().shipping_address().email(), "asa@example.com");
}

TEST_F(OrderRecordTest, TakesPhoneAndMailFromTheBillingAddress) {
  PullOne(Replaced(
      OrderJson(12, "processing", kModified),
      R"("shipping":{"first_name":"","last_name":"","company":"","address_1":"",)",
      R"("shipping":{"first_name":"Ville","last_name":"","company":"","address_1":"Tori 1",)"));

  EXPECT_EQ(order().shipping_address().recipient(), "Ville");
  EXPECT_EQ(order().shipping_address().phone(), "+358401234567");
  EXPECT_EQ(order().shipping_address().email(), "asa@example.com");
}

TEST_F(OrderRecordTest, KnowsWhatAStatusMeans) {
  struct Case {
    const char* status;
    v1::PaymentState payment;
    v1::Order::Progress progress;
    bool stock_taken;
  };
  const Case cases[] = {
      {"pending", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_OPEN, false},
      {"on-hold", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_OPEN, true},
      {"processing", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_OPEN, true},
      {"completed", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_COMPLETED, true},
      {"cancelled", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_CANCELLED, false},
      {"failed", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_CANCELLED, false},
      {"refunded", v1::PAYMENT_STATE_REFUNDED, v1::Order::PROGRESS_CANCELLED, false},
      {"awaiting-wool", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_OPEN, false},
  };
  for (const Case& one : cases) {
    PullOne(OrderJson(12, one.status, kModified));

    EXPECT_EQ(order().payment_state(), one.payment) << one.status;
    EXPECT_EQ(order().progress(), one.progress) << one.status;
    EXPECT_EQ(order().stock_taken(), one.stock_taken) << one.status;
  }
}

TEST_F(OrderRecordTest, SkipsBasketsThatWereNotPlaced) {
  Pull("[" + OrderJson(12, "checkout-draft", kModified) + "]");

  EXPECT_TRUE(is_well);
  EXPECT_TRUE(host_.orders.empty());
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(OrderRecordTest, AsksForCashOnDelivery) {
  PullOne(CashOrder("processing"));

  EXPECT_EQ(order().cash_on_delivery().units(), 36);
  EXPECT_EQ(order().cash_on_delivery().currency_code(), "EUR");
}

TEST_F(OrderRecordTest, CollectsCashOnlyForAnOrderThatIsToBeSent) {
  const std::pair<const char*, bool> cases[] = {
      {"processing", true},
      {"packed", true},
      {"pending", false},
      {"on-hold", false},
      {"awaiting-call", false},
      {"completed", false},
      {"cancelled", false},
      {"failed", false},
      {"refunded", false},
      {"awaiting-wool", false},
  };
  host_.config_json = R"({"base_url":"https://shop.example","paid_statuses":"packed",)"
                      R"("unpaid_statuses":"awaiting-call"})";
  for (const auto& [status, collects] : cases) {
    PullOne(CashOrder(status));

    EXPECT_EQ(order().has_cash_on_delivery(), collects) << status;
  }
}

TEST_F(OrderRecordTest, LetsAnOrderOnHoldWaitThatIsPaidAtTheDoor) {
  for (const char* status : {"pending", "on-hold"}) {
    PullOne(CashOrder(status));

    EXPECT_EQ(order().payment_state(), v1::PAYMENT_STATE_UNPAID) << status;
    EXPECT_FALSE(order().has_cash_on_delivery()) << status;
  }
}

TEST_F(OrderRecordTest, CollectsNoCashForWhatWasRefunded) {
  refunds = R"([{"id":1},{"id":2}])";
  PullOne(Replaced(CashOrder("processing"),
                   R"("refunds":[])",
                   R"("refunds":[{"id":1,"total":"-15.50"},{"id":2,"total":"-1.45"}])"));

  EXPECT_EQ(order().cash_on_delivery().units(), 19);
  EXPECT_EQ(order().cash_on_delivery().nanos(), 950'000'000);
  EXPECT_EQ(order().grand_total().units(), 36);
}

TEST_F(OrderRecordTest, CollectsNothingWhereMoreWasRefundedThanItCost) {
  refunds = R"([{"id":1}])";
  for (const char* amount : {"-36.90", "-40.00"}) {
    PullOne(Replaced(CashOrder("processing"),
                     R"("refunds":[])",
                     R"("refunds":[{"id":1,"total":")" + std::string(amount) + R"("}])"));

    EXPECT_FALSE(order().has_cash_on_delivery()) << amount;
  }
}

TEST_F(OrderRecordTest, TakesStatusesOfPluginsAsTheSettingsSay) {
  struct Case {
    const char* status;
    v1::PaymentState payment;
    v1::Order::Progress progress;
  };
  const Case cases[] = {
      {"packed", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_OPEN},
      {"partial-payment", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_OPEN},
      {"backorder", v1::PAYMENT_STATE_UNPAID, v1::Order::PROGRESS_OPEN},
      {"delivered", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_COMPLETED},
      {"dispatched", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_COMPLETED},
      {"gift-wrapped", v1::PAYMENT_STATE_PAID, v1::Order::PROGRESS_OPEN},
  };
  host_.config_json = R"({"base_url":"https://shop.example","paid_statuses":"wc-packed",)"
                      R"("unpaid_statuses":"wc-partial-payment, backorder",)"
                      R"("completed_statuses":" delivered ,wc-dispatched,"})";
  for (const Case& one : cases) {
    PullOne(Replaced(OrderJson(12, one.status, kModified),
                     R"("date_paid_gmt":null)",
                     R"("date_paid_gmt":"2026-11-18T10:00:05")"));

    EXPECT_EQ(order().payment_state(), one.payment) << one.status;
    EXPECT_EQ(order().progress(), one.progress) << one.status;
    EXPECT_TRUE(order().stock_taken()) << one.status;
  }
}

TEST_F(OrderRecordTest, SendsBeforeTheMoneyComesWhereOnHoldIsNamedAsPaid) {
  host_.config_json = R"({"base_url":"https://shop.example","paid_statuses":"on-hold"})";

  PullOne(OrderJson(12, "on-hold", kModified));

  EXPECT_EQ(order().payment_state(), v1::PAYMENT_STATE_PAID);
}

TEST_F(OrderRecordTest, DividesMoneyWithoutLosingMoreThanABillionth) {
  PullOne(Replaced(Replaced(OrderJson(12, "processing", kModified),
                            R"("quantity":2,"subtotal":"25.00")",
                            R"("quantity":3,"subtotal":"30.00")"),
                   R"("total":"25.00","total_tax":"6.00","sku")",
                   R"("total":"8.064516","total_tax":"1.935484","sku")"));

  EXPECT_EQ(order().lines(0).unit_price().units(), 3);
  EXPECT_EQ(order().lines(0).unit_price().nanos(), 333'333'333);
  EXPECT_EQ(order().lines(0).discount().units(), 26);
}

TEST_F(OrderRecordTest, SumsRefundedPiecesPerLine) {
  refunds = R"([{"id":1,"amount":"15.50","line_items":[{"id":9,"quantity":-1,"meta_data":[)"
            R"({"id":1,"key":"_refunded_item_id","value":"120"}]}]},)"
            R"({"id":2,"amount":"1.00","line_items":[]}])";

  PullOne(Replaced(
      OrderJson(12, "processing", kModified), R"("refunds":[])", R"("refunds":[{"id":1}])"));

  EXPECT_EQ(host_.requests.size(), 2U);
  EXPECT_EQ(order().lines(0).refunded_quantity(), 1);
}

// Found by fuzzing: the number below all others has no positive one.
TEST_F(OrderRecordTest, MakesAnIssueOfARefundOfMorePiecesThanThereCanBe) {
  refunds = R"([{"id":1,"line_items":[{"id":9,"quantity":-9223372036854775808,"meta_data":[)"
            R"({"id":1,"key":"_refunded_item_id","value":"120"}]}]}])";

  Pull("[" +
       Replaced(
           OrderJson(12, "processing", kModified), R"("refunds":[])", R"("refunds":[{"id":1}])") +
       "," + OrderJson(13, "processing", kModified) + "]");

  EXPECT_TRUE(is_well);
  EXPECT_EQ(host_.orders.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_NE(host_.bad[0].message().find("a number of pieces up to 1000000000"), std::string::npos)
      << host_.bad[0].message();
}

TEST_F(OrderRecordTest, MakesAnIssueOfAnOrderWhoseRefundsCannotBeRead) {
  refunds_status = 500;

  Pull("[" + OrderJson(11, "processing", kModified) + "," +
       Replaced(
           OrderJson(12, "processing", kModified), R"("refunds":[])", R"("refunds":[{"id":1}])") +
       "]");

  EXPECT_TRUE(is_well);
  EXPECT_EQ(host_.orders.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "12");
}

TEST_F(OrderRecordTest, TakesNo404ForAnOrderWithoutRefunds) {
  refunds_status = 404;
  for (const char* answer : {"<html>Not Found</html>",
                             R"({"code":"rest_no_route","message":"No route"})",
                             R"({"code":"woocommerce_rest_product_invalid_id"})"}) {
    refunds = answer;

    Pull("[" + OrderJson(11, "processing", kModified) + "," +
         Refunded(OrderJson(12, "processing", kModified), R"([{"id":1,"total":"-1.00"}])") + "]");

    EXPECT_TRUE(is_well) << answer;
    EXPECT_EQ(host_.orders.size(), 1U) << answer;
    ASSERT_EQ(host_.bad.size(), 1U) << answer;
    EXPECT_EQ(host_.bad[0].external_id(), "12");
    EXPECT_NE(host_.bad[0].message().find("see that no plugin, cache or firewall"),
              std::string::npos)
        << host_.bad[0].message();
  }
}

TEST_F(OrderRecordTest, SaysThatAnOrderWasDeletedWhileItsRefundsWereRead) {
  refunds_status = 404;
  for (const char* code :
       {"woocommerce_rest_shop_order_invalid_id", "woocommerce_rest_order_invalid_id"}) {
    refunds = R"({"code":")" + std::string(code) + R"(","message":"Invalid ID."})";

    Pull("[" + Refunded(OrderJson(12, "processing", kModified), R"([{"id":1}])") + "]");

    EXPECT_TRUE(is_well) << code;
    ASSERT_EQ(host_.bad.size(), 1U) << code;
    EXPECT_NE(host_.bad[0].message().find("was deleted in WooCommerce"), std::string::npos)
        << host_.bad[0].message();
  }
}

TEST_F(OrderRecordTest, MakesAnIssueOfAnOrderOneOfWhoseRefundsIsNotListed) {
  refunds = RefundsOf(1, 1);

  Pull("[" + Refunded(OrderJson(12, "processing", kModified), R"([{"id":1},{"id":2}])") + "]");

  EXPECT_TRUE(is_well);
  EXPECT_TRUE(host_.orders.empty());
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_NE(host_.bad[0].message().find("its refund 2 is not in"), std::string::npos)
      << host_.bad[0].message();
}

TEST_F(OrderRecordTest, CancelsAnOrderWhoseRefundsCannotBeRead) {
  refunds = "[]";
  for (const int status : {200, 404, 500}) {
    refunds_status = status;

    PullOne(Refunded(OrderJson(12, "refunded", kModified), R"([{"id":1}])"));

    EXPECT_EQ(order().progress(), v1::Order::PROGRESS_CANCELLED) << status;
  }
}

// The list moves by one while it is read: a refund is on both pages, and counts once.
TEST_F(OrderRecordTest, ReadsEachPageOfRefunds) {
  refunds = RefundsOf(1, 100);
  refunds_after = RefundsOf(100, 103);

  PullOne(Refunded(OrderJson(12, "processing", kModified), RefundsOf(1, 103)));

  EXPECT_EQ(order().lines(0).refunded_quantity(), 103);
}

TEST_F(OrderRecordTest, ReadsTheSamePageOfRefundsNotForEver) {
  refunds = RefundsOf(1, 100);
  refunds_after = refunds;

  PullOne(Refunded(OrderJson(12, "processing", kModified), refunds));

  EXPECT_EQ(host_.requests.size(), 3U);
  EXPECT_EQ(order().lines(0).refunded_quantity(), 100);
}

TEST_F(OrderRecordTest, MakesAnIssueOfAnOrderWithMoreRefundsThanAreRead) {
  host_.begin.mutable_pull();
  int asked = 0;
  host_.answer = [&](const v1::HttpRequest& request) {
    if (PathOf(request.url()).ends_with("/refunds")) {
      ++asked;
      return HttpAnswer(200, RefundsOf(asked * 100, asked * 100 + 99));
    }
    const std::string order =
        Refunded(OrderJson(12, "processing", kModified), R"([{"id":1,"total":"-1.00"}])");
    return HttpAnswer(200, "[" + order + "]", kModified * 1000);
  };

  EXPECT_TRUE(host_.Run("orders.pull"));

  EXPECT_EQ(asked, 10);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_NE(host_.bad[0].message().find("1000 refunds or more"), std::string::npos)
      << host_.bad[0].message();
}

TEST_F(OrderRecordTest, AsksForFulfillmentsOnlyWhereThereAreSome) {
  host_.begin.add_capabilities("fulfillments");
  fulfillments = R"([{"id":5,"status":"fulfilled","is_fulfilled":"1","meta_data":[)"
                 R"({"id":1,"key":"_items","value":[{"item_id":120,"qty":1}]}]},)"
                 R"({"id":6,"status":"unfulfilled","is_fulfilled":"0","meta_data":[)"
                 R"({"id":2,"key":"_items","value":[{"item_id":120,"qty":1}]}]}])";
  const std::string with = Replaced(
      OrderJson(12, "processing", kModified),
      R"("refunds":[],"meta_data":[])",
      R"("refunds":[],"meta_data":[{"id":1,"key":"_fulfillment_status","value":"partially_fulfilled"}])");

  Pull("[" + OrderJson(11, "processing", kModified) + "," + with + "]");

  ASSERT_TRUE(is_well);
  EXPECT_EQ(host_.requests.size(), 2U);
  ASSERT_EQ(host_.orders.size(), 2U);
  EXPECT_EQ(host_.orders[1].lines(0).fulfilled_quantity(), 1);
}

// What somebody else has sent would be sent twice.
TEST_F(OrderRecordTest, MakesAnIssueOfASentOrderWhoseFulfillmentsAreSwitchedOff) {
  fulfillments_status = 404;
  fulfillments = R"({"code":"rest_no_route","message":"No route"})";
  for (const bool is_checked_before : {false, true}) {
    if (is_checked_before) {
      host_.begin.add_capabilities("fulfillments");
    }
    for (const char* mark : {"fulfilled", "partially_fulfilled"}) {
      Pull("[" + OrderJson(11, "processing", kModified) + "," + Marked("processing", mark) + "]");

      EXPECT_TRUE(is_well) << mark;
      EXPECT_EQ(host_.orders.size(), 1U) << mark;
      ASSERT_EQ(host_.bad.size(), 1U) << mark;
      EXPECT_EQ(host_.bad[0].external_id(), "12");
      EXPECT_NE(host_.bad[0].message().find("switch fulfillments on again"), std::string::npos)
          << host_.bad[0].message();
    }
  }
}

TEST_F(OrderRecordTest, MakesAnIssueOfASentOrderWhoseFulfillmentsAreHiddenByA404) {
  host_.begin.add_capabilities("fulfillments");
  fulfillments_status = 404;
  fulfillments = "<html>Not Found</html>";

  Pull("[" + Marked("processing", "fulfilled") + "]");

  EXPECT_TRUE(is_well);
  EXPECT_TRUE(host_.orders.empty());
  EXPECT_EQ(host_.bad.size(), 1U);
}

TEST_F(OrderRecordTest, NeedsNoFulfillmentsOfAnOrderThatIsDone) {
  fulfillments_status = 404;
  fulfillments = R"({"code":"rest_no_route","message":"No route"})";
  for (const char* status : {"completed", "cancelled", "refunded"}) {
    PullOne(Marked(status, "fulfilled"));

    EXPECT_NE(order().progress(), v1::Order::PROGRESS_OPEN) << status;
    EXPECT_EQ(host_.requests.size(), 1U) << status;
  }
}

TEST_F(OrderRecordTest, ReadsOrdersThatWereNotSentWhereFulfillmentsAreSwitchedOff) {
  fulfillments_status = 404;
  fulfillments = R"({"code":"rest_no_route","message":"No route"})";
  for (const char* mark : {"no_fulfillments", "unfulfilled", "", "words of a plugin"}) {
    PullOne(Marked("processing", mark));

    EXPECT_EQ(order().lines(0).fulfilled_quantity(), 0) << mark;
  }
}

TEST_F(OrderRecordTest, ReadsFulfillmentsThatWereSwitchedOnSinceTheCheck) {
  fulfillments = R"([{"id":5,"status":"fulfilled","is_fulfilled":"1","meta_data":[)"
                 R"({"id":1,"key":"_items","value":[{"item_id":120,"qty":1}]}]}])";

  PullOne(Marked("processing", "partially_fulfilled"));

  EXPECT_EQ(order().lines(0).fulfilled_quantity(), 1);
}

TEST_F(OrderRecordTest, ReadsTheOtherOrdersBesideOneThatIsPoison) {
  Pull("[" + OrderJson(11, "processing", kModified) + "," +
       Replaced(OrderJson(12, "processing", kModified), R"("quantity":2)", R"("quantity":"two")") +
       "," + OrderJson(13, "processing", kModified) + R"(,{"id":14},null,7])");

  EXPECT_TRUE(is_well);
  EXPECT_EQ(host_.orders.size(), 2U);
  ASSERT_EQ(host_.bad.size(), 4U);
  EXPECT_EQ(host_.bad[0].label(), "12");
  EXPECT_NE(host_.bad[0].message().find("quantity"), std::string::npos);
}

TEST_F(OrderRecordTest, TakesNoOrderWhoseIdIsNoNumber) {
  Pull("[" + OrderJson(11, "processing", kModified) + "," +
       Replaced(OrderJson(12, "processing", kModified), R"("id":12)", R"("id":"12/notes")") + "]");

  EXPECT_EQ(host_.orders.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "12/notes");
}

TEST_F(OrderRecordTest, ReadsPickupPointVatNumberAndWishes) {
  PullOne(Replaced(
      Replaced(
          OrderJson(12, "processing", kModified),
          R"("refunds":[],"meta_data":[])",
          R"("refunds":[],"meta_data":[{"id":1,"key":"_pakettikauppa_pickup_point","value":"K-Market"},)"
          R"({"id":2,"key":"_pakettikauppa_pickup_point_id","value":"2071"},)"
          R"({"id":3,"key":"_vat_number","value":"FI12345678"}])"),
      R"("sku":"VS-1","meta_data":[])",
      R"("sku":"VS-1","meta_data":[{"id":1,"key":"pa_text","value":"x","display_key":"Name on it",)"
      R"("display_value":"Ville"},{"id":2,"key":"_reduced_stock","value":"2"}])"));

  EXPECT_EQ(order().pickup_point(), "2071");
  EXPECT_EQ(order().vat_id(), "FI12345678");
  ASSERT_EQ(order().lines(0).attributes_size(), 1);
  EXPECT_EQ(order().lines(0).attributes(0).name(), "Name on it");
  EXPECT_EQ(order().lines(0).attributes(0).value(), "Ville");
}

TEST_F(OrderRecordTest, FailsForTheTimeBeingWhenAPageComesInsteadOfData) {
  Pull("<!doctype html><html><body>Briefly unavailable for scheduled maintenance</body></html>");

  EXPECT_FALSE(is_well);
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_EQ(host_.cursor, "");
}

}  // namespace
}  // namespace storebridge::testing
