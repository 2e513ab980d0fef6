#pragma once

#include <cstdint>
#include <string>

#include <google/protobuf/timestamp.pb.h>

namespace storebridge::domain {

google::protobuf::Timestamp TimestampFromMs(std::int64_t ms);

// 0 for an absent one.
std::int64_t MsFromTimestamp(const google::protobuf::Timestamp& time);

// `2026-11-28T09:00:00Z`: for people, in whole seconds.
std::string TimestampText(const google::protobuf::Timestamp& time);

}  // namespace storebridge::domain
