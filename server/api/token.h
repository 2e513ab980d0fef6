#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::api {

inline constexpr std::size_t kTokenBytesMax = 2048;

// What a token carries through the caller's hands: a place in one list.
struct Token {
  // ScopeOf the list that it belongs to.
  std::uint64_t scope = 0;
  std::vector<std::string> parts;
};

// Tells lists apart by all that selects what is in them.
std::uint64_t ScopeOf(std::initializer_list<std::string_view> parts);

// Gives URL-safe base64 with a checksum.
std::string EncodeToken(const Token& token);

// None when `text` was not made by EncodeToken, or was changed since.
std::optional<Token> DecodeToken(std::string_view text);

}  // namespace storebridge::api
