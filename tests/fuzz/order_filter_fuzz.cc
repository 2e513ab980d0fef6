// The filter of ListOrders.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "claim.h"
#include "domain/order_filter.h"

namespace storebridge::fuzz {
namespace {

std::string TimeText(std::int64_t ns) {
  namespace chr = std::chrono;
  const chr::sys_time<chr::nanoseconds> time{chr::nanoseconds(ns)};
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z",
                     int(date.year()),
                     unsigned(date.month()),
                     unsigned(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count(),
                     clock.subseconds().count());
}

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
  if (filter.create_from_ns != std::numeric_limits<std::int64_t>::min()) {
    text += fmt::format(
        "{}create_time >= {}", text.empty() ? "" : " AND ", TimeText(filter.create_from_ns));
  }
  if (filter.create_before_ns != std::numeric_limits<std::int64_t>::max()) {
    text += fmt::format(
        "{}create_time < {}", text.empty() ? "" : " AND ", TimeText(filter.create_before_ns));
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
  Claim(filter->create_from_ns < filter->create_before_ns, "the times of a filter have a span");
  const std::string same = TextOf(*filter);
  const auto again = domain::ParseOrderFilter(same);
  if (same.size() <= domain::kFilterLengthMax) {
    Claim(again && again->states == filter->states && again->store == filter->store &&
              again->order_number == filter->order_number &&
              again->create_from_ns == filter->create_from_ns &&
              again->create_before_ns == filter->create_before_ns,
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
