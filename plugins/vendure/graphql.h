#pragma once

#include <cstdint>
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

// Whether a failure says that a thing of that id does not exist.
bool IsNotFound(const sdk::Failure& failure);

// Walks a list by skip and take; ends a walk that does not end.
class Skipping {
 public:
  // `list` names the list in messages.
  Skipping(sdk::Context& cx, std::string list);

  [[nodiscard]] std::int64_t take() const { return take_; }
  [[nodiscard]] std::int64_t skip() const { return skip_; }
  // Goes on after a page of these ids when there are `total` records in all. Throws Failure kLimit
  // as sdk::PageGuard does.
  [[nodiscard]] bool Next(std::int64_t total, const std::vector<std::string>& ids);

 private:
  std::int64_t take_;
  std::int64_t skip_ = 0;
  sdk::PageGuard guard_;
};

}  // namespace vendure
