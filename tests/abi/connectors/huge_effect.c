/* It answers with more than a host takes. */
#include "minimal_connector.h"

static uint8_t effect_bytes[4 * 1024 * 1024 + 1];

static sb_status HugeStep(sb_session* session, sb_bytes event, sb_bytes* effect) {
  const sb_status status = MinimalStep(session, event, effect);
  effect->data = effect_bytes;
  effect->size = sizeof(effect_bytes);
  return status;
}

const sb_connector_v1* storebridge_connector_v1(void) {
  static sb_connector_v1 connector;
  connector = MinimalConnector();
  connector.step = &HugeStep;
  return &connector;
}
