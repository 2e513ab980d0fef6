#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::fuzz {

// Ends the process when something does not hold that holds for every input: libFuzzer keeps the
// input then, and shows where it was.
inline void Claim(bool holds, std::string_view claim, std::string_view seen = {}) {
  if (holds) {
    return;
  }
  const std::string text =
      "claim broken: " + std::string(claim) + (seen.empty() ? "" : ": ") + std::string(seen) + "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

// Whether every byte belongs to a character of UTF-8.
bool IsUtf8(std::string_view text);

// What every error has: a reason for programs and words for people.
void ClaimTellable(const Error& error);

}  // namespace storebridge::fuzz
