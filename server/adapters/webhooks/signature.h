#pragma once

#include <string_view>

#include "core/secret.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::webhooks {

// Whether `signature` is that of `body` with `secret`. Takes as long for a wrong one as for a right
// one of that length; an empty secret signs nothing.
bool IsSignedBy(const Secret& secret,
                connector::v1::Webhook::Signature kind,
                std::string_view signature,
                std::string_view body);

}  // namespace storebridge::webhooks
