#include "domain/timestamp.h"

#include <google/protobuf/util/time_util.h>

namespace storebridge::domain {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int32_t kNanosPerMs = 1'000'000;

}  // namespace

google::protobuf::Timestamp TimestampFromMs(std::int64_t ms) {
  // Nanos of a Timestamp count forward, before 1970 too.
  std::int64_t seconds = ms / kMsPerSecond;
  std::int64_t rest = ms % kMsPerSecond;
  if (rest < 0) {
    rest += kMsPerSecond;
    --seconds;
  }
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(static_cast<std::int32_t>(rest) * kNanosPerMs);
  return time;
}

std::int64_t MsFromTimestamp(const google::protobuf::Timestamp& time) {
  return time.seconds() * kMsPerSecond + time.nanos() / kNanosPerMs;
}

std::string TimestampText(const google::protobuf::Timestamp& time) {
  google::protobuf::Timestamp second = time;
  second.set_nanos(0);
  return google::protobuf::util::TimeUtil::ToString(second);
}

}  // namespace storebridge::domain
