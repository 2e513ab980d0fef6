#include "api/resume_token.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "api/token.h"
#include "api/validate/text.h"
#include "domain/names.h"
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

// A place in one merchant's log.
struct Place {
  std::string merchant;
  std::int64_t sequence = 0;
};

// `field` is where it stands in the request.
Result<Place> ReadPlace(const std::string& token, std::string_view field) {
  std::optional<Token> decoded = DecodeToken(token);
  std::int64_t sequence = -1;
  if (decoded && decoded->scope == TokenScope() && decoded->parts.size() == 2) {
    sequence = ReadSequence(decoded->parts[1]);
  }
  if (sequence < 0) {
    return BadField("RESUME_TOKEN",
                    field,
                    fmt::format("{} is not one that WatchChanges or ListChanges gave: send it "
                                "unchanged, or leave it out",
                                field));
  }
  return Place{.merchant = std::move(decoded->parts[0]), .sequence = sequence};
}

}  // namespace

std::string MakeResumeToken(const std::string& merchant, std::int64_t sequence) {
  return EncodeToken(Token{.scope = TokenScope(), .parts = {merchant, std::to_string(sequence)}});
}

Result<std::int64_t> ReadResumeToken(const std::string& merchant, const std::string& token) {
  SB_TRY(const Place place, ReadPlace(token, "resume_token"));
  if (place.merchant != merchant) {
    const std::string given = domain::Shown(place.merchant);
    return Error{.code = Code::kInvalidArgument,
                 .reason = "RESUME_TOKEN_FOREIGN",
                 .message = fmt::format(
                     "resume_token belongs to merchant '{}', not to '{}': each has its own",
                     given,
                     merchant),
                 .facts = {{"merchant", merchant}, {"token_merchant", given}}};
  }
  return place.sequence;
}

Result<std::map<std::string, std::int64_t>> ReadResumeTokens(
    const google::protobuf::RepeatedPtrField<std::string>& tokens) {
  if (static_cast<std::size_t>(tokens.size()) > kResumeTokensMax) {
    return BadField("FIELD_LENGTH",
                    "resume_tokens",
                    fmt::format("resume_tokens has {} tokens; at most {} are allowed: leave some "
                                "out, and list those merchants anew",
                                tokens.size(),
                                kResumeTokensMax));
  }
  std::map<std::string, std::int64_t> places;
  for (int i = 0; i < tokens.size(); ++i) {
    const std::string field = fmt::format("resume_tokens[{}]", i);
    SB_TRY(Place place, ReadPlace(tokens[i], field));
    const std::string given = domain::Shown(place.merchant);
    if (!domain::ParseMerchantName(domain::MerchantName(place.merchant))) {
      return BadField(
          "RESUME_TOKEN",
          field,
          fmt::format("{} is of '{}', which is no merchant: leave it out", field, given));
    }
    if (!places.emplace(std::move(place.merchant), place.sequence).second) {
      return BadField("RESUME_TOKEN_TWICE",
                      field,
                      fmt::format("{} is the second token of merchant '{}': give only the last one "
                                  "of each",
                                  field,
                                  given));
    }
  }
  return places;
}

}  // namespace storebridge::api
