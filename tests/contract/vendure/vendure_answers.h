#pragma once

#include <string>

#include "support/scripted_host.h"

const sb_connector_v1* vendure_connector() noexcept;

namespace storebridge::testing {

inline constexpr const char* kVendureConfig = R"({"base_url":"https://shop.example"})";

// Vendure answers a missing right with HTTP 200 (measured).
inline constexpr const char* kForbidden =
    R"({"errors":[{"message":"You are not currently authorized to perform this action",)"
    R"("path":["orders"],"extensions":{"code":"FORBIDDEN"}}],"data":null})";

// An order as the connector asks for it; `state` and `updated_at` are part of its mark, `more`
// replaces the payments.
std::string VendureOrder(const std::string& id,
                         const std::string& state,
                         const std::string& payments = "");

// `{"data":{NAME:VALUE}}`
std::string Data(const std::string& name, const std::string& value);

}  // namespace storebridge::testing
