#pragma once

#include "core/result.h"

namespace storebridge {

// What who asks for something is told while the server stops.
inline Error ServerStops() {
  return {.code = Code::kUnavailable,
          .reason = "SERVER_STOPPING",
          .message = "the server stops; call again when it is back"};
}

}  // namespace storebridge
