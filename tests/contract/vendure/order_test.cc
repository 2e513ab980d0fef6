#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "storebridge/sdk/time.h"
#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

class VendureOrderTest : public ::testing::Test {
 protected:
  VendureOrderTest() {
    host_.begin.mutable_pull();
    host_.answer = [this](const v1::HttpRequest& request) {
      const bool is_details = request.body().find("$ids") != std::string::npos;
      std::string list;
      for (const std::string& order : is_details ? details : open) {
        list += (list.empty() ? "" : ",") + order;
      }
      return HttpAnswer(
          200,
          Data("orders",
               R"({"totalItems":)" + std::to_string(open.size()) + R"(,"items":[)" + list + "]}"));
    };
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
  std::vector<std::string> open;
  std::vector<std::string> details;
};

// An order that was placed at 20:58 and settled `settled` as Vendure's payment says.
std::string PaidAt(const std::string& id, const std::string& state, const std::string& settled) {
  return VendureOrder(id,
                      state,
                      R"([{"id":"44","method":"card","state":"Settled","amount":7877,)"
                      R"("updatedAt":")" +
                          settled + R"(","refunds":[]}])");
}

std::string WithHistory(std::string order, const std::string& entries) {
  order.pop_back();
  return order + R"(,"history":{"items":[)" + entries + "]}}";
}

std::string Became(const std::string& state, const std::string& time) {
  return R"({"createdAt":")" + time + R"(","data":{"from":"X","to":")" + state + R"("}})";
}

std::int64_t Ms(const std::string& time) {
  return sdk::ParseTime(time).value_or(0);
}

constexpr const char* kPlaced = "2026-11-23T20:58:35.286Z";

TEST_F(VendureOrderTest, CountsAnOrderAsPaidWhenItWasFirstSettled) {
  const std::string order = PaidAt("3", "PartiallyShipped", "2026-11-25T08:00:00.000Z");
  open = {WithHistory(order,
                      Became("PaymentAuthorized", kPlaced) + "," +
                          Became("PaymentSettled", "2026-11-24T09:00:00.000Z") + "," +
                          Became("Modifying", "2026-11-24T10:00:00.000Z") + "," +
                          Became("PaymentSettled", "2026-11-24T11:00:00.000Z"))};
  details = open;

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.orders.size(), 1U);
  EXPECT_EQ(host_.orders[0].placed_ms(), Ms(kPlaced));
  EXPECT_EQ(host_.orders[0].paid_ms(), Ms("2026-11-24T09:00:00.000Z"));
}

TEST_F(VendureOrderTest, CountsAnOrderAsPaidAtItsSettlingWhenItsHistoryDoesNotSay) {
  open = {PaidAt("3", "PaymentSettled", "2026-11-25T08:00:00.000Z"),
          WithHistory(PaidAt("4", "PaymentSettled", "2026-11-23T20:58:35.000Z"), ""),
          VendureOrder("5", "PaymentSettled"),
          PaidAt("6", "PaymentAuthorized", "2026-11-25T08:00:00.000Z")};
  details = open;

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.orders.size(), 4U);
  EXPECT_EQ(host_.orders[0].paid_ms(), Ms("2026-11-25T08:00:00.000Z"));
  EXPECT_EQ(host_.orders[1].paid_ms(), Ms(kPlaced)) << "the payment's time has whole seconds";
  EXPECT_EQ(host_.orders[2].paid_ms(), 0) << "nothing says it";
  EXPECT_EQ(host_.orders[3].paid_ms(), 0) << "not paid in full";
}

// An order that was placed before the store was connected and is paid afterwards is not the past.
TEST_F(VendureOrderTest, ComparesWhatIsPaidAfterOrdersFromWheneverItWasPlaced) {
  host_.begin.mutable_pull()->set_from_ms(Ms("2026-11-24T00:00:00Z"));
  open = {PaidAt("1", "PaymentSettled", "2026-11-23T21:00:00.000Z"),
          PaidAt("2", "PaymentSettled", "2026-11-24T09:00:00.000Z"),
          VendureOrder("3", "PaymentAuthorized", "[]"),
          VendureOrder("4", "PaymentSettled", "[]"),
          VendureOrder("5", "PaymentSettled", R"([{"id":"44","state":"Settled","refunds":[]}])"),
          PaidAt("6", "PartiallyShipped", "2026-11-23T21:00:00.000Z"),
          VendureOrder("7", "PaymentSettled", R"({"not":"a list"})")};

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.compares.size(), 1U);
  std::string compared;
  for (const v1::OrderMark& record : host_.compares[0].records()) {
    compared += record.external_id();
  }
  EXPECT_EQ(compared, "2357");
}

TEST_F(VendureOrderTest, ListsAtAPollWhatMayBePaidLaterAndAtASweepEverything) {
  host_.begin.mutable_pull()->set_from_ms(Ms("2026-11-24T00:00:00Z"));

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.requests.size(), 1U);
  const std::string poll = host_.requests[0].body();
  EXPECT_NE(poll.find(R"("after":"2026-10-25T00:00:00)"), std::string::npos) << poll;
  EXPECT_NE(poll.find("_or: [{ orderPlacedAt: { after: $after } }, { state: { in: [\\\"Payment"
                      "Authorized\\\",\\\"Modifying\\\","),
            std::string::npos)
      << poll;

  host_.begin.mutable_pull()->set_full(true);
  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.requests.size(), 1U);
  const std::string sweep = host_.requests[0].body();
  EXPECT_EQ(sweep.find("filter: { state: { in: ["), sweep.find("filter: ")) << sweep;
  EXPECT_EQ(sweep.find("after"), std::string::npos) << "what is not used is refused: " << sweep;
}

TEST_F(VendureOrderTest, CostsOneRequestWhenNothingIsNew) {
  open = {VendureOrder("3", "PaymentSettled")};
  host_.compare = [](const v1::Compare&) { return v1::CompareResult(); };

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  EXPECT_EQ(host_.requests.size(), 1U);
  EXPECT_TRUE(host_.orders.empty());
  ASSERT_EQ(host_.compares.size(), 1U);
  EXPECT_TRUE(host_.compares[0].is_whole_set());
}

TEST_F(VendureOrderTest, ReadsAnOrderWhole) {
  open = {VendureOrder("3", "PaymentSettled")};
  details = open;

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.orders.size(), 1U);
  const v1::Order& order = host_.orders[0];
  EXPECT_EQ(order.number(), "CODE3");
  EXPECT_EQ(order.payment_state(), v1::PAYMENT_STATE_PAID);
  EXPECT_EQ(order.mark(), host_.compares[0].records(0).mark());
  EXPECT_EQ(order.grand_total().units(), 78);
  EXPECT_EQ(order.lines(0).quantity(), 3);
  EXPECT_EQ(order.lines(0).refunded_quantity(), 1) << "cancelled pieces";
  EXPECT_EQ(order.lines(0).fulfilled_quantity(), 1);
  EXPECT_EQ(order.lines(0).unit_price().units(), 23);
}

// Vendure's updatedAt stays as it is at payment, refunds and shipping: the mark must not.
TEST_F(VendureOrderTest, MarksTellWhatUpdatedAtDoesNot) {
  const std::vector<std::string> changes = {
      VendureOrder("3", "PaymentSettled"),
      VendureOrder("3", "PartiallyShipped"),
      VendureOrder(
          "3",
          "PaymentSettled",
          R"([{"id":"44","method":"card","state":"Authorized","amount":7877,"refunds":[]}])"),
      VendureOrder("3",
                   "PaymentSettled",
                   R"([{"id":"44","method":"card","state":"Settled","amount":7877,)"
                   R"("refunds":[{"id":"1","state":"Pending","total":500}]}])"),
  };
  std::vector<std::string> marks;
  host_.compare = [&](const v1::Compare& compare) {
    marks.push_back(compare.records(0).mark());
    return v1::CompareResult();
  };

  for (const std::string& change : changes) {
    open = {change};
    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
  }

  for (std::size_t i = 0; i < marks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(marks[i], marks[j]) << i << " and " << j;
    }
  }
}

TEST_F(VendureOrderTest, FetchesWhatIsMissing) {
  open = {VendureOrder("3", "PaymentSettled"), VendureOrder("4", "PaymentSettled")};
  details = {VendureOrder("3", "PaymentSettled"), VendureOrder("9", "Cancelled")};
  host_.compare = [](const v1::Compare&) {
    v1::CompareResult result;
    result.add_wanted(0);
    result.add_missing("9");
    return result;
  };

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.requests.size(), 2U);
  EXPECT_NE(host_.requests[1].body().find(R"("ids":["3","9"])"), std::string::npos);
  ASSERT_EQ(host_.orders.size(), 2U);
  EXPECT_EQ(host_.orders[1].progress(), v1::Order::PROGRESS_CANCELLED);
}

// What was bought may change until the merchant is done and the money is there.
TEST_F(VendureOrderTest, CountsAnOrderThatIsBeingModifiedAsUnpaid) {
  const std::vector<std::string> states = {
      "PaymentSettled", "Modifying", "ArrangingAdditionalPayment", "PaymentSettled"};
  for (const std::string& state : states) {
    SCOPED_TRACE(state);
    open = {VendureOrder("3", state)};
    details = open;

    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

    ASSERT_EQ(host_.orders.size(), 1U);
    const v1::Order& order = host_.orders[0];
    const bool is_done = state == "PaymentSettled";
    EXPECT_EQ(order.payment_state(), is_done ? v1::PAYMENT_STATE_PAID : v1::PAYMENT_STATE_UNPAID);
    EXPECT_EQ(order.progress(), v1::Order::PROGRESS_OPEN);
    EXPECT_EQ(order.store_state(), state);
    EXPECT_EQ(order.lines(0).quantity(), 3) << "with what it shows";
    EXPECT_EQ(order.mark(), host_.compares.at(0).records(0).mark())
        << "read once, not at each poll";
  }
}

// Taken over as unpaid it would be NEW when the modification is done, whenever it was paid.
TEST_F(VendureOrderTest, LeavesAnOrderOfBeforeThatIsBeingModifiedToThoseWhoKnowIt) {
  host_.begin.mutable_pull()->set_from_ms(Ms("2026-11-24T00:00:00Z"));
  std::string later = VendureOrder("5", "Modifying");
  later.replace(later.find(kPlaced), std::string(kPlaced).size(), "2026-11-24T09:00:00.000Z");
  open = {VendureOrder("3", "Modifying"),
          PaidAt("4", "ArrangingAdditionalPayment", "2026-11-25T08:00:00.000Z"),
          later};
  details = {VendureOrder("3", "Modifying"), later};
  host_.compare = [](const v1::Compare&) {
    v1::CompareResult result;
    result.add_wanted(0);
    result.add_missing("3");
    return result;
  };

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  ASSERT_EQ(host_.compares.size(), 1U);
  ASSERT_EQ(host_.compares[0].records_size(), 1);
  EXPECT_EQ(host_.compares[0].records(0).external_id(), "5");
  EXPECT_NE(host_.requests.at(1).body().find(R"("ids":["5","3"])"), std::string::npos);
  EXPECT_EQ(host_.orders.at(0).payment_state(), v1::PAYMENT_STATE_UNPAID);
}

TEST_F(VendureOrderTest, GivesTheCustomersPhoneToAnAddressWithoutOne) {
  const std::string own = R"("countryCode":"FI","phoneNumber":"+358401234567")";
  const std::string none = R"("emailAddress":"c@example.com","phoneNumber":null)";
  for (const char* phone : {"null", R"("")", R"(" ")", R"("+358409999999")"}) {
    SCOPED_TRACE(phone);
    std::string order = VendureOrder("3", "PaymentSettled");
    order.replace(order.find(own), own.size(), std::string(R"("phoneNumber":)") + phone);
    order.replace(order.find(none), none.size(), R"("phoneNumber":"+358501234567")");
    open = {order};
    details = open;

    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

    const bool has_own = std::string(phone) == R"("+358409999999")";
    EXPECT_EQ(host_.orders.at(0).shipping_address().phone(),
              has_own ? "+358409999999" : "+358501234567");
    EXPECT_EQ(host_.orders[0].billing_address().phone(), "") << "only for the carrier";
  }
}

TEST_F(VendureOrderTest, KnowsARefundOfTheWholeOrder) {
  open = {VendureOrder("3",
                       "PaymentSettled",
                       R"([{"id":"44","method":"card","state":"Settled","amount":7877,)"
                       R"("refunds":[{"id":"1","state":"Settled","total":7877}]}])")};
  details = open;

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  EXPECT_EQ(host_.orders.at(0).payment_state(), v1::PAYMENT_STATE_REFUNDED);
}

TEST_F(VendureOrderTest, ReadsTheOtherOrdersBesideOneThatIsPoison) {
  open = {VendureOrder("3", "PaymentSettled"), VendureOrder("4", "PaymentSettled")};
  details = {R"({"id":"3","code":"CODE3","state":7})", open[1]};

  ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

  EXPECT_EQ(host_.orders.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].label(), "CODE3");
}

// Found by fuzzing: sums of these left 64 bits.
TEST_F(VendureOrderTest, MakesAnIssueOfNumbersThatNoOrderHas) {
  const std::string good = VendureOrder("3", "PaymentSettled");
  const std::vector<std::pair<std::string, std::string>> changes = {
      {R"("quantity":2,)", R"("quantity":-9223372036854775808,)"},
      {R"("fulfillmentLines":[{"quantity":1}])",
       R"("fulfillmentLines":[{"quantity":9223372036854775807},{"quantity":1}])"},
      {R"("amount":7877)", R"("amount":9223372036854775807)"}};
  for (const auto& [from, to] : changes) {
    SCOPED_TRACE(to);
    std::string bad = VendureOrder(
        "4",
        "PaymentSettled",
        R"([{"id":"44","method":"card","state":"Settled","amount":7877,"refunds":[]},)"
        R"({"id":"45","method":"card","state":"Settled","amount":9223372036854775807,"refunds":[]}])");
    if (from.find("amount") == std::string::npos) {
      bad = VendureOrder("4", "PaymentSettled");
      bad.replace(bad.find(from), from.size(), to);
    }
    open = {good, bad};
    details = open;

    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();

    ASSERT_FALSE(host_.orders.empty());
    EXPECT_EQ(host_.orders[0].external_id(), "3");
  }
}

TEST_F(VendureOrderTest, TakesForbiddenWithHttp200ForWhatItIs) {
  host_.answer = [](const v1::HttpRequest&) { return HttpAnswer(200, kForbidden); };

  EXPECT_FALSE(host_.Run("orders.pull"));
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_AUTH);
}

TEST_F(VendureOrderTest, FailsForTheTimeBeingWhenAPageComesInsteadOfData) {
  host_.answer = [](const v1::HttpRequest&) { return HttpAnswer(200, "<html>502</html>"); };

  EXPECT_FALSE(host_.Run("orders.pull"));
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_TRANSIENT);
}

TEST_F(VendureOrderTest, ChecksNothingMoreWithAKeyThatIsRefused) {
  host_.answer = [](const v1::HttpRequest&) { return HttpAnswer(200, kForbidden); };

  ASSERT_TRUE(host_.Run("auth.check"));

  ASSERT_EQ(host_.checks.size(), 1U);
  EXPECT_FALSE(host_.checks[0].ok());
  EXPECT_FALSE(host_.checks[0].action().empty());
  EXPECT_TRUE(host_.capabilities.empty());
}

}  // namespace
}  // namespace storebridge::testing
