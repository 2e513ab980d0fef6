#include "api/validate/refs.h"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "api/validate/text.h"
#include "domain/merge.h"
#include "domain/names.h"

namespace storebridge::api {
namespace {

constexpr std::string_view kAllMerchants = "merchants/-";

// The two ways to name a thing of a merchant.
struct TwoWays {
  std::string_view name;
  // What a person knows, and the field it is in.
  std::string_view known;
  std::string_view known_field;
  std::size_t known_characters_max = 0;
  // Such as `products`.
  std::string_view collection;
  Result<domain::MerchantChild> (*parse)(std::string_view name);
};

// Gives {merchant, id}; the id is empty when it is named by what a person knows.
Result<domain::MerchantChild> ReadTwoWays(const TwoWays& ways) {
  // Nearly every name is a child's.
  Result<domain::MerchantChild> child = ways.parse(ways.name);
  const bool is_merchant = !child && domain::ParseMerchantName(ways.name).has_value();
  if (ways.name.empty() || (is_merchant && ways.known.empty())) {
    return MissingField(ways.name.empty() ? "name" : ways.known_field,
                        fmt::format("set name to merchants/{{merchant}}/{}/{{id}}, or name to "
                                    "merchants/{{merchant}} together with {}",
                                    ways.collection,
                                    ways.known_field));
  }
  if (!is_merchant) {
    if (child && !ways.known.empty()) {
      return BadField("FIELD_CONFLICT",
                      ways.known_field,
                      fmt::format("name '{}' and {} '{}' are both given: leave {} out, or shorten "
                                  "name to 'merchants/{}'",
                                  ways.name,
                                  ways.known_field,
                                  ways.known,
                                  ways.known_field,
                                  child->merchant));
    }
    return child;
  }
  SB_CHECK(CheckText({.field = ways.known_field,
                      .value = ways.known,
                      .characters_max = ways.known_characters_max}));
  SB_TRY(std::string merchant, domain::ParseMerchantName(ways.name));
  return domain::MerchantChild{.merchant = std::move(merchant), .id = {}};
}

}  // namespace

Result<std::string> ReadParent(std::string_view parent) {
  if (parent == kAllMerchants) {
    return std::string();
  }
  if (parent.empty()) {
    return MissingField("parent", "write merchants/{merchant}, or merchants/- for all");
  }
  return domain::ParseMerchantName(parent);
}

Result<engine::ProductRef> ReadProductRef(std::string_view name, std::string_view product_code) {
  SB_TRY(domain::MerchantChild child,
         ReadTwoWays({.name = name,
                      .known = product_code,
                      .known_field = "product_code",
                      .known_characters_max = domain::kProductCodeMax,
                      .collection = "products",
                      .parse = &domain::ParseProductName}));
  return engine::ProductRef{.merchant = std::move(child.merchant),
                            .product = std::move(child.id),
                            .product_code = std::string(product_code)};
}

Result<engine::OrderRef> ReadOrderRef(std::string_view name, std::string_view order_number) {
  SB_TRY(domain::MerchantChild child,
         ReadTwoWays({.name = name,
                      .known = order_number,
                      .known_field = "order_number",
                      .known_characters_max = kOrderNumberCharactersMax,
                      .collection = "orders",
                      .parse = &domain::ParseOrderName}));
  return engine::OrderRef{.merchant = std::move(child.merchant),
                          .order = std::move(child.id),
                          .order_number = std::string(order_number)};
}

}  // namespace storebridge::api
