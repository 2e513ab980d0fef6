#pragma once

#include "core/result.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// kInvalidArgument, reason SETTING_RANGE, names the setting that is out of its bounds.
Status CheckSettings(const v1::StoreSettings& settings);

}  // namespace storebridge::engine
