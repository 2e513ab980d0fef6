#include "vendure_answers.h"

namespace storebridge::testing {

std::string VendureOrder(const std::string& id,
                         const std::string& state,
                         const std::string& payments) {
  const std::string settled = R"([{"id":"44","method":"card","state":"Settled","amount":7877,)"
                              R"("refunds":[]}])";
  return R"({"id":")" + id + R"(","code":"CODE)" + id + R"(","state":")" + state +
         R"(","updatedAt":"2026-11-23T20:58:35.000Z","orderPlacedAt":"2026-11-23T20:58:35.286Z",)"
         R"("currencyCode":"EUR","totalQuantity":2,"subTotalWithTax":7137,"shippingWithTax":740,)"
         R"("total":6277,"totalWithTax":7877,"modifications":[],)"
         R"("customer":{"emailAddress":"c@example.com","phoneNumber":null},)"
         R"("shippingAddress":{"fullName":"Åsa Mäkinen","company":"","streetLine1":"Hämeenkatu 1",)"
         R"("streetLine2":"","city":"Tampere","province":null,"postalCode":"33100",)"
         R"("countryCode":"FI","phoneNumber":"+358401234567"},)"
         R"("billingAddress":{"fullName":null,"company":null,"streetLine1":null},)"
         R"("lines":[{"id":"51","quantity":2,"orderPlacedQuantity":3,"unitPriceWithTax":2500,)"
         R"("proratedUnitPrice":1890,"proratedUnitPriceWithTax":2372,)"
         R"("productVariant":{"id":"6","sku":"VS-2","name":"Villasukat"},)"
         R"("fulfillmentLines":[{"quantity":1}]}],"discounts":[],)"
         R"("shippingLines":[{"shippingMethod":{"code":"posti","name":"Postin paketti"}}],)"
         R"("payments":)" +
         (payments.empty() ? settled : payments) + R"(,"fulfillments":[]})";
}

std::string Data(const std::string& name, const std::string& value) {
  return R"({"data":{")" + name + R"(":)" + value + "}}";
}

}  // namespace storebridge::testing
