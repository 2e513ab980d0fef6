#include "api/validate/text.h"

#include <utility>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::api {
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
  // Text in requests is valid UTF-8: protobuf refuses all else.
  const std::size_t characters = domain::CountCharacters(text.value).value_or(text.value.size());
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
  if (const std::string fault = domain::TextFault(text.value, text.characters_max);
      !fault.empty()) {
    return BadField("FIELD_FORMAT",
                    text.field,
                    fmt::format("{} {}: write it on one line without", text.field, fault));
  }
  return Ok();
}

Status CheckRequiredText(const TextField& text) {
  if (domain::IsBlank(text.value)) {
    return MissingField(text.field, fmt::format("write 1 to {} characters", text.characters_max));
  }
  return CheckText(text);
}

}  // namespace storebridge::api
