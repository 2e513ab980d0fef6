#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graphql.h"
#include "operations.h"
#include "stock_location.h"

namespace vendure {
namespace {

// 100 take 380 ms and 10 kB; a body over 100 kB is refused (measured).
constexpr int kLevelsPerRequest = 100;

using Levels = std::vector<sdk::StockLevel>;

sdk::JsonWriter VariablesFor(const Levels& levels, const std::string& location) {
  sdk::JsonWriter variables;
  variables.Object().Key("i").Array();
  for (const sdk::StockLevel& level : levels) {
    variables.Object().Field("id", level.external_id()).Key("stockLevels").Array();
    variables.Object()
        .Field("stockLocationId", location)
        .Field("stockOnHand", level.quantity())
        .End();
    variables.End().End();
  }
  variables.End().End();
  return variables;
}

// Writes some levels: all of them or, when Vendure refuses one, none. Gives the refusal.
sdk::Task<std::optional<sdk::Failure>> Write(sdk::Context& cx,
                                             const Levels& levels,
                                             const std::string& location) {
  constexpr std::string_view kMutation =
      "mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }";
  std::optional<sdk::Failure> refusal;
  const sdk::JsonWriter variables = VariablesFor(levels, location);
  try {
    const sdk::Json data = co_await Query(cx, kMutation, variables, Repeat::kIdempotent);
    (void)data;
  } catch (const sdk::Failure& failure) {
    if (failure.code() != sdk::Code::kNotFound && failure.code() != sdk::Code::kPermanent) {
      throw;  // The store, not one of the values.
    }
    refusal = failure;
  }
  co_return refusal;
}

}  // namespace

sdk::Operation PushStock(sdk::Context& cx) {
  const std::string location = co_await RequireLocation(cx);
  const auto write = [&](const Levels& levels) { return Write(cx, levels, location); };
  const auto& levels = cx.StockInput().levels();
  for (int done = 0; done < levels.size(); done += kLevelsPerRequest) {
    const int last = std::min(levels.size(), done + kLevelsPerRequest);
    Levels some(levels.begin() + done, levels.begin() + last);
    co_await sdk::PushHalving(cx, std::move(some), write);
  }
}

}  // namespace vendure
