#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string ConfigWith(int page_size) {
  return R"({"base_url":"https://shop.example","page_size":)" + std::to_string(page_size) + "}";
}

class OrderFeedTest : public ::testing::Test {
 protected:
  OrderFeedTest() {
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
    host_.begin.mutable_pull();
  }

  // Polls and keeps what was seen of each order last.
  void Poll() {
    host_.now_ms = model_.now_s * 1000;
    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
    for (const v1::Order& order : host_.orders) {
      seen_[order.external_id()] = order.mark();
    }
  }

  // What a poll has to have seen.
  [[nodiscard]] std::string MissedOrder() const {
    for (const auto& [id, order] : model_.orders) {
      const auto seen = seen_.find(std::to_string(id));
      if (seen == seen_.end() || seen->second != WooTime(order.modified_s) + ' ' + order.status) {
        return std::to_string(id) + " of " + WooTime(order.modified_s) + ' ' + order.status;
      }
    }
    return "";
  }

  WooModel model_;
  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  std::map<std::string, std::string> seen_;
};

TEST_F(OrderFeedTest, StartsOneSecondBeforeTheMomentOfConnection) {
  host_.begin.mutable_pull()->set_from_ms(model_.now_s * 1000);

  Poll();

  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "modified_after"), WooTime(model_.now_s - 1));
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "dates_are_gmt"), "true");
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "status"), "any");
  EXPECT_EQ(host_.requests[0].auth(), "basic");
}

TEST_F(OrderFeedTest, ConvergesToOneRequestWithAnEmptyAnswer) {
  model_.orders[1] = {"processing", model_.now_s - 5};
  for (int i = 0; i < 3; ++i) {
    Poll();
    model_.now_s += 60;
  }

  Poll();

  EXPECT_EQ(host_.requests.size(), 1U);
  EXPECT_TRUE(host_.orders.empty());
  EXPECT_EQ(host_.cursor, WooTime(model_.orders[1].modified_s));
}

TEST_F(OrderFeedTest, KeepsTheCursorBehindTheClockOfTheStore) {
  model_.orders[1] = {"processing", model_.now_s};

  Poll();

  EXPECT_EQ(host_.cursor, WooTime(model_.now_s - 30));
}

TEST_F(OrderFeedTest, IsNotLedAstrayByAnOrderFromTheFuture) {
  model_.orders[1] = {"processing", model_.now_s + 86'400};
  Poll();
  model_.now_s += 60;
  model_.orders[2] = {"processing", model_.now_s};

  Poll();

  EXPECT_TRUE(seen_.contains("2"));
}

TEST_F(OrderFeedTest, ReadsManyOrdersOfOneSecondAtEveryPageSize) {
  for (const int page_size : {1, 2, 3, 7, 100}) {
    ScriptedHost host(woocommerce_connector(), ConfigWith(page_size));
    WooModel model;
    for (std::int64_t id = 1; id <= 250; ++id) {
      model.orders[id] = {"processing", model.now_s - 500 + (id > 40 && id < 220 ? 0 : id)};
    }
    host.begin.mutable_pull();
    host.answer = [&](const v1::HttpRequest& request) { return model.Answer(request); };

    ASSERT_TRUE(host.Run("orders.pull")) << host.failure.message();

    std::set<std::string> ids;
    for (const v1::Order& order : host.orders) {
      ids.insert(order.external_id());
    }
    EXPECT_EQ(ids.size(), 250U) << page_size;
    EXPECT_EQ(host.orders.size(), 250U) << "no order twice at page size " << page_size;
  }
}

TEST_F(OrderFeedTest, StartsAWindowAgainWhenARowLeavesIt) {
  host_.config_json = ConfigWith(2);
  for (std::int64_t id = 1; id <= 6; ++id) {
    model_.orders[id] = {"processing", model_.now_s - 100};
  }
  int answers = 0;
  model_.between = [&] {
    if (++answers == 3) {
      model_.orders[1].modified_s = model_.now_s;
    }
  };

  Poll();

  EXPECT_EQ(MissedOrder(), "");
}

TEST_F(OrderFeedTest, GivesUpOnASecondThatNeverRests) {
  host_.config_json = ConfigWith(2);
  for (std::int64_t id = 1; id <= 6; ++id) {
    model_.orders[id] = {"processing", model_.now_s - 100};
  }
  int answers = 0;
  host_.answer = [&](const v1::HttpRequest& request) {
    ++answers;
    const std::int64_t first = QueryOf(request.url(), "offset").empty() ? 1 : answers * 10;
    return HttpAnswer(200,
                      "[" + OrderJson(first, "processing", model_.now_s - 100) + "," +
                          OrderJson(first + 1, "processing", model_.now_s - 100) + "]",
                      model_.now_s * 1000);
  };

  const bool is_well = host_.Run("orders.pull");

  EXPECT_FALSE(is_well);
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_LT(answers, 100);
}

TEST_F(OrderFeedTest, CommitsAlongALongImport) {
  host_.config_json = ConfigWith(10);
  for (std::int64_t id = 1; id <= 95; ++id) {
    model_.orders[id] = {"processing", model_.now_s - 1000 + id};
  }
  int answers = 0;
  host_.answer = [&](const v1::HttpRequest& request) {
    return ++answers == 6 ? HttpAnswer(500, "") : model_.Answer(request);
  };

  const bool is_well = host_.Run("orders.pull");

  EXPECT_FALSE(is_well);
  EXPECT_GE(host_.orders.size(), 40U);
  EXPECT_GE(host_.cursor, WooTime(model_.now_s - 1000 + 40));
}

// A random store that is changed at every request: no order is missed once it rests.
TEST_F(OrderFeedTest, NeverMissesAnOrderOfAStoreThatChangesWhileItIsRead) {
  for (unsigned int seed = 0; seed < 24; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % unsigned(limit)); };
    model_ = WooModel();
    seen_.clear();
    host_.cursor.clear();
    const int page_sizes[] = {2, 3, 5, 100};
    host_.config_json = ConfigWith(page_sizes[seed % 4]);
    std::int64_t next_id = 1;
    for (int i = below(120); i > 0; --i) {
      model_.orders[next_id++] = {"processing", model_.now_s - 40 - below(1 + below(60))};
    }
    bool is_busy = true;
    model_.between = [&] {
      model_.now_s += below(3) == 0 ? 1 : 0;
      if (!is_busy || model_.orders.empty()) {
        return;
      }
      for (int i = below(3); i > 0; --i) {
        model_.orders[next_id++] = {"processing", model_.now_s};
      }
      for (int i = below(3); i > 0; --i) {
        const auto order =
            std::next(model_.orders.begin(), below(static_cast<int>(model_.orders.size())));
        order->second = {below(2) == 0 ? "cancelled" : "completed", model_.now_s};
      }
      is_busy = next_id < 400;
    };
    for (int poll = 0; poll < 8; ++poll) {
      Poll();
      is_busy = poll < 4;
      model_.now_s += 45;
    }

    ASSERT_EQ(MissedOrder(), "") << "seed " << seed;
    Poll();
    ASSERT_EQ(host_.requests.size(), 1U) << "seed " << seed;
    ASSERT_TRUE(host_.orders.empty()) << "seed " << seed;
  }
}

TEST_F(OrderFeedTest, SweepsOpenOrdersByMarkAndFetchesOnlyWhatIsAskedFor) {
  host_.config_json =
      R"({"base_url":"https://shop.example","paid_statuses":"wc-packing, completed"})";
  for (std::int64_t id = 1; id <= 3; ++id) {
    model_.orders[id] = {"processing", model_.now_s - 1000};
  }
  model_.orders[4] = {"completed", model_.now_s - 1000};
  model_.orders[5] = {"trash", model_.now_s - 1000};
  host_.cursor = WooTime(model_.now_s - 60);
  host_.begin.mutable_pull()->set_full(true);
  host_.compare = [](const v1::Compare& compare) {
    v1::CompareResult result;
    EXPECT_TRUE(compare.is_whole_set());
    EXPECT_EQ(compare.records_size(), 3);
    result.add_wanted(1);
    result.add_missing("4");
    result.add_missing("5");
    result.add_missing("6");
    return result;
  };

  Poll();

  ASSERT_EQ(host_.orders.size(), 3U);
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "status"), "on-hold,packing,pending,processing");
  EXPECT_EQ(host_.orders[0].external_id(), "2");
  EXPECT_EQ(host_.orders[0].mark(), WooTime(model_.now_s - 1000) + " processing");
  EXPECT_EQ(host_.orders[1].progress(), v1::Order::PROGRESS_COMPLETED);
  EXPECT_EQ(host_.orders[2].progress(), v1::Order::PROGRESS_CANCELLED) << "in the bin";
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "6");
}

TEST_F(OrderFeedTest, SweepsStatusesThatWaitAndNotThoseThatWereSent) {
  host_.config_json = R"({"base_url":"https://shop.example","unpaid_statuses":"partial-payment",)"
                      R"("completed_statuses":"delivered"})";
  host_.begin.mutable_pull()->set_full(true);

  Poll();

  EXPECT_EQ(QueryOf(host_.requests[0].url(), "status"),
            "on-hold,partial-payment,pending,processing");
}

TEST_F(OrderFeedTest, SweepsInsteadOfAPollWithOneRequest) {
  model_.orders[1] = {"processing", model_.now_s - 1000};
  const std::string cursor = WooTime(model_.now_s - 1000);
  host_.cursor = cursor;
  host_.compare = [](const v1::Compare&) { return v1::CompareResult(); };
  host_.begin.mutable_pull()->set_full(true);

  Poll();

  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_NE(QueryOf(host_.requests[0].url(), "status"), "any");

  // The poll that follows goes on from where the one before the sweep ended.
  model_.orders[2] = {"completed", model_.now_s - 900};
  host_.begin.mutable_pull()->set_full(false);
  Poll();

  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "modified_after"), cursor);
  EXPECT_EQ(host_.orders.size(), 1U);
  EXPECT_EQ(host_.cursor, WooTime(model_.now_s - 900));
}

// Runs may be so rare that each of them sweeps.
TEST_F(OrderFeedTest, LeavesTheListOfChangedOrdersOutOnceAtMost) {
  const std::string cursor = WooTime(model_.now_s - 60);
  host_.cursor = cursor;
  host_.begin.mutable_pull()->set_full(true);

  Poll();
  ASSERT_EQ(host_.requests.size(), 1U);
  Poll();
  ASSERT_EQ(host_.requests.size(), 2U);
  EXPECT_EQ(QueryOf(host_.requests[1].url(), "modified_after"), cursor);
  EXPECT_EQ(host_.cursor, cursor);
  Poll();

  EXPECT_EQ(host_.requests.size(), 1U);
}

TEST_F(OrderFeedTest, ReadsBothListsAtTheFirstLook) {
  host_.begin.mutable_pull()->set_from_ms(model_.now_s * 1000);
  host_.begin.mutable_pull()->set_full(true);

  Poll();

  EXPECT_EQ(host_.requests.size(), 2U);
}

TEST_F(OrderFeedTest, ReadsOnlyTheOrdersThatAreAskedFor) {
  model_.orders[1] = {"processing", model_.now_s};
  model_.orders[2] = {"processing", model_.now_s};
  host_.begin.mutable_pull()->add_only_external_ids("2");

  Poll();

  ASSERT_EQ(host_.orders.size(), 1U);
  EXPECT_EQ(host_.orders[0].external_id(), "2");
  EXPECT_EQ(host_.cursor, "");
}

TEST_F(OrderFeedTest, SignsWithOauthOverPlainHttp) {
  host_.config_json = R"({"base_url":"http://shop.example"})";

  Poll();

  EXPECT_EQ(host_.requests.at(0).auth(), "oauth1");
}

}  // namespace
}  // namespace storebridge::testing
