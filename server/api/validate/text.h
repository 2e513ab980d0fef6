#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::api {

// What a caller may write as free text at most, in characters.
inline constexpr std::size_t kOrderNumberCharactersMax = 100;
inline constexpr std::size_t kEtagCharactersMax = 64;

// A field of a request.
struct TextField {
  // As in the proto, such as `reason`.
  std::string_view field;
  std::string_view value;
  std::size_t characters_max = 0;
};

// One line of text: kInvalidArgument when it is too long or has control characters. Empty is
// allowed.
Status CheckText(const TextField& text);

// As CheckText, and not blank.
Status CheckRequiredText(const TextField& text);

// Errors that every check words alike.
Error MissingField(std::string_view field, std::string_view hint);
Error BadField(std::string_view reason, std::string_view field, std::string message);

}  // namespace storebridge::api
