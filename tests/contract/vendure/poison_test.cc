// Orders that cannot be read, come twice or are too large: the others pass, and the polls go on.
#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::size_t kOrders = 500;
constexpr std::size_t kPoisoned = 249;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// 500 open orders, of which one is not as it should be.
class VendurePoisonTest : public ::testing::Test {
 protected:
  VendurePoisonTest() {
    host_.begin.mutable_pull();
    for (std::size_t i = 0; i < kOrders; ++i) {
      orders_.push_back(VendureOrder(std::to_string(i + 1), "PaymentSettled"));
    }
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
  }

  v1::Completion Answer(const v1::HttpRequest& request) {
    std::string items;
    const bool is_details = request.body().find("$ids") != std::string::npos;
    std::size_t skip = 0;
    std::size_t take = kOrders;
    if (!is_details) {
      skip = NumberIn(request, "skip");
      take = NumberIn(request, "take");
    }
    for (std::size_t i = skip; i < std::min(skip + take, kOrders); ++i) {
      const std::string id = "\"" + std::to_string(i + 1) + "\"";
      if (!is_details || request.body().find(id) != std::string::npos) {
        items += (items.empty() ? "" : ",") + orders_[i];
      }
    }
    if (is_details && !too_large_.empty() && items.find(too_large_) != std::string::npos) {
      v1::Completion completion = HostFailure(v1::Failure::CODE_LIMIT, "more than 10 bytes");
      completion.mutable_failure()->set_answer_too_large(true);
      return completion;
    }
    return HttpAnswer(200, Data("orders", R"({"totalItems":500,"items":[)" + items + "]}"));
  }
  static std::size_t NumberIn(const v1::HttpRequest& request, const std::string& name) {
    const std::size_t at = request.body().find("\"" + name + "\":");
    return at == std::string::npos
               ? 0
               : std::strtoull(request.body().c_str() + at + name.size() + 3, nullptr, 10);
  }

  void Poll() { ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message(); }
  [[nodiscard]] std::set<std::string> Ids() const {
    std::set<std::string> ids;
    for (const v1::Order& order : host_.orders) {
      ids.insert(order.external_id());
    }
    return ids;
  }
  [[nodiscard]] const v1::Order& Find(const std::string& id) const {
    static const v1::Order kNone;
    const auto found = std::find_if(host_.orders.begin(),
                                    host_.orders.end(),
                                    [&](const auto& order) { return order.external_id() == id; });
    return found == host_.orders.end() ? kNone : *found;
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
  std::vector<std::string> orders_;
  // A text that makes an answer too large.
  std::string too_large_;
};

// One form of the poisoned order.
struct Poison {
  const char* name;
  const char* from;
  const char* to;
  // What the issue says; empty when the order passes, and the rules look at it.
  const char* message;
};

class VendurePoisonRowTest : public VendurePoisonTest,
                             public ::testing::WithParamInterface<Poison> {};

TEST_P(VendurePoisonRowTest, LetsTheOthersPassAndIsReadWhenItIsCorrected) {
  const Poison& poison = GetParam();
  const std::string good = orders_[kPoisoned];
  orders_[kPoisoned] = Replaced(good, poison.from, poison.to);

  Poll();

  const bool passes = std::string(poison.message).empty();
  EXPECT_EQ(Ids().size(), passes ? kOrders : kOrders - 1);
  ASSERT_EQ(host_.bad.size(), passes ? 0U : 1U);
  if (!passes) {
    EXPECT_EQ(host_.bad[0].external_id(), "250");
    EXPECT_EQ(host_.bad[0].label(), "CODE250");
    EXPECT_NE(host_.bad[0].message().find(poison.message), std::string::npos)
        << host_.bad[0].message();
  }

  orders_[kPoisoned] = good;
  Poll();

  EXPECT_EQ(Ids().size(), kOrders);
  EXPECT_TRUE(host_.bad.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    VendurePoisonRowTest,
    ::testing::Values(
        Poison{"UnknownProductCode", R"("sku":"VS-2")", R"("sku":"NOT-SOLD-HERE")", ""},
        Poison{"MissingAddress", R"("shippingAddress":{)", R"("noAddress":{)", ""},
        Poison{"NegativeQuantity",
               R"("quantity":2,"orderPlacedQuantity":3)",
               R"("quantity":-2,"orderPlacedQuantity":-2)",
               ""},
        Poison{"AbsentPrice",
               R"("proratedUnitPriceWithTax":2372,)",
               "",
               "proratedUnitPriceWithTax is missing"},
        Poison{"FourByteText", "Mäkinen", "Mäkinen \xF0\x9F\x98\x80", ""},
        Poison{"Nul", "Mäkinen", R"(M\u0000kinen)", ""},
        Poison{
            "TextForANumber", R"("quantity":2,)", R"("quantity":"many",)", "the string \"many\""},
        Poison{"HugeNumber",
               R"("quantity":2,)",
               R"("quantity":1000000000000000000,)",
               "a number of pieces"},
        Poison{
            "NoTime", R"("updatedAt":"2026-11-23T20:58:35.000Z")", R"("updatedAt":7)", "updatedAt"},
        Poison{"NoState", R"("state":"PaymentSettled")", R"("state":null)", "state"}),
    [](const auto& row) { return row.param.name; });

TEST_F(VendurePoisonTest, PassesOnWhatTheRulesLookAt) {
  orders_[0] = Replaced(orders_[0], R"("sku":"VS-2")", R"("sku":"NOT-SOLD-HERE")");
  orders_[1] = Replaced(orders_[1], R"("shippingAddress":{)", R"("noAddress":{)");
  orders_[2] = Replaced(orders_[2],
                        R"("quantity":2,"orderPlacedQuantity":3)",
                        R"("quantity":-2,"orderPlacedQuantity":-2)");
  orders_[3] = Replaced(orders_[3], "Mäkinen", "Mäkinen \xF0\x9F\x98\x80");
  orders_[4] = Replaced(orders_[4], "Mäkinen", R"(M\u0000kinen)");

  Poll();

  EXPECT_EQ(Find("1").lines(0).product_code(), "NOT-SOLD-HERE");
  EXPECT_TRUE(Find("2").shipping_address().lines().empty());
  EXPECT_EQ(Find("3").lines(0).quantity(), -2);
  EXPECT_EQ(Find("4").shipping_address().recipient(), "Åsa Mäkinen \xF0\x9F\x98\x80");
  EXPECT_EQ(Find("5").shipping_address().recipient(), "Åsa M\xEF\xBF\xBDkinen")
      << "not readable, and the rules say so";
}

TEST_F(VendurePoisonTest, SaysWhereAnOrderWithoutIdStands) {
  orders_[kPoisoned] = Replaced(orders_[kPoisoned], R"("id":"250")", R"("id":null)");

  Poll();

  EXPECT_EQ(Ids().size(), kOrders - 1);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "");
  EXPECT_EQ(host_.bad[0].message().rfind("records 201 to 300 of the open orders: $", 0), 0U)
      << host_.bad[0].message();
}

TEST_F(VendurePoisonTest, ComparesAnOrderThatIsListedTwiceOnce) {
  orders_[kPoisoned] += "," + VendureOrder("250", "PartiallyShipped");

  Poll();

  ASSERT_EQ(host_.compares.at(0).records_size(), static_cast<int>(kOrders));
  const auto& records = host_.compares[0].records();
  std::set<std::string> ids;
  for (const v1::OrderMark& record : records) {
    ids.insert(record.external_id());
  }
  EXPECT_EQ(ids.size(), kOrders);
  EXPECT_EQ(records.Get(static_cast<int>(kPoisoned)).mark(), host_.orders.at(250).mark())
      << "the mark of the one that comes last";
}

// Of an order whose mark cannot be read any change of it has to be seen.
TEST_F(VendurePoisonTest, MarksWhatCannotBeReadByAllOfIt) {
  const std::string good = orders_[0];
  std::set<std::string> marks;
  for (const char* state : {"null", "7", "{}"}) {
    orders_[0] = Replaced(good, R"("state":"PaymentSettled")", std::string(R"("state":)") + state);
    Poll();
    marks.insert(host_.compares.at(0).records(0).mark());
  }

  EXPECT_EQ(marks.size(), 3U);
}

TEST_F(VendurePoisonTest, StepsOverAnOrderThatIsTooLargeByItself) {
  too_large_ = "CODE250";

  Poll();

  EXPECT_EQ(Ids().size(), kOrders - 1);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "250");
  EXPECT_NE(host_.bad[0].message().find("shorten its texts"), std::string::npos);
  EXPECT_LT(host_.requests.size(), 40U);
}

}  // namespace
}  // namespace storebridge::testing
