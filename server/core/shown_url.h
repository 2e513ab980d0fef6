#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storebridge {

// Bytes of an address that a message shows.
inline constexpr std::size_t kShownUrlBytesMax = 200;

// `text`, which was meant to be an address, for messages and logs: without user, password, query
// and fragment, because people put credentials there. At most kShownUrlBytesMax bytes.
std::string ShownUrl(std::string_view text);

}  // namespace storebridge
