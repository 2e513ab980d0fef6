// Orders that cannot be read, come twice or are too large: the others pass, and the feed goes on.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class PoisonFeedTest : public ::testing::Test {
 protected:
  PoisonFeedTest() {
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
    host_.begin.mutable_pull();
  }

  // What WooModel answers, with some of its rows in another form.
  v1::Completion Answer(const v1::HttpRequest& request) {
    v1::Completion completion = model_.Answer(request);
    std::string& body = *completion.mutable_http()->mutable_body();
    for (const auto& [id, row] : rows_) {
      const WooModel::Order& order = model_.orders[id];
      const std::string plain = OrderJson(id, order.status, order.modified_s);
      if (const std::size_t at = body.find(plain); at != std::string::npos) {
        body.replace(at, plain.size(), row);
      }
    }
    return is_too_large_ && is_too_large_(request, body) ? TooLarge() : completion;
  }
  static v1::Completion TooLarge() {
    v1::Completion completion =
        HostFailure(v1::Failure::CODE_LIMIT, "GET /orders was answered with more than 10 bytes");
    completion.mutable_failure()->set_answer_too_large(true);
    return completion;
  }

  void Fill(std::int64_t count, std::int64_t seconds) {
    for (std::int64_t id = 1; id <= count; ++id) {
      model_.orders[id] = {"processing", model_.now_s - 1000 + id % seconds};
    }
  }
  void Poll() {
    host_.now_ms = model_.now_s * 1000;
    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
  }
  [[nodiscard]] std::set<std::string> Ids() const {
    std::set<std::string> ids;
    for (const v1::Order& order : host_.orders) {
      ids.insert(order.external_id());
    }
    return ids;
  }
  [[nodiscard]] std::string Plain(std::int64_t id) {
    return OrderJson(id, model_.orders[id].status, model_.orders[id].modified_s);
  }
  void Sweep() {
    host_.begin.mutable_pull()->set_full(true);
    host_.cursor = WooTime(model_.now_s);
    Poll();
  }

  WooModel model_;
  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  // By the store's id.
  std::map<std::int64_t, std::string> rows_;
  std::function<bool(const v1::HttpRequest&, const std::string&)> is_too_large_;
};

TEST_F(PoisonFeedTest, PassesAnOrderWithoutAReadableTimeAndReadsTheOthers) {
  Fill(250, 1000);
  const std::string time = "\"" + WooTime(model_.orders[120].modified_s) + "\"";
  for (const char* poison : {"null", "7", "\"yesterday\"", "{}", "[1]"}) {
    SCOPED_TRACE(poison);
    rows_[120] = Replaced(Plain(120), time, poison);
    host_.cursor.clear();

    Poll();

    EXPECT_EQ(Ids().size(), 249U);
    ASSERT_EQ(host_.bad.size(), 1U);
    EXPECT_EQ(host_.bad[0].external_id(), "120");
    EXPECT_NE(host_.bad[0].message().find("date_modified_gmt"), std::string::npos);
  }
}

TEST_F(PoisonFeedTest, SaysWhereAnOrderWithoutAReadableIdStands) {
  Fill(250, 1000);
  for (const char* poison : {"null", "{}", "\"\"", "[12]"}) {
    SCOPED_TRACE(poison);
    rows_[120] = Replaced(Plain(120), "{\"id\":120,", std::string("{\"id\":") + poison + ",");
    host_.cursor.clear();

    Poll();

    EXPECT_EQ(Ids().size(), 249U);
    ASSERT_FALSE(host_.bad.empty());
    EXPECT_EQ(host_.bad[0].external_id(), "");
    EXPECT_NE(host_.bad[0].message().find("rows 1 to 100 of the orders"), std::string::npos)
        << host_.bad[0].message();
    EXPECT_NE(host_.bad[0].message().find("$["), std::string::npos) << host_.bad[0].message();
  }
}

TEST_F(PoisonFeedTest, SweepsPastOrdersWithoutIdOrTime) {
  Fill(5, 1000);
  rows_[2] = Replaced(Plain(2), "{\"id\":2,", "{\"id\":null,");
  rows_[3] = Replaced(Plain(3), "\"date_created_gmt\":\"2026", "\"date_created_gmt\":\"never");
  rows_[4] = "17";
  host_.begin.mutable_pull()->set_from_ms(1'000'000'000'000);

  Sweep();

  ASSERT_EQ(host_.compares.size(), 1U);
  ASSERT_EQ(host_.compares[0].records_size(), 3);
  EXPECT_EQ(host_.compares[0].records(1).external_id(), "3");
  ASSERT_GE(host_.bad.size(), 2U);
  EXPECT_EQ(host_.bad[0].message().rfind("page 1 of the open orders: $[1]", 0), 0U)
      << host_.bad[0].message();
}

TEST_F(PoisonFeedTest, SweepsAnOrderThatIsListedTwiceOnce) {
  Fill(3, 1000);
  rows_[2] = Plain(2) + "," + OrderJson(2, "on-hold", model_.orders[2].modified_s);

  Sweep();

  ASSERT_EQ(host_.compares.at(0).records_size(), 3);
  EXPECT_TRUE(host_.compares[0].records(1).mark().ends_with("on-hold")) << "the last counts";
}

// Found by the table of poison records: the feed looked at the same window 20 times and gave up.
TEST_F(PoisonFeedTest, ReadsAllOrdersOfOneSecondAlthoughOneStandsOnAPageTwice) {
  for (const std::int64_t seconds : {1, 2, 1000}) {
    SCOPED_TRACE(seconds);
    model_.orders.clear();
    rows_.clear();
    Fill(499, seconds);
    rows_[150] = Plain(150) + "," + Plain(150);
    host_.cursor.clear();

    Poll();

    EXPECT_EQ(Ids().size(), 499U);
    EXPECT_EQ(host_.orders.size(), 499U) << "no order twice";
    EXPECT_LT(host_.requests.size(), 20U);
  }
}

TEST_F(PoisonFeedTest, ReadsAllOrdersOfOneSecondAlthoughOneTakesThePlaceOfAnother) {
  Fill(499, 1);
  int spoiled = 0;
  host_.answer = [&](const v1::HttpRequest& request) {
    v1::Completion completion = Answer(request);
    std::string& body = *completion.mutable_http()->mutable_body();
    // The end of a page shows its first order again, instead of the last.
    const std::size_t last = body.rfind("{\"id\":199,");
    if (last != std::string::npos && body.find("{\"id\":200,") == std::string::npos) {
      body = body.substr(0, last) + Plain(101) + "]";
      ++spoiled;
    }
    return completion;
  };

  Poll();

  EXPECT_GT(spoiled, 0);
  EXPECT_EQ(Ids().size(), 499U);
}

TEST_F(PoisonFeedTest, ReadsOnAlthoughEveryRowComesTwice) {
  host_.config_json = R"({"base_url":"https://shop.example","page_size":4})";
  Fill(30, 1);
  for (std::int64_t id = 1; id <= 30; ++id) {
    rows_[id] = Plain(id) + "," + Plain(id);
  }

  Poll();

  EXPECT_EQ(Ids().size(), 30U);
}

TEST_F(PoisonFeedTest, GivesBothContentsOfAnOrderThatStandsOnAPageInTwoWays) {
  Fill(3, 1000);
  rows_[2] = Plain(2) + "," + Replaced(Plain(2), "Hämeenkatu 1", "Hämeenkatu 2");

  Poll();

  ASSERT_EQ(host_.orders.size(), 4U);
  EXPECT_EQ(host_.orders[1].external_id(), "2");
  EXPECT_EQ(host_.orders[2].external_id(), "2");
  EXPECT_EQ(host_.orders[2].shipping_address().lines(0), "Hämeenkatu 2");
}

TEST_F(PoisonFeedTest, AsksForLessWhenAPageIsTooLarge) {
  for (const std::int64_t seconds : {1, 1000}) {
    SCOPED_TRACE(seconds);
    model_.orders.clear();
    Fill(250, seconds);
    std::size_t largest = 0;
    is_too_large_ = [&](const v1::HttpRequest&, const std::string& body) {
      std::size_t count = 0;
      for (std::size_t at = body.find("\"number\""); at != std::string::npos;
           at = body.find("\"number\"", at + 1)) {
        ++count;
      }
      largest = count > 20 ? largest : std::max(largest, count);
      return count > 20;
    };
    host_.cursor.clear();

    Poll();

    EXPECT_EQ(Ids().size(), 250U);
    EXPECT_TRUE(host_.bad.empty());
    EXPECT_GT(largest, 5U) << "as much at once as passes";
  }
}

TEST_F(PoisonFeedTest, StepsOverAnOrderThatIsTooLargeByItself) {
  for (const std::int64_t seconds : {1, 3, 1000}) {
    for (const std::int64_t fat : {1, 120, 250}) {
      SCOPED_TRACE(std::to_string(seconds) + " " + std::to_string(fat));
      model_.orders.clear();
      Fill(250, seconds);
      const std::string number = "\"number\":\"" + std::to_string(fat) + "\"";
      is_too_large_ = [&](const v1::HttpRequest& request, const std::string& body) {
        const bool is_whole =
            QueryOf(request.url(), "_fields").find("billing") != std::string::npos;
        return is_whole && body.find(number) != std::string::npos;
      };
      host_.cursor.clear();

      Poll();

      EXPECT_EQ(Ids().size(), 249U);
      ASSERT_FALSE(host_.bad.empty());
      for (const v1::BadRecord& bad : host_.bad) {
        EXPECT_EQ(bad.external_id(), std::to_string(fat));
        EXPECT_EQ(bad.label(), std::to_string(fat));
        EXPECT_NE(bad.message().find("shorten"), std::string::npos);
      }
      EXPECT_LT(host_.requests.size(), 60U);
    }
  }
}

TEST_F(PoisonFeedTest, FetchesTheOthersBesideAnOrderThatIsTooLargeByItself) {
  Fill(40, 1000);
  is_too_large_ = [&](const v1::HttpRequest& request, const std::string& body) {
    return !QueryOf(request.url(), "include").empty() &&
           body.find("\"number\":\"7\"") != std::string::npos;
  };

  Sweep();

  EXPECT_EQ(Ids().size(), 39U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "7");
}

TEST_F(PoisonFeedTest, AsksTwiceForAnOrderThatWasTooLargeByItself) {
  Fill(1, 1000);
  bool is_fault = true;
  is_too_large_ = [&](const v1::HttpRequest& request, const std::string&) {
    return !QueryOf(request.url(), "include").empty() && std::exchange(is_fault, false);
  };

  Sweep();

  EXPECT_EQ(Ids().size(), 1U);
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(PoisonFeedTest, MakesAnIssueOfALineWithoutItsPrice) {
  Fill(3, 1000);
  rows_[2] = Replaced(Plain(2), R"("total":"25.00",)", "");

  Poll();

  EXPECT_EQ(Ids().size(), 2U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_NE(host_.bad[0].message().find("total is missing"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::testing
