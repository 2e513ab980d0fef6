/* It gives up at the first event. */
#include "minimal_connector.h"

static sb_status BrokenStep(sb_session* session, sb_bytes event, sb_bytes* effect) {
  (void)MinimalStep(session, event, effect);
  return SB_BROKEN;
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &BrokenStep;
  return &connector;
}
