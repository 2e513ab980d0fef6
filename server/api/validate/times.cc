#include "api/validate/times.h"

#include <fmt/format.h>

#include "api/validate/text.h"
#include "domain/timestamp.h"

namespace storebridge::api {

Result<std::int64_t> ReadTime(std::string_view field, const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The end of 9999, as Timestamp defines.
  constexpr std::int32_t kNanosMax = 999'999'999;
  if (time.seconds() < 0 || time.seconds() > kSecondsMax || time.nanos() < 0 ||
      time.nanos() > kNanosMax) {
    return BadField(
        "FIELD_RANGE",
        field,
        fmt::format("{} is not a time from 1970 to 9999: write it as \"2030-01-31T12:00:00Z\"",
                    field));
  }
  return domain::MsFromTimestamp(time);
}

}  // namespace storebridge::api
