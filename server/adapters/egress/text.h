#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::egress {

// Evidence in a Failure is at most this long.
inline constexpr std::size_t kDetailMax = 300;

// Gives `text` with every invalid UTF-8 byte replaced by '?'.
std::string ValidUtf8(std::string_view text);

// Gives the beginning of `text` on one line: valid UTF-8, at most `max` bytes, control characters
// as spaces.
std::string Head(std::string_view text, std::size_t max = kDetailMax);

// Gives `text` without what must not be seen.
std::string Redact(std::string_view text, const std::vector<std::string>& hidden);

// Shorter ones are not blotted out of answers: a user called `admin` is also a word.
inline constexpr std::size_t kHiddenInAnswersMin = 12;
// An answer in which credentials that a store repeats are stars, as many as they had characters;
// also where their slashes are escaped, as PHP writes JSON. So nobody behind the egress ever has
// them.
std::string RedactAnswer(std::string text, const std::vector<std::string>& hidden);

std::string LowerCase(std::string_view text);

// Whether `name` may be a header's name (RFC 9110 token).
bool IsHeaderName(std::string_view name);

// Whether `value` may be a header's value: no line break, no other control character but tab.
bool IsHeaderValue(std::string_view value);

// Percent-encodes all but RFC 3986 unreserved characters.
std::string PercentEncode(std::string_view text);

// Decodes %xx, and '+' as a space.
std::string FormDecode(std::string_view text);

std::string Base64(std::string_view bytes);

}  // namespace storebridge::egress
