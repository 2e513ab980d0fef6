#include "domain/personal_names.h"

#include <algorithm>
#include <array>

namespace storebridge::domain {
namespace {

// Parts of names of members that hold personal data, in the words of store platforms.
constexpr std::array<std::string_view, 62> kPersonalParts = {
    "firstname",   "lastname",    "fullname",     "middlename",   "surname",      "givenname",
    "familyname",  "maidenname",  "customername", "username",     "userlogin",    "nicename",
    "nickname",    "displayname", "nameonit",     "recipient",    "addressee",    "attention",
    "careof",      "email",       "mailto",       "phone",        "mobile",       "faxnumber",
    "address",     "street",      "postcode",     "postalcode",   "zipcode",      "town",
    "vatnumber",   "vatid",       "taxid",        "taxnumber",    "ssn",          "nationalid",
    "birth",       "ipaddress",   "useragent",    "customernote", "instructions", "giftmessage",
    "latitude",    "longitude",   "iban",         "cardnumber",   "cardholder",   "transactionid",
    "orderkey",    "carthash",    "paymenturl",   "token",        "secret",       "password",
    "apikey",      "giftnote",    "greeting",     "documenturl",  "documentlink", "invoiceurl",
    "invoicelink", "base64"};

// Whole names of members that hold personal data.
constexpr std::array<std::string_view, 20> kPersonalNames = {
    "note",     "notes",     "comment",     "comments",      "reason",    "city",    "zip",
    "company",  "vat",       "ip",          "signature",     "cookie",    "session", "nonce",
    "clientip", "browserip", "consumerkey", "authorization", "accesskey", "remark"};

// Objects about a person, and the papers of an order: an address of an invoice opens it.
constexpr std::array<std::string_view, 19> kPersons = {"billing",
                                                       "shipping",
                                                       "customer",
                                                       "buyer",
                                                       "recipient",
                                                       "contact",
                                                       "consignee",
                                                       "shipto",
                                                       "billto",
                                                       "deliverto",
                                                       "user",
                                                       "person",
                                                       "receiver",
                                                       "addressee",
                                                       "purchaser",
                                                       "payer",
                                                       "owner",
                                                       "document",
                                                       "documents"};

// Members that rule what a program does, in objects about a person too.
constexpr std::array<std::string_view, 17> kStructural = {"id",
                                                          "status",
                                                          "state",
                                                          "type",
                                                          "typename",
                                                          "country",
                                                          "countrycode",
                                                          "countryiso",
                                                          "region",
                                                          "regioncode",
                                                          "locale",
                                                          "province",
                                                          "provincecode",
                                                          "language",
                                                          "currency",
                                                          "currencycode",
                                                          "languagecode"};

// Members that do so elsewhere.
constexpr std::array<std::string_view, 16> kStructuralElsewhere = {"code",
                                                                   "sku",
                                                                   "key",
                                                                   "method",
                                                                   "methodid",
                                                                   "paymentmethod",
                                                                   "slug",
                                                                   "errorcode",
                                                                   "version",
                                                                   "href",
                                                                   "number",
                                                                   "ean",
                                                                   "parentid",
                                                                   "productid",
                                                                   "kind",
                                                                   "variationid"};

template <typename List>
bool Holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

std::string PlainName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      plain += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      plain += c;
    }
  }
  return plain;
}

bool IsPersonalName(std::string_view name) {
  return Holds(kPersonalNames, name) ||
         std::any_of(kPersonalParts.begin(), kPersonalParts.end(), [&](std::string_view part) {
           return name.find(part) != std::string_view::npos;
         });
}

bool IsPersonName(std::string_view name) {
  return Holds(kPersons, name) || name.ends_with("address") || name.ends_with("addresses") ||
         name.ends_with("customer");
}

bool IsStructuralName(std::string_view name, bool is_person) {
  return Holds(kStructural, name) || name.ends_with("gmt") || name.ends_with("createdat") ||
         name.ends_with("updatedat") || (!is_person && Holds(kStructuralElsewhere, name));
}

}  // namespace storebridge::domain
