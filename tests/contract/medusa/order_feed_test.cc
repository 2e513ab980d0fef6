// What a poll finds: orders by their own times and, as a capture moves only the payment, by those
// of their payments.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kMarginMs = 30'000;

std::string ConfigWith(int page_size) {
  return R"({"base_url":"https://shop.example","page_size":)" + std::to_string(page_size) + "}";
}

class MedusaFeedTest : public ::testing::Test {
 protected:
  MedusaFeedTest() {
    host_.begin.mutable_pull();
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  static MedusaOrder Order(int number, std::int64_t updated_ms = kNoonMs) {
    MedusaOrder order;
    order.id = "order_" + std::to_string(number);
    order.number = number;
    order.updated_ms = updated_ms;
    return order;
  }
  static MedusaPayment PaymentOf(int number,
                                 std::int64_t updated_ms,
                                 std::int64_t order_updated_ms = kNoonMs) {
    MedusaPayment payment;
    payment.id = "pay_" + std::to_string(number);
    payment.order_id = "order_" + std::to_string(number);
    payment.updated_ms = updated_ms;
    payment.order_updated_ms = order_updated_ms;
    return payment;
  }
  void Poll() {
    host_.now_ms = model_.clock_ms;
    ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
  }
  [[nodiscard]] std::vector<std::string> SeenIds() const {
    std::vector<std::string> ids;
    for (const v1::Order& order : host_.orders) {
      ids.push_back(order.external_id());
    }
    return ids;
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
};

using Ids = std::vector<std::string>;

TEST_F(MedusaFeedTest, StartsAtTheMomentOfConnection) {
  host_.begin.mutable_pull()->set_from_ms(kNoonMs);
  model_.Add(Order(1, kNoonMs - 1));
  model_.Add(Order(2, kNoonMs));

  Poll();

  EXPECT_EQ(SeenIds(), Ids{"order_2"});
  ASSERT_EQ(host_.requests.size(), 2U);
  EXPECT_EQ(ValueOf(host_.requests[1].url(), "updated_at[$gte]"), sdk::FormatTime(kNoonMs));
  EXPECT_EQ(ValueOf(host_.requests[1].url(), "order"), "updated_at");
  EXPECT_EQ(host_.requests[1].auth(), "api_key");
}

TEST_F(MedusaFeedTest, FindsTheOrderOfAPaymentThatWasCaptured) {
  model_.Add(Order(1));
  model_.Add(PaymentOf(1, kNoonMs + 60'000));
  host_.cursor = sdk::FormatTime(kNoonMs + 1000);

  Poll();

  EXPECT_EQ(SeenIds(), Ids{"order_1"});
  ASSERT_EQ(host_.requests.size(), 3U);
  EXPECT_EQ(ValuesOf(host_.requests[1].url(), "id[]"), Ids{"order_1"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(kNoonMs + 60'000));
}

TEST_F(MedusaFeedTest, FetchesAnOrderOnceThatIsInBothLists) {
  model_.Add(Order(1, kNoonMs + 50'000));
  model_.Add(PaymentOf(1, kNoonMs + 60'000, kNoonMs + 50'000));
  host_.cursor = sdk::FormatTime(kNoonMs + 1000);

  Poll();

  EXPECT_EQ(SeenIds(), Ids{"order_1"});
  EXPECT_EQ(host_.requests.size(), 2U);
}

TEST_F(MedusaFeedTest, FetchesAnOrderOnceOfWhichTwoPaymentsChanged) {
  model_.Add(Order(1));
  model_.Add(PaymentOf(1, kNoonMs + 60'000));
  model_.Add(PaymentOf(1, kNoonMs + 61'000));
  host_.cursor = sdk::FormatTime(kNoonMs + 1000);

  Poll();

  EXPECT_EQ(SeenIds(), Ids{"order_1"});
}

TEST_F(MedusaFeedTest, PassesThePaymentOfACart) {
  MedusaPayment payment;
  payment.updated_ms = kNoonMs + 60'000;
  model_.Add(payment);
  host_.cursor = sdk::FormatTime(kNoonMs);

  Poll();

  EXPECT_EQ(host_.requests.size(), 2U);
  EXPECT_TRUE(host_.orders.empty());
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(MedusaFeedTest, ConvergesToTwoRequestsWithEmptyAnswers) {
  model_.Add(Order(1));
  model_.Add(PaymentOf(1, kNoonMs + 10));
  Poll();
  EXPECT_EQ(host_.orders.size(), 1U);

  Poll();

  EXPECT_EQ(host_.requests.size(), 2U);
  EXPECT_TRUE(host_.orders.empty());
  EXPECT_EQ(host_.cursor, sdk::FormatTime(kNoonMs + 10));
}

TEST_F(MedusaFeedTest, KeepsTheCursorBehindTheClockOfTheStore) {
  model_.Add(Order(1, model_.clock_ms - 10));

  Poll();
  EXPECT_EQ(host_.cursor, sdk::FormatTime(model_.clock_ms - kMarginMs));

  Poll();
  EXPECT_EQ(SeenIds(), Ids{"order_1"}) << "it is seen again until it is that old";
}

TEST_F(MedusaFeedTest, NeverMovesTheCursorBack) {
  const std::string cursor = sdk::FormatTime(model_.clock_ms - 1000);
  host_.cursor = cursor;
  model_.Add(Order(1, model_.clock_ms));

  Poll();

  EXPECT_EQ(SeenIds(), Ids{"order_1"});
  EXPECT_EQ(host_.cursor, cursor);
}

TEST_F(MedusaFeedTest, IsNotLedAstrayByAnOrderFromTheFuture) {
  model_.Add(Order(1, model_.clock_ms + 86'400'000));
  Poll();
  model_.Add(Order(2, model_.clock_ms + 1));
  model_.clock_ms += 60'000;

  Poll();

  EXPECT_EQ(SeenIds(), (Ids{"order_2", "order_1"}));
}

TEST_F(MedusaFeedTest, BeginsAnewWithACursorThatIsNotOurs) {
  host_.begin.mutable_pull()->set_from_ms(kNoonMs);
  host_.cursor = "page 7";

  Poll();

  EXPECT_EQ(ValueOf(host_.requests.at(1).url(), "updated_at[$gte]"), sdk::FormatTime(kNoonMs));
}

TEST_F(MedusaFeedTest, GoesOnByTimeAfterAFullPage) {
  host_.config_json = ConfigWith(2);
  for (int number = 1; number <= 4; ++number) {
    model_.Add(Order(number, kNoonMs + number * 1000));
  }

  Poll();

  EXPECT_EQ(host_.orders.size(), 4U) << "none twice";
  ASSERT_GE(host_.requests.size(), 3U);
  EXPECT_EQ(ValueOf(host_.requests[2].url(), "updated_at[$gte]"),
            sdk::FormatTime(kNoonMs + 2 * 1000));
  EXPECT_EQ(ValueOf(host_.requests[2].url(), "offset"), "0");
}

TEST_F(MedusaFeedTest, GoesOnByIdWithinAMillisecond) {
  for (const int page_size : {1, 2, 3, 7, 100}) {
    SCOPED_TRACE(page_size);
    host_.config_json = ConfigWith(page_size);
    host_.cursor.clear();
    model_.orders.clear();
    for (int number = 1; number <= 250; ++number) {
      const bool is_same = number > 40 && number < 220;
      model_.Add(Order(number, kNoonMs + (is_same ? 41 : number)));
    }

    Poll();

    const Ids ids = SeenIds();
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 250U);
    EXPECT_EQ(host_.orders.size(), 250U) << "none twice";
  }
}

TEST_F(MedusaFeedTest, ReadsManyPaymentsOfAMillisecond) {
  host_.config_json = ConfigWith(7);
  host_.cursor = sdk::FormatTime(kNoonMs);
  for (int number = 1; number <= 60; ++number) {
    model_.Add(Order(number));
    model_.Add(PaymentOf(number, kNoonMs + 5));
  }

  Poll();

  EXPECT_EQ(host_.orders.size(), 60U);
}

TEST_F(MedusaFeedTest, ReadsAListThatIsNotSorted) {
  host_.config_json = ConfigWith(3);
  Ids wanted;
  for (int number = 1; number <= 20; ++number) {
    model_.Add(Order(number, kNoonMs + (number * 7919) % 20));
    wanted.push_back("order_" + std::to_string(number));
  }
  host_.answer = [this](const v1::HttpRequest& request) {
    v1::HttpRequest unsorted = request;
    unsorted.set_url(Replaced(request.url(), "order=updated_at", "order=id"));
    return model_.Answer(unsorted);
  };

  Poll();

  const Ids ids = SeenIds();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()),
            std::set<std::string>(wanted.begin(), wanted.end()));
}

TEST_F(MedusaFeedTest, CommitsAlongALongImport) {
  host_.config_json = ConfigWith(10);
  for (int number = 1; number <= 95; ++number) {
    model_.Add(Order(number, kNoonMs + number * 1000));
  }
  int answers = 0;
  host_.answer = [&](const v1::HttpRequest& request) {
    return ++answers == 6 ? HttpAnswer(500, "") : model_.Answer(request);
  };

  EXPECT_FALSE(host_.Run("orders.pull"));

  EXPECT_GE(host_.orders.size(), 30U);
  EXPECT_GE(host_.cursor, sdk::FormatTime(kNoonMs + 28'000));
  EXPECT_LT(host_.cursor, sdk::FormatTime(kNoonMs + 40'000)) << "never past what was given";
}

// A random store that is changed at every request: no change is missed once it rests.
TEST_F(MedusaFeedTest, NeverMissesAChangeOfAStoreThatChangesWhileItIsRead) {
  for (unsigned int seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % unsigned(limit)); };
    const int page_sizes[] = {2, 3, 5, 100};
    host_.config_json = ConfigWith(page_sizes[seed % 4]);
    host_.cursor.clear();
    std::map<int, MedusaOrder> orders;
    std::map<int, std::int64_t> captures;
    std::map<std::string, std::string> seen;
    std::int64_t clock_ms = kNoonMs + 100'000;
    const auto publish = [&] {
      model_ = MedusaModel();
      model_.clock_ms = clock_ms;
      for (const auto& [number, order] : orders) {
        model_.Add(order);
        model_.Add(PaymentOf(number, captures[number], order.updated_ms));
      }
    };
    const auto change = [&] {
      clock_ms += below(2000);
      const int number = 1 + below(40);
      if (const auto known = orders.find(number); known == orders.end()) {
        MedusaOrder order = Order(number, clock_ms);
        order.payment_status = "authorized";
        orders[number] = order;
        captures[number] = clock_ms;
      } else if (below(2) == 0) {
        known->second.updated_ms = clock_ms;
        ++known->second.version;
      } else if (known->second.payment_status == "authorized") {
        known->second.payment_status = "captured";
        captures[number] = clock_ms;
      }
    };
    for (int i = below(40); i > 0; --i) {
      change();
    }
    bool is_busy = true;
    host_.answer = [&](const v1::HttpRequest& request) {
      for (int i = is_busy ? below(4) : 0; i > 0; --i) {
        change();
      }
      publish();
      return model_.Answer(request);
    };
    for (int poll = 0; poll < 8; ++poll) {
      is_busy = poll < 6;
      ASSERT_TRUE(host_.Run("orders.pull")) << host_.failure.message();
      for (const v1::Order& order : host_.orders) {
        seen[order.external_id()] = order.mark();
      }
      clock_ms += below(60'000);
    }

    ScriptedHost fresh(medusa_connector(), kMedusaConfig);
    fresh.begin.mutable_pull();
    fresh.answer = host_.answer;
    ASSERT_TRUE(fresh.Run("orders.pull")) << fresh.failure.message();
    EXPECT_EQ(fresh.orders.size(), orders.size());
    for (const v1::Order& order : fresh.orders) {
      EXPECT_EQ(seen[order.external_id()], order.mark()) << order.external_id();
    }
  }
}

}  // namespace
}  // namespace storebridge::testing
