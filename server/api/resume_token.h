#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace storebridge::api {

// Token that resumes after a change.
std::string MakeResumeToken(const std::string& merchant, std::int64_t sequence);

// Sequence in a token. kInvalidArgument when it was not made by MakeResumeToken for this merchant.
Result<std::int64_t> ReadResumeToken(const std::string& merchant, const std::string& token);

}  // namespace storebridge::api
