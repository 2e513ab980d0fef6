#pragma once

#include <optional>
#include <string>
#include <utility>

#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/records.h"
#include "storebridge/sdk/task.h"

namespace storebridge::sdk {

// Makes a check of `auth.check` whose failure is a finding. `judge()` gives a Task<Check>; a
// Failure that it throws is CheckFailed with its message, and the checks after it go on. Name
// `judge` first: a lambda may capture, but be no coroutine itself.
template <typename Judge>
Task<Check> FindingOf(std::string name, std::string action, Judge judge) {
  std::optional<Check> check;
  try {
    check = co_await judge();
  } catch (const Failure& failure) {
    check = CheckFailed(name, failure.message(), action);
  }
  co_return *std::move(check);
}

}  // namespace storebridge::sdk
