#pragma once

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/result.h"

namespace storebridge::e2e {

// For EXPECT_TRUE and ASSERT_TRUE: says the error.
inline testing::AssertionResult Came(const Status& status) {
  return status ? testing::AssertionSuccess()
                : testing::AssertionFailure() << status.error().message;
}

template <typename T>
testing::AssertionResult Came(const Result<T>& result) {
  return result ? testing::AssertionSuccess()
                : testing::AssertionFailure() << result.error().message;
}

// The value; a failed test and an empty value when there is none.
template <typename T>
T Must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return T{};
  }
  return std::move(result).value();
}

}  // namespace storebridge::e2e
