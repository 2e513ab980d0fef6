#include <optional>
#include <string>

#include "graphql.h"
#include "operations.h"

namespace vendure {
namespace {

// Runs one query of the check; a failure other than of the whole store is a finding.
sdk::Task<sdk::Check> Look(
    sdk::Context& cx, std::string name, std::string query, std::string seen, std::string action) {
  std::optional<sdk::Check> check;
  sdk::JsonWriter none;
  none.Object().End();
  try {
    const sdk::Json data = co_await Query(cx, query, none, Repeat::kSafe);
    (void)data;
    check = sdk::CheckPassed(name, seen);
  } catch (const sdk::Failure& failure) {
    check = sdk::CheckFailed(name, failure.message(), action);
  }
  co_return *std::move(check);
}

}  // namespace

sdk::Operation CheckAuth(sdk::Context& cx) {
  const std::string rights = "Give the key's role the permissions that the integration page lists.";
  sdk::Check credentials =
      co_await Look(cx,
                    "credentials",
                    "{ activeChannel { code defaultCurrencyCode pricesIncludeTax } }",
                    "the server answers and takes the key",
                    "Check base_url, admin_path and the API key.");
  const bool reachable = credentials.ok();
  co_yield std::move(credentials);
  if (!reachable) {
    co_return;
  }
  sdk::Check orders = co_await Look(cx,
                                    "orders",
                                    "{ orders(options: { take: 1 }) { totalItems } }",
                                    "orders can be read",
                                    rights);
  co_yield std::move(orders);
  sdk::Check products = co_await Look(cx,
                                      "products",
                                      "{ productVariants(options: { take: 1 }) { totalItems } }",
                                      "products can be read",
                                      rights);
  co_yield std::move(products);
  sdk::Check stock = co_await Look(cx,
                                   "stock locations",
                                   "{ stockLocations(options: { take: 1 }) { totalItems } }",
                                   "stock locations can be read",
                                   rights);
  co_yield std::move(stock);
  const std::string ean = cx.Config().OptionalText("ean_field");
  if (!ean.empty()) {
    sdk::Check field = co_await Look(
        cx,
        "ean_field",
        "{ productVariants(options: { take: 1 }) { items { customFields { " + ean + " } } } }",
        "custom field '" + ean + "' is there",
        "Name a custom field of ProductVariant in ean_field, or leave it away.");
    const bool has_ean = field.ok();
    co_yield std::move(field);
    if (has_ean) {
      co_yield sdk::Capability("ean");
    }
  }
  co_yield sdk::Capability("partial_shipments");
}

}  // namespace vendure
