#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace storebridge::run {

// A field of a message of connector.proto.
struct FieldName {
  std::string_view message;
  std::uint32_t number;
  std::string_view name;
  // Its type as it is written there: `string`, `HttpRequest`.
  std::string_view type;
  bool is_repeated;
};

// All of them.
std::span<const FieldName> FieldNames();

}  // namespace storebridge::run
