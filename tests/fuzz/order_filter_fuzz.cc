// The filter of ListOrders.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "claim.h"
#include "domain/order_filter.h"

namespace storebridge::fuzz {
namespace {

// The filter that means the same.
std::string TextOf(const domain::OrderFilter& filter) {
  std::string text;
  if (filter.states.size() == 1) {
    text = "state = " + std::string(domain::OrderStateName(filter.states.front()));
  }
  if (filter.store) {
    text += (text.empty() ? "" : " AND ") + ("store = \"" + domain::StoreName(*filter.store)) + '"';
  }
  if (!filter.order_number.empty()) {
    std::string quoted;
    for (const char c : filter.order_number) {
      quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    text += (text.empty() ? "" : " AND ") + ("order_number = \"" + quoted) + '"';
  }
  return text;
}

void Run(std::string_view text) {
  if (!IsUtf8(text)) {
    return;  // gRPC refuses such a request.
  }
  const auto filter = domain::ParseOrderFilter(text);
  if (!filter) {
    Claim(filter.error().reason == "FILTER", "a refusal is of the filter", filter.error().reason);
    return ClaimTellable(filter.error());
  }
  Claim(!filter->states.empty(), "a filter has states");
  const std::string same = TextOf(*filter);
  const auto again = domain::ParseOrderFilter(same);
  if (same.size() <= domain::kFilterLengthMax) {
    Claim(again && again->states == filter->states && again->store == filter->store &&
              again->order_number == filter->order_number,
          "a filter that was written again means the same",
          same);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
