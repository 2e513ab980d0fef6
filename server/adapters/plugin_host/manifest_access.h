#pragma once

#include "adapters/plugin_host/config_schema.h"
#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::plugin_host {

// Checks what a manifest says about access: secrets, how requests are signed, where they may go and
// how fast. The message says what is wrong and what to do; it is for the connector's author.
Status CheckAccess(const connector::v1::Manifest& manifest, const SettingSchema& settings);

}  // namespace storebridge::plugin_host
