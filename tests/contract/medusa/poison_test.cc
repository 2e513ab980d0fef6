// Records that are not as they should be, each spoiled in one place: the others pass.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr int kRecords = 250;
constexpr int kSpoiled = 120;

// 250 orders and variants, of which one each is not as it should be.
class MedusaPoisonTest : public ::testing::Test {
 protected:
  MedusaPoisonTest() {
    host_.begin.mutable_pull();
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
    for (int number = 1; number <= kRecords; ++number) {
      MedusaOrder order;
      order.id = "order_" + std::to_string(number);
      order.number = number;
      order.updated_ms = kNoonMs + number;
      model_.Add(order);
      MedusaVariant variant;
      variant.id = "variant_" + std::to_string(number);
      variant.sku = "VS-" + std::to_string(number);
      variant.updated_ms = kNoonMs + number;
      model_.Add(variant);
    }
  }

  void Pull(const std::string& operation, bool is_full = false) {
    host_.now_ms = model_.clock_ms;
    host_.cursor = is_full ? "" : sdk::FormatTime(kNoonMs);
    host_.begin.mutable_pull()->set_full(is_full);
    ASSERT_TRUE(host_.Run(operation)) << host_.failure.message();
  }
  std::string& SpoiledOrder() { return model_.orders[kSpoiled - 1].json; }
  std::string& SpoiledVariant() { return model_.variants[kSpoiled - 1].json; }
  [[nodiscard]] std::size_t Orders() const {
    std::set<std::string> ids;
    for (const v1::Order& order : host_.orders) {
      ids.insert(order.external_id());
    }
    return ids.size();
  }
  [[nodiscard]] const v1::Order& Find(const std::string& id) const {
    static const v1::Order kNone;
    const auto found = std::find_if(host_.orders.begin(),
                                    host_.orders.end(),
                                    [&](const auto& order) { return order.external_id() == id; });
    return found == host_.orders.end() ? kNone : *found;
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
};

struct Poison {
  const char* name;
  const char* from;
  const char* to;
  // What the issue says; empty when the record passes, and the rules look at it.
  const char* message;
};

class MedusaPoisonedOrderTest : public MedusaPoisonTest,
                                public ::testing::WithParamInterface<Poison> {};

TEST_P(MedusaPoisonedOrderTest, LetsTheOthersPassAndIsReadWhenItIsCorrected) {
  const Poison& poison = GetParam();
  const bool passes = std::string(poison.message).empty();
  const std::string good = SpoiledOrder();
  SpoiledOrder() = Replaced(good, poison.from, poison.to);

  for (const bool is_full : {false, true}) {
    SCOPED_TRACE(is_full ? "sweep" : "poll");
    Pull("orders.pull", is_full);

    EXPECT_EQ(Orders(), passes ? 250U : 249U);
    ASSERT_EQ(host_.bad.empty(), passes) << host_.bad[0].message();
    for (const v1::BadRecord& bad : host_.bad) {
      EXPECT_EQ(bad.external_id(), "order_120");
      EXPECT_TRUE(Has(bad.message(), poison.message)) << bad.message();
    }
  }

  SpoiledOrder() = good;
  Pull("orders.pull");
  EXPECT_EQ(Orders(), 250U);
  EXPECT_TRUE(host_.bad.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    MedusaPoisonedOrderTest,
    ::testing::Values(
        Poison{"NoNumber", R"("display_id":120)", R"("display_id":null)", "display_id"},
        Poison{"NoStatus", R"("status":"pending")", R"("status":null)", "status"},
        Poison{"NumberForAStatus", R"("status":"pending")", R"("status":7)", "status"},
        Poison{"NoTimeOfPlacing", R"("created_at":"2026)", R"("created_at":"never)", "created_at"},
        Poison{"NoTimeOfChange", R"("updated_at":"2026)", R"("updated_at":"soon)", "updated_at"},
        Poison{"NoCurrency", R"("currency_code":"eur")", R"("currency_code":null)", "currency"},
        Poison{"NoTotal", R"("total":62.3735,)", "", "total is missing"},
        Poison{"TextForATotal", R"("total":62.3735)", R"("total":"much")", "much"},
        Poison{"NoTax", R"("tax_total":12.6735,)", "", "tax_total is missing"},
        Poison{"NoItemTotal", R"("item_total":54.969)", R"("item_total":[])", "item_total"},
        Poison{"NoShippingTotal", R"("shipping_total":7.4045,)", "", "shipping_total is missing"},
        Poison{"NoSums", R"("summary":{)", R"("sums":{)", "summary is missing"},
        Poison{"TextForASum", R"("paid_total":62.3735)", R"("paid_total":"all")", "paid_total"},
        Poison{"NoPaymentStatus",
               R"("payment_status":"captured")",
               R"("payment_status":null)",
               "payment_status"},
        Poison{"NoFulfilmentStatus",
               R"("fulfillment_status":"not_fulfilled")",
               R"("fulfillment_status":{})",
               ""},
        Poison{"NoLines", R"("items":[)", R"("things":[)", "items is missing"},
        Poison{"NullForALine", R"("items":[)", R"("items":[null,)", "items[0]"},
        Poison{"LineWithoutId", R"("id":"ordli_1")", R"("id":null)", "items[0].id"},
        Poison{"LineWithoutDetail", R"("detail":{)", R"("details":{)", "detail is missing"},
        Poison{"LineWithoutTotal", R"("total":54.969,)", "", "total is missing"},
        Poison{"LineWithoutTax", R"(,"tax_total":11.169)", "", "tax_total is missing"},
        Poison{"TextForAQuantity",
               R"("quantity":2,"detail")",
               R"("quantity":"many","detail")",
               "the string \"many\""},
        Poison{"PartOfAPiece", R"("quantity":2,"detail")", R"("quantity":1.5,"detail")", "1.5"},
        Poison{"HugeQuantity",
               R"("quantity":2,"detail")",
               R"("quantity":1000000000000000000,"detail")",
               "a number of pieces"},
        Poison{"HugeReturn",
               R"("return_received_quantity":0)",
               R"("return_received_quantity":-9223372036854775808)",
               "a number of pieces"},
        Poison{"NegativeQuantity", R"("quantity":2,"detail")", R"("quantity":-2,"detail")", ""},
        Poison{"NothingOrdered", R"("quantity":2,"detail")", R"("quantity":0,"detail")", ""},
        Poison{"UnknownProductCode", R"("variant_sku":"VILLASUKAT-1")", R"("variant_sku":"X")", ""},
        Poison{"NoProductCode", R"("variant_sku":"VILLASUKAT-1")", R"("variant_sku":null)", ""},
        Poison{"TextForAnAddress",
               R"("shipping_address":{)",
               R"("shipping_address":"Tampere","x":{)",
               "shipping_address"},
        Poison{"NumberForAStreet",
               R"("address_1":"Hämeenkatu 1 A 2")",
               R"("address_1":7)",
               "address_1"},
        Poison{"NoAddress", R"("shipping_address":{)", R"("no_address":{)", ""},
        Poison{"NumberForAMail", R"("email":"c@example.com")", R"("email":7)", "email"},
        Poison{"ObjectForAMethod",
               R"("shipping_methods":[{)",
               R"("shipping_methods":[7,{)",
               "shipping_methods[0]"},
        Poison{"NumberForPayments",
               R"("payment_collections":[{)",
               R"("payment_collections":7,"x":[{)",
               ""},
        Poison{"FourByteText", "Mäkinen", "Mäkinen \xF0\x9F\x98\x80", ""},
        Poison{"Nul", "Mäkinen", R"(M\u0000kinen)", ""}),
    [](const auto& row) { return row.param.name; });

TEST_F(MedusaPoisonTest, PassesOnWhatTheRulesLookAt) {
  model_.orders[0].json =
      Replaced(model_.orders[0].json, R"("quantity":2,"detail")", R"("quantity":-2,"detail")");
  model_.orders[1].json = Replaced(model_.orders[1].json, "Mäkinen", R"(M\u0000kinen)");

  Pull("orders.pull");

  EXPECT_EQ(Find("order_1").lines(0).quantity(), -2);
  EXPECT_EQ(Find("order_1").lines(0).fulfilled_quantity(), 0);
  EXPECT_EQ(Find("order_2").shipping_address().recipient(), "Åsa M\xEF\xBF\xBDkinen")
      << "not readable, and the rules say so";
}

TEST_F(MedusaPoisonTest, SaysWhereAnOrderWithoutIdStands) {
  for (const char* id : {"null", "{}", "\"\"", "[12]"}) {
    SCOPED_TRACE(id);
    model_.orders[kSpoiled - 1].json =
        Replaced(Json(MedusaOrder()), R"("id":"order_1")", std::string(R"("id":)") + id);

    Pull("orders.pull");

    EXPECT_EQ(Orders(), 249U);
    ASSERT_EQ(host_.bad.size(), 1U);
    EXPECT_EQ(host_.bad[0].external_id(), "");
    EXPECT_TRUE(Has(host_.bad[0].message(), "records 1 to 100 of the orders with updated_at from"))
        << host_.bad[0].message();
    EXPECT_TRUE(Has(host_.bad[0].message(), "$.orders[")) << host_.bad[0].message();
  }
}

TEST_F(MedusaPoisonTest, ReadsTheOthersBesideARowThatIsNoRecord) {
  for (const char* row : {"null", "7", "[]", "\"order\""}) {
    SCOPED_TRACE(row);
    SpoiledOrder() = row;
    SpoiledVariant() = row;

    Pull("orders.pull");
    EXPECT_EQ(Orders(), 249U);
    EXPECT_EQ(host_.bad.size(), 1U);
    Pull("orders.pull", true);
    EXPECT_EQ(Orders(), 249U);
    for (const bool is_full : {false, true}) {
      Pull("products.pull", is_full);
      EXPECT_EQ(host_.products.size(), 249U);
      EXPECT_EQ(host_.bad.size(), 1U);
    }
  }
}

TEST_F(MedusaPoisonTest, PassesAPaymentThatIsNotAsItShouldBe) {
  MedusaPayment payment;
  payment.updated_ms = kNoonMs + 5;
  payment.order_id = "order_0";
  MedusaOrder order;
  order.id = "order_0";
  model_.Add(order);
  for (const char* row : {"null",
                          "7",
                          R"({"id":"pay_2","payment_collection":null})",
                          R"({"id":null,"updated_at":7,"payment_collection":{"order":[]}})",
                          R"({"id":"pay_3","updated_at":"x","payment_collection":"paycol"})"}) {
    model_.payments.push_back({row, kNoonMs + 4, kNoonMs + 4, "", row});
  }
  model_.Add(payment);

  Pull("orders.pull");

  EXPECT_EQ(Orders(), 251U);
  EXPECT_EQ(Find("order_0").external_id(), "order_0");
}

class MedusaPoisonedVariantTest : public MedusaPoisonTest,
                                  public ::testing::WithParamInterface<Poison> {};

TEST_P(MedusaPoisonedVariantTest, LetsTheOthersPass) {
  const Poison& poison = GetParam();
  const bool passes = std::string(poison.message).empty();
  SpoiledVariant() = Replaced(SpoiledVariant(), poison.from, poison.to);

  for (const bool is_full : {false, true}) {
    SCOPED_TRACE(is_full ? "all" : "changed");
    Pull("products.pull", is_full);

    EXPECT_EQ(host_.products.size(), passes ? 250U : 249U);
    ASSERT_EQ(host_.bad.size(), passes ? 0U : 1U);
    if (!passes) {
      EXPECT_EQ(host_.bad[0].external_id(), "variant_120");
      EXPECT_EQ(host_.bad[0].label(), "VS-120");
      EXPECT_TRUE(Has(host_.bad[0].message(), poison.message)) << host_.bad[0].message();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    MedusaPoisonedVariantTest,
    ::testing::Values(
        Poison{"NoProduct", R"("product":{)", R"("thing":{)", "product is missing"},
        Poison{
            "ProductWithoutId", R"("id":"prod_1","title")", R"("id":null,"title")", "product.id"},
        Poison{
            "ProductWithoutTitle", R"("title":"Villasukat")", R"("title":null)", "product.title"},
        Poison{"NumberForATitle", R"("title":"36–39")", R"("title":7)", "title"},
        Poison{"NumberForADescription",
               R"("description":"<p>100 % lampaanvillaa.</p>")",
               R"("description":7)",
               "description"},
        Poison{"NumberForAStatus", R"("status":"published")", R"("status":7)", "status"},
        Poison{
            "TextForAGiftCard", R"("is_giftcard":false)", R"("is_giftcard":"no")", "is_giftcard"},
        Poison{"NoInventoryItem",
               R"("inventory_item_id":"iitem_1")",
               R"("inventory_item_id":null)",
               "inventory_item_id"},
        Poison{"HugeStock",
               R"("stocked_quantity":54)",
               R"("stocked_quantity":9000000000000000000)",
               ""},
        Poison{"PartOfAPiece", R"("stocked_quantity":54)", R"("stocked_quantity":1.5)", ""},
        Poison{"NoStock", R"("stocked_quantity":54)", R"("stocked_quantity":null)", ""},
        Poison{"TextForAPrice", R"("amount":14.5)", R"("amount":"cheap")", "cheap"},
        Poison{"NoPrice", R"("amount":14.5,)", "", "amount is missing"},
        Poison{"NumberForPrices", R"("prices":[{)", R"("prices":7,"x":[{)", "prices"},
        Poison{"NumberForAnOption", R"({"value":"36–39")", R"({"value":7)", "value"},
        Poison{"TextForWhetherStockIsKept",
               R"("manage_inventory":true)",
               R"("manage_inventory":"yes")",
               "manage_inventory"},
        Poison{"NumberForRules", R"("rules":{})", R"("rules":7)", ""},
        Poison{"NoRules", R"(,"rules":{})", "", ""},
        Poison{"NoCode", R"("ean":null)", R"("ean":[])", ""},
        Poison{"NoTimeOfChange", R"("updated_at":"2026)", R"("updated_at":"soon)", ""},
        Poison{"NumberForImages", R"("images":[])", R"("images":7)", ""},
        Poison{"NumberForCategories",
               R"("categories":[{"name":"Vaatteet"}])",
               R"("categories":7)",
               ""},
        Poison{"TextForAWeight", R"("weight":500)", R"("weight":"light")", ""},
        Poison{"HugeWeight", R"("weight":500)", R"("weight":1e300)", ""},
        Poison{
            "TextForLevels", R"("location_levels":[{)", R"("location_levels":"none","x":[{)", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace storebridge::testing
