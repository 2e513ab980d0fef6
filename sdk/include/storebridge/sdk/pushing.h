#pragma once

#include <optional>
#include <utility>

#include "storebridge/sdk/context.h"
#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/records.h"
#include "storebridge/sdk/task.h"

namespace storebridge::sdk {

// Pushes records one after the other, and sends each outcome before the next record is begun.
// `tell(record)` gives a Task<ItemResult>. A Failure that it throws is the outcome of that record,
// and the others go on; kAuth ends the operation, because it would fail for all of them. `records`
// has to live until it is done. Name `tell` first: a lambda may capture, but be no coroutine
// itself.
template <typename Records, typename Tell>
Task<void> PushEach(Context& cx, const Records& records, Tell tell) {
  for (const auto& record : records) {
    std::optional<ItemResult> result;
    try {
      result = co_await tell(record);
    } catch (const Failure& failure) {
      if (failure.code() == Code::kAuth) {
        throw;
      }
      result = Refused(record.ref(), failure);
    }
    co_yield *std::move(result);
    co_await cx.Flush();
  }
}

}  // namespace storebridge::sdk
