#include "core/shown_url.h"

#include <algorithm>

namespace storebridge {
namespace {

constexpr std::string_view kHidden = "***";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The part behind the scheme begins here.
std::size_t AuthorityBegin(std::string_view text) {
  const std::size_t separator = text.find("://");
  return separator == std::string_view::npos ? 0 : separator + 3;
}

// What stands where a port belongs and is none: the rest of `user:password` without its host.
bool IsPort(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsDigit);
}

}  // namespace

std::string ShownUrl(std::string_view text) {
  const std::size_t begin = AuthorityBegin(text);
  std::string shown(text.substr(0, begin));
  std::string_view rest = text.substr(begin);
  // The last one: a password may hold any of the characters that end a host.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    shown += kHidden;
    rest.remove_prefix(at);
  }
  const std::size_t cut = rest.find_first_of("?#");
  std::string_view place = rest.substr(0, cut);
  std::string_view authority = place.substr(0, place.find('/'));
  const std::size_t colon = authority.rfind(':');
  const bool is_bracketed = authority.ends_with(']');
  if (colon != std::string_view::npos && !is_bracketed && !IsPort(authority.substr(colon + 1))) {
    shown += authority.substr(0, colon + 1);
    shown += kHidden;
    place.remove_prefix(authority.size());
  }
  shown += place;
  if (cut != std::string_view::npos) {
    shown += rest[cut];
    shown += "...";
  }
  return shown.substr(0, kShownUrlBytesMax);
}

}  // namespace storebridge
