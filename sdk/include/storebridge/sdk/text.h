#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace storebridge::sdk {

// Returns `text` as valid UTF-8 without NUL: what is not becomes U+FFFD.
std::string CleanText(std::string_view text);

// Returns at most `limit` bytes of `text`, cut between characters, with "..." where something was
// cut.
std::string HeadOf(std::string_view text, std::size_t limit);

// Percent-encodes `text` for a query or a path segment (RFC 3986).
std::string UrlEncode(std::string_view text);

// Compares ASCII text without regard to case.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// Returns `text` without white space at its ends.
std::string_view Trim(std::string_view text);

// FNV-1a, 64 bits: for marks and guards, not for security.
std::uint64_t Hash(std::string_view text);
// Hash as 16 hexadecimal digits, such as for OrderMark.mark.
std::string HashText(std::string_view text);

}  // namespace storebridge::sdk
