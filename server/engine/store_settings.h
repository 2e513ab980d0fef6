#pragma once

#include <cstdint>

#include "core/result.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// kInvalidArgument, reason SETTING_RANGE, names the setting that is out of its bounds.
// `orders_from` is at most a day ahead.
Status CheckSettings(const v1::StoreSettings& settings, std::int64_t now_ms);

}  // namespace storebridge::engine
