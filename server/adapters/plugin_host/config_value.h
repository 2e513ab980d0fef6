#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "adapters/plugin_host/config_schema.h"

namespace storebridge::plugin_host {

// Problems that are told at once.
constexpr std::size_t kProblemsMax = 10;

// Appends a sentence for each thing about `value` that does not fit `schema`. `path` is where it
// stands, such as `tax.rates[2]`; empty for the whole config.
void CheckValue(const SettingSchema& schema,
                simdjson::dom::element value,
                const std::string& path,
                std::vector<std::string>& problems);

// What people call the type.
std::string_view TypeWord(SettingType type);

}  // namespace storebridge::plugin_host
