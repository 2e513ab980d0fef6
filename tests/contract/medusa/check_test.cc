// What CheckStore finds.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kNotThere =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<body>\n<pre>Cannot GET /admin/orders</pre>\n</body>\n"
    "</html>\n";

class MedusaCheckTest : public ::testing::Test {
 protected:
  MedusaCheckTest() {
    model_.locations = {Location("sloc_1", "Varasto"), Location("sloc_2", "Myymälä")};
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
  }

  static MedusaModel::Row Location(const std::string& id, const std::string& name) {
    return {id, 1, 1, "", R"({"id":")" + id + R"(","name":")" + name + R"("})"};
  }
  v1::Completion Answer(const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    if (const auto other = answers_.find(path); other != answers_.end()) {
      return other->second;
    }
    if (path != "/admin/inventory-items") {
      return model_.Answer(request);
    }
    ++looks_;
    return HttpAnswer(200,
                      R"({"inventory_items":[{"id":"iitem_1","sku":"VS-2","location_levels":[)"
                      R"({"location_id":"sloc_2","stocked_quantity":)" +
                          elsewhere_ +
                          R"(,"reserved_quantity":3},{"location_id":"sloc_1","stocked_quantity":9,)"
                          R"("reserved_quantity":0}]}],"count":)" +
                          std::to_string(items_) + "}");
  }
  v1::Check Check(const std::string& name) {
    looks_ = 0;
    EXPECT_TRUE(host_.Run("auth.check")) << host_.failure.message();
    for (const v1::Check& check : host_.checks) {
      if (check.name() == name) {
        return check;
      }
    }
    ADD_FAILURE() << name << " was not looked at";
    return {};
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
  // By path, in place of what the model answers.
  std::map<std::string, v1::Completion> answers_;
  std::string elsewhere_ = "3";
  int items_ = 1;
  // Requests for the levels of inventory items.
  int looks_ = 0;
};

TEST_F(MedusaCheckTest, IsContentWithAStoreThatIsAsItShouldBe) {
  ASSERT_TRUE(host_.Run("auth.check"));

  std::vector<std::string> names;
  for (const v1::Check& check : host_.checks) {
    EXPECT_TRUE(check.ok()) << check.message();
    names.push_back(check.name());
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{
                "credentials", "orders", "payments", "products", "prices", "stock locations"}));
  EXPECT_EQ(host_.capabilities, (std::vector<std::string>{"ean", "partial_shipments"}));
  for (const v1::HttpRequest& request : host_.requests) {
    EXPECT_EQ(request.auth(), "api_key");
    EXPECT_EQ(request.method(), "GET");
  }
}

TEST_F(MedusaCheckTest, StopsAtAKeyThatIsNotTaken) {
  answers_["/admin/stores"] = HttpAnswer(401, kUnauthorized);

  const v1::Check check = Check("credentials");

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(check.message().starts_with("GET /admin/stores answered 401 (check.cc:"))
      << check.message();
  EXPECT_TRUE(Has(check.message(), "): Medusa says 'Unauthorized'; check the secret API key"))
      << check.message();
  EXPECT_EQ(check.action(), "Check base_url and the secret API key.");
  EXPECT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(host_.checks.size(), 1U);
}

TEST_F(MedusaCheckTest, SaysThatThereIsNoMedusa) {
  answers_["/admin/stores"] = HttpAnswer(404, kNotThere);
  EXPECT_FALSE(Check("credentials").ok());
  EXPECT_TRUE(Has(host_.checks[0].message(), "/admin/stores answered 404"))
      << host_.checks[0].message();
  EXPECT_TRUE(Has(host_.checks[0].message(), "it is not Medusa that says so"));
  EXPECT_TRUE(Has(host_.checks[0].action(), "base_url"));

  answers_["/admin/stores"] = HttpAnswer(200, "<html>Welcome</html>");
  EXPECT_FALSE(Check("credentials").ok());
  EXPECT_EQ(host_.checks[0].message(), "the answer is not JSON: no Medusa is there");

  answers_["/admin/stores"] =
      HostFailure(v1::Failure::CODE_TRANSIENT, "shop.example refused the connection");
  EXPECT_EQ(Check("credentials").message(), "shop.example refused the connection");
  EXPECT_EQ(host_.checks.size(), 1U);
}

TEST_F(MedusaCheckTest, SaysWhichListCannotBeReadAndGoesOn) {
  answers_["/admin/payments"] =
      HttpAnswer(500, Refusal("unknown_error", "An unknown error occurred."));
  answers_["/admin/stores"] = HttpAnswer(200, R"({"stores":7})");

  const v1::Check check = Check("payments");

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.message(), "answered 500")) << check.message();
  EXPECT_TRUE(check.message().ends_with("Medusa says 'An unknown error occurred.' (unknown_error)"))
      << check.message();
  EXPECT_TRUE(Has(check.action(), "log of Medusa")) << check.action();
  EXPECT_FALSE(Check("prices").ok());
  EXPECT_TRUE(Check("products").ok());
  EXPECT_TRUE(Check("stock locations").ok());
  EXPECT_EQ(host_.capabilities.size(), 2U);
}

TEST_F(MedusaCheckTest, SaysHowPricesAreRead) {
  EXPECT_EQ(Check("prices").message(), "prices are read in EUR, with tax");
  model_.preferences_json = "[]";
  EXPECT_EQ(Check("prices").message(), "prices are read in EUR, without tax");
  host_.config_json = R"({"base_url":"https://shop.example","currency":"sek"})";
  EXPECT_EQ(Check("prices").message(), "prices are read in SEK, without tax");
}

TEST_F(MedusaCheckTest, WarnsOfAStoreWithoutDefaultCurrency) {
  model_.stores_json = R"([{"supported_currencies":[{"currency_code":"eur","is_default":false}]}])";

  const v1::Check check = Check("prices");

  EXPECT_FALSE(check.ok());
  EXPECT_EQ(check.message(), "the store has no default currency");
  EXPECT_TRUE(Has(check.action(), "or set currency")) << check.action();
}

TEST_F(MedusaCheckTest, WarnsOfGoodsAtAnotherLocation) {
  elsewhere_ = "5";

  const v1::Check check = Check("stock locations");

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.message(), "written to 'Varasto' (sloc_1)")) << check.message();
  EXPECT_TRUE(Has(check.message(), "2 of VS-2 at 'Myymälä' (sloc_2)")) << check.message();
  EXPECT_TRUE(Has(check.action(), "other locations to 0")) << check.action();
}

TEST_F(MedusaCheckTest, IsContentWhenNothingCanBeBoughtElsewhere) {
  EXPECT_EQ(Check("stock locations").message(), "stock is written to 'Varasto' (sloc_1)")
      << "all of it is sold";
  EXPECT_EQ(looks_, 1);

  elsewhere_ = "5";
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_2"})";
  EXPECT_FALSE(Check("stock locations").ok()) << "9 lie at the other one";

  model_.locations = {Location("sloc_2", "Myymälä")};
  EXPECT_EQ(Check("stock locations").message(), "stock is written to 'Myymälä' (sloc_2)");
  EXPECT_EQ(looks_, 0) << "there is one location only";
}

TEST_F(MedusaCheckTest, LooksAtFivePagesOfACatalogueAtMost) {
  items_ = 100'000;

  EXPECT_TRUE(Check("stock locations").ok());

  EXPECT_EQ(looks_, 5);
}

TEST_F(MedusaCheckTest, SaysWhichLocationsThereAreWhenTheNamedOneIsNot) {
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_9"})";

  const v1::Check check = Check("stock locations");

  EXPECT_FALSE(check.ok());
  EXPECT_EQ(check.message(),
            "stock_location_id sloc_9 is none of Medusa's: 'Varasto' (sloc_1), 'Myymälä' (sloc_2)");
  EXPECT_TRUE(Has(check.action(), "Name one of these"));
}

TEST_F(MedusaCheckTest, SaysThatThereIsNoLocation) {
  answers_["/admin/stock-locations"] = HttpAnswer(200, R"({"stock_locations":[],"count":0})");

  const v1::Check check = Check("stock locations");

  EXPECT_EQ(check.message(), "Medusa has no stock location");
  EXPECT_TRUE(Has(check.action(), "Settings > Locations"));
}

TEST_F(MedusaCheckTest, SaysThatANumberIsNoStock) {
  elsewhere_ = "-9223372036854775808";

  const v1::Check check = Check("stock locations");

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.message(), "a number of pieces")) << check.message();
}

}  // namespace
}  // namespace storebridge::testing
