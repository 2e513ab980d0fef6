#include "api/token.h"

#include "domain/stable_hash.h"

namespace storebridge::api {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
// Changes when what is inside changes, so that tokens of older servers are refused instead of
// misread.
constexpr std::string_view kFormat = "storebridge token 1";
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kPartsMax = 8;

std::string EncodeBase64(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += kAlphabet[(bits >> count) & 63U];
    }
  }
  if (count > 0) {
    text += kAlphabet[(bits << (6 - count)) & 63U];
  }
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(static_cast<unsigned char>((bits >> count) & 0xFFU));
    }
  }
  // Left-over bits are zero in what EncodeBase64 made.
  if (count >= 6 || (bits & ((1U << count) - 1)) != 0) {
    return std::nullopt;
  }
  return bytes;
}

void PutNumber(std::string& bytes, std::uint64_t number) {
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(number & 0xFFU));
    number >>= 8U;
  }
}

// Takes a number off the front of `bytes`; none when it is too short.
std::optional<std::uint64_t> TakeNumber(std::string_view& bytes) {
  if (bytes.size() < kNumberBytes) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (std::size_t i = kNumberBytes; i-- > 0;) {
    number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  bytes.remove_prefix(kNumberBytes);
  return number;
}

std::uint64_t Checksum(std::string_view payload) {
  return domain::StableHash(std::string(kFormat).append(payload));
}

}  // namespace

std::uint64_t ScopeOf(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    PutNumber(text, part.size());
    text += part;
  }
  return domain::StableHash(text);
}

std::string EncodeToken(const Token& token) {
  std::string payload;
  PutNumber(payload, token.scope);
  for (const std::string& part : token.parts) {
    PutNumber(payload, part.size());
    payload += part;
  }
  std::string bytes;
  PutNumber(bytes, Checksum(payload));
  return EncodeBase64(bytes + payload);
}

std::optional<Token> DecodeToken(std::string_view text) {
  if (text.size() > kTokenBytesMax) {
    return std::nullopt;
  }
  const std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes) {
    return std::nullopt;
  }
  std::string_view rest = *bytes;
  const std::optional<std::uint64_t> checksum = TakeNumber(rest);
  if (!checksum || *checksum != Checksum(rest)) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> scope = TakeNumber(rest);
  if (!scope) {
    return std::nullopt;
  }
  Token token{.scope = *scope, .parts = {}};
  while (!rest.empty()) {
    const std::optional<std::uint64_t> size = TakeNumber(rest);
    if (!size || *size > rest.size() || token.parts.size() == kPartsMax) {
      return std::nullopt;
    }
    token.parts.emplace_back(rest.substr(0, *size));
    rest.remove_prefix(*size);
  }
  return token;
}

}  // namespace storebridge::api
