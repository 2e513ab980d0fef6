#include "seed.h"

#include <array>
#include <cstdio>

#include "text.h"

namespace storebridge::demo_store {
namespace {

constexpr Seconds kDay = 24 * 3600;

struct NamedProduct {
  const char* sku;
  const char* name;
  const char* price;
  const char* sale;
  int stock;
  const char* weight;
  const char* category;
  const char* description;
};

constexpr std::array kNamed{
    NamedProduct{"SF-BLANKET-GREY",
                 "Villapeitto Hämärä, 130 × 180 cm",
                 "129.00",
                 "",
                 24,
                 "1.4",
                 "Home",
                 "Pehmeä huopa suomalaisesta lampaanvillasta. Väri: hämärän harmaa."},
    NamedProduct{"SF-MUG-BIRCH",
                 "Kuksa of curly birch, 2 dl",
                 "49.90",
                 "",
                 60,
                 "0.16",
                 "Kitchen",
                 "Hand-carved visakoivu cup. Rinse with cold water, never in a dishwasher."},
    NamedProduct{"SF-CANDLE-SEA",
                 "Ljus Skärgård, havssalt & tång",
                 "24.50",
                 "19.90",
                 140,
                 "0.38",
                 "Home",
                 "Doftljus av rapsvax från Åland. Brinntid cirka 45 timmar."},
    NamedProduct{"SF-SOAP-TAR",
                 "Tervasaippua Kaskimaa 100 g",
                 "8.90",
                 "",
                 310,
                 "0.11",
                 "Sauna",
                 "Perinteinen tervasaippua. Sopii myös herkälle iholle – ei väriaineita."},
    NamedProduct{"SF-TOWEL-LINEN",
                 "Pellavapyyhe Löyly, 80 × 150 cm",
                 "54.00",
                 "",
                 75,
                 "0.42",
                 "Sauna",
                 "Waffle-woven linen towel; gets softer with every wash."},
    NamedProduct{"SF-LADLE-COPPER",
                 "Löylykauha, kupari ja tammi",
                 "69.00",
                 "",
                 18,
                 "0.47",
                 "Sauna",
                 "Käsin taottu kuparikauha, varsi savustettua tammea. Pituus 41 cm."},
    NamedProduct{"SF-KNIFE-11",
                 "Puukko No. 11 \"Ruska\"",
                 "98.00",
                 "",
                 12,
                 "0.14",
                 "Outdoors",
                 "Carbon steel blade 95 mm, handle of birch bark. Age limit 18 years."},
    NamedProduct{"SF-LAMP-FJORD",
                 "Bordslampa Fjord, mässing",
                 "189.00",
                 "159.00",
                 7,
                 "2.1",
                 "Home",
                 "Bordslampa i borstad mässing med skärm av munblåst glas. E27, max 40 W."},
    NamedProduct{"SF-JAM-CLOUD",
                 "Lakkahillo 240 g",
                 "11.50",
                 "",
                 220,
                 "0.42",
                 "Kitchen",
                 "Cloudberry jam from Lapland: 60 % berries, sugar, pectin. Öppnad: i kylskåp."},
    NamedProduct{"SF-TEA-FOREST",
                 "Metsän tee – kuusenkerkkä & mustikka",
                 "9.80",
                 "",
                 180,
                 "0.08",
                 "Kitchen",
                 "Yrttitee kuusenkerkistä ja mustikanlehdistä, 20 pussia."},
    NamedProduct{"SF-RUCKSACK-22",
                 "Rygsæk Ø 22 L, vokset lærred",
                 "149.00",
                 "",
                 31,
                 "1.05",
                 "Outdoors",
                 "Vokset bomuldslærred og vegetabilsk garvet læder. Plads til 15\"."},
    NamedProduct{"SF-STOOL-ASP",
                 "Jakkara Saari, haapaa",
                 "119.00",
                 "",
                 0,
                 "2.9",
                 "Home",
                 "Käsin tehty haapajakkara. Korkeus 45 cm; kantavuus 120 kg. Tulossa lisää."},
};

struct NamedVariable {
  const char* sku;
  const char* name;
  const char* price;
  const char* attribute;
  std::array<const char*, 4> options;
};

constexpr std::array kVariable{
    NamedVariable{"SF-SWEATER", "Villapaita Tuuli", "159.00", "Koko", {"S", "M", "L", "XL"}},
    NamedVariable{
        "SF-SOCKS", "Ullstrumpor Kråka", "19.90", "Storlek", {"35–37", "38–40", "41–43", "44–46"}},
    NamedVariable{"SF-RUG",
                  "Räsymatto Juhannus",
                  "89.00",
                  "Väri",
                  {"Sininen", "Punainen", "Luonnonvalkoinen", "Vihreä"}},
};

constexpr std::array kAdjectives{
    "Pikku", "Suuri", "Ljus", "Mörk", "Northern", "Quiet", "Hiljainen"};
constexpr std::array kNouns{"kynttilä",
                            "tarjotin",
                            "kanna",
                            "vase",
                            "matto",
                            "kori",
                            "pussukka",
                            "bricka",
                            "apron",
                            "hylly"};

Address MakeAddress(const char* first,
                    const char* last,
                    const char* street,
                    const char* city,
                    const char* postcode,
                    const char* country) {
  Address address;
  address.first_name = first;
  address.last_name = last;
  address.address_1 = street;
  address.city = city;
  address.postcode = postcode;
  address.country = country;
  address.email = Slug(first) + "." + Slug(last) + "@example.com";
  return address;
}

std::vector<Address> MakeAddresses() {
  std::vector<Address> all{
      MakeAddress("Aino", "Esimerkki", "Rantakatu 12 B 4", "Turku", "20100", "FI"),
      MakeAddress("Väinö", "Mallikas", "Mäntytie 3", "Jyväskylä", "40520", "FI"),
      MakeAddress("Åsa", "Exempelsson", "Björkgatan 8", "Göteborg", "411 04", "SE"),
      MakeAddress("Jürgen", "Beispiel", "Hafenstraße 21", "Lübeck", "23552", "DE"),
      MakeAddress("Søren", "Eksempelsen", "Nørregade 5, 2. tv.", "Aarhus C", "8000", "DK"),
      MakeAddress("Harriet", "Sample", "14 Elm Road", "Leeds", "LS6 2AB", "GB"),
      MakeAddress("Jordan", "Placeholder", "501 Example Ave Apt 9", "Portland", "97205", "US"),
      MakeAddress("Mari", "Näidis", "Pikk 33-5", "Tallinn", "10133", "EE"),
      MakeAddress("Zoë", "Voorbeeld", "Keizersgracht 999", "Amsterdam", "1015 CJ", "NL"),
      MakeAddress("Ola", "Eksempel", "Fjordveien 17", "Tromsø", "9008", "NO"),
  };
  static constexpr std::array kPhones{"+358 40 555 0101",
                                      "+358 40 555 0102",
                                      "+46 70 555 01 03",
                                      "+49 30 5550104",
                                      "+45 55 50 01 05",
                                      "+44 113 496 0106",
                                      "+1 503-555-0107",
                                      "+372 5555 0108",
                                      "+31 20 555 0109",
                                      "+47 555 50 110"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].phone = kPhones.at(i);
  }
  all[3].company = "Beispiel & Söhne GmbH";
  all[6].state = "OR";
  return all;
}

const std::vector<Address>& Addresses() {
  static const std::vector<Address> kAll = MakeAddresses();
  return kAll;
}

std::string Numbered(const char* prefix, int number) {
  std::array<char, 40> out{};
  std::snprintf(out.data(), out.size(), "%s%05d", prefix, number);
  return out.data();
}

Product FromNamed(const NamedProduct& named, int number) {
  Product product;
  product.name = named.name;
  product.sku = named.sku;
  product.ean = DemoEan(number);
  product.regular_price = named.price;
  product.sale_price = named.sale;
  product.stock = named.stock;
  product.weight = named.weight;
  product.category = named.category;
  product.short_description = std::string("<p>") + named.description + "</p>";
  product.description = product.short_description +
                        "\n<ul>\n<li>Valmistettu Pohjoismaissa</li>\n<li>Fri frakt över 100 €</li>"
                        "\n</ul>";
  product.image = Slug(named.sku) + ".jpg";
  return product;
}

Product Generated(int number) {
  const auto n = static_cast<std::size_t>(number);
  Product product;
  product.name = std::string(kAdjectives.at(n % kAdjectives.size())) + " " +
                 kNouns.at(n % kNouns.size()) + " " + std::to_string(number);
  product.sku = Numbered("SF-G-", number);
  product.ean = DemoEan(number);
  product.regular_price = FormatMoney(490 + (number * 137) % 19500);
  product.stock = (number * 7) % 120;
  product.weight = "0.5";
  product.category = "Home";
  product.short_description = "<p>Käsityötä pienestä verstaasta.</p>";
  product.description =
      "<p>" + product.name + " – käsityötä pienestä verstaasta. Formgiven i Åbo, made to last.</p>";
  product.image = Slug(product.sku) + ".jpg";
  return product;
}

void AddVariable(StoreState& state, int number, Seconds when) {
  const auto n = static_cast<std::size_t>(number);
  const NamedVariable& named = kVariable.at(n % kVariable.size());
  const bool first_round = n < kVariable.size();
  const std::string suffix = first_round ? "" : "-" + std::to_string(number);
  Product parent;
  parent.kind = ProductKind::kVariable;
  parent.manage_stock = false;
  parent.name = named.name + (first_round ? "" : " " + std::to_string(number));
  parent.sku = named.sku + suffix;
  parent.category = "Clothing";
  parent.description = "<p>Kudottu pienissä erissä. Tvättas i 30°.</p>";
  parent.short_description = parent.description;
  parent.image = Slug(parent.sku) + ".jpg";
  parent.attributes.emplace_back(named.attribute, "");
  parent.created = when;
  const Product* added = state.AddProduct(std::move(parent));
  for (std::size_t i = 0; i < named.options.size(); ++i) {
    Product child;
    child.kind = ProductKind::kVariation;
    child.parent_id = added->id;
    child.name = added->name + " - " + named.options.at(i);
    child.sku = added->sku + "-" + std::to_string(i + 1);
    child.ean = DemoEan(500'000'000 + number * 10 + static_cast<int>(i));
    child.regular_price = named.price;
    child.stock = static_cast<std::int64_t>(5 + i * 4);
    child.weight = "0.6";
    child.attributes.emplace_back(named.attribute, named.options.at(i));
    child.created = when;
    state.AddProduct(std::move(child));
  }
}

}  // namespace

std::string DemoEan(std::int64_t number) {
  std::array<char, 20> digits{};
  std::snprintf(digits.data(), digits.size(), "649%09lld", static_cast<long long>(number));
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    sum += (digits.at(i) - '0') * (i % 2 == 0 ? 1 : 3);
  }
  return std::string(digits.data(), 12) + static_cast<char>('0' + (10 - sum % 10) % 10);
}

Address DemoAddress(std::size_t index) {
  return Addresses().at(index % Addresses().size());
}

std::size_t DemoAddressCount() {
  return Addresses().size();
}

void SeedProducts(StoreState& state) {
  const Options& options = state.options();
  const Seconds start = state.Now() - 30 * kDay;
  for (int i = 0; i < options.products; ++i) {
    const auto n = static_cast<std::size_t>(i);
    Product product = n < kNamed.size() ? FromNamed(kNamed.at(n), i + 1) : Generated(i + 1);
    product.created = start + i % kDay;
    state.AddProduct(std::move(product));
  }
  for (int i = 0; i < options.variable_products; ++i) {
    AddVariable(state, i, start + i % kDay);
  }
}

}  // namespace storebridge::demo_store
