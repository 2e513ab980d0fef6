#include "domain/order_rules.h"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

// Validates PaidOrder after a change.
std::vector<v1::OrderProblem> ProblemsAfter(const std::function<void(v1::Order&)>& change) {
  const FakeProducts products;
  v1::Order order = TakenOver(PaidOrder(), products, OrderState::kDraft);
  change(order);
  return ValidateOrder(order, products.Lookup());
}

TEST(OrderRulesTest, FindsNothingWrongWithARightOrder) {
  EXPECT_TRUE(ProblemsAfter([](v1::Order&) {}).empty());
}

struct WrongOrder {
  const char* reason;
  const char* field;
  std::function<void(v1::Order&)> change;
};

std::vector<WrongOrder> WrongAddresses() {
  return {
      {"RECIPIENT_MISSING",
       "shipping_address.recipient",
       [](v1::Order& o) { o.mutable_shipping_address()->set_recipient(" "); }},
      {"ADDRESS_LINE_MISSING",
       "shipping_address.lines",
       [](v1::Order& o) { o.mutable_shipping_address()->set_lines(0, " "); }},
      {"CITY_MISSING",
       "shipping_address.city",
       [](v1::Order& o) { o.mutable_shipping_address()->clear_city(); }},
      {"REGION_CODE_MISSING",
       "shipping_address.region_code",
       [](v1::Order& o) { o.mutable_shipping_address()->clear_region_code(); }},
      {"REGION_CODE",
       "shipping_address.region_code",
       [](v1::Order& o) { o.mutable_shipping_address()->set_region_code("UK"); }},
      {"POSTAL_CODE_FORMAT",
       "shipping_address.postal_code",
       [](v1::Order& o) { o.mutable_shipping_address()->set_postal_code("100"); }},
      {"POSTAL_CODE_MISSING",
       "shipping_address.postal_code",
       [](v1::Order& o) { o.mutable_shipping_address()->clear_postal_code(); }},
      {"TEXT",
       "shipping_address.recipient",
       [](v1::Order& o) { o.mutable_shipping_address()->set_recipient(std::string(201, 'x')); }},
      {"TEXT",
       "shipping_address.city",
       [](v1::Order& o) { o.mutable_shipping_address()->set_city(std::string("a\0b", 3)); }},
      {"TEXT",
       "shipping_address.recipient",
       [](v1::Order& o) { o.mutable_shipping_address()->set_recipient("M\xEF\xBF\xBDkinen"); }},
      {"TEXT",
       "shipping_method.title",
       [](v1::Order& o) { o.mutable_shipping_method()->set_title("Posti\x1B"); }},
      {"TEXT",
       "shipping_method.code",
       [](v1::Order& o) { o.mutable_shipping_method()->set_code(std::string(1001, 'x')); }},
      {"TEXT", "shipping_method.pickup_point", [](v1::Order& o) {
         o.mutable_shipping_method()->set_pickup_point("Kiosk\n7");
       }}};
}

std::vector<WrongOrder> WrongContents() {
  return {
      {"NO_LINES", "lines", [](v1::Order& o) { o.clear_lines(); }},
      {"NOTHING_TO_SEND",
       "lines",
       [](v1::Order& o) {
         for (v1::OrderLine& line : *o.mutable_lines()) {
           line.set_open_quantity(0);
         }
       }},
      {"PRODUCT_CODE_MISSING",
       "lines[1].product_code",
       [](v1::Order& o) { o.mutable_lines(1)->set_product_code(" "); }},
      {"PRODUCT_UNKNOWN",
       "lines[1].product_code",
       [](v1::Order& o) { o.mutable_lines(1)->set_product_code("CUP-9"); }},
      {"QUANTITY", "lines[0].quantity", [](v1::Order& o) { o.mutable_lines(0)->set_quantity(-1); }},
      {"QUANTITY",
       "lines[0].quantity",
       [](v1::Order& o) { o.mutable_lines(0)->set_quantity(1'000'001); }},
      {"CURRENCY_MIXED",
       "lines[0].unit_price",
       [](v1::Order& o) { o.mutable_lines(0)->mutable_unit_price()->set_currency_code("SEK"); }},
      {"AMOUNT",
       "totals.grand",
       [](v1::Order& o) { o.mutable_totals()->mutable_grand()->set_nanos(-1); }},
      {"GRAND_TOTAL_NEGATIVE",
       "totals.grand",
       [](v1::Order& o) {
         o.mutable_totals()->mutable_grand()->set_units(-1);
         o.mutable_totals()->mutable_grand()->set_nanos(0);
       }},
  };
}

void AddDocument(v1::Order& order, const std::string& url) {
  v1::OrderDocument& document = *order.add_documents();
  document.set_type("invoice");
  document.set_url(url);
}

std::vector<WrongOrder> WrongTextsAndPapers() {
  return {
      {"TEXT",
       "customer_note",
       [](v1::Order& o) { o.set_customer_note(std::string(10'001, 'x')); }},
      {"TEXT", "gift_message", [](v1::Order& o) { o.set_gift_message(std::string(10'001, 'x')); }},
      {"TEXT", "gift_message", [](v1::Order& o) { o.set_gift_message("Happy\x1B"); }},
      {"TEXT", "incoterm", [](v1::Order& o) { o.set_incoterm("DAP\n"); }},
      {"TEXT", "incoterm", [](v1::Order& o) { o.set_incoterm(std::string(101, 'x')); }},
      {"TOO_MANY_DOCUMENTS",
       "documents",
       [](v1::Order& o) {
         for (std::size_t i = 0; i <= kOrderDocumentsMax; ++i) {
           AddDocument(o, "https://web.example/invoice.pdf");
         }
       }},
      {"DOCUMENT_URL", "documents[0].url", [](v1::Order& o) { AddDocument(o, ""); }},
      {"DOCUMENT_URL",
       "documents[1].url",
       [](v1::Order& o) {
         AddDocument(o, "https://web.example/invoice.pdf");
         AddDocument(o, "file:///etc/passwd");
       }},
      {"TEXT",
       "documents[0].url",
       [](v1::Order& o) { AddDocument(o, "https://web.example/" + std::string(2000, 'x')); }},
      {"TEXT",
       "documents[0].type",
       [](v1::Order& o) {
         AddDocument(o, "https://web.example/invoice.pdf");
         o.mutable_documents(0)->set_type("in\nvoice");
       }},
  };
}

TEST(OrderRulesTest, TakesGiftMessagesAndDocumentsUpToTheirLimits) {
  EXPECT_TRUE(ProblemsAfter([](v1::Order& order) {
                order.set_gift_message("Happy\nbirthday!" + std::string(9'984, 'x'));
                order.set_incoterm("DAP");
                for (std::size_t i = 0; i < kOrderDocumentsMax; ++i) {
                  AddDocument(order, "http://web.example/invoice.pdf");
                }
              }).empty());
}

TEST(OrderRulesTest, ShowsNoAddressOfADocument) {
  const std::vector<v1::OrderProblem> problems =
      ProblemsAfter([](v1::Order& order) { AddDocument(order, "ftp://web.example/?key=s3cret"); });

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message().find("s3cret"), std::string::npos) << problems[0].message();
}

TEST(OrderRulesTest, NamesReasonAndFieldOfEachProblem) {
  std::vector<WrongOrder> cases = WrongAddresses();
  for (const std::vector<WrongOrder>& more : {WrongContents(), WrongTextsAndPapers()}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }

  for (const WrongOrder& wrong : cases) {
    const std::vector<v1::OrderProblem> problems = ProblemsAfter(wrong.change);
    ASSERT_FALSE(problems.empty()) << wrong.reason;
    bool found = false;
    for (const v1::OrderProblem& problem : problems) {
      found = found || (problem.reason() == wrong.reason && problem.field() == wrong.field);
      EXPECT_EQ(problem.message().rfind("Order 1001: ", 0), 0U) << problem.message();
    }
    EXPECT_TRUE(found) << wrong.reason << ", got " << problems.front().reason() << " "
                       << problems.front().field();
  }
}

TEST(OrderRulesTest, ListsAllProblemsAtOnce) {
  const std::vector<v1::OrderProblem> problems = ProblemsAfter([](v1::Order& order) {
    order.mutable_shipping_address()->clear_recipient();
    order.mutable_shipping_address()->set_postal_code("1");
    order.mutable_lines(0)->set_product_code("CUP-8");
    order.mutable_lines(1)->set_product_code("CUP-9");
  });

  ASSERT_EQ(problems.size(), 4U);
  EXPECT_EQ(problems[2].field(), "lines[0].product_code");
  EXPECT_EQ(problems[3].field(), "lines[1].product_code");
}

TEST(OrderRulesTest, SaysWhatToDoInWordsOfTheMerchant) {
  const v1::OrderProblem product = ProblemsAfter([](v1::Order& order) {
                                     order.mutable_lines(1)->set_product_code("CUP-9");
                                   }).front();
  const v1::OrderProblem postal = ProblemsAfter([](v1::Order& order) {
                                    order.mutable_shipping_address()->set_postal_code("100");
                                  }).front();

  EXPECT_EQ(product.message(),
            "Order 1001: line 2: no product has the code 'CUP-9'. Add a product with the code "
            "'CUP-9' in the store, or correct "
            "the order there; the order is checked again by itself.");
  EXPECT_EQ(postal.message(),
            "Order 1001: '100' is not a postal code of Finland: Finland uses 5 digits, such as "
            "00100. Correct it in the store; "
            "the order is checked again by itself.");
}

TEST(OrderRulesTest, AcceptsACompanyInsteadOfAPerson) {
  EXPECT_TRUE(ProblemsAfter([](v1::Order& order) {
                order.mutable_shipping_address()->clear_recipient();
                order.mutable_shipping_address()->set_company("Kuppi Oy");
              }).empty());
}

TEST(OrderRulesTest, AsksForNoTownInACityState) {
  EXPECT_TRUE(ProblemsAfter([](v1::Order& order) {
                order.mutable_shipping_address()->clear_city();
                order.mutable_shipping_address()->set_region_code("SG");
                order.mutable_shipping_address()->set_postal_code("018956");
              }).empty());
}

TEST(OrderRulesTest, DoesNotLookAtLinesThatAreNotSent) {
  EXPECT_TRUE(ProblemsAfter([](v1::Order& order) {
                order.mutable_lines(1)->set_product_code("");
                order.mutable_lines(1)->set_open_quantity(0);
              }).empty());
}

TEST(OrderRulesTest, NamesAProductThatIsNotSoldNow) {
  FakeProducts products;
  const v1::Order order = TakenOver(PaidOrder(), products, OrderState::kDraft);
  products.Set("MUG-1", ProductFacts::Standing::kInactive);

  const std::vector<v1::OrderProblem> problems = ValidateOrder(order, products.Lookup());

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].reason(), "PRODUCT_INACTIVE");
  EXPECT_NE(problems[0].message().find("'MUG-1'"), std::string::npos);
}

TEST(OrderRulesTest, ShowsNoControlCharactersOfTheStoreInItsMessages) {
  const std::vector<v1::OrderProblem> problems = ProblemsAfter(
      [](v1::Order& order) { order.mutable_lines(0)->set_product_code("\x1B[31mX"); });

  for (const v1::OrderProblem& problem : problems) {
    EXPECT_EQ(problem.message().find('\x1B'), std::string::npos);
  }
}

}  // namespace
}  // namespace storebridge::domain
