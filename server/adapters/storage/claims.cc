#include "adapters/storage/claims.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace storebridge::storage {
namespace {

using ports::Claim;
using ports::ClaimKind;

// Takes off the front of `text` what stands before `end`, and the end with it.
std::string_view TakeUntil(std::string_view& text, char end) {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view head = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return head;
}

// Not find_first_of, which looks for each character by itself.
bool IsOneWord(std::string_view text) {
  return text.find(' ') == std::string_view::npos && text.find(':') == std::string_view::npos;
}

std::optional<std::int64_t> ReadNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  return error == std::errc() && end == text.end() ? std::optional(number) : std::nullopt;
}

}  // namespace

int NumberOf(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::kSeen:
      return 0;
    case ClaimKind::kReserved:
      return 1;
    case ClaimKind::kPicked:
      return 2;
  }
  return -1;
}

ClaimKind ClaimKindOf(std::int64_t number) {
  if (number == NumberOf(ClaimKind::kReserved)) {
    return ClaimKind::kReserved;
  }
  // The tables hold no other numbers.
  return number == NumberOf(ClaimKind::kPicked) ? ClaimKind::kPicked : ClaimKind::kSeen;
}

Result<std::string> ClaimsText(const std::vector<Claim>& claims) {
  std::string text;
  for (const Claim& claim : claims) {
    if (claim.quantity < 1 || !IsOneWord(claim.product)) {
      return Error{
          .code = Code::kInvalidArgument,
          .reason = "CLAIM_QUANTITY",
          .message = fmt::format(
              "an order cannot claim {} pieces of product '{}'", claim.quantity, claim.product),
          .facts = {{"product", claim.product}}};
    }
    fmt::format_to(std::back_inserter(text),
                   "{}{}:{}:{}",
                   text.empty() ? "" : " ",
                   claim.product,
                   NumberOf(claim.kind),
                   claim.quantity);
  }
  return text;
}

Result<std::vector<Claim>> ClaimsFrom(std::string_view text) {
  std::vector<Claim> claims;
  while (!text.empty()) {
    std::string_view one = TakeUntil(text, ' ');
    const std::string_view product = TakeUntil(one, ':');
    const std::optional<std::int64_t> kind = ReadNumber(TakeUntil(one, ':'));
    const std::optional<std::int64_t> quantity = ReadNumber(one);
    if (product.empty() || !kind || *kind < 0 || *kind > NumberOf(ClaimKind::kPicked) ||
        !quantity || *quantity < 1) {
      return Error{.code = Code::kInternal,
                   .reason = "DATABASE_DAMAGED",
                   .message =
                       "the claims of an order cannot be read; stop the server and restore "
                       "a backup"};
    }
    claims.push_back(
        {.product = std::string(product), .kind = ClaimKindOf(*kind), .quantity = *quantity});
  }
  return claims;
}

}  // namespace storebridge::storage
