#pragma once

#include <string>

#include <fmt/format.h>

#include "domain/stable_hash.h"

namespace storebridge::engine {

// Etag of a record that domain has no rule for: hexadecimal hash of all of it. Clear what does not
// count before.
template <typename Message>
std::string EtagOfAll(const Message& message) {
  return fmt::format("{:016x}", domain::StableHash(message.SerializeAsString()));
}

}  // namespace storebridge::engine
