// Each text of a product and of an order in a real Vendure, with letters of all lengths in UTF-8,
// empty, and as long as Vendure takes it: we hold what the store holds, or say what is wrong. An
// order of Vendure has no text of its customer.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "day_kit/json_text.h"
#include "vendure_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "MUKI-1";
// Letters of one, two, three and four bytes, and some that have to be escaped in JSON.
constexpr const char* kOddText = "a \"Čáppa\" & <mokki> \\ – 茶碗 🦌 𝔗𝔢𝔵𝔱";
// Vendure's columns are varchar without a length: 255 characters in MySQL, the tightest.
constexpr int kTextLongest = 255;
// A request of 100 kB is refused: so many letters of four bytes, and the rest of the request, pass.
constexpr int kDescriptionLongest = 20'000;

std::string Repeated(const std::string& letter, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += letter;
  }
  return text;
}

// ---- products

struct ProductRow {
  std::string what;
  // As `shop edit-product` calls it.
  std::string field;
  std::string value;
  // Reason of the issue; empty for what we take over.
  std::string reason = {};
};

std::vector<ProductRow> ProductRows() {
  return {
      {"odd code", "new-sku", "MUKI/ÄÖ \"茶碗\" & 🦌"},
      {"no code", "new-sku", "", "PRODUCT_CODE_MISSING"},
      {"long code", "new-sku", Repeated("Ä", kTextLongest), "PRODUCT_CODE_FORMAT"},
      {"longest code of ours", "new-sku", Repeated("🦌", 100)},
      {"odd title", "title", kOddText},
      {"no title", "title", ""},
      {"long title", "title", Repeated("ä", kTextLongest)},
      {"long title of long letters",
       "title",
       Repeated("🦌", kTextLongest),
       "PRODUCT_TITLE_TOO_LONG"},
      {"odd EAN", "ean", kOddText},
      {"no EAN", "ean", ""},
      {"long EAN", "ean", Repeated("7", kTextLongest)},
      {"odd description", "description", kOddText},
      {"no description", "description", ""},
      {"long description", "description", Repeated("🦌", kDescriptionLongest)},
  };
}

// Ordinary products of the store, one for each row.
std::string CodeOf(std::size_t row) {
  constexpr int kFirst = 13;
  std::string number = std::to_string(kFirst + row);
  return "SB-" + std::string(5 - number.size(), '0') + number;
}

const std::string& TextOf(const day::StoreProduct& product, const std::string& field) {
  if (field == "title") {
    return product.title;
  }
  if (field == "ean") {
    return product.ean;
  }
  return field == "description" ? product.description : product.code;
}

// ---- orders

struct AddressRow {
  std::string what;
  std::optional<std::string> day::AddressChange::*field = nullptr;
  // As Vendure calls it.
  std::string theirs;
  std::string value;
  // The field that a problem of the DRAFT names; empty for an order that becomes NEW.
  std::string problem = {};
};

std::vector<AddressRow> AddressRows() {
  using A = day::AddressChange;
  const std::string longest = Repeated("Ä", kTextLongest);
  return {
      {"odd recipient", &A::recipient, "fullName", kOddText},
      {"no recipient", &A::recipient, "fullName", "", "shipping_address.recipient"},
      {"long recipient", &A::recipient, "fullName", longest, "shipping_address.recipient"},
      {"odd company", &A::company, "company", kOddText},
      {"no company", &A::company, "company", ""},
      {"long company", &A::company, "company", longest, "shipping_address.company"},
      {"odd street", &A::street, "streetLine1", kOddText},
      {"no street", &A::street, "streetLine1", "", "shipping_address.lines"},
      {"long street", &A::street, "streetLine1", longest, "shipping_address.lines[0]"},
      {"odd second line", &A::second_line, "streetLine2", kOddText},
      {"no second line", &A::second_line, "streetLine2", ""},
      {"long second line", &A::second_line, "streetLine2", longest, "shipping_address.lines[1]"},
      {"odd city", &A::city, "city", kOddText},
      {"no city", &A::city, "city", "", "shipping_address.city"},
      {"long city", &A::city, "city", longest, "shipping_address.city"},
      {"odd region", &A::region, "province", kOddText},
      {"no region", &A::region, "province", ""},
      {"long region", &A::region, "province", longest, "shipping_address.region"},
      {"odd postal code",
       &A::postal_code,
       "postalCode",
       "３３１００ 🦌",
       "shipping_address.postal_code"},
      {"no postal code", &A::postal_code, "postalCode", "", "shipping_address.postal_code"},
      {"long postal code", &A::postal_code, "postalCode", longest, "shipping_address.postal_code"},
      {"odd phone", &A::phone, "phoneNumber", "📞 ٠٤٠ 茶"},
      {"no phone", &A::phone, "phoneNumber", ""},
      {"long phone", &A::phone, "phoneNumber", longest, "shipping_address.phone"},
  };
}

class VendureTextsTest : public VendureFixture {
 protected:
  std::string IssueTextOf(const std::string& reason) {
    std::string text;
    for (const v1::Issue& issue : Must(platform_->ListIssues())) {
      if (issue.reason() == reason) {
        EXPECT_FALSE(issue.message().empty() || issue.resolution().empty()) << reason;
        text += issue.message();
      }
    }
    return text;
  }

  void ExpectEqual(const v1::Product& ours, const day::StoreProduct& theirs) {
    EXPECT_EQ(ours.product_code(), theirs.code);
    EXPECT_EQ(ours.title(), theirs.title);
    EXPECT_EQ(ours.ean(), theirs.ean);
    EXPECT_EQ(ours.description(), theirs.description);
  }

  static void ExpectEqual(const v1::Address& ours, const boost::json::value& theirs) {
    std::vector<std::string> lines;
    for (const char* line : {"streetLine1", "streetLine2"}) {
      if (const std::string text = day::TextAt(theirs, line); !text.empty()) {
        lines.push_back(text);
      }
    }
    EXPECT_EQ(ours.recipient(), day::TextAt(theirs, "fullName"));
    EXPECT_EQ(ours.company(), day::TextAt(theirs, "company"));
    EXPECT_EQ(std::vector<std::string>(ours.lines().begin(), ours.lines().end()), lines);
    EXPECT_EQ(ours.postal_code(), day::TextAt(theirs, "postalCode"));
    EXPECT_EQ(ours.city(), day::TextAt(theirs, "city"));
    EXPECT_EQ(ours.region(), day::TextAt(theirs, "province"));
    EXPECT_EQ(ours.region_code(), day::TextAt(theirs, "countryCode"));
    EXPECT_EQ(ours.phone(), day::TextAt(theirs, "phoneNumber"));
  }

  static void ExpectProblem(const v1::Order& order, const std::string& field) {
    if (field.empty()) {
      EXPECT_EQ(order.state(), v1::ORDER_STATE_NEW) << order.ShortDebugString();
      EXPECT_EQ(order.problems_size(), 0);
      return;
    }
    EXPECT_EQ(order.state(), v1::ORDER_STATE_DRAFT);
    EXPECT_TRUE(std::any_of(order.problems().begin(),
                            order.problems().end(),
                            [&](const v1::OrderProblem& problem) {
                              return problem.field() == field && !problem.message().empty();
                            }))
        << "no problem of " << field << ": " << order.ShortDebugString();
  }
};

TEST_F(VendureTextsTest, OfProductsAreHeldAsTheyAreOrAreIssues) {
  StartAll();
  const std::vector<ProductRow> rows = ProductRows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(Came(store_.side->EditProduct(CodeOf(i), {{rows[i].field, rows[i].value}})))
        << rows[i].what;
  }

  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));

  const auto theirs = Must(store_.side->AllProducts());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].what);
    const std::string code = rows[i].field == "new-sku" ? rows[i].value : CodeOf(i);
    ASSERT_TRUE(theirs.contains(code)) << "the store did not take it";
    EXPECT_EQ(TextOf(theirs.at(code), rows[i].field), rows[i].value) << "in the store";
    if (rows[i].reason.empty()) {
      ExpectEqual(Must(platform_->GetProduct(code)), theirs.at(code));
    } else {
      EXPECT_NE(IssueTextOf(rows[i].reason), "");
      EXPECT_TRUE(Came(platform_->GetProduct(CodeOf(i)))) << "it stays as it was";
    }
  }
  EXPECT_EQ(Must(platform_->ListIssues()).size(), 3U) << "one for each row that has a reason";
}

// What was bought is shown to the warehouse by its code and title.
TEST_F(VendureTextsTest, OfProductsStandOnTheLinesOfTheirOrders) {
  StartAll();
  const std::vector<ProductRow> rows = {
      {"odd code", "new-sku", "MUKI/ÄÖ \"茶碗\" & 🦌"},
      {"odd title", "title", kOddText},
      {"no title", "title", ""},
      {"long title", "title", Repeated("ä", kTextLongest)},
  };
  day::Purchase purchase;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(Came(store_.side->EditProduct(CodeOf(i), {{rows[i].field, rows[i].value}})));
    purchase.lines.push_back(
        {.code = rows[i].field == "new-sku" ? rows[i].value : CodeOf(i), .quantity = 1});
  }
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  for (const day::CartLine& line : purchase.lines) {
    Stock(line.code, 5);
  }

  const std::string number = Must(store_.side->Place(purchase)).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  const auto theirs = Must(store_.side->AllProducts());
  const v1::Order order = Must(platform_->GetOrder(number));
  ExpectProblem(order, "");
  ASSERT_EQ(order.lines_size(), static_cast<int>(purchase.lines.size()));
  for (const v1::OrderLine& line : order.lines()) {
    ASSERT_TRUE(theirs.contains(line.product_code())) << line.product_code();
    EXPECT_EQ(line.title(), theirs.at(line.product_code()).title);
    EXPECT_EQ(line.product(), Must(platform_->GetProduct(line.product_code())).name());
  }
}

TEST_F(VendureTextsTest, OfOrdersAreHeldAsTheyAreAndWhatIsWrongMakesADraft) {
  StartAll();
  const std::vector<AddressRow> rows = AddressRows();
  Stock(kMug, 100);
  std::vector<std::string> numbers;
  for (const AddressRow& row : rows) {
    day::Purchase purchase{.lines = {{kMug, 1}}};
    purchase.address.*row.field = row.value;
    const auto placed = store_.side->Place(purchase);
    ASSERT_TRUE(Came(placed)) << row.what;
    numbers.push_back(placed->at(0));
  }

  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  const auto theirs = Must(store_.side->Orders());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].what);
    ASSERT_TRUE(theirs.contains(numbers[i]));
    const boost::json::value store = Must(day::ParseJson(theirs.at(numbers[i]).everything));
    const boost::json::value address = day::ValueAt(store, "shippingAddress");
    const v1::Order order = Must(platform_->GetOrder(numbers[i]));
    EXPECT_EQ(day::TextAt(address, rows[i].theirs), rows[i].value) << "in the store";
    ExpectEqual(order.shipping_address(), address);
    EXPECT_EQ(order.shipping_address().email(),
              day::TextAt(day::ValueAt(store, "customer"), "emailAddress"));
    ExpectProblem(order, rows[i].problem);
  }
}

}  // namespace
}  // namespace storebridge::e2e
