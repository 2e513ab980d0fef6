#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kBatch = "/admin/inventory-items/location-levels/batch";

class MedusaStockTest : public ::testing::Test {
 protected:
  MedusaStockTest() {
    host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_1"})";
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
  }

  v1::Completion Answer(const v1::HttpRequest& request) {
    if (PathOf(request.url()) != kBatch) {
      return model_.Answer(request);
    }
    bodies_.push_back(request.body());
    EXPECT_EQ(request.method(), "POST");
    EXPECT_EQ(request.safety(), v1::HttpRequest::SAFETY_IDEMPOTENT);
    return refuse_ && refuse_(request.body())
               ? refusal_
               : HttpAnswer(200, R"({"created":[],"updated":[],"deleted":[]})");
  }
  // A variant with its inventory item, and a level to be written of it.
  void AddLevel(int number, int quantity) {
    const std::string digits = std::to_string(number);
    AddVariant("variant_" + digits,
               "[" + InventoryItem("iitem_" + digits, 1, Level("sloc_1", 1)) + "]");
    Want("variant_" + digits, quantity);
  }
  void AddVariant(const std::string& id, const std::string& inventory) {
    MedusaVariant variant;
    variant.id = id;
    variant.inventory_json = inventory;
    model_.Add(variant);
  }
  void Want(const std::string& id, int quantity) {
    v1::StockLevel* level = host_.begin.mutable_stock()->add_levels();
    level->set_ref("level of " + id);
    level->set_external_id(id);
    level->set_quantity(quantity);
  }
  void Push() { ASSERT_TRUE(host_.Run("stock.push")) << host_.failure.message(); }
  // The outcome for a variant.
  [[nodiscard]] const v1::ItemResult& ResultOf(const std::string& id) const {
    static const v1::ItemResult kNone;
    const auto found =
        std::find_if(host_.results.begin(), host_.results.end(), [&](const v1::ItemResult& result) {
          return result.ref() == "level of " + id;
        });
    EXPECT_NE(found, host_.results.end()) << id;
    return found == host_.results.end() ? kNone : *found;
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
  std::vector<std::string> bodies_;
  std::function<bool(const std::string& body)> refuse_;
  v1::Completion refusal_ =
      HttpAnswer(404, Refusal("not_found", "Item iitem_13 is not stocked at location sloc_1"));
};

TEST_F(MedusaStockTest, WritesOverANumberThatIsNone) {
  AddVariant("variant_1",
             R"([{"required_quantity":1,"inventory_item_id":"iitem_1","inventory":{)"
             R"("location_levels":[{"location_id":"sloc_1","stocked_quantity":1.5}]}}])");
  Want("variant_1", 4);

  Push();

  EXPECT_TRUE(ResultOf("variant_1").has_accepted());
  ASSERT_EQ(bodies_.size(), 1U);
  EXPECT_TRUE(Has(bodies_[0], R"("create":[])")) << bodies_[0];
}

TEST_F(MedusaStockTest, UpdatesTheLevelsThatAreThereAndMakesTheOthers) {
  AddLevel(1, 70);
  AddVariant("variant_2", "[" + InventoryItem("iitem_2", 1, Level("sloc_9", 4)) + "]");
  Want("variant_2", 0);

  Push();

  ASSERT_EQ(bodies_.size(), 1U);
  EXPECT_EQ(bodies_[0],
            R"({"update":[{"inventory_item_id":"iitem_1","location_id":"sloc_1",)"
            R"("stocked_quantity":70}],"create":[{"inventory_item_id":"iitem_2",)"
            R"("location_id":"sloc_1","stocked_quantity":0}]})");
  ASSERT_EQ(host_.results.size(), 2U);
  EXPECT_EQ(ResultOf("variant_1").accepted().external_id(), "variant_1");
  EXPECT_TRUE(ResultOf("variant_2").has_accepted());
}

TEST_F(MedusaStockTest, RefusesAloneWhatCannotBeWritten) {
  const std::string level = Level("sloc_1", 5);
  AddLevel(1, 7);
  MedusaVariant unmanaged;
  unmanaged.id = "variant_2";
  unmanaged.is_managed = false;
  unmanaged.inventory_json = "[]";
  model_.Add(unmanaged);
  AddVariant(
      "variant_3",
      "[" + InventoryItem("iitem_8", 2, level) + "," + InventoryItem("iitem_9", 1, level) + "]");
  AddVariant("variant_4", "[" + InventoryItem("iitem_9", 3, level) + "]");
  AddVariant("variant_5", "[" + InventoryItem("iitem_1", 1, level) + "]");
  AddVariant("variant_6", R"([{"required_quantity":1,"inventory_item_id":null}])");
  for (const char* id : {"variant_2", "variant_3", "variant_4", "variant_5", "variant_6", "gone"}) {
    Want(id, 7);
  }

  Push();

  ASSERT_EQ(host_.results.size(), 7U);
  EXPECT_TRUE(ResultOf("variant_1").has_accepted());
  const std::map<std::string, std::string> problems = {
      {"variant_2", "switch 'Manage inventory' on"},
      {"variant_3", "keep stock of the parts"},
      {"variant_4", "keep stock of the parts"},
      {"variant_5", "has the inventory item of variant variant_1"},
      {"variant_6", "inventory_item_id"},
      {"gone", "Medusa has no variant gone any more"}};
  for (const auto& [id, problem] : problems) {
    EXPECT_TRUE(Has(ResultOf(id).failure().message(), problem)) << ResultOf(id).failure().message();
  }
  EXPECT_EQ(ResultOf("variant_3").failure().code(), v1::Failure::CODE_UNSUPPORTED);
  EXPECT_EQ(ResultOf("gone").failure().code(), v1::Failure::CODE_NOT_FOUND);
  ASSERT_EQ(bodies_.size(), 1U);
  EXPECT_FALSE(Has(bodies_[0], "iitem_8"));
}

TEST_F(MedusaStockTest, WritesNothingWhenNothingCanBeWritten) {
  Want("gone", 7);

  Push();

  EXPECT_TRUE(bodies_.empty());
  EXPECT_EQ(host_.results.size(), 1U);
}

TEST_F(MedusaStockTest, FindsTheOneThatIsRefusedByHalvesAndWritesTheOthers) {
  for (int number = 1; number <= 20; ++number) {
    AddLevel(number, number);
  }
  refuse_ = [](const std::string& body) { return Has(body, R"("iitem_13")"); };

  Push();

  ASSERT_EQ(host_.results.size(), 20U);
  for (const v1::ItemResult& result : host_.results) {
    EXPECT_EQ(result.has_failure(), result.ref() == "level of variant_13") << result.ref();
  }
  EXPECT_TRUE(Has(ResultOf("variant_13").failure().message(), "not stocked at location"));
  EXPECT_LE(host_.requests.size(), 12U);
}

TEST_F(MedusaStockTest, WritesAHundredLevelsPerRequest) {
  for (int number = 1; number <= 230; ++number) {
    AddLevel(number, number);
  }

  Push();

  EXPECT_EQ(host_.results.size(), 230U);
  ASSERT_EQ(bodies_.size(), 3U);
  EXPECT_LT(bodies_[0].size(), 100'000U) << "Medusa takes no more";
  EXPECT_EQ(ValuesOf(host_.requests[0].url(), "id[]").size(), 100U);
  EXPECT_EQ(ValueOf(host_.requests[0].url(), "limit"), "100") << "its own limit is smaller";
}

TEST_F(MedusaStockTest, RefusesTheSecondVariantOfAnInventoryItemHoweverFarApart) {
  for (int number = 1; number <= 150; ++number) {
    AddLevel(number, number);
  }
  AddVariant("other", "[" + InventoryItem("iitem_3", 1, Level("sloc_1", 5)) + "]");
  Want("other", 9);

  Push();

  EXPECT_TRUE(ResultOf("variant_3").has_accepted());
  EXPECT_TRUE(Has(ResultOf("other").failure().message(), "two products cannot share one number"));
}

TEST_F(MedusaStockTest, StopsWhenTheKeyIsNotTaken) {
  AddLevel(1, 1);
  AddLevel(2, 2);
  refuse_ = [](const std::string&) { return true; };
  refusal_ = HttpAnswer(401, kUnauthorized);

  EXPECT_FALSE(host_.Run("stock.push"));

  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_AUTH);
  EXPECT_EQ(bodies_.size(), 1U);
}

// A store that is down would be asked for each level alone.
TEST_F(MedusaStockTest, StopsWhenItIsTheStoreAndNotOneOfTheValues) {
  for (int number = 1; number <= 20; ++number) {
    AddLevel(number, number);
  }
  refuse_ = [](const std::string&) { return true; };
  for (const v1::Completion& answer :
       {HttpAnswer(502, "<html>Bad Gateway</html>"),
        HttpAnswer(503, ""),
        HttpAnswer(429, ""),
        HostFailure(v1::Failure::CODE_TRANSIENT, "the answer was lost")}) {
    SCOPED_TRACE(answer.http().status());
    refusal_ = answer;
    bodies_.clear();

    EXPECT_FALSE(host_.Run("stock.push"));

    EXPECT_EQ(bodies_.size(), 1U);
    EXPECT_TRUE(host_.results.empty());
  }
}

TEST_F(MedusaStockTest, WritesToTheOldestLocationWhenNoneIsNamed) {
  host_.config_json = kMedusaConfig;
  AddLevel(1, 3);

  Push();

  EXPECT_EQ(PathOf(host_.requests[0].url()), "/admin/stock-locations");
  EXPECT_EQ(ValueOf(host_.requests[0].url(), "order"), "created_at");
  ASSERT_EQ(bodies_.size(), 1U);
  EXPECT_TRUE(Has(bodies_[0], R"("location_id":"sloc_1")"));
}

TEST_F(MedusaStockTest, SaysThatThereIsNoLocation) {
  host_.config_json = kMedusaConfig;
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200, R"({"stock_locations":[],"count":0})");
  };
  Want("variant_1", 3);

  EXPECT_FALSE(host_.Run("stock.push"));

  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_CONFIG);
}

}  // namespace
}  // namespace storebridge::testing
