#pragma once

#include <functional>

#include "woo_call.h"

namespace storebridge::demo_store {

/// Outcome of one item: its payload, or its error.
struct ItemResult {
  json::object payload;
  std::optional<ApiError> error;
};

/// What a batch call does with its items. An empty function refuses nothing and does nothing.
struct BatchActions {
  std::function<ItemResult(const json::object&)> create;
  std::function<ItemResult(Id, const json::object&)> update;
  std::function<ItemResult(Id)> remove;
};

/// Runs {create, update, delete} with at most 100 items in sum. Bad items get an `error` member
/// in their place; the answer is 200 all the same.
Answer RunBatch(Call& call, const BatchActions& actions);

}  // namespace storebridge::demo_store
