#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

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

// Pushes records together to a store that takes all of them or none: where it refuses several, each
// half of them is pushed alone, until those that it refuses are found. Sends the outcomes of a
// request before the next one is begun. `write(records)` gives a Task<std::optional<Failure>>, the
// refusal; what it throws ends the operation, as for a failure that would be the same for each. A
// record has ref() and external_id(). Name `write` first: a lambda may capture, but be no coroutine
// itself. What it is given lives until its task is done.
template <typename Record, typename Write>
Task<void> PushHalving(Context& cx, std::vector<Record> records, Write write) {
  if (records.empty()) {
    co_return;
  }
  const std::optional<Failure> refusal = co_await write(records);
  if (refusal && records.size() > 1) {
    const auto middle = records.begin() + static_cast<std::ptrdiff_t>(records.size() / 2);
    std::vector<Record> first(records.begin(), middle);
    std::vector<Record> second(middle, records.end());
    co_await PushHalving(cx, std::move(first), write);
    co_await PushHalving(cx, std::move(second), write);
    co_return;
  }
  for (const Record& record : records) {
    if (refusal) {
      co_yield Refused(record.ref(), *refusal);
    } else {
      co_yield Accepted(record.ref(), record.external_id());
    }
  }
  co_await cx.Flush();
}

}  // namespace storebridge::sdk
