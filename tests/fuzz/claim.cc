#include "claim.h"

#include "domain/text_rules.h"

namespace storebridge::fuzz {

bool IsUtf8(std::string_view text) {
  return domain::CountCharacters(text).has_value();
}

void ClaimTellable(const Error& error) {
  Claim(!error.message.empty(), "an error says what is wrong");
  Claim(!error.reason.empty(), "an error has a reason", error.message);
}

}  // namespace storebridge::fuzz
