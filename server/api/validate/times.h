#pragma once

#include <cstdint>
#include <string_view>

#include <google/protobuf/timestamp.pb.h>

#include "core/result.h"

namespace storebridge::api {

// Milliseconds since 1970 of a time in a request. kInvalidArgument before 1970, after 9999 and for
// nanos out of range.
Result<std::int64_t> ReadTime(std::string_view field, const google::protobuf::Timestamp& time);

}  // namespace storebridge::api
