#include "api/resume_token.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "api/token.h"
#include "domain/text_rules.h"

namespace storebridge::api {
namespace {

std::uint64_t TokenScope() {
  static const std::uint64_t scope = ScopeOf({"ChangeService.WatchChanges"});
  return scope;
}

// -1 for what is no number as MakeResumeToken writes it.
std::int64_t ReadSequence(std::string_view text) {
  std::int64_t sequence = -1;
  std::from_chars(text.data(), text.data() + text.size(), sequence);
  return std::to_string(sequence) == text ? sequence : -1;
}

}  // namespace

std::string MakeResumeToken(const std::string& merchant, std::int64_t sequence) {
  return EncodeToken(Token{.scope = TokenScope(), .parts = {merchant, std::to_string(sequence)}});
}

Result<std::int64_t> ReadResumeToken(const std::string& merchant, const std::string& token) {
  const std::optional<Token> decoded = DecodeToken(token);
  std::int64_t sequence = -1;
  if (decoded && decoded->scope == TokenScope() && decoded->parts.size() == 2) {
    sequence = ReadSequence(decoded->parts[1]);
  }
  if (sequence < 0) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "RESUME_TOKEN",
                 .message =
                     "resume_token is not one that WatchChanges or ListChanges gave: send it "
                     "unchanged, or leave it out"};
  }
  if (decoded->parts[0] != merchant) {
    const std::string given = domain::Shown(decoded->parts[0]);
    return Error{.code = Code::kInvalidArgument,
                 .reason = "RESUME_TOKEN_FOREIGN",
                 .message = fmt::format(
                     "resume_token belongs to merchant '{}', not to '{}': each has its own",
                     given,
                     merchant),
                 .facts = {{"merchant", merchant}, {"token_merchant", given}}};
  }
  return sequence;
}

}  // namespace storebridge::api
