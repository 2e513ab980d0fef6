// Medusa's connector, on the lists that its contract tests have: a real Medusa takes minutes to
// start.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "contract/medusa/medusa_model.h"
#include "unit/conformance/kit_fixture.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

using storebridge::testing::InventoryItem;
using storebridge::testing::kNoonMs;
using storebridge::testing::Level;
using storebridge::testing::MedusaModel;
using storebridge::testing::MedusaOrder;
using storebridge::testing::MedusaPayment;
using storebridge::testing::MedusaVariant;

constexpr int kRecords = 5;

MedusaModel FiveOfEach() {
  MedusaModel model;
  for (int number = 1; number <= kRecords; ++number) {
    const std::string digits = std::to_string(number);
    MedusaOrder order;
    order.id = "order_" + digits;
    order.number = number;
    order.updated_ms = kNoonMs + std::int64_t{number} * 1000;
    model.Add(order);
    MedusaPayment payment;
    payment.id = "pay_" + digits;
    payment.order_id = order.id;
    payment.updated_ms = order.updated_ms;
    payment.order_updated_ms = order.updated_ms;
    model.Add(payment);
    MedusaVariant variant;
    variant.id = "variant_" + digits;
    variant.sku = "VS-" + digits;
    variant.updated_ms = kNoonMs + std::int64_t{number} * 1000;
    // Named as its variant: the kit knows a write of stock by the ids of what is written.
    variant.inventory_json = "[" + InventoryItem(variant.id, 1, Level("sloc_1", 5)) + "]";
    model.Add(variant);
  }
  return model;
}

cv1::Completion Medusa(const cv1::HttpRequest& request) {
  static MedusaModel model = FiveOfEach();
  const std::string path = storebridge::testing::PathOf(request.url());
  const bool is_post = request.method() == "POST";
  if (path.starts_with("/admin/orders/order_3")) {
    const std::string ours =
        R"({"id":"ful_1","metadata":{"storebridge_shipment":"0q4wabc"},"shipped_at":)" +
        std::string(path.ends_with("/shipments") ? R"("2026-11-29T12:00:01.000Z")" : "null") +
        R"(,"canceled_at":null})";
    return Answered(200,
                    R"({"order":{"id":"order_3","display_id":3,"status":"pending",)"
                    R"("fulfillments":[)" +
                        (is_post ? ours : "") + "]}}");
  }
  if (is_post) {
    return Answered(200, R"({"created":[],"updated":[],"deleted":[]})");
  }
  if (path == "/admin/inventory-items") {
    return Answered(200, R"({"inventory_items":[],"count":0})");
  }
  return model.Answer(request);
}

TEST_F(KitTest, PassesMedusaOnScriptedAnswers) {
  for (const cv1::Begin& begin : EachOperation({.products = {"variant_1", "variant_2"},
                                 .order = "order_3",
                                 .line = "ordli_1",
                                 .cursor = "2026-11-29T12:00:00.000Z"})) {
    ASSERT_NO_FATAL_FAILURE(Record(MEDUSA_MODULE, begin, Medusa));
  }

  const day::CommandResult ran = Run(MEDUSA_MODULE);

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
}

}  // namespace
}  // namespace storebridge::conformance
