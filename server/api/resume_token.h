#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include <google/protobuf/repeated_field.h>

#include "core/result.h"

namespace storebridge::api {

// Tokens that one request may have.
inline constexpr std::size_t kResumeTokensMax = 10'000;

// Token that resumes after a change.
std::string MakeResumeToken(const std::string& merchant, std::int64_t sequence);

// Sequence in a token. kInvalidArgument when it was not made by MakeResumeToken for this merchant.
Result<std::int64_t> ReadResumeToken(const std::string& merchant, const std::string& token);

// Sequences in `resume_tokens`, by merchant. kInvalidArgument when one was not made by
// MakeResumeToken, for two of one merchant, and for more than kResumeTokensMax.
Result<std::map<std::string, std::int64_t>> ReadResumeTokens(
    const google::protobuf::RepeatedPtrField<std::string>& tokens);

}  // namespace storebridge::api
