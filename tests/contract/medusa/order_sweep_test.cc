// A look at everything that is open, and orders that are asked for by their ids.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kDayMs = 86'400'000;

class MedusaSweepTest : public ::testing::Test {
 protected:
  MedusaSweepTest() {
    host_.now_ms = model_.clock_ms;
    host_.begin.mutable_pull()->set_full(true);
    // Only the look at everything finds something.
    host_.cursor = sdk::FormatTime(model_.clock_ms);
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  static MedusaOrder Order(int number) {
    MedusaOrder order;
    order.id = "order_" + std::to_string(number);
    order.number = number;
    return order;
  }
  void Sweep() { ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message(); }
  [[nodiscard]] std::vector<std::string> Compared() const {
    std::vector<std::string> ids;
    for (const v1::Compare& compare : host_.compares) {
      for (const v1::OrderMark& record : compare.records()) {
        ids.push_back(record.external_id());
      }
    }
    return ids;
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
};

using Ids = std::vector<std::string>;

TEST_F(MedusaSweepTest, ComparesTheMarksThatTheOrdersHave) {
  model_.Add(Order(1));
  model_.Add(Order(2));

  Sweep();

  EXPECT_EQ(Compared(), (Ids{"order_1", "order_2"}));
  ASSERT_EQ(host_.orders.size(), 2U);
  EXPECT_TRUE(host_.compares[0].is_whole_set());
  EXPECT_EQ(host_.compares[0].records(0).mark(), host_.orders[0].mark());
  EXPECT_EQ(ValueOf(host_.requests[0].url(), "status[]"), "pending");
  EXPECT_EQ(ValueOf(host_.requests[0].url(), "created_at[$gte]"),
            sdk::FormatTime(host_.now_ms - 30 * kDayMs));
  EXPECT_FALSE(Has(ValueOf(host_.requests[0].url(), "fields"), "address"))
      << "as little as Medusa gives";
  EXPECT_TRUE(Has(ValueOf(host_.requests[0].url(), "fields"), "raw_fulfilled_quantity"))
      << "without it fulfillment_status is another one (measured)";
}

TEST_F(MedusaSweepTest, LeavesOutWhatIsDone) {
  MedusaOrder cancelled = Order(1);
  cancelled.status = "canceled";
  MedusaOrder shipped = Order(2);
  shipped.fulfillment_status = "shipped";
  MedusaOrder delivered = Order(3);
  delivered.fulfillment_status = "delivered";
  MedusaOrder half = Order(4);
  half.fulfillment_status = "partially_shipped";
  MedusaOrder completed = Order(5);
  completed.status = "completed";
  for (const MedusaOrder& order : {cancelled, shipped, delivered, half, completed}) {
    model_.Add(order);
  }

  Sweep();

  EXPECT_EQ(Compared(), Ids{"order_4"});
}

TEST_F(MedusaSweepTest, LeavesOutWhatWasPlacedAndPaidBeforeTheStoreWasConnected) {
  host_.begin.mutable_pull()->set_from_ms(kNoonMs);
  MedusaOrder old = Order(1);
  old.placed_ms = kNoonMs - kDayMs;
  old.captured_ms = kNoonMs - 1;
  MedusaOrder paid_since = old;
  paid_since.id = "order_2";
  paid_since.captured_ms = kNoonMs;
  MedusaOrder not_paid = old;
  not_paid.id = "order_3";
  not_paid.captured_ms = 0;
  for (const MedusaOrder& order : {old, paid_since, not_paid, Order(4)}) {
    model_.Add(order);
  }

  Sweep();

  EXPECT_EQ(Compared(), (Ids{"order_2", "order_3", "order_4"}));
}

TEST_F(MedusaSweepTest, AsksByIdForWhatIsOpenHereAndIsNotFound) {
  MedusaOrder old = Order(1);
  old.placed_ms = kNoonMs - 40 * kDayMs;
  MedusaOrder cancelled = Order(2);
  cancelled.status = "canceled";
  model_.Add(old);
  model_.Add(cancelled);
  host_.compare = [](const v1::Compare&) {
    v1::CompareResult result;
    for (const char* id : {"order_1", "order_2", "order_gone"}) {
      result.add_missing(id);
    }
    return result;
  };

  Sweep();

  EXPECT_TRUE(Compared().empty());
  ASSERT_EQ(host_.orders.size(), 2U);
  EXPECT_EQ(host_.orders[0].progress(), v1::Order::PROGRESS_OPEN);
  EXPECT_EQ(host_.orders[1].progress(), v1::Order::PROGRESS_CANCELLED);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "order_gone");
  EXPECT_TRUE(Has(host_.bad[0].message(), "not in Medusa any more")) << host_.bad[0].message();
}

// A store, or a cache in front of it, that gives other records than those that were asked for.
TEST_F(MedusaSweepTest, TakesNoOrderForGoneWhenTheAnswerIsNotToTheQuestion) {
  host_.begin.mutable_pull()->set_full(false);
  host_.begin.mutable_pull()->add_only_external_ids("order_2");
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200, R"({"orders":[)" + Json(Order(7)) + R"(],"count":1})");
  };

  Sweep();

  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(MedusaSweepTest, AsksForSomeOfManyThatAreNotFoundAndForOthersTheNextTime) {
  host_.compare = [](const v1::Compare&) {
    v1::CompareResult result;
    for (int number = 1; number <= 1200; ++number) {
      result.add_missing("order_" + std::to_string(number));
    }
    return result;
  };
  std::set<std::string> asked;
  for (int sweep = 0; sweep < 3; ++sweep) {
    host_.now_ms += 15 * 60 * 1000;
    Sweep();
    std::size_t now = 0;
    for (const v1::HttpRequest& request : host_.requests) {
      const std::vector<std::string> ids = ValuesOf(request.url(), "id[]");
      asked.insert(ids.begin(), ids.end());
      now += ids.size();
    }
    EXPECT_EQ(now, 500U);
  }
  EXPECT_EQ(asked.size(), 1200U);
}

TEST_F(MedusaSweepTest, FetchesNothingWhenNothingDiffers) {
  model_.Add(Order(1));
  host_.compare = [](const v1::Compare&) { return v1::CompareResult(); };

  Sweep();

  EXPECT_TRUE(host_.orders.empty());
  EXPECT_EQ(host_.requests.size(), 3U) << "the open ones, changed payments, changed orders";
}

TEST_F(MedusaSweepTest, ReadsMorePagesThanOne) {
  host_.config_json = R"({"base_url":"https://shop.example","page_size":2})";
  for (int number = 1; number <= 5; ++number) {
    model_.Add(Order(number));
  }

  Sweep();

  EXPECT_EQ(Compared().size(), 5U);
  EXPECT_EQ(host_.orders.size(), 5U);
}

TEST_F(MedusaSweepTest, FetchesFiftyOrdersPerRequest) {
  for (int number = 1; number <= 120; ++number) {
    model_.Add(Order(number));
  }

  Sweep();

  EXPECT_EQ(host_.orders.size(), 120U);
  std::vector<std::size_t> asked;
  for (const v1::HttpRequest& request : host_.requests) {
    if (const std::size_t ids = ValuesOf(request.url(), "id[]").size(); ids != 0) {
      asked.push_back(ids);
    }
  }
  EXPECT_EQ(asked, (std::vector<std::size_t>{50, 50, 20}));
}

TEST_F(MedusaSweepTest, FetchesTheOthersBesideAnOrderThatIsTooLargeByItself) {
  for (int number = 1; number <= 40; ++number) {
    model_.Add(Order(number));
  }
  model_.is_too_large = [](const v1::HttpRequest& request, const MedusaModel::Rows& rows) {
    return !ValuesOf(request.url(), "id[]").empty() &&
           std::any_of(
               rows.begin(), rows.end(), [](const auto& row) { return row.id == "order_7"; });
  };

  Sweep();

  EXPECT_EQ(host_.orders.size(), 39U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "order_7");
  EXPECT_TRUE(Has(host_.bad[0].message(), "shorten")) << host_.bad[0].message();
}

TEST_F(MedusaSweepTest, AsksTwiceForAnOrderThatWasTooLargeByItself) {
  model_.Add(Order(1));
  bool is_fault = true;
  model_.is_too_large = [&](const v1::HttpRequest& request, const MedusaModel::Rows&) {
    return !ValuesOf(request.url(), "id[]").empty() && std::exchange(is_fault, false);
  };

  Sweep();

  EXPECT_EQ(host_.orders.size(), 1U);
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(MedusaSweepTest, HalvesAPageOfOpenOrdersThatIsTooLarge) {
  for (int number = 1; number <= 250; ++number) {
    model_.Add(Order(number));
  }
  model_.is_too_large = [](const v1::HttpRequest& request, const MedusaModel::Rows& rows) {
    return !ValueOf(request.url(), "status[]").empty() && rows.size() > 30;
  };

  Sweep();

  EXPECT_EQ(Compared().size(), 250U);
}

TEST_F(MedusaSweepTest, EndsAListOfPendingOrdersThatIgnoresWhereItBegins) {
  host_.config_json = R"({"base_url":"https://shop.example","page_size":2})";
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(
        200, R"({"orders":[)" + Json(Order(1)) + "," + Json(Order(2)) + R"(],"count":2000})");
  };

  EXPECT_FALSE(host_.Run("orders.pull"));

  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_LIMIT);
  EXPECT_TRUE(Has(host_.failure.message(), "Medusa's list of pending orders holds only"))
      << host_.failure.message();
}

TEST_F(MedusaSweepTest, ComparesAnOrderThatIsListedTwiceOnceAndPassesOneWithoutId) {
  model_.Add(Order(1));
  model_.Add(Order(2));
  model_.Add(Order(1));
  model_.orders[1].json = Replaced(model_.orders[1].json, R"("id":"order_2")", R"("id":null)");

  Sweep();

  EXPECT_EQ(Compared(), Ids{"order_1"});
  ASSERT_FALSE(host_.bad.empty());
  EXPECT_EQ(host_.bad[0].external_id(), "");
  EXPECT_TRUE(Has(host_.bad[0].message(), "records 1 to 100 of the pending orders: $"))
      << host_.bad[0].message();
}

TEST_F(MedusaSweepTest, GivesOnlyTheOrdersThatAreAskedFor) {
  host_.begin.mutable_pull()->set_full(false);
  host_.begin.mutable_pull()->add_only_external_ids("order_2");
  model_.Add(Order(1));
  model_.Add(Order(2));

  Sweep();

  ASSERT_EQ(host_.orders.size(), 1U);
  EXPECT_EQ(host_.orders[0].external_id(), "order_2");
  EXPECT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(host_.requests[0].auth(), "api_key");
}

}  // namespace
}  // namespace storebridge::testing
