#include "domain/order_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/money.h"
#include "domain/order_record.h"
#include "domain/postal_code.h"
#include "domain/region.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kNameMax = 200;
constexpr std::size_t kStreetMax = 200;
constexpr int kStreetLinesMax = 10;
constexpr std::size_t kTownMax = 100;
constexpr std::size_t kPhoneMax = 50;
constexpr std::size_t kEmailMax = 254;
constexpr std::size_t kPostalCodeMax = 20;
constexpr std::size_t kTitleMax = 1000;
constexpr std::size_t kCodeMax = 200;
constexpr std::size_t kNoteMax = 10'000;
constexpr std::size_t kMethodMax = 1000;
constexpr std::size_t kIncotermMax = 100;
constexpr std::size_t kUrlMax = 2000;

// Where every address has the same town, stores do not ask for it.
constexpr std::array<std::string_view, 6> kCityStates = {"GI", "HK", "MC", "MO", "SG", "VA"};

constexpr std::string_view kCorrect =
    "Correct it in the store; the order is checked again by itself.";

// The path of a field. It is written out only when there is something to say about the field: most
// orders are right, and every one of them is looked at.
class Field {
 public:
  // `{}` in the path stands for the index.
  constexpr explicit Field(std::string_view path, int index = -1) : path_(path), index_(index) {}
  [[nodiscard]] std::string Text() const {
    return index_ < 0 ? std::string(path_) : fmt::format(fmt::runtime(path_), index_);
  }

 private:
  std::string_view path_;
  int index_;
};

// Collects the problems of one order.
class Problems {
 public:
  explicit Problems(const v1::Order& order) : order_(order) {}

  void Add(std::string_view reason,
           std::string field,
           std::string_view what,
           std::string_view action = kCorrect) {
    v1::OrderProblem problem;
    problem.set_reason(std::string(reason));
    problem.set_field(std::move(field));
    problem.set_message(
        fmt::format("Order {}: {}. {}", Shown(order_.order_number()), what, action));
    list_.push_back(std::move(problem));
  }

  // Adds a problem when the text is too long or has characters that no label can show.
  void CheckText(std::string_view text,
                 std::size_t max,
                 const Field& field,
                 TextKind kind = TextKind::kLine) {
    if (const std::string fault = TextFault(text, max, kind); !fault.empty()) {
      Add("TEXT", field.Text(), fmt::format("{} {}", field.Text(), fault));
    }
  }

  void Add(const v1::OrderProblem& problem) { list_.push_back(problem); }

  std::vector<v1::OrderProblem> Take() { return std::move(list_); }

 private:
  const v1::Order& order_;
  std::vector<v1::OrderProblem> list_;
};

bool HasStreet(const v1::Address& address) {
  return std::any_of(address.lines().begin(), address.lines().end(), [](const std::string& line) {
    return !IsBlank(line);
  });
}

bool NeedsCity(std::string_view region_code) {
  return std::find(kCityStates.begin(), kCityStates.end(), region_code) == kCityStates.end();
}

void CheckAddressTexts(const v1::Address& address, Problems& problems) {
  problems.CheckText(address.recipient(), kNameMax, Field("shipping_address.recipient"));
  problems.CheckText(address.company(), kNameMax, Field("shipping_address.company"));
  for (int i = 0; i < std::min(address.lines_size(), kStreetLinesMax); ++i) {
    problems.CheckText(address.lines(i), kStreetMax, Field("shipping_address.lines[{}]", i));
  }
  if (address.lines_size() > kStreetLinesMax) {
    problems.Add(
        "TOO_MANY_ADDRESS_LINES",
        "shipping_address.lines",
        fmt::format(
            "the address has {} lines, {} are allowed", address.lines_size(), kStreetLinesMax));
  }
  problems.CheckText(address.postal_code(), kPostalCodeMax, Field("shipping_address.postal_code"));
  problems.CheckText(address.city(), kTownMax, Field("shipping_address.city"));
  problems.CheckText(address.region(), kTownMax, Field("shipping_address.region"));
  problems.CheckText(address.phone(), kPhoneMax, Field("shipping_address.phone"));
  problems.CheckText(address.email(), kEmailMax, Field("shipping_address.email"));
}

void CheckRegion(const v1::Address& address, Problems& problems) {
  const std::string& code = address.region_code();
  if (code.empty()) {
    problems.Add("REGION_CODE_MISSING", "shipping_address.region_code", "the country is missing");
    return;
  }
  if (!IsRegionCode(code)) {
    const std::string_view hint = code == "UK" ? "; the United Kingdom is GB" : "";
    problems.Add(
        "REGION_CODE",
        "shipping_address.region_code",
        fmt::format("'{}' is not a country of ISO 3166-1, such as FI{}", Shown(code), hint));
    return;
  }
  if (const Status postal = CheckPostalCode(code, address.postal_code()); !postal) {
    problems.Add(postal.error().reason, "shipping_address.postal_code", postal.error().message);
  }
}

void CheckAddress(const v1::Address& address, Problems& problems) {
  if (IsBlank(address.recipient()) && IsBlank(address.company())) {
    problems.Add("RECIPIENT_MISSING",
                 "shipping_address.recipient",
                 "the recipient's name and company are missing");
  }
  if (!HasStreet(address)) {
    problems.Add("ADDRESS_LINE_MISSING", "shipping_address.lines", "the street address is missing");
  }
  if (IsBlank(address.city()) && NeedsCity(address.region_code())) {
    problems.Add("CITY_MISSING", "shipping_address.city", "the town is missing");
  }
  CheckRegion(address, problems);
  CheckAddressTexts(address, problems);
}

// The carrier's label shows them, or is made by them.
void CheckShippingMethod(const v1::ShippingMethod& method, Problems& problems) {
  problems.CheckText(method.code(), kMethodMax, Field("shipping_method.code"));
  problems.CheckText(method.title(), kMethodMax, Field("shipping_method.title"));
  problems.CheckText(method.pickup_point(), kMethodMax, Field("shipping_method.pickup_point"));
}

// Line numbers in texts begin at 1, as people count; in field paths at 0.
void CheckProduct(const v1::OrderLine& line,
                  int index,
                  const ProductLookup& products,
                  Problems& problems) {
  const Field field("lines[{}].product_code", index);
  if (IsBlank(line.product_code())) {
    problems.Add("PRODUCT_CODE_MISSING",
                 field.Text(),
                 fmt::format("line {} ('{}') has no product code", index + 1, Shown(line.title())),
                 "Give the product a code in the store; the order is checked again by itself when "
                 "the store shows it "
                 "on the order.");
    return;
  }
  switch (products(line.product_code()).standing) {
    case ProductFacts::Standing::kUnknown:
      problems.Add(
          "PRODUCT_UNKNOWN",
          field.Text(),
          fmt::format(
              "line {}: no product has the code '{}'", index + 1, Shown(line.product_code())),
          fmt::format("Add a product with the code '{}' in the store, or correct the "
                      "order there; the order "
                      "is checked again by itself.",
                      Shown(line.product_code())));
      break;
    case ProductFacts::Standing::kInactive:
      problems.Add(
          "PRODUCT_INACTIVE",
          field.Text(),
          fmt::format("line {}: the product '{}' is not sold in any store now",
                      index + 1,
                      Shown(line.product_code())),
          fmt::format(
              "Put the product '{}' on sale in the store; the order is checked again by itself.",
              Shown(line.product_code())));
      break;
    case ProductFacts::Standing::kActive:
      break;
  }
}

void CheckLine(const v1::OrderLine& line,
               int index,
               const ProductLookup& products,
               const LineDoubts& doubts,
               Problems& problems) {
  if (line.quantity() < 0 || line.quantity() > kLineQuantityMax) {
    problems.Add("QUANTITY",
                 fmt::format("lines[{}].quantity", index),
                 fmt::format("line {} ('{}') has the quantity {}; 1 to {} are allowed",
                             index + 1,
                             Shown(line.product_code()),
                             line.quantity(),
                             kLineQuantityMax));
  }
  if (const auto doubt = doubts.find(index); doubt != doubts.end() && line.open_quantity() > 0) {
    problems.Add(doubt->second);
  } else if (line.open_quantity() > 0) {
    CheckProduct(line, index, products, problems);
  }
  problems.CheckText(line.product_code(), kCodeMax, Field("lines[{}].product_code", index));
  problems.CheckText(
      line.title(), kTitleMax, Field("lines[{}].title", index), TextKind::kParagraph);
}

void CheckLines(const v1::Order& order,
                const ProductLookup& products,
                const LineDoubts& doubts,
                Problems& problems) {
  if (order.lines().empty()) {
    problems.Add("NO_LINES", "lines", "it has no lines");
    return;
  }
  if (order.lines_size() > static_cast<int>(kOrderLinesMax)) {
    problems.Add("TOO_MANY_LINES",
                 "lines",
                 fmt::format("it has {} lines, {} are allowed", order.lines_size(), kOrderLinesMax),
                 "Divide it into several orders in the store.");
    return;
  }
  for (int i = 0; i < order.lines_size(); ++i) {
    CheckLine(order.lines(i), i, products, doubts, problems);
  }
  if (NothingOpen(order)) {
    problems.Add("NOTHING_TO_SEND", "lines", "none of its lines has anything left to send");
  }
}

// Says what is wrong with an amount; checks the currency only where it can differ from the order's,
// which is checked itself.
void CheckAmount(const v1::Order& order,
                 const v1::Money& money,
                 const Field& field,
                 Problems& problems) {
  if (money.currency_code() != order.currency_code()) {
    problems.Add("CURRENCY_MIXED",
                 field.Text(),
                 fmt::format("{} is in '{}', the order in '{}'",
                             field.Text(),
                             Shown(money.currency_code()),
                             Shown(order.currency_code())));
    return;
  }
  if (!IsCurrency(money.currency_code())) {
    return;
  }
  if (const Status check = CheckMoney(money); !check) {
    problems.Add(
        "AMOUNT", field.Text(), fmt::format("{}: {}", field.Text(), check.error().message));
  }
}

void CheckMoneys(const v1::Order& order, Problems& problems) {
  if (order.currency_code().empty()) {
    problems.Add("CURRENCY_MISSING", "currency_code", "the currency is missing");
  } else if (!IsCurrency(order.currency_code())) {
    problems.Add("CURRENCY",
                 "currency_code",
                 fmt::format("'{}' is not a currency of ISO 4217, such as EUR",
                             Shown(order.currency_code())));
  }
  const v1::OrderTotals& totals = order.totals();
  const std::array<std::pair<const v1::Money*, std::string_view>, 6> amounts = {{
      {totals.has_items() ? &totals.items() : nullptr, "totals.items"},
      {totals.has_shipping() ? &totals.shipping() : nullptr, "totals.shipping"},
      {totals.has_discount() ? &totals.discount() : nullptr, "totals.discount"},
      {totals.has_tax() ? &totals.tax() : nullptr, "totals.tax"},
      {totals.has_grand() ? &totals.grand() : nullptr, "totals.grand"},
      {order.has_cash_on_delivery() ? &order.cash_on_delivery() : nullptr, "cash_on_delivery"},
  }};
  for (const auto& [money, field] : amounts) {
    if (money != nullptr) {
      CheckAmount(order, *money, Field(field), problems);
    }
  }
  if (IsNegative(totals.grand())) {
    problems.Add("GRAND_TOTAL_NEGATIVE",
                 "totals.grand",
                 fmt::format("the total {} is below zero", FormatMoney(totals.grand())));
  }
  for (int i = 0; i < std::min(order.lines_size(), static_cast<int>(kOrderLinesMax)); ++i) {
    if (order.lines(i).has_unit_price()) {
      CheckAmount(order, order.lines(i).unit_price(), Field("lines[{}].unit_price", i), problems);
    }
  }
}

// A paper that cannot be fetched would be missing in the parcel.
void CheckDocument(const v1::OrderDocument& document, int index, Problems& problems) {
  problems.CheckText(document.type(), kCodeMax, Field("documents[{}].type", index));
  const Field field("documents[{}].url", index);
  if (!IsWebAddress(document.url())) {
    // Without the address, in which there may be a customer or a credential.
    problems.Add("DOCUMENT_URL",
                 field.Text(),
                 fmt::format("document {} ('{}') has no address without blanks that begins with "
                             "https:// or http://",
                             index + 1,
                             Shown(document.type())));
    return;
  }
  problems.CheckText(document.url(), kUrlMax, field);
}

void CheckDocuments(const v1::Order& order, Problems& problems) {
  if (order.documents_size() > static_cast<int>(kOrderDocumentsMax)) {
    problems.Add(
        "TOO_MANY_DOCUMENTS",
        "documents",
        fmt::format(
            "it has {} documents, {} are allowed", order.documents_size(), kOrderDocumentsMax));
    return;
  }
  for (int i = 0; i < order.documents_size(); ++i) {
    CheckDocument(order.documents(i), i, problems);
  }
}

}  // namespace

std::vector<v1::OrderProblem> ValidateOrder(const v1::Order& order,
                                            const ProductLookup& products,
                                            const LineDoubts& doubts) {
  Problems problems(order);
  CheckMoneys(order, problems);
  CheckAddress(order.shipping_address(), problems);
  CheckShippingMethod(order.shipping_method(), problems);
  CheckLines(order, products, doubts, problems);
  problems.CheckText(order.customer_note(), kNoteMax, Field("customer_note"), TextKind::kParagraph);
  CheckDocuments(order, problems);
  problems.CheckText(order.incoterm(), kIncotermMax, Field("incoterm"));
  problems.CheckText(order.gift_message(), kNoteMax, Field("gift_message"), TextKind::kParagraph);
  return problems.Take();
}

}  // namespace storebridge::domain
