#include "api/validate/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace storebridge::api {
namespace {

// Text in requests is valid UTF-8: protobuf refuses all else.
std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

Error MissingField(std::string_view field, std::string_view hint) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "FIELD_REQUIRED",
               .message = fmt::format("{} is missing: {}", field, hint),
               .facts = {{"field", std::string(field)}}};
}

Error BadField(std::string_view reason, std::string_view field, std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = std::string(reason),
               .message = std::move(message),
               .facts = {{"field", std::string(field)}}};
}

Status CheckText(const TextField& text) {
  const std::size_t characters = CountCharacters(text.value);
  if (characters > text.characters_max) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "FIELD_LENGTH",
                 .message = fmt::format("{} has {} characters; at most {} are allowed",
                                        text.field,
                                        characters,
                                        text.characters_max),
                 .facts = {{"field", std::string(text.field)},
                           {"characters", std::to_string(characters)},
                           {"characters_max", std::to_string(text.characters_max)}}};
  }
  if (std::any_of(text.value.begin(), text.value.end(), IsControl)) {
    return BadField("FIELD_FORMAT",
                    text.field,
                    fmt::format("{} has a control character, such as a line break: write it "
                                "on one line without",
                                text.field));
  }
  return Ok();
}

Status CheckRequiredText(const TextField& text) {
  if (text.value.empty()) {
    return MissingField(text.field, fmt::format("write 1 to {} characters", text.characters_max));
  }
  return CheckText(text);
}

}  // namespace storebridge::api
