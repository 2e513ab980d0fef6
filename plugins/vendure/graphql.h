#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk.h"

// Vendure's Admin API: GraphQL over one address. Facts of this folder: Vendure 3.7.3, measured (see
// README.md).
namespace vendure {

namespace sdk = storebridge::sdk;

// Whether a query may be sent again.
enum class Repeat { kSafe, kIdempotent, kUnsafe };

// Sends a query and gives `data`. Vendure answers most errors with HTTP 200 and `errors`; they are
// thrown as Failure, with its code in the message. `about` is the ref of the shipment that it tells
// of, if it does; it outlives the call.
sdk::Task<sdk::Json> Query(sdk::Context& cx,
                           std::string_view query,
                           const sdk::JsonWriter& variables,
                           Repeat repeat,
                           std::string_view about = {});

// A request in two steps, for lists: sends a query and gives the answer, which may be too large ...
sdk::Task<sdk::Response> Ask(sdk::Context& cx,
                             std::string_view query,
                             const sdk::JsonWriter& variables,
                             Repeat repeat,
                             std::string_view about = {});
// ... and gives its `data`. Throws as Query.
sdk::Json DataOf(const sdk::Response& response);

// As Ask, for records by their ids: `query` has the variables `$ids: [String!]` and `$take: Int!`,
// which is how many they are: what a shorter list leaves out would count as gone.
sdk::Task<sdk::Response> AskByIds(sdk::Context& cx,
                                  std::string_view query,
                                  const std::vector<std::string>& ids);

// Ids of the records of a list that has `items`; those without one are left out.
std::vector<std::string> IdsIn(const sdk::Json& list);

}  // namespace vendure
