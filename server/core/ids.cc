#include "core/ids.h"

#include <algorithm>

namespace storebridge {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kIdLength = 13;
constexpr std::size_t kChosenIdLengthMax = 32;
constexpr int kChanceBits = 20;

Error BadId(std::string_view text) {
  return Error{.code = Code::kInvalidArgument,
               .reason = "ID_FORMAT",
               .message = "'" + std::string(text.substr(0, 40)) +
                          "' is not an id: 13 characters of 0-9 a-z without i, l, o, u",
               .facts = {{"id", std::string(text.substr(0, 40))}}};
}

}  // namespace

std::string EncodeId(std::uint64_t id) {
  std::string text(kIdLength, '0');
  for (std::size_t i = kIdLength; i-- > 0;) {
    text[i] = kAlphabet[id & 31U];
    id >>= 5U;
  }
  return text;
}

Result<std::uint64_t> DecodeId(std::string_view text) {
  if (text.size() != kIdLength) {
    return BadId(text);
  }
  std::uint64_t id = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      return BadId(text);
    }
    id = (id << 5U) | digit;
  }
  // 13 characters carry 65 bits; ours never set the top two.
  if (text.front() > '7' || (id >> 63U) != 0) {
    return BadId(text);
  }
  return id;
}

std::uint64_t MakeTimeOrderedId(std::int64_t now_ms, std::uint64_t chance) {
  const auto time =
      static_cast<std::uint64_t>(std::max<std::int64_t>(now_ms, 0)) & ((1ULL << 43U) - 1);
  return (time << kChanceBits) | (chance & ((1ULL << kChanceBits) - 1));
}

bool CheckChosenIdFormat(std::string_view id) {
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !id.empty() && id.size() <= kChosenIdLengthMax && is_alnum(id.front()) &&
         std::all_of(id.begin(), id.end(), [&](char c) { return is_alnum(c) || c == '-'; });
}

Status CheckChosenId(std::string_view what, std::string_view id) {
  if (CheckChosenIdFormat(id)) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "ID_FORMAT",
      .message =
          std::string(what) + " id '" + std::string(id.substr(0, 40)) +
          "' is not allowed: use 1 to 32 of a-z, 0-9 and '-', beginning with a letter or digit",
      .facts = {{"id", std::string(id.substr(0, 40))}}};
}

}  // namespace storebridge
