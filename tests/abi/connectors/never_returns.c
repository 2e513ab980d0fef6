/* It does not come back from its first step. */
#include "minimal_connector.h"

static sb_status NeverReturns(sb_session* session, sb_bytes event, sb_bytes* effect) {
  static volatile unsigned turns;
  for (;;) {
    ++turns;
  }
  return MinimalStep(session, event, effect);
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &NeverReturns;
  return &connector;
}
