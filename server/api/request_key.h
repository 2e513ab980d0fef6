#pragma once

#include <cstddef>
#include <string_view>

#include <google/protobuf/message.h>

#include "core/result.h"
#include "engine/refs.h"

namespace storebridge::api {

inline constexpr std::size_t kRequestIdCharactersMax = 64;

// Makes what tells a repeated call from another one with the same `request_id`: a hash of method
// and request without the id. Of secrets only the names count: nothing that could be guessed from a
// hash is kept. kInvalidArgument for an id of more than 64 characters.
Result<engine::RequestKey> MakeRequestKey(std::string_view method,
                                          const google::protobuf::Message& request);

}  // namespace storebridge::api
