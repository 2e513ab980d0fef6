/* It writes where the server reads its answers. */
#define _POSIX_C_SOURCE 200112L
#include <unistd.h>

#include "minimal_connector.h"

static sb_status Forge(sb_session* session, sb_bytes event, sb_bytes* effect) {
  static const uint8_t kNoFrame[64] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  if (write(3, kNoFrame, sizeof kNoFrame) < 0) {
    return SB_BROKEN;
  }
  return MinimalStep(session, event, effect);
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &Forge;
  return &connector;
}
