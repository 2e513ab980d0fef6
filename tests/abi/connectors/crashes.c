/* It crashes in the step whose event is "crash". */
#include <string.h>

#include "minimal_connector.h"

static sb_status Crash(sb_session* session, sb_bytes event, sb_bytes* effect) {
  if (event.size == 5 && memcmp(event.data, "crash", 5) == 0) {
    abort();
  }
  return MinimalStep(session, event, effect);
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &Crash;
  return &connector;
}
