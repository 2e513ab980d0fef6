#include "domain/personal_data.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

struct MaskCase {
  const char* name;
  const char* text;
  const char* masked;
};

class MaskPersonalDataTest : public ::testing::TestWithParam<MaskCase> {};

TEST_P(MaskPersonalDataTest, ShowsWhatIsNobodys) {
  const MaskCase& one = GetParam();

  EXPECT_EQ(MaskPersonalData(one.text), one.masked);
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    MaskPersonalDataTest,
    ::testing::Values(
        MaskCase{"WooAddress",
                 R"({"id":12,"billing":{"first_name":"Maija","city":"Oulu","country":"FI"}})",
                 R"({"id":12,"billing":{"first_name":"xxxxx","city":"xxxx","country":"FI"}})"},
        MaskCase{
            "VendureAddress",
            R"({"customer":{"emailAddress":"m@a.fi"},"shippingAddress":{"fullName":"Mai V"}})",
            R"({"customer":{"emailAddress":"x@x.xx"},"shippingAddress":{"fullName":"xxx x"}})"},
        MaskCase{"ShippingLinesAreNobodys",
                 R"({"shipping_lines":[{"method_title":"Posti","total":"4.90"}]})",
                 R"({"shipping_lines":[{"method_title":"Posti","total":"4.90"}]})"},
        MaskCase{"StatesAndProducts",
                 R"({"status":"processing","sku":"SF-1","name":"Mug","stock_quantity":5})",
                 R"({"status":"processing","sku":"SF-1","name":"Mug","stock_quantity":5})"},
        MaskCase{"NumbersOfPersons",
                 R"({"phone":358401234567,"total":12.5})",
                 R"({"phone":000000000000,"total":12.5})"},
        MaskCase{
            "MetaDataIsCalledByItsKey",
            R"({"meta_data":[{"id":1,"key":"_billing_phone","value":"040 1"},{"key":"x","value":"y"}]})",
            R"({"meta_data":[{"id":1,"key":"_billing_phone","value":"000 0"},{"key":"x","value":"y"}]})"},
        MaskCase{"AMailAddressAnywhere",
                 R"({"message":"write to maija@example.com now"})",
                 R"({"message":"write to xxxxx@xxxxxxx.xxx now"})"},
        MaskCase{"DatesStay",
                 R"({"customer":{"since":"2026-11-18T10:00:00"}})",
                 R"({"customer":{"since":"2026-11-18T10:00:00"}})"},
        MaskCase{"CutOffInTheMiddle",
                 R"([{"billing":{"first_name":"Maija","last_name":"Virt)",
                 R"([{"billing":{"first_name":"xxxxx","last_name":"xxxx)"},
        MaskCase{"Escapes", R"({"note":"a\"b\u00e4\/c"})", R"({"note":"x\"x\u0000\/x"})"},
        MaskCase{"GiftMessages",
                 R"({"gift_message":"To Mai","meta_data":[{"key":"_gift_note","value":"Hei"}]})",
                 R"({"gift_message":"xx xxx","meta_data":[{"key":"_gift_note","value":"xxx"}]})"},
        MaskCase{"Documents",
                 R"({"documents":[{"type":"invoice","url":"https://a.fi/7","base64":"JVBE"}]})",
                 R"({"documents":[{"type":"invoice","url":"xxxxx://x.xx/0","base64":"xxxx"}]})"},
        MaskCase{"AddressesOfInvoices",
                 R"({"invoiceUrl":"https://a.fi/7","permalink":"https://a.fi/7"})",
                 R"({"invoiceUrl":"xxxxx://x.xx/0","permalink":"https://a.fi/7"})"},
        MaskCase{"Lists", R"({"emails":["a@b.fi","c"]})", R"({"emails":["x@x.xx","x"]})"},
        MaskCase{"WebPage",
                 R"(<html><p class="Maija">Hei Maija 7</p></html>)",
                 R"(<html><p class="xxxxx">xxx xxxxx 0</p></html>)"},
        MaskCase{"PlainText", "Maija Virtanen", "xxxxx xxxxxxxx"},
        MaskCase{"Nothing", "", ""}),
    [](const auto& one) { return one.param.name; });

TEST(MaskMailAddressesTest, TakesThemOutOfASentence) {
  EXPECT_EQ(MaskMailAddresses("'a@b.fi' is \"no\" c+d@e.fi, @ alone, f@"),
            "'x@x.xx' is \"no\" x+x@x.xx, @ alone, f@");
}

TEST(FindPersonalDataTest, ReadsADeepTextWithoutGoingDeep) {
  const std::string open(100'000, '[');

  EXPECT_TRUE(FindPersonalData(open + R"("a")" + std::string(100'000, ']')).personal.empty());
}

TEST(FindPersonalDataTest, GivesPiecesInOrderWithoutOverlap) {
  const std::string text =
      R"({"a":"x a@b.fi y","billing":{"city":"Oulu","lines":["one","two"]},"b":"c@d.fi"})";
  const PersonalData found = FindPersonalData(text);

  std::size_t last = 0;
  for (const Span& span : found.personal) {
    EXPECT_GE(span.begin, last);
    EXPECT_GT(span.end, span.begin);
    last = span.end;
  }
  EXPECT_EQ(found.personal.size(), 5U);
}

}  // namespace
}  // namespace storebridge::domain
